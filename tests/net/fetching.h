#ifndef RT_TEST_NET_FETCHING_H
#define RT_TEST_NET_FETCHING_H

#include "net/fetch_hooks.h"
#include "site.h"

/* A fetcher in a world of its own: all names that end in .test are public addresses, except those
 * that tell otherwise, and every public address leads to the site. */
struct fetching {
    struct site site;
    struct rt_fetch_rules rules; /* change them before fetching_open() */
    struct rt_fetch_hooks hooks;
    struct rt_fetcher *fetcher;
    unsigned connects; /* that passed the check; of the fetcher's thread, read once it is closed */
    unsigned resolved; /* names, as above */
    struct rt_fetched got;
};

/* Starts the site; rules: quick ones, no robots.txt, no retries. */
void fetching_start(struct fetching *f, site_answer *answer);
void fetching_open(struct fetching *f);
/* Opens it if need be.  The result is in f->got until the next one. */
enum rt_fetch_failure fetching_get(struct fetching *f, const char *url);
/* fetching_get(), and that it ends so. */
void fetching_ends(struct fetching *f, const char *url, enum rt_fetch_failure wanted);
/* The fetcher only; it may be opened again. */
void fetching_close(struct fetching *f);
void fetching_stop(struct fetching *f);

#endif

#ifndef RT_TEST_NET_SITE_H
#define RT_TEST_NET_SITE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* A web server on 127.0.0.1, a thread a connection, one request each.  What it answers is the
 * test's. */
struct site;

/* head: of the request, up to the empty line.  Writes what it likes. */
typedef void site_answer(struct site *site, int fd, const char *head);

struct site {
    site_answer *answer;
    void *ctx;
    int listener;
    unsigned port;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    bool stopping;
    unsigned at_once, most_at_once;
    char *heads[512];
    size_t n;
};

void site_start(struct site *site, site_answer *answer, void *ctx);
/* Ends all answers that go on, and frees the requests. */
void site_stop(struct site *site);

/* Of answers. */
bool site_send(int fd, const void *bytes, size_t len); /* false: the other side is gone */
bool site_say(int fd, const char *text);
/* Until the other side closes, or the site stops. */
void site_hang(struct site *site, int fd);

/* How many requests there were whose heads begin so: "GET /a " */
size_t site_count(struct site *site, const char *begin);
/* That the last of them has this header line's beginning, whatever the case. */
bool site_last_has(struct site *site, const char *begin, const char *line);
/* Returns when there were n requests. */
void site_wait(struct site *site, size_t n);

/* The path of a head: "/a?b". */
void site_path(const char *head, char *path, size_t size);

#endif

#ifndef RT_SERVICE_CRAWL_H
#define RT_SERVICE_CRAWL_H

#include "service/inside.h"
#include "service/page.h"

#include <pthread.h>

/* A crawl and its pages, for crawl.c that runs it and crawl_json.c that writes it. */
enum { RT_CRAWL_MAX = 100 };

struct rt_crawl_page {
    struct rt_job job;
    struct rt_crawl *crawl;
    size_t index;
    rt_str url;
    uint64_t began_ns;
    rt_error refused; /* before it was fetched */
    struct rt_fetched fetched;
    rt_text json;     /* the result; absent without memory */
    uint64_t room;    /* that was taken for it */
    bool ready, good;
    uint64_t took_ms, bytes;
    bool from_cache;
};

/* In the exchange's arena. */
struct rt_crawl {
    struct rt_job job;
    struct rt_exchange *x;
    struct rt_service *service;
    rt_cancel *stop;
    struct rt_page_options options;
    bool is_stream, ordered;
    yyjson_doc *doc; /* that the addresses are in */
    struct rt_crawl_page *pages;
    size_t count;
    unsigned window;
    uint64_t began_ns;
    pthread_mutex_t lock; /* for what is below, and for each page's json once it is ready */
    size_t begun, sent, parts;
    unsigned running;
    bool torn;     /* a line is missing */
    uint64_t kept; /* bytes of lines that wait for one before them */
    bool waits;    /* for the client to take what is there */
    struct rt_job go_on;
};

/* Fills in page->json, and what the statistics need.  result: NULL where it failed, and err says
 * why if the fetch did not. */
void rt_crawl_page_json(struct rt_crawl_page *page, const rt_result *result, const rt_error *err);

/* The whole answer, into which the pages' results go.  out (owned). */
rt_status rt_crawl_json(struct rt_crawl *crawl, rt_text *out, rt_error *err);

#endif

#ifndef RT_NET_FETCHER_H
#define RT_NET_FETCHER_H

#include "net/hosts.h"
#include "net/shares.h"
#include "net/transfer.h"

#include <pthread.h>

/* The inside of a fetcher.  A job is a page, or a robots.txt that pages wait for; it is in one list
 * at a time:
 *
 *   inbox ──► entered ──► waiting ──► running ──► done
 *                │  ▲        ▲            │
 *                ▼  │        └────────────┘ next hop (entered anew), retry
 *          waiters of a robots.txt
 *
 * One that ends while the system looks up its host's name is told of so at once, and stays in
 * `running` for that: a thread does it, which nothing can end. */
struct rt_job_list {
    struct rt_job *first, *last;
    size_t len;
};

struct rt_job {
    struct rt_job *next, *previous;
    struct rt_job_list *list;
    struct rt_fetch_request request; /* url: a copy that belongs to the job */
    struct rt_holder *holder;        /* whose turn it needs */
    uint64_t begin_ns, deadline_ns, limit_ms;

    struct rt_web_url url;           /* of this hop */
    struct rt_transfer *transfer;    /* while it runs */
    uint64_t not_before_ns, delay_ns;
    bool is_hurried;                 /* waits for no delay of the host's */
    bool is_large;                   /* begins with room for the largest page: it outgrew what was left */
    bool lacks_turn;                 /* at the last look */
    unsigned redirects, retried;
    int status;
    uint64_t wire;
    bool is_told;                    /* of its end: it keeps its slot until its name is looked up */

    bool is_robots;                  /* request.url is its origin and /robots.txt */
    struct rt_job *next_robots;      /* of fetcher->robots_jobs */
    struct rt_job_list waiters;      /* for it */
};

/* What is known of an origin's robots.txt. */
struct rt_kept_robots {
    uint64_t until_ns;
    int status;                      /* 5xx: nothing is allowed; 0: as the text says */
    size_t len;
    char text[];
};

/* A page that can be asked for again with If-None-Match or If-Modified-Since. */
struct rt_kept_page {
    char type[256], etag[256], modified[64];
    size_t len;
    char body[];
};

struct rt_fetcher {
    struct rt_transfer_setup setup;
    struct rt_fetch_rules rules;
    struct rt_fetch_hooks hooks;
    char agent[64];                  /* of robots.txt */
    CURLM *multi;
    pthread_t thread;

    pthread_mutex_t lock;            /* of the next three; held for a moment only */
    struct rt_job_list inbox;
    bool stopping;
    struct rt_fetch_counts counts;

    /* Of the thread alone. */
    struct rt_job_list entered, waiting, running;
    struct rt_job *robots_jobs;
    struct rt_job *reserver;         /* that has room reserved, or NULL */
    struct rt_hosts hosts;
    struct rt_shares *shares;
    struct rt_store robots, pages;
    uint64_t look_ns;                /* when to look at all jobs the next time */
    uint32_t random;
};

/* Lists; a job that is in none has no list. */
void rt_job_append(struct rt_job_list *list, struct rt_job *job);
void rt_job_remove(struct rt_job *job);

/* A page's job for a request, or, where that is NULL, one for the robots.txt of an origin.  NULL
 * without memory. */
struct rt_job *rt_job_new(struct rt_fetcher *fetcher, const struct rt_fetch_request *request,
                          rt_str origin, const uint8_t owner[16]);
/* Tells who asked; or, if it is a robots.txt, lets those who wait for it go on.  Ends it, or leaves
 * it to end by itself. */
void rt_job_finish(struct rt_fetcher *fetcher, struct rt_job *job,
                   const struct rt_outcome *outcome);

/* fetch_steps.c: a job that is new, or has a new address: into `waiting`, or it ends. */
void rt_job_begin(struct rt_fetcher *fetcher, struct rt_job *job);
void rt_job_enter(struct rt_fetcher *fetcher, struct rt_job *job);
/* Begins its request, where it is its caller's turn; the job is in `waiting`. */
void rt_job_run(struct rt_fetcher *fetcher, struct rt_job *job, uint64_t now);
/* The request ended, with libcurl's code: to the next hop, to a retry, or the end. */
void rt_job_ran(struct rt_fetcher *fetcher, struct rt_job *job, CURLcode code);
/* The room that is reserved for it, if it is the one, is no more. */
void rt_job_release(struct rt_fetcher *fetcher, const struct rt_job *job);
/* Takes it out of libcurl. */
void rt_job_stop(struct rt_fetcher *fetcher, struct rt_job *job);

/* fetch_robots.c: whether the job may ask for its address now.  RT_GATE_SHUT fills outcome;
 * RT_GATE_ASKING: it waits for the answer, and is in another list. */
enum rt_gate { RT_GATE_OPEN, RT_GATE_SHUT, RT_GATE_ASKING };
enum rt_gate rt_robots_gate(struct rt_fetcher *fetcher, struct rt_job *job,
                            struct rt_outcome *outcome);
/* The answer to a robots.txt's job: keeps what it says and lets the waiters enter again. */
void rt_robots_answered(struct rt_fetcher *fetcher, struct rt_job *job,
                        const struct rt_outcome *outcome);
/* "riptide" where the user agent has that, or its first product. */
void rt_robots_agent(const char *user_agent, char *out, size_t size);

/* fetch_loop.c */
void *rt_fetch_loop(void *fetcher);

#endif

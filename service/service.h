#ifndef RT_SERVICE_SERVICE_H
#define RT_SERVICE_SERVICE_H

#include "net/fetch.h"
#include "service/listen.h"
#include "service/log.h"

/* The HTTP service of `riptide serve`: routes, extractions on threads of its own, crawls, health
 * and metrics, from opening to the end of its drain. */
struct rt_service;

/* Zero and NULL mean the default that stands behind each. */
struct rt_service_rules {
    const char *listen;        /* 127.0.0.1:8080 */
    int listener;              /* (owned) a socket that listens, instead; 0 or -1: none */
    const char *api_keys;      /* "key,key": none, everybody may */
    const char *api_keys_file; /* none */
    const char *hosts;         /* those of rt_host_is_ours(), asked only where everybody on this
                                  machine, and nobody else, may ask; given: always */
    const char *cors_origin;   /* none: pages of other sites may not ask; "*" or one origin */
    unsigned event_threads;    /* the number of cores */
    unsigned workers;          /* threads that extract: calls that the engine runs at once */
    unsigned queue;            /* extractions and crawls that may be in: 32 a worker */
    unsigned per_client;       /* of these, of one API key or address: no limit */
    unsigned crawl_window;     /* pages of one crawl that are fetched or extracted at once: 8 */
    unsigned connections;      /* 16384, or what the process may open less 512 */
    uint64_t max_body;         /* bytes of a request's body: 16 MiB */
    uint64_t max_bodies;       /* of all that are there at once: 512 MiB */
    uint64_t max_answers;      /* of results that were not taken yet, of which a request may have a
                                  quarter: max_bodies, and at least 256 MiB */
    unsigned idle_s, receive_s, send_s; /* 60 each, see struct rt_client_rules */
    unsigned queue_s;                   /* longest wait for a worker: 30 */
    unsigned health_s;                  /* between two checks of the component: 30 */
    bool no_fallback;                   /* while the circuit breaker is open nothing stands in */
    struct rt_log *log;                 /* (kept); NULL: nothing is logged */
};

/* RT_INVALID_SETTING for names or an origin that are none. */
rt_status rt_service_rules_check(const struct rt_service_rules *rules, rt_error *err);

/* engine, fetcher (kept) until it is closed.  rules copied, what it points to (kept). */
rt_status rt_service_open(struct rt_service **out, rt_engine *engine, struct rt_fetcher *fetcher,
                          const struct rt_service_rules *rules, rt_error *err);
/* (borrowed) where it listens: "127.0.0.1:8080". */
const char *rt_service_address(const struct rt_service *service);

/* Reads the API keys anew, as in the rules; on failure the old ones stay. */
rt_status rt_service_reload(struct rt_service *service, const char *api_keys,
                            const char *api_keys_file, rt_error *err);

/* /readyz answers 503 from then on. */
void rt_service_unready(struct rt_service *service);
/* The same, and it takes no connections and hangs up on idle ones: it only finishes what it has. */
void rt_service_drain(struct rt_service *service);
/* Requests that are not answered yet. */
unsigned rt_service_active(struct rt_service *service);

/* Breaks off what is still running.  NULL is allowed. */
void rt_service_close(struct rt_service *service);

#endif

#ifndef RT_SERVICE_INSIDE_H
#define RT_SERVICE_INSIDE_H

#include "service/auth.h"
#include "service/health.h"
#include "service/http.h"
#include "service/metrics.h"
#include "service/problem.h"
#include "service/quota.h"
#include "service/request_id.h"
#include "service/service.h"
#include "service/work.h"

#include <stdatomic.h>

/* What the handlers of the service share. */
struct rt_service {
    struct rt_service_rules rules; /* complete */
    rt_engine *engine;
    struct rt_fetcher *fetcher;
    struct rt_http *http;
    struct rt_work *work;
    struct rt_auth *auth;
    struct rt_quota *quota;
    struct rt_health *health;
    struct rt_service_metrics *metrics;
    bool is_loopback; /* only this machine reaches it */
    atomic_bool draining;
    atomic_uint_fast64_t cut_off; /* exchanges whose client went away */
    char address[RT_ADDRESS_ROOM];
    struct rt_http_header headers[10];
};

struct rt_route;

/* The service's part of an exchange. */
struct rt_visit {
    struct rt_service *service;
    const struct rt_route *route; /* NULL: the path has none */
    int offer;                    /* of the route's answers, what the client likes best */
    bool in_quota;
    uint8_t client[16];
    const char *outcome; /* for the log: "ok", or the code of a problem */
    char request_id[RT_REQUEST_ID_ROOM];
    char traceparent[RT_TRACEPARENT_ROOM], trace_id[RT_TRACE_ID_ROOM];
    char url[256]; /* for the log */
};

static inline struct rt_visit *rt_visit_of(struct rt_exchange *x) { return rt_exchange_app(x); }

/* ---- answers
 * ------------------------------------------------------------------------------------- */

/* text (owned): taken over. */
void rt_respond_text(struct rt_exchange *x, int status, const char *type, rt_text *text);
/* text (kept) until the exchange ends. */
void rt_respond_str(struct rt_exchange *x, int status, const char *type, rt_str text);
/* detail may be absent. */
void rt_respond_problem(struct rt_exchange *x, const struct rt_problem *problem, rt_str detail);
void rt_respond_kind(struct rt_exchange *x, enum rt_problem_kind kind, const char *detail);
void rt_respond_error(struct rt_exchange *x, const rt_error *err);

/* Room for a result, which may be large and may not be taken at once.  RT_NO_MEMORY where there is
 * none now. */
rt_status rt_respond_room(struct rt_exchange *x, uint64_t bytes, rt_error *err);

/* ---- handlers: on an event thread, with the body
 * ------------------------------------------------- */

void rt_handle_extract(struct rt_exchange *x);
void rt_handle_crawl(struct rt_exchange *x);
void rt_handle_health(struct rt_exchange *x);
void rt_handle_live(struct rt_exchange *x);
void rt_handle_ready(struct rt_exchange *x);
void rt_handle_metrics(struct rt_exchange *x);
void rt_handle_problems(struct rt_exchange *x);
void rt_handle_asset(struct rt_exchange *x);

/* Lets the request in and defers it.  NULL: it was answered, 503. */
rt_cancel *rt_service_admit(struct rt_exchange *x);
/* RT_POOL_EXHAUSTED for a job of a request that waited for a worker longer than it may. */
rt_status rt_service_check_wait(const struct rt_service *service, const struct rt_job *job,
                                rt_error *err);

#endif

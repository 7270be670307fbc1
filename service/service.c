/* The service: what holds for every request stands here, what is of one route in its handler. */
#include "service/inside.h"
#include "service/routes.h"
#include "service/rules.h"

#include "service/accept.h"
#include "service/form.h"
#include "service/host_check.h"

#include "base/cores.h"
#include "base/error.h"
#include "base/str.h"
#include "net/clock.h"
#include "net/media_type.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const char strictest[] = "default-src 'none'; frame-ancestors 'none'";

/* ---- before the body ----------------------------------------------------------------------------
 */

static int count_of(const char *const *list)
{
    int n = 0;
    while (list[n])
        n++;
    return n;
}

static bool has_type(const char *const *list, rt_str type)
{
    for (; *list; list++)
        if (rt_str_eq_nocase(type, rt_str_from_c(*list)))
            return true;
    return false;
}

/* "a, b", in the exchange's arena. */
static const char *join(struct rt_exchange *x, const char *const *list)
{
    char text[256] = "";
    for (size_t len = 0; *list && len < sizeof text; list++, len = strlen(text))
        snprintf(text + len, sizeof text - len, "%s%s", len ? ", " : "", *list);
    return rt_arena_copy(rt_exchange_arena(x), rt_str_from_c(text)).at;
}

static void name_request(struct rt_exchange *x, struct rt_visit *visit)
{
    rt_request_id(rt_exchange_header(x, "X-Request-Id"), visit->request_id);
    rt_traceparent(rt_exchange_header(x, "traceparent"), visit->traceparent, visit->trace_id);
    rt_exchange_add_header(x, "X-Request-Id", visit->request_id);
    if (*visit->traceparent)
        rt_exchange_add_header(x, "traceparent", visit->traceparent);
}

/* A question of a browser on behalf of a page of another site. */
static bool answer_preflight(struct rt_exchange *x, const struct rt_service *service)
{
    if (!service->rules.cors_origin || !rt_str_eq(rt_exchange_method(x), RT_LIT("OPTIONS")) ||
        !rt_exchange_header(x, "Access-Control-Request-Method").at)
        return false;
    rt_exchange_add_header(x, "Access-Control-Allow-Methods", "GET, HEAD, POST");
    rt_exchange_add_header(x, "Access-Control-Allow-Headers",
                           "Authorization, Content-Type, X-API-Key, X-Request-Id, traceparent");
    rt_exchange_add_header(x, "Access-Control-Max-Age", "600");
    rt_respond_str(x, 204, NULL, RT_LIT(""));
    return true;
}

/* What answers a form is a page, whatever else the browser accepts. */
static bool is_form(struct rt_exchange *x, const struct rt_route *route)
{
    rt_str type = rt_media_type_parse(rt_exchange_header(x, "Content-Type")).name;
    return route && route->takes && rt_str_eq_nocase(type, RT_LIT(RT_FORM_TYPE));
}

static const char *policy_of(struct rt_exchange *x, const struct rt_route *route)
{
    if (is_form(x, route))
        return rt_asset_page.policy;
    return route && route->asset && route->asset->policy ? route->asset->policy : strictest;
}

static bool find_route(struct rt_exchange *x, struct rt_visit *visit)
{
    char allow[RT_ALLOW_ROOM];
    visit->route = rt_route_find(rt_exchange_method(x), rt_exchange_path(x), allow);
    rt_exchange_add_header(x, "Content-Security-Policy", policy_of(x, visit->route));
    if (visit->route)
        return true;
    if (*allow == '\0') {
        rt_respond_kind(x, RT_PROBLEM_NOT_FOUND, NULL);
    } else if (!answer_preflight(x, visit->service)) {
        rt_exchange_add_header(x, "Allow",
                               rt_arena_copy(rt_exchange_arena(x), rt_str_from_c(allow)).at);
        rt_respond_kind(x, RT_PROBLEM_METHOD_NOT_ALLOWED, NULL);
    }
    return false;
}

/* Remembers who asks: by key where there are keys, else by address. */
static bool check_key(struct rt_exchange *x, struct rt_visit *visit)
{
    int who = RT_AUTH_ANYBODY;
    if (!visit->route->open)
        who = rt_auth_check(visit->service->auth, rt_exchange_header(x, "Authorization"),
                            rt_exchange_header(x, "X-API-Key"));
    if (who == RT_AUTH_NOBODY) {
        rt_exchange_add_header(x, "WWW-Authenticate", "Bearer realm=\"riptide\"");
        rt_respond_kind(x, RT_PROBLEM_UNAUTHORIZED,
                        "expected Authorization: Bearer KEY, or X-API-Key: KEY");
        return false;
    }
    if (who == RT_AUTH_ANYBODY) {
        rt_exchange_peer(x, visit->client);
        rt_quota_widen(visit->client);
    } else {
        memcpy(visit->client, &who, sizeof who);
    }
    return true;
}

static bool check_body(struct rt_exchange *x, const struct rt_visit *visit)
{
    const struct rt_route *route = visit->route;
    rt_str encoding = rt_exchange_header(x, "Content-Encoding");
    if (!route->takes)
        return true;
    if (encoding.at && !rt_str_eq_nocase(encoding, RT_LIT("identity"))) {
        rt_exchange_add_header(x, "Accept-Encoding", "identity");
        rt_respond_kind(x, RT_PROBLEM_MEDIA_TYPE, "expected a body without Content-Encoding");
        return false;
    }
    if (!has_type(route->takes, rt_media_type_parse(rt_exchange_header(x, "Content-Type")).name)) {
        rt_exchange_add_header(x, "Accept", join(x, route->takes));
        rt_respond_kind(x, RT_PROBLEM_MEDIA_TYPE, join(x, route->takes));
        return false;
    }
    return true;
}

static bool choose_answer(struct rt_exchange *x, struct rt_visit *visit)
{
    const char *const *answers = visit->route->answers;
    if (!answers || is_form(x, visit->route))
        return true;
    visit->offer = rt_accept_choose(rt_exchange_header(x, "Accept"), answers, count_of(answers));
    if (visit->offer >= 0)
        return true;
    rt_respond_kind(x, RT_PROBLEM_NOT_ACCEPTABLE, join(x, answers));
    return false;
}

/* From then on its body takes memory, too. */
static bool enter_quota(struct rt_exchange *x, struct rt_visit *visit)
{
    if (!visit->route->heavy)
        return true;
    visit->in_quota = rt_quota_enter(visit->service->quota, visit->client);
    if (!visit->in_quota)
        rt_respond_kind(x, RT_PROBLEM_TOO_MANY_REQUESTS, NULL);
    return visit->in_quota;
}

static void refuse_size(struct rt_exchange *x, const struct rt_service *service)
{
    rt_error err;
    rt_fail(&err, RT_TOO_LARGE, "the body is larger than %llu bytes",
            (unsigned long long)service->rules.max_body);
    rt_respond_error(x, &err);
}

/* Before there is a route. */
static void refuse(struct rt_exchange *x, const struct rt_problem *problem, const char *detail)
{
    rt_exchange_add_header(x, "Content-Security-Policy", strictest);
    rt_respond_problem(x, problem, rt_str_from_c(detail));
}

static void refuse_host(struct rt_exchange *x, rt_str host)
{
    struct rt_problem problem = rt_problem_of(RT_PROBLEM_MISDIRECTED);
    char detail[256], shown[101] = "";
    for (size_t i = 0; i < host.len && i < sizeof shown - 1; i++)
        shown[i] = host.at[i] > ' ' && host.at[i] < 0x7F ? host.at[i] : '?';
    snprintf(detail, sizeof detail,
             "the host \"%s\": expected an IP address, localhost, or a name of RIPTIDE_HTTP_HOSTS",
             shown);
    refuse(x, &problem, detail);
}

/* Keys keep out the pages that a browser shows here; who listens for others expects any name. */
static bool check_host(struct rt_exchange *x, const struct rt_service *service)
{
    const rt_str said[] = { rt_exchange_authority(x), rt_exchange_header(x, "Host") };
    const char *names = service->rules.hosts;
    if (!names && (!service->is_loopback || rt_auth_has_keys(service->auth)))
        return true;
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (said[i].at && !rt_host_is_ours(said[i], names)) {
            refuse_host(x, said[i]);
            return false;
        }
    return true;
}

static void begin(void *ctx, struct rt_exchange *x)
{
    struct rt_service *service = ctx;
    struct rt_visit *visit = rt_visit_of(x);
    visit->service = service;
    visit->outcome = "ok";
    name_request(x, visit);
    if (rt_exchange_fault(x)) {
        struct rt_problem problem = rt_problem_of_status(RT_INVALID_ARGUMENT);
        refuse(x, &problem, rt_exchange_fault(x));
        return;
    }
    if (!check_host(x, service) || !find_route(x, visit) || !check_key(x, visit) ||
        !check_body(x, visit) || !choose_answer(x, visit) || !enter_quota(x, visit))
        return;
    if (visit->route->answers)
        rt_exchange_add_header(x, "Vary", "Accept");
    if (!visit->route->takes)
        return;
    rt_exchange_take_body(x, service->rules.max_body);
    if (rt_exchange_is_too_large(x))
        refuse_size(x, service);
}

/* ---- with the body ------------------------------------------------------------------------------
 */

static void handle(void *ctx, struct rt_exchange *x)
{
    struct rt_service *service = ctx;
    struct rt_visit *visit = rt_visit_of(x);
    if (rt_exchange_is_too_large(x))
        refuse_size(x, service);
    else if (rt_exchange_lacks_room(x))
        rt_respond_kind(x, RT_PROBLEM_OVERLOADED, "there is no memory for the body now");
    else
        visit->route->handle(x);
}

rt_cancel *rt_service_admit(struct rt_exchange *x)
{
    struct rt_service *service = rt_visit_of(x)->service;
    if (!rt_work_admit(service->work)) {
        rt_respond_kind(x, RT_PROBLEM_OVERLOADED, NULL);
        return NULL;
    }
    rt_cancel *stop = rt_exchange_defer(x);
    if (stop)
        return stop;
    rt_work_release(service->work);
    rt_respond_error(x, &(rt_error){ .status = RT_NO_MEMORY });
    return NULL;
}

rt_status rt_service_check_wait(const struct rt_service *service, const struct rt_job *job,
                                rt_error *err)
{
    if ((rt_net_now() - job->since_ns) / 1000000000 < service->rules.queue_s)
        return RT_OK;
    return rt_fail(err, RT_POOL_EXHAUSTED, "no worker became free in time");
}

/* ---- at the end ---------------------------------------------------------------------------------
 */

static size_t number_of(const struct rt_route *route)
{
    return route ? (size_t)(route - rt_routes) : rt_route_count;
}

static void write_log(const struct rt_visit *visit, struct rt_exchange *x, bool sent, uint64_t ns)
{
    const struct rt_log *log = visit->service->rules.log;
    bool probe = visit->route && visit->route->open && strcmp(visit->outcome, "ok") == 0;
    bool bad = rt_exchange_status(x) >= 500;
    enum rt_log_level level = bad ? RT_LOG_WARN : probe ? RT_LOG_DEBUG : RT_LOG_INFO;
    char method[16];
    if (!rt_log_wants(log, level))
        return;
    rt_str said = rt_exchange_method(x);
    snprintf(method, sizeof method, "%.*s", said.len > 15 ? 15 : (int)said.len, said.at);
    const struct rt_log_field fields[] = {
        { .name = "request_id", .text = visit->request_id },
        { .name = "trace_id", .text = visit->trace_id },
        { .name = "method", .text = method },
        { .name = "route", .text = rt_route_labels[number_of(visit->route)] },
        { .name = "status", .number = (uint64_t)rt_exchange_status(x) },
        { .name = "outcome", .text = sent ? visit->outcome : "aborted" },
        { .name = "duration_s", .number = ns, .seconds = true },
        { .name = "bytes_in", .number = rt_exchange_body(x).len },
        { .name = "url", .text = visit->url },
    };
    rt_log_write(log, level, "request", fields, sizeof fields / sizeof *fields);
}

static void end(void *ctx, struct rt_exchange *x, bool sent)
{
    struct rt_service *service = ctx;
    struct rt_visit *visit = rt_visit_of(x);
    uint64_t ns = rt_net_now() - rt_exchange_began_ns(x);
    int status = rt_exchange_status(x);
    if (visit->in_quota)
        rt_quota_leave(service->quota, visit->client);
    if (!sent)
        atomic_fetch_add(&service->cut_off, 1);
    if (status)
        rt_service_metrics_observe(service->metrics, number_of(visit->route), status, ns);
    write_log(visit, x, sent, ns);
}

/* ---- opening and closing ------------------------------------------------------------------------
 */

static void make_headers(struct rt_service *service)
{
    struct rt_http_header *to = service->headers;
    *to++ = (struct rt_http_header){ "X-Content-Type-Options", "nosniff" };
    *to++ = (struct rt_http_header){ "Referrer-Policy", "no-referrer" };
    *to++ = (struct rt_http_header){ "Cache-Control", "no-store" };
    if (service->rules.cors_origin) {
        *to++ =
            (struct rt_http_header){ "Access-Control-Allow-Origin", service->rules.cors_origin };
        *to++ = (struct rt_http_header){ "Access-Control-Expose-Headers",
                                         "Retry-After, X-Request-Id, traceparent" };
    } else {
        *to++ = (struct rt_http_header){ "Cross-Origin-Resource-Policy", "same-origin" };
        *to++ = (struct rt_http_header){ "X-Frame-Options", "DENY" };
    }
    *to = (struct rt_http_header){ NULL, NULL };
}

static rt_status make_parts(struct rt_service *service, rt_error *err)
{
    const struct rt_service_rules *rules = &service->rules;
    service->metrics = rt_service_metrics_open(rt_route_labels, rt_route_count + 1);
    service->quota = rt_quota_open(rules->per_client, rules->connections);
    service->work = rt_work_open(rules->workers, rt_cores(), rules->queue);
    if (!service->metrics || !service->quota || !service->work)
        return rt_fail(err, RT_NO_MEMORY, "the threads of the service cannot be made");
    rt_status s = rt_auth_open(&service->auth, rules->api_keys, rules->api_keys_file, err);
    if (s != RT_OK)
        return s;
    service->health = rt_health_open(service->engine, rules->health_s);
    return service->health ? RT_OK
                           : rt_fail(err, RT_NO_MEMORY, "the thread of the check cannot be made");
}

/* The listener is the server's from then on. */
static rt_status start(struct rt_service *service, rt_error *err)
{
    const struct rt_service_rules *rules = &service->rules;
    const struct rt_http_rules http = {
        rules->event_threads, rules->connections, rules->idle_s,
        rules->receive_s,     rules->send_s,      rules->max_bodies,
        rules->max_answers,   rules->listener > 0
    };
    const struct rt_http_app app = { .ctx = service,
                                     .room = sizeof(struct rt_visit),
                                     .begin = begin,
                                     .handle = handle,
                                     .end = end,
                                     .headers = service->headers };
    int listener = rules->listener;
    rt_status s = RT_OK;
    if (listener > 0)
        rt_listen_show(listener, service->address);
    else
        s = rt_listen(rules->listen, &listener, service->address, err);
    if (s != RT_OK)
        return s;
    service->is_loopback = rt_listen_is_loopback(listener);
    return rt_http_open(&service->http, listener, &http, &app, err);
}

static void close_listener(const struct rt_service_rules *rules)
{
    if (rules->listener > 0)
        close(rules->listener);
}

rt_status rt_service_open(struct rt_service **out, rt_engine *engine, struct rt_fetcher *fetcher,
                          const struct rt_service_rules *rules, rt_error *err)
{
    struct rt_service *service = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *service);
    if (!service) {
        close_listener(rules);
        return rt_fail(err, RT_NO_MEMORY, "no memory for the service");
    }
    memset(service, 0, sizeof *service);
    service->rules = *rules;
    service->engine = engine;
    service->fetcher = fetcher;
    rt_service_rules_complete(&service->rules, engine);
    make_headers(service);
    rt_status s = rt_service_rules_check(rules, err);
    if (s == RT_OK)
        s = make_parts(service, err);
    if (s == RT_OK)
        s = start(service, err);
    else
        close_listener(rules);
    if (s != RT_OK) {
        rt_service_close(service);
        return s;
    }
    *out = service;
    return RT_OK;
}

const char *rt_service_address(const struct rt_service *service) { return service->address; }

rt_status rt_service_reload(struct rt_service *service, const char *api_keys,
                            const char *api_keys_file, rt_error *err)
{
    return rt_auth_reload(service->auth, api_keys, api_keys_file, err);
}

void rt_service_unready(struct rt_service *service) { atomic_store(&service->draining, true); }

void rt_service_drain(struct rt_service *service)
{
    rt_service_unready(service);
    rt_http_quiesce(service->http);
}

unsigned rt_service_active(struct rt_service *service)
{
    return rt_http_read(service->http).exchanges;
}

void rt_service_close(struct rt_service *service)
{
    if (!service)
        return;
    if (service->http) {
        rt_http_quiesce(service->http);
        /* What is deferred ends within some ticks of the engine, and answers whoever is left. */
        while (rt_http_read(service->http).deferred > 0) {
            rt_http_stop(service->http);
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
        }
        rt_http_close(service->http);
    }
    rt_health_close(service->health);
    rt_work_close(service->work);
    rt_auth_close(service->auth);
    rt_quota_close(service->quota);
    rt_service_metrics_close(service->metrics);
    rt_alloc_resize(&rt_alloc_heap, service, 0);
}

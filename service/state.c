/* What the service says about itself: health, readiness, metrics, the list of problems, and the
 * static answers.  All of it is quick enough for an event thread. */
#include "service/inside.h"
#include "service/json.h"
#include "service/routes.h"

#include "base/error.h"
#include "base/str.h"

#include <stdio.h>
#include <time.h>

static const char json_type[] = "application/json";

/* ---- health -------------------------------------------------------------------------------------
 */

/* While the breaker rests the component the fallback serves: worse, but served. */
static const char *component_state(const struct rt_service *service,
                                   const struct rt_health_report *report,
                                   const rt_engine_health *engine)
{
    bool closed = strcmp(engine->breaker, "closed") == 0;
    if (report->good && closed && strcmp(engine->pressure, "critical") != 0)
        return "healthy";
    return service->rules.no_fallback && strcmp(engine->breaker, "open") == 0 ? "unhealthy"
                                                                              : "degraded";
}

static void put_time(struct rt_net_json *json, yyjson_mut_val *object, const char *key,
                     uint64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm t;
    char text[32];
    gmtime_r(&at, &t);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &t);
    rt_json_put_text(json, object, key, rt_str_from_c(text));
}

static rt_status write_health(struct rt_service *service, const char *state,
                              const struct rt_health_report *report, const rt_engine_health *engine,
                              rt_text *out, rt_error *err)
{
    struct rt_net_json json;
    rt_net_json_open(&json, &rt_alloc_heap);
    yyjson_mut_val *root = rt_net_json_object(&json);
    yyjson_mut_val *components = rt_net_json_object(&json);
    yyjson_mut_val *extractor = rt_net_json_object(&json);
    const char *whole = atomic_load(&service->draining) ? "draining" : state;
    rt_json_put_text(&json, root, "status", rt_str_from_c(whole));
    rt_net_json_put(&json, root, "components", components);
    rt_net_json_put(&json, components, "wasm_extractor", extractor);
    rt_json_put_text(&json, extractor, "status", rt_str_from_c(state));
    rt_json_put_text(&json, extractor, "version", rt_str_from_c(report->version));
    rt_json_put_text(&json, extractor, "trek_version", rt_str_from_c(report->core_version));
    rt_json_put_real(&json, extractor, "memory_usage_mb",
                     (double)(engine->memory_bytes >> 10) / 1024);
    rt_json_put_uint(&json, extractor, "extraction_count", engine->extractions);
    rt_json_put_uint(&json, extractor, "pool_size", engine->pool_limit);
    rt_json_put_uint(&json, extractor, "active_instances", engine->active);
    rt_json_put_text(&json, extractor, "circuit_breaker_state", rt_str_from_c(engine->breaker));
    put_time(&json, extractor, "last_health_check", report->checked_s);
    return rt_net_json_close(&json, root, out, err);
}

void rt_handle_health(struct rt_exchange *x)
{
    struct rt_service *service = rt_visit_of(x)->service;
    struct rt_health_report report = rt_health_read(service->health);
    rt_engine_health engine;
    rt_text text = { NULL, 0 };
    rt_error err;
    rt_status s = rt_engine_get_health(service->engine, &engine, &err);
    const char *state = s == RT_OK ? component_state(service, &report, &engine) : "unhealthy";
    if (s == RT_OK)
        s = write_health(service, state, &report, &engine, &text, &err);
    if (s == RT_OK)
        rt_respond_text(x, strcmp(state, "unhealthy") == 0 ? 503 : 200, json_type, &text);
    else
        rt_respond_error(x, &err);
}

void rt_handle_live(struct rt_exchange *x)
{
    rt_respond_str(x, 200, "text/plain; charset=utf-8", RT_LIT("alive\n"));
}

void rt_handle_ready(struct rt_exchange *x)
{
    struct rt_service *service = rt_visit_of(x)->service;
    rt_engine_health engine;
    rt_error err;
    if (atomic_load(&service->draining)) {
        rt_respond_kind(x, RT_PROBLEM_SHUTTING_DOWN, NULL);
        return;
    }
    rt_status s = rt_engine_get_health(service->engine, &engine, &err);
    if (s == RT_OK && service->rules.no_fallback && strcmp(engine.breaker, "open") == 0)
        s = rt_fail(&err, RT_BREAKER_IS_OPEN, "the circuit breaker is open");
    if (s == RT_OK)
        rt_respond_str(x, 200, "text/plain; charset=utf-8", RT_LIT("ready\n"));
    else
        rt_respond_error(x, &err);
}

/* ---- metrics ------------------------------------------------------------------------------------
 */

static void read_values(struct rt_service *service, const struct rt_fetch_counts *fetches,
                        uint64_t values[RT_SERVICE_METRICS])
{
    struct rt_http_counts http = rt_http_read(service->http);
    values[RT_SERVICE_METRIC_CONNECTIONS] = http.connections;
    values[RT_SERVICE_METRIC_EXCHANGES] = http.exchanges;
    values[RT_SERVICE_METRIC_BODIES] = http.body_bytes;
    values[RT_SERVICE_METRIC_ANSWERS] = http.answer_bytes;
    values[RT_SERVICE_METRIC_QUEUED] = rt_work_queued(service->work);
    values[RT_SERVICE_METRIC_ADMITTED] = rt_work_admitted(service->work);
    values[RT_SERVICE_METRIC_CUT_OFF] = atomic_load(&service->cut_off);
    values[RT_SERVICE_METRIC_LINES_LOST] = rt_log_lost();
    values[RT_SERVICE_METRIC_FETCH_ACTIVE] = fetches->active;
    values[RT_SERVICE_METRIC_FETCH_WAITS] = fetches->waiting;
    values[RT_SERVICE_METRIC_FETCH_BYTES] = fetches->bytes;
    values[RT_SERVICE_METRIC_FETCH_CACHED] = fetches->cache_hits;
}

void rt_handle_metrics(struct rt_exchange *x)
{
    struct rt_visit *visit = rt_visit_of(x);
    struct rt_service *service = visit->service;
    bool open = visit->offer == 1;
    rt_metrics_format format = open ? RT_METRICS_OPENMETRICS : RT_METRICS_TEXT;
    uint64_t values[RT_SERVICE_METRICS];
    struct rt_fetch_counts fetches = { 0 };
    rt_text text = { NULL, 0 };
    rt_error err;
    rt_status s = rt_engine_metrics(service->engine, format, &text, &err);
    if (s == RT_INVALID_ARGUMENT) {
        rt_respond_kind(x, RT_PROBLEM_NOT_FOUND, "RIPTIDE_WASM_ENABLE_METRICS is false");
        return;
    }
    rt_fetcher_read(service->fetcher, &fetches);
    read_values(service, &fetches, values);
    if (s == RT_OK)
        s = rt_service_metrics_write(service->metrics, values, &fetches, format, &text, &err);
    if (s == RT_OK)
        rt_respond_text(x, 200,
                        open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                             : "text/plain; version=0.0.4; charset=utf-8",
                        &text);
    else
        rt_respond_error(x, &err);
    rt_text_free(&text);
}

/* ---- the rest -----------------------------------------------------------------------------------
 */

void rt_handle_problems(struct rt_exchange *x)
{
    rt_text text = { NULL, 0 };
    rt_error err;
    if (rt_problem_list(&text, &err) == RT_OK)
        rt_respond_text(x, 200, json_type, &text);
    else
        rt_respond_error(x, &err);
}

void rt_handle_asset(struct rt_exchange *x)
{
    const struct rt_asset *asset = rt_visit_of(x)->route->asset;
    rt_respond_str(x, 200, asset->type, asset->bytes);
}

/* The way of a page: checks, breaker, pool and component, or the fallback; then the report. */
#include "base/error.h"
#include "base/str.h"
#include "host/engine.h"
#include "host/fallback/native.h"
#include "host/request.h"
#include "host/system/clock.h"

#include <time.h>

/* ---- checks ---------------------------------------------------------------------------------- */

static rt_status check(const struct rt_runtime *runtime, const rt_request *request, rt_error *err)
{
    uint64_t start = rt_clock_now();
    rt_status status = rt_validate_request(&runtime->rules, request, err);
    if (status == RT_OK && request->extractor == RT_EXTRACTOR_COMPONENT)
        status = rt_limits_check(&runtime->limits, request, err);
    rt_metrics_add(runtime->metrics, RT_METRIC_INPUT_CHECKS, status, 1);
    rt_metrics_observe(runtime->metrics, RT_METRIC_INPUT_TIME, 0, rt_clock_now() - start);
    return status;
}

static rt_status check_without_engine(const rt_request *request, rt_error *err)
{
    if (request->extractor != RT_EXTRACTOR_NATIVE)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_extract: engine is NULL");
    const struct rt_config config = rt_settings_config(NULL);
    const struct rt_input_rules rules = rt_input_rules_of(&config);
    return rt_validate_request(&rules, request, err);
}

/* ---- component or fallback ------------------------------------------------------------------- */

static rt_status use_extract(const struct rt_turn *turn, const struct rt_call *call, rt_error *err)
{
    return rt_call_extract(call, turn->request, turn->result, err);
}

static rt_status fall_back(struct rt_runtime *runtime, const rt_request *request,
                           const struct rt_watch *watch, struct rt_result *result, rt_error *err)
{
    if (!runtime->fallback)
        return rt_fail(err, RT_BREAKER_IS_OPEN, "%s", rt_status_text(RT_BREAKER_IS_OPEN));
    rt_error own = { .message = "" };
    rt_status status =
        rt_fallback_extract(runtime->fallback, request, watch->deadline_ns, result, &own);
    if (status != RT_OK && err)
        *err = own;
    rt_metrics_add(runtime->metrics, RT_METRIC_FALLBACKS, status, 1);
    rt_event event = watch->report;
    event.kind = RT_EVENT_FALLBACK;
    event.status = status;
    event.extractor = RT_EXTRACTOR_NATIVE;
    event.stats = result->stats;
    rt_events_emit(runtime->events, &event);
    return status;
}

static rt_status serve(struct rt_runtime *runtime, const rt_request *request,
                       const struct rt_watch *watch, struct rt_result *result, rt_error *err)
{
    struct rt_pass pass = rt_fuse_allow(&runtime->fuse);
    if (!pass.allowed)
        return fall_back(runtime, request, watch, result, err);
    const struct rt_turn turn = { .use = use_extract,
                                  .watch = watch,
                                  .stats = &result->stats,
                                  .request = request,
                                  .result = result };
    rt_status status = rt_runtime_run(runtime, &turn, err);
    if (rt_fuse_record(&runtime->fuse, pass, status) && runtime->fallback)
        rt_fallback_prepare(runtime->fallback);
    if (status == RT_OK || rt_status_cause(status) == RT_CAUSE_PAGE)
        atomic_fetch_add_explicit(&runtime->extractions, 1, memory_order_relaxed);
    return status;
}

/* ---- report ---------------------------------------------------------------------------------- */

static rt_event begin_report(const rt_request *request)
{
    rt_event event = { .kind = RT_EVENT_CALL,
                       .mode = request->mode,
                       .extractor = request->extractor,
                       .html_bytes = request->html.len };
    rt_str parent = rt_str_first(request->traceparent, sizeof event.traceparent - 1);
    if (parent.len > 0)
        memcpy(event.traceparent, parent.at, parent.len);
    return event;
}

static void report_memory(struct rt_runtime *runtime, const rt_stats *stats)
{
    struct rt_metrics *m = runtime->metrics;
    if (stats->memory_peak == 0)
        return;
    atomic_store_explicit(&runtime->last_memory, stats->memory_peak, memory_order_relaxed);
    rt_metrics_set(m, RT_METRIC_PAGES, 0, stats->memory_peak);
    rt_metrics_set(m, RT_METRIC_MEMORY, 0, stats->memory_peak);
    rt_metrics_raise(m, RT_METRIC_PEAK_PAGES, 0, stats->memory_peak);
    rt_metrics_raise(m, RT_METRIC_PEAK_MEMORY, 0, stats->memory_peak);
    uint64_t limit = runtime->limits.memory;
    if (stats->memory_peak >= limit / 100 * runtime->config.memory_threshold)
        rt_events_tell(runtime->events, RT_EVENT_MEMORY_CALL, stats->memory_peak, limit);
}

/* Its answer does not tell how far it came; it wanted more than the limit. */
static void report_refusal(struct rt_runtime *runtime)
{
    uint64_t limit = runtime->limits.memory;
    rt_metrics_add(runtime->metrics, RT_METRIC_GROW_FAILED, 0, 1);
    rt_events_tell(runtime->events, RT_EVENT_MEMORY_CALL, limit, limit);
}

static void report(struct rt_runtime *runtime, const struct rt_watch *watch,
                   const struct rt_result *result, rt_status status, uint64_t took_ns)
{
    struct rt_metrics *m = runtime->metrics;
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, rt_metric_call(watch->report.mode, status),
                       took_ns);
    rt_metrics_add(m, RT_METRIC_FUEL, 0, result->stats.fuel_used);
    if (status != RT_OK) {
        rt_metrics_add(m, RT_METRIC_FAILURES, status, 1);
        rt_metrics_add(m, RT_METRIC_FAILURES_KEPT, status, 1);
    }
    if (result->extractor == RT_EXTRACTOR_COMPONENT) {
        report_memory(runtime, &result->stats);
        if (status == RT_RESOURCE_LIMIT)
            report_refusal(runtime);
    }
    if (!rt_events_wanted(runtime->events, RT_EVENT_CALL)) {
        rt_metrics_add(m, RT_METRIC_EVENTS, RT_EVENT_CALL, 1); /* counted, observed or not */
        return;
    }
    rt_event event = watch->report;
    event.value = took_ns;
    event.limit = watch->limit_ns;
    event.status = status;
    event.extractor = result->extractor;
    event.stats = result->stats;
    rt_events_emit(runtime->events, &event);
}

/* ---- the call -------------------------------------------------------------------------------- */

static rt_status extract_in(struct rt_runtime *runtime, const rt_request *request,
                            struct rt_result *result, rt_error *err)
{
    uint64_t start = rt_clock_now();
    struct rt_watch watch = rt_runtime_watch(runtime, request);
    watch.report = begin_report(request);
    rt_status status = serve(runtime, request, &watch, result, err);
    report(runtime, &watch, result, status, rt_clock_now() - start);
    return status;
}

rt_status rt_check_request(rt_engine *engine, const rt_request *request, rt_error *err)
{
    rt_request known;
    struct rt_runtime *runtime = NULL;
    if (!engine)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_check_request: engine is NULL");
    rt_status status = rt_request_read(request, &known, err);
    if (status == RT_OK)
        status = rt_engine_runtime(engine, &runtime, err);
    if (status != RT_OK)
        return status;
    if (!known.html.at)
        known.html = RT_LIT("-"); /* not there yet: nothing can be wrong with it */
    return rt_validate_request(&runtime->rules, &known, err);
}

rt_status rt_extract(rt_engine *engine, const rt_request *request, rt_result **out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_extract: out is NULL");
    rt_request known;
    struct rt_runtime *runtime = NULL;
    rt_status status = rt_request_read(request, &known, err);
    if (status == RT_OK && engine)
        status = rt_engine_runtime(engine, &runtime, err);
    if (status == RT_OK)
        status = engine ? check(runtime, &known, err) : check_without_engine(&known, err);
    if (status != RT_OK)
        return status;
    struct rt_result *result = rt_result_new(&rt_alloc_heap);
    if (!result)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the result");
    result->extractor = known.extractor;
    status = known.extractor == RT_EXTRACTOR_NATIVE ? rt_native_extract(&known, result, err)
                                                    : extract_in(runtime, &known, result, err);
    if (status != RT_OK) {
        rt_result_free(result);
        return status;
    }
    rt_result_drop_future(&result->content, time(NULL));
    *out = result;
    return RT_OK;
}

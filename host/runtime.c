/* What an engine is made of: opened in the order in which the parts need each other, closed
 * backwards. */
#include "host/runtime.h"

#include "base/error.h"
#include "host/component/ticker.h"
#include "host/system/clock.h"
#include "host/system/stack.h"

#include <string.h>
#include <unistd.h>
#include <wasmtime/engine.h>

rt_status rt_runtime_no_thread(rt_error *err)
{
    return rt_fail(err, RT_NO_MEMORY,
                   "the calling thread's stack is too small for a component, and no other thread "
                   "can be made");
}

static void advance_epoch(void *engine) { wasmtime_engine_increment_epoch(engine); }

/* ---- open ------------------------------------------------------------------------------------ */

struct opening {
    struct rt_runtime *runtime;
    rt_error *err;
    rt_status status;
};

static void load_component(void *p)
{
    struct opening *opening = p;
    struct rt_runtime *runtime = opening->runtime;
    uint64_t start = rt_clock_now();
    opening->status = rt_component_open(&runtime->component, &runtime->source, &runtime->config,
                                        &runtime->warning, opening->err);
    runtime->info.load_ns = rt_clock_now() - start;
}

static rt_status open_component(struct rt_runtime *runtime, rt_error *err)
{
    rt_status status = rt_component_source_open(&runtime->source, &runtime->config, NULL, err);
    if (status != RT_OK)
        return status;
    struct opening opening = { runtime, err, RT_OK };
    if (!rt_stack_call(load_component, &opening))
        return rt_runtime_no_thread(err);
    return opening.status;
}

static rt_status open_observation(struct rt_runtime *runtime, rt_error *err)
{
    if (runtime->config.metrics) {
        runtime->metrics = rt_metrics_open(&rt_alloc_heap, "default");
        if (!runtime->metrics)
            return rt_fail(err, RT_NO_MEMORY, "no memory for the metrics");
    }
    runtime->events = rt_events_open(&rt_alloc_heap, runtime->metrics);
    if (!runtime->events)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the events");
    return RT_OK;
}

static void try_instance(void *p)
{
    struct opening *opening = p;
    struct rt_runtime *runtime = opening->runtime;
    struct rt_instance instance;
    rt_ticker_enter(&runtime->ticker);
    opening->status =
        rt_instance_make(&instance, &runtime->component, &runtime->limits, opening->err);
    if (opening->status == RT_OK)
        rt_instance_drop(&instance);
    rt_ticker_leave(&runtime->ticker);
}

/* What can never be instantiated is refused here, not call by call; ours can, and starts 3 ms
 * earlier. */
static rt_status try_component(struct rt_runtime *runtime, rt_error *err)
{
    if (!runtime->source.file)
        return RT_OK;
    struct opening opening = { runtime, err, RT_OK };
    if (!rt_stack_call(try_instance, &opening))
        return rt_runtime_no_thread(err);
    return opening.status;
}

static rt_status open_pool(struct rt_runtime *runtime, rt_error *err)
{
    const struct rt_pool_parts parts = {
        .config = &runtime->config,
        .component = &runtime->component,
        .limits = &runtime->limits,
        .ticker = &runtime->ticker,
        .metrics = runtime->metrics,
        .events = runtime->events,
    };
    return rt_pool_open(&runtime->pool, &parts, err);
}

static rt_status open_fallback(struct rt_runtime *runtime, rt_error *err)
{
    if (runtime->config.fallback == RT_FALLBACK_OFF)
        return RT_OK;
    const struct rt_fallback_rules rules = {
        .helpers = (uint32_t)runtime->config.fallback_helpers,
        .memory = runtime->limits.memory,
        .timeout_ns = runtime->limits.timeout_ns,
    };
    runtime->fallback = rt_fallback_open(&rt_alloc_heap, &rules, runtime->metrics, runtime->events);
    return runtime->fallback ? RT_OK : rt_fail(err, RT_NO_MEMORY, "no memory for the fallback");
}

static rt_status open_parts(struct rt_runtime *runtime, rt_error *err)
{
    rt_status status = open_observation(runtime, err);
    if (status == RT_OK)
        status = open_component(runtime, err);
    if (status != RT_OK)
        return status;
    runtime->limits = rt_limits_of(&runtime->config, runtime->source.in_use);
    if (!rt_ticker_start(&runtime->ticker, advance_epoch, runtime->component.engine))
        return rt_fail(err, RT_NO_MEMORY, "no thread can be made for the deadlines");
    status = try_component(runtime, err);
    if (status == RT_OK)
        status = open_pool(runtime, err);
    if (status == RT_OK)
        status = open_fallback(runtime, err);
    if (status != RT_OK) {
        if (runtime->pool)
            rt_pool_close(runtime->pool);
        rt_ticker_stop(&runtime->ticker);
        return status;
    }
    rt_fuse_init(&runtime->fuse, &runtime->config, runtime->metrics, runtime->events);
    rt_memory_manager_init(&runtime->memory, &runtime->config, runtime->pool, runtime->metrics,
                           runtime->events);
    return RT_OK;
}

static void close_component(struct rt_runtime *runtime)
{
    rt_component_close(&runtime->component);
    rt_component_source_close(&runtime->source);
    if (runtime->events)
        rt_events_close(runtime->events);
    if (runtime->metrics)
        rt_metrics_close(runtime->metrics);
    rt_alloc_resize(&rt_alloc_heap, runtime, 0);
}

/* What the start was like, for whoever asks and whoever scrapes. */
static void tell_start(struct rt_runtime *runtime, uint64_t open_ns)
{
    struct rt_metrics *m = runtime->metrics;
    const struct rt_component *component = &runtime->component;
    runtime->info = (rt_engine_info){
        .component = runtime->source.label,
        .component_bytes = runtime->source.wasm.len,
        .cache_hit = component->cache_hit,
        .pooling = component->pooling,
        .load_ns = runtime->info.load_ns,
        .warning = runtime->warning.text,
        .open_ns = open_ns,
    };
    rt_metrics_set(m, RT_METRIC_COLD_START, 0, open_ns);
    rt_metrics_set(m, RT_METRIC_COLD_START_MS, 0, open_ns);
    rt_metrics_add(m, RT_METRIC_CACHE_HITS_KEPT, 0, component->cache_hit);
    rt_metrics_add(m, RT_METRIC_CACHE_LOOKUPS, component->cache_result, 1);
    rt_metrics_set(m, RT_METRIC_SCHEMA_TIME, 0, component->schema.ns);
    rt_metrics_set(m, RT_METRIC_SCHEMA_ERRORS, 0, component->schema.errors);
    rt_metrics_set(m, RT_METRIC_SCHEMA_WARNINGS, 0, component->schema.warnings);
    rt_metrics_set(m, RT_METRIC_MEMORY_LIMIT, 0, runtime->limits.memory);
    if (!component->cache_hit && runtime->config.aot_cache)
        rt_events_tell(runtime->events, RT_EVENT_CACHE_MISS, runtime->info.load_ns, 0);
    uint64_t target = runtime->config.cold_start_ms * UINT64_C(1000000);
    if (open_ns > target)
        rt_events_tell(runtime->events, RT_EVENT_SLOW_START, open_ns, target);
}

rt_status rt_runtime_open(struct rt_runtime **out, const struct rt_config *config, rt_error *err)
{
    uint64_t start = rt_clock_now();
    struct rt_runtime *runtime = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *runtime);
    if (!runtime)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the engine");
    memset(runtime, 0, sizeof *runtime);
    runtime->pid = getpid();
    runtime->config = *config;
    runtime->rules = rt_input_rules_of(config);
    atomic_init(&runtime->extractions, 0);
    atomic_init(&runtime->last_memory, 0);
    rt_status status = open_parts(runtime, err);
    if (status != RT_OK) {
        close_component(runtime);
        return status;
    }
    tell_start(runtime, rt_clock_now() - start);
    *out = runtime;
    return RT_OK;
}

void rt_runtime_close(struct rt_runtime *runtime)
{
    rt_events_end(runtime->events); /* first: observers may use the engine */
    rt_pool_close(runtime->pool);
    rt_ticker_stop(&runtime->ticker);
    rt_fuse_destroy(&runtime->fuse);
    if (runtime->fallback)
        rt_fallback_close(runtime->fallback);
    close_component(runtime);
}

void rt_runtime_abandon(struct rt_runtime *runtime)
{
    if (runtime->fallback)
        rt_fallback_abandon(runtime->fallback);
}

/* ---- turns ----------------------------------------------------------------------------------- */

struct rt_watch rt_runtime_watch(const struct rt_runtime *runtime, const rt_request *request)
{
    uint64_t now = rt_clock_now(), limit = runtime->limits.timeout_ns, wanted;
    if (request && request->timeout_ms > 0 &&
        !__builtin_mul_overflow(request->timeout_ms, UINT64_C(1000000), &wanted) && wanted < limit)
        limit = wanted;
    return (struct rt_watch){
        .cancel = request ? request->cancel : NULL,
        .deadline_ns = now + limit,
        .limit_ns = limit,
        .soft_ns = now + runtime->config.soft_timeout_ms * UINT64_C(1000000),
        .events = runtime->events,
    };
}

struct running {
    struct rt_runtime *runtime;
    const struct rt_turn *turn;
    rt_error *err;
    rt_status status;
};

static void run_turn(void *p)
{
    struct running *running = p;
    struct rt_runtime *runtime = running->runtime;
    const struct rt_turn *turn = running->turn;
    struct rt_lease lease;
    uint64_t start = rt_clock_now();
    running->status = rt_pool_take(runtime->pool, turn->watch, &lease, running->err);
    if (running->status != RT_OK) {
        turn->stats->wait_ns = rt_clock_now() - start;
        return;
    }
    turn->stats->wait_ns = lease.wait_ns;
    turn->stats->take_ns = lease.take_ns;
    turn->stats->instantiate_ns = lease.instantiate_ns;
    turn->stats->tier = lease.tier;
    const struct rt_call call = { lease.instance, &runtime->component, &runtime->limits,
                                  turn->watch };
    rt_ticker_enter(&runtime->ticker);
    running->status = turn->use(turn, &call, running->err);
    rt_ticker_leave(&runtime->ticker);
    start = rt_clock_now();
    rt_pool_give(runtime->pool, &lease, running->status);
    turn->stats->drop_ns = rt_clock_now() - start;
}

rt_status rt_runtime_run(struct rt_runtime *runtime, const struct rt_turn *turn, rt_error *err)
{
    struct running running = { runtime, turn, err, RT_OK };
    bool ran = rt_stack_call(run_turn, &running);
    rt_memory_manager_look(&runtime->memory);
    return ran ? running.status : rt_runtime_no_thread(err);
}

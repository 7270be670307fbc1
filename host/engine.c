/* The public engine: a handle on the runtime of the process that uses it. */
#include "host/engine.h"

#include "base/error.h"
#include "host/checks/schema.h"
#include "host/system/memory.h"
#include "host/system/stack.h"

#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

struct rt_engine {
    struct rt_config config; /* with paths of its own */
    _Atomic(struct rt_runtime *) runtime;
    atomic_int starter; /* the process in which a thread makes, or made, a runtime */
};

const char *rt_version(void) { return RT_VERSION; }

/* ---- open and close -------------------------------------------------------------------------- */

static void free_engine(struct rt_engine *engine)
{
    rt_config_free(&engine->config);
    rt_alloc_resize(&rt_alloc_heap, engine, 0);
}

rt_status rt_engine_open(const rt_settings *settings, rt_engine **out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_open: out is NULL");
    struct rt_config config = rt_settings_config(settings);
    rt_status status = rt_settings_check(settings, err);
    if (status != RT_OK)
        return status;
    struct rt_engine *engine = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *engine);
    if (!engine || !rt_config_copy(&engine->config, &config)) {
        rt_alloc_resize(&rt_alloc_heap, engine, 0);
        return rt_fail(err, RT_NO_MEMORY, "no memory for the engine");
    }
    struct rt_runtime *runtime = NULL;
    status = rt_runtime_open(&runtime, &engine->config, err);
    if (status != RT_OK) {
        free_engine(engine);
        return status;
    }
    atomic_init(&engine->runtime, runtime);
    atomic_init(&engine->starter, (int)runtime->pid);
    *out = engine;
    return RT_OK;
}

void rt_engine_close(rt_engine *engine)
{
    if (!engine)
        return;
    struct rt_runtime *runtime = atomic_load(&engine->runtime);
    /* In the child of a fork, what belongs to the parent is left alone. */
    if (runtime->pid == getpid())
        rt_runtime_close(runtime);
    else
        rt_runtime_abandon(runtime);
    free_engine(engine);
}

/* ---- after a fork ---------------------------------------------------------------------------- */

static rt_status restart(struct rt_engine *engine, struct rt_runtime *old, struct rt_runtime **out,
                         rt_error *err)
{
    struct rt_runtime *runtime = NULL;
    rt_status status = rt_runtime_open(&runtime, &engine->config, err);
    if (status != RT_OK)
        return status;
    rt_observer observers[RT_OBSERVERS];
    size_t count = rt_events_observers(old->events, observers);
    for (size_t i = 0; i < count && status == RT_OK; i++)
        status = rt_events_observe(runtime->events, &observers[i], err);
    if (status != RT_OK) {
        rt_runtime_close(runtime);
        return status;
    }
    rt_runtime_abandon(old);
    rt_events_tell(runtime->events, RT_EVENT_RESTARTED, (uint64_t)old->pid, 0);
    *out = runtime;
    return RT_OK;
}

/* One thread of the child starts the runtime, the others wait for it.  No lock: the parent's
 * threads may have held any at the fork. */
rt_status rt_engine_runtime(struct rt_engine *engine, struct rt_runtime **out, rt_error *err)
{
    int pid = (int)getpid();
    for (;;) {
        struct rt_runtime *runtime = atomic_load(&engine->runtime);
        if (runtime->pid == pid) {
            *out = runtime;
            return RT_OK;
        }
        int starter = atomic_load(&engine->starter);
        if (starter == pid) {
            sched_yield();
            continue;
        }
        if (!atomic_compare_exchange_strong(&engine->starter, &starter, pid))
            continue;
        rt_status status = restart(engine, runtime, out, err);
        if (status == RT_OK)
            atomic_store(&engine->runtime, *out);
        else
            atomic_store(&engine->starter, (int)runtime->pid);
        return status;
    }
}

/* ---- what it tells of itself ----------------------------------------------------------------- */

const rt_engine_info *rt_engine_get_info(const rt_engine *engine)
{
    return engine ? &atomic_load(&engine->runtime)->info : NULL;
}

rt_status rt_engine_get_health(rt_engine *engine, rt_engine_health *out, rt_error *err)
{
    if (!engine || !out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_get_health: an argument is NULL");
    struct rt_runtime *runtime;
    rt_status status = rt_engine_runtime(engine, &runtime, err);
    if (status != RT_OK)
        return status;
    struct rt_pool_state pool;
    rt_pool_read(runtime->pool, &pool);
    rt_memory_manager_look(&runtime->memory);
    *out = (rt_engine_health){
        .breaker = rt_breaker_label(rt_fuse_state(&runtime->fuse)),
        .pressure = rt_pressure_label(atomic_load(&runtime->memory.pressure)),
        .pool_limit = pool.limit,
        .active = pool.active,
        .waiting = pool.waiting,
        .hot = pool.hot,
        .warm = pool.warm,
        .extractions = atomic_load(&runtime->extractions),
        .memory_bytes = atomic_load(&runtime->last_memory),
        .resident_bytes = rt_process_resident(),
    };
    return RT_OK;
}

static void publish_pool(const struct rt_runtime *runtime)
{
    struct rt_metrics *m = runtime->metrics;
    struct rt_pool_state pool;
    rt_pool_read(runtime->pool, &pool);
    rt_metrics_set(m, RT_METRIC_SLOTS, RT_TIER_HOT, pool.hot);
    rt_metrics_set(m, RT_METRIC_SLOTS, RT_TIER_WARM, pool.warm);
    rt_metrics_set(m, RT_METRIC_ACTIVE, 0, pool.active);
    rt_metrics_set(m, RT_METRIC_WAITING, 0, pool.waiting);
    rt_metrics_set(m, RT_METRIC_POOL_LIMIT, 0, pool.limit);
    rt_metrics_set(m, RT_METRIC_HOT_TARGET, 0, pool.hot_target);
    rt_metrics_set(m, RT_METRIC_SIZE_TARGET, 0, pool.size_target);
}

rt_status rt_engine_metrics(rt_engine *engine, rt_metrics_format format, rt_text *out,
                            rt_error *err)
{
    if (!engine || !out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_metrics: an argument is NULL");
    struct rt_runtime *runtime;
    rt_status status = rt_engine_runtime(engine, &runtime, err);
    if (status != RT_OK)
        return status;
    if (!runtime->metrics)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "there are no metrics: RIPTIDE_WASM_ENABLE_METRICS is false");
    publish_pool(runtime);
    rt_memory_manager_look(&runtime->memory);
    rt_fuse_publish(&runtime->fuse);
    rt_metrics_process(runtime->metrics);
    return rt_metrics_write(runtime->metrics, format, &rt_alloc_heap, out, err);
}

rt_status rt_engine_observe(rt_engine *engine, const rt_observer *observer, rt_error *err)
{
    if (!engine || !observer)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_observe: an argument is NULL");
    struct rt_runtime *runtime;
    rt_status status = rt_engine_runtime(engine, &runtime, err);
    return status == RT_OK ? rt_events_observe(runtime->events, observer, err) : status;
}

/* ---- check ----------------------------------------------------------------------------------- */

struct checking {
    const struct rt_config *config;
    const struct rt_component_source *source;
    rt_text *report;
    rt_error *err;
    rt_status status;
};

static void check(void *p)
{
    struct checking *c = p;
    struct rt_component component = { .engine = NULL };
    c->status = rt_component_compile(&component, c->source, c->config, c->err);
    if (c->status == RT_OK)
        c->status =
            rt_schema_report(component.engine, component.code, c->config, c->report, c->err);
    rt_component_close(&component);
}

rt_status rt_check_component(const rt_settings *settings, const char *path, rt_text *report,
                             rt_error *err)
{
    if (!report)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_check_component: report is NULL");
    struct rt_config config = rt_settings_config(settings);
    struct rt_component_source source = { .file = NULL };
    rt_status status = rt_component_source_open(&source, &config, path, err);
    if (status != RT_OK)
        return status;
    struct checking checking = { &config, &source, report, err, RT_OK };
    bool ran = rt_stack_call(check, &checking);
    rt_component_source_close(&source);
    return ran ? checking.status : rt_runtime_no_thread(err);
}

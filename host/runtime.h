#ifndef RT_HOST_RUNTIME_H
#define RT_HOST_RUNTIME_H

#include "host/breaker/fuse.h"
#include "host/checks/validate.h"
#include "host/component/component.h"
#include "host/fallback/fallback.h"
#include "host/pool/memory_manager.h"

/* Everything that an engine has in one process.  A child of fork() has none of its threads and may
 * find its locks taken: there the engine makes itself another one. */
struct rt_runtime {
    pid_t pid;
    struct rt_config config; /* its paths are the engine's */
    struct rt_component component;
    struct rt_component_source source;
    struct rt_limits limits;
    struct rt_input_rules rules;
    struct rt_ticker ticker;
    struct rt_metrics *metrics; /* NULL where they are off */
    struct rt_events *events;
    struct rt_fuse fuse;
    struct rt_pool *pool;
    struct rt_memory_manager memory;
    struct rt_fallback *fallback; /* NULL where it is off */
    struct rt_warning warning;
    rt_engine_info info;
    _Atomic uint64_t extractions; /* pages that the component answered, since reset-state */
    _Atomic uint64_t last_memory; /* bytes of linear memory of the last call */
};

/* config (borrowed) must outlive the runtime with all its paths.  (owned) rt_runtime_close(). */
rt_status rt_runtime_open(struct rt_runtime **out, const struct rt_config *config, rt_error *err);
/* No call is running in it. */
void rt_runtime_close(struct rt_runtime *runtime);

/* In the child of a fork, of the parent's runtime: lets go of what would reach into the parent. */
void rt_runtime_abandon(struct rt_runtime *runtime);

/* The deadline and so on of a call that begins now; request may be NULL. */
struct rt_watch rt_runtime_watch(const struct rt_runtime *runtime, const rt_request *request);

/* A turn in the component: takes an instance, runs `use` in it, gives it back.  stats: what of it
 * each step took. */
struct rt_turn {
    rt_status (*use)(const struct rt_turn *turn, const struct rt_call *call, rt_error *err);
    const struct rt_watch *watch;
    rt_stats *stats;
    /* What `use` needs: of an extraction, or of a query. */
    const rt_request *request;
    struct rt_result *result;
    const char *function;
    rt_text *text;
};
rt_status rt_runtime_run(struct rt_runtime *runtime, const struct rt_turn *turn, rt_error *err);

/* RT_NO_MEMORY, in words: host/system/stack.h could not run what it should. */
rt_status rt_runtime_no_thread(rt_error *err);

#endif

#ifndef RT_HOST_CALL_H
#define RT_HOST_CALL_H

#include "host/component/component.h"
#include "host/component/watch.h"
#include "host/content/result.h"

/* The ceilings of one call. */
struct rt_limits {
    uint64_t memory;      /* bytes of linear memory */
    uint64_t in_use;      /* of these, before a page comes */
    uint64_t fuel;        /* of a page in full mode, before its size counts */
    uint64_t fuel_per_kb; /* for each KiB of HTML */
    uint64_t timeout_ns;
};
/* in_use: see struct rt_component_source. */
struct rt_limits rt_limits_of(const struct rt_config *config, uint64_t in_use);
/* The budget of one call. */
uint64_t rt_limits_fuel(const struct rt_limits *limits, rt_mode mode, size_t html_len);

/* RT_RESOURCE_LIMIT where the request alone does not fit into the memory: told here, since a
 * component has no way to refuse its arguments but to trap. */
rt_status rt_limits_check(const struct rt_limits *limits, const rt_request *request, rt_error *err);

/* A store with one instance in it: for one call, then dropped.  Used by one thread at a time, made
 * and dropped by whichever; does not move while it lives. */
struct rt_instance {
    wasmtime_store_t *store;
    wasmtime_context_t *context;
    wasmtime_component_instance_t handle;
    const struct rt_watch *watch; /* of the call that runs in it */
    rt_status stopped;            /* by the watch: RT_TIMEOUT, RT_CANCELLED; else RT_OK */
    bool slow;                    /* the call passed its soft limit, and that was told */
};

/* Makes one under all limits.  The epoch must advance while it and the call run.
 * RT_INSTANTIATION, retryable, where that fails.  (owned) rt_instance_drop(). */
rt_status rt_instance_make(struct rt_instance *out, const struct rt_component *component,
                           const struct rt_limits *limits, rt_error *err);
void rt_instance_drop(struct rt_instance *instance);

/* What a call runs in and under. */
struct rt_call {
    struct rt_instance *instance;
    const struct rt_component *component;
    const struct rt_limits *limits;
    const struct rt_watch *watch;
};

/* Extracts one page; the request is valid.  Afterwards the instance is only good to be dropped.
 * result (owned by the caller) is filled on RT_OK; its stats always are. */
rt_status rt_call_extract(const struct rt_call *call, const rt_request *request,
                          struct rt_result *result, rt_error *err);

/* Calls a function without parameters; the answer as JSON.  out (owned): rt_text_free(). */
rt_status rt_call_query(const struct rt_call *call, const char *function, rt_text *out,
                        rt_error *err);

#endif

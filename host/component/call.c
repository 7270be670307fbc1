/* One call: a fresh store under four limits, the component's function, and the reason when it
 * fails. */
#include "host/component/call.h"

#include "base/error.h"
#include "host/boundary/boundary.h"
#include "host/system/clock.h"
#include "host/component/failure.h"
#include "host/component/ticker.h"
#include "host/component/unwatched.h"
#include "host/checks/validate.h"

#include <inttypes.h>
#include <wasmtime.h>

/* Of a component with adapters; a pool slot holds as many. */
enum { MAX_INSTANCES = 64, MAX_TABLES = 64, MAX_TABLE_ELEMENTS = 1 << 16 };

struct rt_limits rt_limits_of(const struct rt_config *config, uint64_t in_use)
{
    return (struct rt_limits){
        .memory = rt_config_memory_limit(config),
        .in_use = in_use,
        .fuel = config->fuel_limit,
        .fuel_per_kb = config->fuel_per_kb,
        .timeout_ns = config->timeout_secs * UINT64_C(1000000000),
    };
}

uint64_t rt_limits_fuel(const struct rt_limits *limits, rt_mode mode, size_t html_len)
{
    uint64_t kb = (uint64_t)html_len / 1024 + 1, fuel;
    if (__builtin_mul_overflow(kb, limits->fuel_per_kb, &fuel) ||
        __builtin_add_overflow(
            fuel, limits->fuel / RT_MODE_FUEL_SHARE_MAX * rt_mode_fuel_share(mode), &fuel))
        return UINT64_MAX;
    return fuel > 0 ? fuel : 1;
}

rt_status rt_limits_check(const struct rt_limits *limits, const rt_request *request, rt_error *err)
{
    uint64_t need = (uint64_t)request->html.len + request->url.len;
    if (request->mode == RT_MODE_CUSTOM)
        for (size_t i = 0; i < request->selectors.len && need <= limits->memory; i++)
            need += request->selectors.at[i].len + sizeof(rt_str);
    if (need <= limits->memory && limits->memory - need >= limits->in_use)
        return RT_OK;
    return rt_fail(err, RT_RESOURCE_LIMIT,
                   "%s: %" PRIu64 " bytes of %" PRIu64
                   " MiB of memory, of which the component itself takes %" PRIu64 " MiB",
                   rt_status_text(RT_RESOURCE_LIMIT), need, limits->memory >> 20,
                   limits->in_use >> 20);
}

/* Asked at each tick of a call that runs: whether it may go on. */
static wasmtime_error_t *look(wasmtime_context_t *context, void *data, uint64_t *delta,
                              wasmtime_update_deadline_kind_t *kind)
{
    (void)context;
    struct rt_instance *instance = data;
    const struct rt_watch *watch = instance->watch;
    instance->stopped = watch ? rt_watch_look(watch, &instance->slow) : RT_TIMEOUT;
    if (instance->stopped != RT_OK)
        return wasmtime_error_new(rt_status_text(instance->stopped));
    *delta = 1;
    *kind = WASMTIME_UPDATE_DEADLINE_CONTINUE;
    return NULL;
}

/* Starts the clocks of both budgets, time and instructions. */
static wasmtime_error_t *arm(struct rt_instance *instance, uint64_t ticks, uint64_t fuel)
{
    wasmtime_context_set_epoch_deadline(instance->context, ticks);
    return wasmtime_context_set_fuel(instance->context, fuel);
}

rt_status rt_instance_make(struct rt_instance *out, const struct rt_component *component,
                           const struct rt_limits *limits, rt_error *err)
{
    *out = (struct rt_instance){ .store = wasmtime_store_new(component->engine, NULL, NULL) };
    out->context = wasmtime_store_context(out->store);
    /* The limiter knows of each memory only. */
    wasmtime_store_limiter(out->store, (int64_t)(limits->memory / component->memories),
                           MAX_TABLE_ELEMENTS, MAX_INSTANCES, MAX_TABLES, component->memories);
    wasmtime_store_epoch_deadline_callback(out->store, look, out, NULL);
    wasmtime_error_t *error = NULL;
    if (component->wasi)
        error = wasmtime_context_set_wasi(out->context, wasi_config_new());
    if (!error)
        error = arm(out, limits->timeout_ns / (RT_TICK_MS * UINT64_C(1000000)) + 1, limits->fuel);
    if (!error)
        error = wasmtime_component_linker_instantiate(component->linker, out->context,
                                                      component->code, &out->handle);
    if (!error)
        return RT_OK;
    char why[300];
    rt_failure_text(error, why, sizeof why);
    rt_instance_drop(out);
    return rt_fail(err, RT_INSTANTIATION, "no instance of the component could be made: %s", why);
}

void rt_instance_drop(struct rt_instance *instance) { wasmtime_store_delete(instance->store); }

/* Tells why a call failed.  Deletes the error. */
static rt_status explain(const struct rt_call *call, uint64_t fuel, wasmtime_error_t *error,
                         rt_error *err)
{
    struct rt_evidence evidence = {
        .stopped = call->instance->stopped,
        .in_guest = rt_failure_in_guest(error),
    };
    wasmtime_error_t *none =
        wasmtime_context_get_fuel(call->instance->context, &evidence.fuel_left);
    if (none)
        wasmtime_error_delete(none);
    char why[300];
    rt_failure_text(error, why, sizeof why);
    rt_status reason = rt_failure_reason(&evidence);
    switch (reason) {
    case RT_OUT_OF_FUEL:
        return rt_fail(err, reason, "%s of %" PRIu64 " instructions", rt_status_text(reason), fuel);
    case RT_TIMEOUT:
        return rt_fail(err, reason, "%s of %.3g s", rt_status_text(reason),
                       (double)call->watch->limit_ns / 1e9);
    case RT_CANCELLED: return rt_fail(err, reason, "%s", rt_status_text(reason));
    default: return rt_fail(err, reason, "%s: %s", rt_status_text(reason), why);
    }
}

/* Runs the function with a budget of instructions, looked at each tick. */
static wasmtime_error_t *run(const struct rt_call *call,
                             const wasmtime_component_export_index_t *function, uint64_t fuel,
                             const wasmtime_component_val_t *args, size_t count,
                             wasmtime_component_val_t *answer)
{
    struct rt_instance *instance = call->instance;
    wasmtime_component_func_t func;
    if (!wasmtime_component_instance_get_func(&instance->handle, instance->context, function,
                                              &func))
        return wasmtime_error_new("the export is not a function");
    instance->watch = call->watch;
    wasmtime_error_t *error = arm(instance, 1, fuel);
    if (error)
        return error;
    rt_unwatched_begin();
    error = wasmtime_component_func_call(&func, instance->context, args, count, answer, 1);
    rt_unwatched_end();
    return error;
}

/* ---- extract --------------------------------------------------------------------------------- */

/* What a result holds on to: the component's answer and the places of its lists. */
struct held {
    wasmtime_component_val_t answer;
    struct rt_lifted lifted;
};

static void let_go(void *p, const struct rt_alloc *alloc)
{
    struct held *held = p;
    wasmtime_component_val_delete(&held->answer);
    rt_boundary_lift_done(&held->lifted);
    rt_alloc_resize(alloc, held, 0);
}

/* Moves the answer into the result, which lets it go when it is freed, good or bad. */
static rt_status lift(struct rt_result *result, wasmtime_component_val_t *answer, rt_error *err)
{
    struct held *held = rt_alloc_resize(result->alloc, NULL, sizeof *held);
    if (!held) {
        wasmtime_component_val_delete(answer);
        return rt_fail(err, RT_NO_MEMORY, "no memory for the result");
    }
    *held = (struct held){ .answer = *answer, .lifted.alloc = result->alloc };
    result->held = held;
    result->let_go = let_go;
    rt_status status = rt_boundary_lift(&held->lifted, &held->answer, result->alloc, err);
    if (status == RT_OK) {
        result->content = held->lifted.content;
        result->stats.memory_peak = held->lifted.memory_used;
        result->stats.nodes = held->lifted.nodes;
    }
    return status;
}

static uint64_t since(uint64_t *start)
{
    uint64_t now = rt_clock_now(), passed = now - *start;
    *start = now;
    return passed;
}

rt_status rt_call_extract(const struct rt_call *call, const rt_request *request,
                          struct rt_result *result, rt_error *err)
{
    rt_stats *stats = &result->stats;
    uint64_t at = rt_clock_now();
    uint64_t fuel = rt_limits_fuel(call->limits, request->mode, request->html.len), left = 0;
    struct rt_lowered lowered;
    rt_status status = rt_boundary_lower(&lowered, request, result->alloc, err);
    if (status != RT_OK)
        return status;
    wasmtime_component_val_t answer = { 0 };
    stats->lower_ns = since(&at);
    wasmtime_error_t *error = run(call, call->component->extract, fuel, lowered.args, 3, &answer);
    stats->call_ns = since(&at);
    rt_boundary_lower_done(&lowered);
    wasmtime_error_t *none = wasmtime_context_get_fuel(call->instance->context, &left);
    if (none)
        wasmtime_error_delete(none);
    stats->fuel_used = fuel - left;
    if (error)
        return explain(call, fuel, error, err);
    status = lift(result, &answer, err);
    stats->lift_ns = since(&at);
    return status;
}

rt_status rt_call_query(const struct rt_call *call, const char *function, rt_text *out,
                        rt_error *err)
{
    wasmtime_component_export_index_t *index = rt_component_find(call->component, function);
    if (!index)
        return rt_fail(err, RT_INVALID_ARGUMENT, "the component has no function %.80s", function);
    wasmtime_component_val_t answer = { 0 };
    wasmtime_error_t *error = run(call, index, call->limits->fuel, NULL, 0, &answer);
    wasmtime_component_export_index_delete(index);
    if (error)
        return explain(call, call->limits->fuel, error, err);
    rt_status status = rt_boundary_json(&answer, &rt_alloc_heap, out, err);
    wasmtime_component_val_delete(&answer);
    return status;
}

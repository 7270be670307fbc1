/* The public engine: what is checked, in which order, and who waits for whom. */
#include "base/alloc.h"
#include "base/error.h"
#include "host/component/call.h"
#include "host/system/clock.h"
#include "host/pool/gate.h"
#include "host/fallback/native.h"
#include "host/checks/schema.h"
#include "host/system/stack.h"
#include "host/component/ticker.h"
#include "host/checks/validate.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <wasmtime/engine.h>

struct rt_engine {
    pid_t pid; /* that opened it */
    struct rt_component component;
    struct rt_component_source source;
    struct rt_limits limits;
    struct rt_input_rules rules;
    struct rt_gate gate;
    struct rt_ticker ticker;
    struct rt_warning warning;
    rt_engine_info info;
};

const char *rt_version(void) { return RT_VERSION; }

static struct rt_input_rules rules_of(const struct rt_config *config)
{
    return (struct rt_input_rules){ config->input_validation, config->max_html_size,
                                    config->max_url_length };
}

/* Components are compiled and run through this, see host/stack.h. */
static rt_status no_thread(rt_error *err)
{
    return rt_fail(err, RT_NO_MEMORY,
                   "the calling thread's stack is too small for a component, and no other thread "
                   "can be made");
}

static void advance_epoch(void *engine) { wasmtime_engine_increment_epoch(engine); }

/* ---- open and close -------------------------------------------------------------------------- */

struct opening {
    struct rt_engine *engine;
    const struct rt_config *config;
    rt_error *err;
    rt_status status;
};

static void load_component(void *p)
{
    struct opening *opening = p;
    struct rt_engine *engine = opening->engine;
    uint64_t start = rt_clock_now();
    opening->status = rt_component_open(&engine->component, &engine->source, opening->config,
                                        &engine->warning, opening->err);
    engine->info.load_ns = rt_clock_now() - start;
}

static rt_status open_parts(struct rt_engine *engine, const struct rt_config *config, rt_error *err)
{
    rt_status status = rt_component_source_open(&engine->source, config, NULL, err);
    if (status != RT_OK)
        return status;
    struct opening opening = { engine, config, err, RT_OK };
    if (!rt_stack_call(load_component, &opening))
        return no_thread(err);
    if (opening.status != RT_OK)
        return opening.status;
    if (!rt_ticker_start(&engine->ticker, advance_epoch, engine->component.engine)) {
        rt_component_close(&engine->component);
        return rt_fail(err, RT_NO_MEMORY, "no thread can be made for the deadlines");
    }
    rt_gate_init(&engine->gate, (unsigned)config->pool_size);
    return RT_OK;
}

rt_status rt_engine_open(const rt_settings *settings, rt_engine **out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_open: out is NULL");
    struct rt_config config = rt_settings_config(settings);
    struct rt_engine *engine = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *engine);
    if (!engine)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the engine");
    memset(engine, 0, sizeof *engine);
    engine->pid = getpid();
    engine->rules = rules_of(&config);
    rt_status status = open_parts(engine, &config, err);
    if (status != RT_OK) {
        rt_component_source_close(&engine->source);
        rt_alloc_resize(&rt_alloc_heap, engine, 0);
        return status;
    }
    engine->limits = rt_limits_of(&config, engine->source.in_use);
    engine->info.component = engine->source.label;
    engine->info.component_bytes = engine->source.wasm.len;
    engine->info.cache_hit = engine->component.cache_hit;
    engine->info.pooling = engine->component.pooling;
    engine->info.warning = engine->warning.text;
    *out = engine;
    return RT_OK;
}

void rt_engine_close(rt_engine *engine)
{
    if (!engine)
        return;
    /* In the child of a fork the ticker is gone, and locks may be held by threads that are gone
     * too: what belongs to the parent is left alone. */
    if (engine->pid != getpid())
        return;
    rt_ticker_stop(&engine->ticker);
    rt_gate_destroy(&engine->gate);
    rt_component_close(&engine->component);
    rt_component_source_close(&engine->source);
    rt_alloc_resize(&rt_alloc_heap, engine, 0);
}

const rt_engine_info *rt_engine_get_info(const rt_engine *engine)
{
    return engine ? &engine->info : NULL;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static rt_status check_process(const struct rt_engine *engine, rt_error *err)
{
    if (engine->pid == getpid())
        return RT_OK;
    return rt_fail(
        err, RT_INVALID_ARGUMENT,
        "the engine was opened by process %ld, before a fork(): open one in this process",
        (long)engine->pid);
}

/* No request will ever be larger: a size beyond is no size. */
enum { MAX_REQUEST = 4096 };

/* Options of a newer caller, which mean nothing here, are zero unless he wants something. */
static bool has_unknown_options(const rt_request *request)
{
    const char *bytes = (const char *)request;
    for (size_t i = sizeof *request; i < request->size; i++)
        if (bytes[i])
            return true;
    return false;
}

static bool points_nowhere(rt_str s) { return !s.at && s.len > 0; }

static bool points_nowhere_in(rt_str_list list)
{
    if (!list.at)
        return list.len > 0;
    for (size_t i = 0; i < list.len; i++)
        if (points_nowhere(list.at[i]))
            return true;
    return false;
}

/* A request of an older or newer caller, as this library knows it. */
static rt_status read_request(const rt_request *from, rt_request *out, rt_error *err)
{
    static const rt_request init = RT_REQUEST_INIT;
    if (!from || from->size < offsetof(rt_request, mode) || from->size > MAX_REQUEST)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: expected a request made with RT_REQUEST_INIT");
    if (has_unknown_options(from))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: the request has options that version " RT_VERSION
                       " of the library does not know");
    *out = init;
    memcpy(out, from, from->size < sizeof *out ? from->size : sizeof *out);
    if (points_nowhere(out->html) || points_nowhere(out->url) || points_nowhere_in(out->selectors))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: a text of the request has a length but no bytes");
    if (out->extractor != RT_EXTRACTOR_COMPONENT && out->extractor != RT_EXTRACTOR_NATIVE)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: extractor %d: expected RT_EXTRACTOR_COMPONENT or "
                       "RT_EXTRACTOR_NATIVE",
                       (int)out->extractor);
    return RT_OK;
}

/* Takes a place, makes an instance, runs `use` in it, and gives both back. */
struct visit {
    rt_status (*use)(struct visit *visit, struct rt_instance *instance, rt_error *err);
    struct rt_engine *engine;
    const rt_request *request;
    struct rt_result *result;
    const char *function;
    rt_text *text;
    rt_stats *stats;
    rt_error *err;
    rt_status status;
};

static void run_instance(void *p)
{
    struct visit *visit = p;
    struct rt_engine *engine = visit->engine;
    struct rt_instance instance;
    uint64_t start = rt_clock_now();
    visit->status = rt_instance_make(&instance, &engine->component, &engine->limits, visit->err);
    visit->stats->instantiate_ns = rt_clock_now() - start;
    if (visit->status != RT_OK)
        return;
    visit->status = visit->use(visit, &instance, visit->err);
    start = rt_clock_now();
    rt_instance_drop(&instance);
    visit->stats->drop_ns = rt_clock_now() - start;
}

static rt_status run_visit(struct visit *visit, rt_error *err)
{
    struct rt_engine *engine = visit->engine;
    uint64_t start = rt_clock_now();
    rt_status status = rt_gate_enter(&engine->gate, engine->limits.timeout_ns, err);
    visit->stats->wait_ns = rt_clock_now() - start;
    if (status != RT_OK)
        return status;
    visit->err = err;
    rt_ticker_enter(&engine->ticker);
    bool ran = rt_stack_call(run_instance, visit);
    rt_ticker_leave(&engine->ticker);
    rt_gate_leave(&engine->gate);
    return ran ? visit->status : no_thread(err);
}

static rt_status use_extract(struct visit *visit, struct rt_instance *instance, rt_error *err)
{
    return rt_instance_extract(instance, &visit->engine->component, &visit->engine->limits,
                               visit->request, visit->result, err);
}

static rt_status use_query(struct visit *visit, struct rt_instance *instance, rt_error *err)
{
    return rt_instance_query(instance, &visit->engine->component, &visit->engine->limits,
                             visit->function, visit->text, err);
}

/* All that can be told before anything runs. */
static rt_status check_request(const rt_engine *engine, const rt_request *request, rt_error *err)
{
    if (!engine && request->extractor != RT_EXTRACTOR_NATIVE)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_extract: engine is NULL");
    const struct rt_config defaults = rt_settings_config(NULL);
    const struct rt_input_rules rules = engine ? engine->rules : rules_of(&defaults);
    rt_status status = engine ? check_process(engine, err) : RT_OK;
    if (status == RT_OK)
        status = rt_validate_request(&rules, request, err);
    if (status == RT_OK && request->extractor == RT_EXTRACTOR_COMPONENT)
        status = rt_limits_check(&engine->limits, request, err);
    return status;
}

rt_status rt_extract(rt_engine *engine, const rt_request *request, rt_result **out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_extract: out is NULL");
    rt_request known;
    rt_status status = read_request(request, &known, err);
    if (status == RT_OK)
        status = check_request(engine, &known, err);
    if (status != RT_OK)
        return status;
    struct rt_result *result = rt_result_new(&rt_alloc_heap);
    if (!result)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the result");
    if (known.extractor == RT_EXTRACTOR_NATIVE) {
        status = rt_native_extract(&known, result, err);
    } else {
        struct visit visit = { .use = use_extract,
                               .engine = engine,
                               .request = &known,
                               .result = result,
                               .stats = &result->stats };
        status = run_visit(&visit, err);
    }
    if (status != RT_OK) {
        rt_result_free(result);
        return status;
    }
    rt_result_drop_future(&result->content, time(NULL));
    *out = result;
    return RT_OK;
}

rt_status rt_engine_query(rt_engine *engine, const char *function, rt_text *out, rt_error *err)
{
    static const char *const functions[] = { "health-check", "get-info", "get-modes",
                                             "reset-state" };
    if (!engine || !function || !out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_query: an argument is NULL");
    bool known = false;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        known = known || strcmp(function, functions[i]) == 0;
    if (!known)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "%.80s: expected health-check, get-info, "
                       "get-modes or reset-state",
                       function);
    rt_status status = check_process(engine, err);
    if (status != RT_OK)
        return status;
    rt_stats stats = { 0 };
    struct visit visit = {
        .use = use_query, .engine = engine, .function = function, .text = out, .stats = &stats
    };
    return run_visit(&visit, err);
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
    return ran ? checking.status : no_thread(err);
}

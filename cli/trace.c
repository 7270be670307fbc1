/* An engine with spans, as the environment asks for it. */
#include "trace.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static const char *get(void *ctx, const char *name)
{
    (void)ctx;
    return getenv(name);
}

static void warn(void *ctx, const char *text)
{
    const struct rt_options *options = ctx;
    fprintf(stderr, "riptide %s: %s\n", options->command, text);
}

static struct rt_otlp *trace_calls(const struct rt_options *options, rt_engine *engine)
{
    struct rt_net_caller caller = { .get = get, .warn = warn };
    struct rt_otlp *trace = NULL;
    rt_error why;
    memcpy(&caller.ctx, &options, sizeof options);
    rt_status s = rt_otlp_open(&caller, &rt_alloc_heap, &trace, &why);
    if (s == RT_OK && trace) {
        rt_observer observer = rt_otlp_observer(trace);
        s = rt_engine_observe(engine, &observer, &why);
    }
    if (s == RT_OK)
        return trace;
    warn(caller.ctx, why.message);
    rt_otlp_close(trace);
    return NULL;
}

rt_status rt_cli_engine_open(const struct rt_options *options, const rt_settings *settings,
                             rt_request *request, rt_engine **engine, struct rt_otlp **trace,
                             rt_error *err)
{
    rt_status s = rt_engine_open(settings, engine, err);
    if (s != RT_OK)
        return s;
    *trace = trace_calls(options, *engine);
    const char *parent = getenv("TRACEPARENT");
    if (*trace && parent)
        request->traceparent = rt_str_from_c(parent);
    return RT_OK;
}

void rt_cli_engine_close(rt_engine *engine, struct rt_otlp *trace)
{
    rt_engine_close(engine); /* tells of the last calls */
    rt_otlp_close(trace);
}

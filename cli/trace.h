#ifndef RT_CLI_TRACE_H
#define RT_CLI_TRACE_H

#include "cli.h"

#include "net/otlp.h"

/* Opens the engine and, where OTEL_ variables ask for it, what sends its calls as spans; that they
 * cannot be sent is a warning on standard error.  The request becomes part of the trace that the
 * variable TRACEPARENT names.
 * engine (owned), trace (owned) or NULL: rt_cli_engine_close() */
rt_status rt_cli_engine_open(const struct rt_options *options, const rt_settings *settings,
                             rt_request *request, rt_engine **engine, struct rt_otlp **trace,
                             rt_error *err);
/* Either may be NULL. */
void rt_cli_engine_close(rt_engine *engine, struct rt_otlp *trace);

#endif

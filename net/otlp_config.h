#ifndef RT_NET_OTLP_CONFIG_H
#define RT_NET_OTLP_CONFIG_H

#include "net/caller.h"
#include "net/trace_context.h"

/* What the OTEL_ variables ask for; docs/tracing.md lists them.  A value that makes no sense is
 * a warning and the default holds, as OpenTelemetry wants it: traces never stop a program. */
struct rt_otlp_config {
    bool on;                 /* false: nothing else counts */
    char url[2048];          /* of the collector's traces */
    const char *headers;     /* (borrowed) of the environment, or NULL: net/pairs.h */
    const char *attributes;  /* (borrowed) the same, of the resource */
    const char *service;     /* (borrowed) its name, or NULL */
    const char *certificate; /* (borrowed) file of those that sign the collector's, or NULL */
    uint64_t timeout_ms;     /* of one request */
    uint64_t delay_ms;       /* from one flush to the next */
    uint64_t queue;          /* most spans that wait */
    uint64_t batch; /* spans that are sent without waiting for the delay; most of a request */
    struct rt_sampler sampler;
};

void rt_otlp_config_read(struct rt_otlp_config *out, const struct rt_net_caller *caller);

#endif

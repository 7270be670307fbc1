#ifndef RT_NET_OTLP_JSON_H
#define RT_NET_OTLP_JSON_H

#include "net/otlp_config.h"

#include "base/alloc.h"

/* Calls as spans, in the JSON form of the OpenTelemetry protocol.  Pure. */

struct rt_otlp_call {
    rt_event event;
    struct rt_trace_context context;
};

enum { RT_OTLP_MOST_SPANS = 6 }; /* of one call */

/* `extract` and, below it, `queue`, `instantiate`, `lower`, `call` and `lift`, as far as the call
 * came; one that took no time is there, too: an instance that was ready.  Natively those that took
 * time. */
size_t rt_otlp_spans_of(const rt_event *event);

/* The attributes of the resource as a JSON array.  out (owned): alloc's. */
rt_status rt_otlp_resource(const struct rt_otlp_config *config, const struct rt_net_caller *caller,
                           const struct rt_alloc *alloc, rt_text *out, rt_error *err);

/* The body of a request.
 * resource  of rt_otlp_resource()
 * ids       of the spans, as many as rt_otlp_spans_of() of all calls
 * out       (owned) alloc's */
rt_status rt_otlp_json(const struct rt_otlp_call *calls, size_t n, rt_text resource,
                       const uint8_t (*ids)[8], const struct rt_alloc *alloc, rt_text *out,
                       rt_error *err);

/* How many spans the collector says it refused, of the body of its answer, which is left
 * as it is; 0 where it says nothing. */
uint64_t rt_otlp_rejected(char *body, size_t len);

#endif

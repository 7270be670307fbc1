#ifndef RT_NET_TRACE_CONTEXT_H
#define RT_NET_TRACE_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

/* Where a call stands in its trace, and whether it is told: W3C trace context, level 1, and the
 * samplers of OpenTelemetry.  Pure. */
struct rt_trace_context {
    uint8_t trace_id[16];
    uint8_t parent_id[8]; /* all zero: the call begins the trace */
    bool has_parent;
    bool parent_is_sampled;
};

/* Reads "00-<trace id>-<parent id>-<flags>".  False, and *out is left alone, for anything else; of
 * a later version the first 55 characters count. */
bool rt_trace_context_parse(struct rt_trace_context *out, const char *traceparent);

enum rt_sampler_kind { RT_SAMPLER_ON, RT_SAMPLER_OFF, RT_SAMPLER_RATIO };

struct rt_sampler {
    enum rt_sampler_kind kind; /* of calls that begin a trace, and of all without parent_based */
    bool parent_based;         /* with a parent: what the parent's flag says */
    double ratio;              /* of RT_SAMPLER_RATIO, 0 to 1 */
};

/* By ratio, the trace's id decides: whoever samples by the same ratio takes the same traces. */
bool rt_sampler_takes(const struct rt_sampler *sampler, const struct rt_trace_context *context);

#endif

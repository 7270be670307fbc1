#ifndef RT_NET_OTLP_H
#define RT_NET_OTLP_H

#include "net/caller.h"

#include "base/alloc.h"

/* Sends what calls did as spans to an OpenTelemetry collector, on a thread of its own; see
 * docs/tracing.md.  A collector that does not answer costs memory for some calls that wait, which
 * is bounded, one warning, and the spans. */
struct rt_otlp;

/* Where no endpoint is set, *out is NULL, nothing was done and nothing is ever done.
 * caller  copied; what it points to and what its get returns (kept) until the end
 * alloc   (kept)
 * out     (owned) rt_otlp_close() */
rt_status rt_otlp_open(const struct rt_net_caller *caller, const struct rt_alloc *alloc,
                       struct rt_otlp **out, rt_error *err);

/* For rt_engine_observe(): takes RT_EVENT_CALL, never waits for the network. */
rt_observer rt_otlp_observer(struct rt_otlp *otlp);

/* Sends what waits, for at most 2 seconds, and ends the thread.  Calls that end later are lost.
 * NULL is allowed. */
void rt_otlp_stop(struct rt_otlp *otlp);

/* Spans that a collector took, and that were lost: refused, unanswered, or without room to wait. */
struct rt_otlp_counts {
    uint64_t sent, lost;
};
struct rt_otlp_counts rt_otlp_get_counts(struct rt_otlp *otlp);

/* Stops it where that was not done.  Nobody observes with it any more.  NULL is allowed. */
void rt_otlp_close(struct rt_otlp *otlp);

#endif

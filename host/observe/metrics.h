#ifndef RT_HOST_METRICS_H
#define RT_HOST_METRICS_H

#include "base/alloc.h"

#include <riptide/riptide.h>

/* The registry: one cell a series of tables/metrics.def.  Counters and histograms have a copy a
 * group of threads, so that calls do not share cache lines, and are summed when they are read.
 * Every function but open and close may be called by any thread at any time, never locks, and does
 * nothing where metrics is NULL: that is how metrics are turned off. */
struct rt_metrics;

enum rt_metric {
#define RT_METRIC(name, ...) RT_METRIC_##name,
#include "tables/metrics.def"
#undef RT_METRIC
    RT_METRIC_COUNT
};

/* NULL without memory.  pool_id: (kept, static) of the label. */
struct rt_metrics *rt_metrics_open(const struct rt_alloc *alloc, const char *pool_id);
void rt_metrics_close(struct rt_metrics *metrics);

/* label: the number of the series within the metric: a status for REASON and OUTCOME, a tier, a
 * state, an event, a level of pressure, a result of the cache; 0 for NONE and BUILD.
 * rt_metric_call() makes that of CALL.  Past the last: nothing. */
void rt_metrics_add(struct rt_metrics *metrics, enum rt_metric metric, unsigned label, uint64_t n);
/* Of a counter that is counted elsewhere: its total, which never goes back; such a counter is not
 * added to. */
void rt_metrics_set(struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                    uint64_t value);
/* The gauge becomes the larger of what it is and value. */
void rt_metrics_raise(struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                      uint64_t value);
void rt_metrics_observe(struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                        uint64_t ns);
unsigned rt_metric_call(rt_mode mode, rt_status outcome);

/* Sets the metrics of the process from what the system says now: asked before a scrape. */
void rt_metrics_process(struct rt_metrics *metrics);

/* The sum over all threads; of a histogram, how many were observed. */
uint64_t rt_metrics_value(const struct rt_metrics *metrics, enum rt_metric metric, unsigned label);

/* The text of a scrape, each metric with HELP and TYPE; series never touched are left out where the
 * label has many values (REASON, OUTCOME, CALL, EVENT).  out (owned).  RT_INVALID_ARGUMENT where
 * metrics is NULL. */
rt_status rt_metrics_write(const struct rt_metrics *metrics, rt_metrics_format format,
                           const struct rt_alloc *alloc, rt_text *out, rt_error *err);

#endif

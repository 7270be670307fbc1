#ifndef RT_SERVICE_METRICS_H
#define RT_SERVICE_METRICS_H

#include "net/fetch.h"

/* What the service counts, and the text of a scrape.  Any thread. */
struct rt_service_metrics;

enum rt_service_metric {
#define RT_SERVICE_METRIC(NAME, ...) RT_SERVICE_METRIC_##NAME,
#include "service/metrics.def"
#undef RT_SERVICE_METRIC
    RT_SERVICE_METRICS
};

/* routes (kept): the values of the label, count of them.  NULL without memory. */
struct rt_service_metrics *rt_service_metrics_open(const char *const *routes, size_t count);
void rt_service_metrics_close(struct rt_service_metrics *metrics);

/* route: its place in routes.  A status that the service never answers counts as 500. */
void rt_service_metrics_observe(struct rt_service_metrics *metrics, size_t route, int status,
                                uint64_t ns);

/* The service's text behind the engine's, which is taken over and ended anew.
 * values   of the table's rows
 * fetches  by how they ended
 * text     (owned) in and out: grows */
rt_status rt_service_metrics_write(const struct rt_service_metrics *metrics,
                                   const uint64_t values[RT_SERVICE_METRICS],
                                   const struct rt_fetch_counts *fetches, rt_metrics_format format,
                                   rt_text *text, rt_error *err);

#endif

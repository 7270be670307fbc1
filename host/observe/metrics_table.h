#ifndef RT_HOST_METRICS_TABLE_H
#define RT_HOST_METRICS_TABLE_H

#include "host/observe/metrics.h"

/* tables/metrics.def and tables/buckets.def as data, for the registry, its text and its page. */
enum rt_metric_kind { RT_KIND_COUNTER, RT_KIND_GAUGE, RT_KIND_HISTOGRAM };
enum rt_metric_unit { RT_UNIT_ONE, RT_UNIT_MS, RT_UNIT_SECONDS, RT_UNIT_BYTES, RT_UNIT_PAGES };

struct rt_metric_row {
    const char *name, *help;
    enum rt_metric_kind kind;
    enum rt_metric_unit unit;
    bool pool; /* has the label pool_id */
    const struct rt_metric_labels *labels;
};
extern const struct rt_metric_row rt_metric_rows[RT_METRIC_COUNT];

/* What tells the series of a metric apart. */
struct rt_metric_labels {
    const char *names[2]; /* NULL from the first that is not there */
    unsigned series;
    bool sparse; /* series that were never touched are not written */
    /* (borrowed, static) the value of label `which` of a series. */
    const char *(*value)(unsigned series, unsigned which);
};

enum {
#define RT_BUCKET(ns, label) +1
    RT_BUCKETS = 0
#include "tables/buckets.def"
#undef RT_BUCKET
};
extern const uint64_t rt_bucket_bounds[RT_BUCKETS]; /* ns */
extern const char *const rt_bucket_labels[RT_BUCKETS];

/* What was observed, by bucket and, last, beyond all of them. */
struct rt_histogram {
    uint64_t counts[RT_BUCKETS + 1];
    uint64_t sum_ns;
};
void rt_metrics_read(const struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                     struct rt_histogram *out);

/* (borrowed) as given to rt_metrics_open(). */
const char *rt_metrics_pool_id(const struct rt_metrics *metrics);

#endif

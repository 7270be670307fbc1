#ifndef RT_TESTS_HOST_TOUCH_METRICS_H
#define RT_TESTS_HOST_TOUCH_METRICS_H

#include "host/observe/metrics_table.h"

/* Touches every series of every metric, so that all of them are written. */
static inline void touch_every_series(struct rt_metrics *metrics)
{
    for (enum rt_metric m = 0; m < RT_METRIC_COUNT; m++)
        for (unsigned series = 0; series < rt_metric_rows[m].labels->series; series++) {
            rt_metrics_add(metrics, m, series, 1 + m + series);
            rt_metrics_observe(metrics, m, series, 1500000 * (uint64_t)(1 + series));
        }
    rt_metrics_set(metrics, RT_METRIC_BUILD_INFO, 0, 1); /* as it was */
    rt_metrics_process(metrics);
}

#endif

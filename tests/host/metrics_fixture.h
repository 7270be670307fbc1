#ifndef RT_TESTS_HOST_METRICS_FIXTURE_H
#define RT_TESTS_HOST_METRICS_FIXTURE_H

#include "fixture.h"

#include "touch_metrics.h"

static inline struct rt_metrics *open_metrics(void)
{
    struct rt_metrics *metrics = rt_metrics_open(&rt_alloc_heap, "default");
    assert_non_null(metrics);
    return metrics;
}

static inline rt_text write_metrics(const struct rt_metrics *metrics, rt_metrics_format format)
{
    rt_text text = { NULL, 0 };
    rt_error err;
    assert_ok(rt_metrics_write(metrics, format, &rt_alloc_heap, &text, &err), err);
    assert_int_equal(text.len, strlen(text.at));
    return text;
}

#endif

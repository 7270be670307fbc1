#ifndef RT_CLI_BENCH_H
#define RT_CLI_BENCH_H

#include "cli.h"
#include "machine.h"
#include "source.h"

#include <stdint.h>

enum rt_series_number {
#define RT_SERIES(NAME, ...) RT_SERIES_##NAME,
#include "bench.def"
#undef RT_SERIES
    RT_SERIES_COUNT
};

/* Samples: nanoseconds or ratios. */
struct rt_series {
    double *at;
    size_t len, room;
};

struct rt_bench {
    const struct rt_options *options;
    unsigned runs;
    size_t max_size;
    rt_mode mode;
    struct rt_series series[RT_SERIES_COUNT];
    uint64_t pages, failed, bytes;
    double process_seconds; /* one process, one thread, all pages */
    double process_peak_bytes;
    struct rt_machine machine;
    rt_text component_info; /* the component's get-info */
};

uint64_t rt_bench_now_ns(void);
/* False without memory. */
bool rt_series_add(struct rt_series *series, double sample);
/* Sorts the samples.  per_mille 500 is the median, 1000 the largest; 0.0 without samples. */
double rt_series_at(struct rt_series *series, unsigned per_mille);
double rt_series_mean(const struct rt_series *series);

/* Runs each page through the variants in turn.  A page that fails is counted and named on standard
 * error. */
rt_status rt_bench_pages(struct rt_bench *bench, struct rt_source *source, rt_engine *engine,
                         rt_engine *no_simd, rt_error *err);
/* Starts whole processes of this program: cold, warm, and one over all pages. */
rt_status rt_bench_processes(struct rt_bench *bench, rt_error *err);

void rt_bench_markdown(struct rt_bench *bench, FILE *to);
/* Writes the figures to a file. */
rt_status rt_bench_json(struct rt_bench *bench, const char *path, rt_error *err);

#endif

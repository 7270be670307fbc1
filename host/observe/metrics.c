/* The registry of metrics: cells that threads count in, each group of threads in a copy of its own.
 */
#include "host/observe/metrics_table.h"

#include "host/system/memory.h"

#include <stdatomic.h>

/* Threads get numbers as they first count something; so many may count without sharing a cache
 * line, later ones share. */
enum { COPIES = 16, LINE = 64, CELLS_A_LINE = LINE / sizeof(uint64_t) };

typedef _Atomic uint64_t cell;

struct rt_metrics {
    const struct rt_alloc *alloc;
    const char *pool_id;
    unsigned first[RT_METRIC_COUNT]; /* cell of series 0: of the gauges, or of each copy */
    unsigned stride;                 /* cells of a copy */
    cell *gauges, *copies;
};

static bool is_gauge(enum rt_metric metric) { return rt_metric_rows[metric].kind == RT_KIND_GAUGE; }

/* Cells of one series: of a histogram its counts and its sum. */
static unsigned width(enum rt_metric metric)
{
    return rt_metric_rows[metric].kind == RT_KIND_HISTOGRAM ? RT_BUCKETS + 2 : 1;
}

static unsigned whole_lines(unsigned cells)
{
    return (cells + CELLS_A_LINE - 1) / CELLS_A_LINE * CELLS_A_LINE;
}

struct rt_metrics *rt_metrics_open(const struct rt_alloc *alloc, const char *pool_id)
{
    struct rt_metrics layout = { .alloc = alloc, .pool_id = pool_id };
    unsigned gauges = 0;
    for (enum rt_metric m = 0; m < RT_METRIC_COUNT; m++) {
        unsigned *next = is_gauge(m) ? &gauges : &layout.stride;
        layout.first[m] = *next;
        *next += rt_metric_rows[m].labels->series * width(m);
    }
    gauges = whole_lines(gauges);
    layout.stride = whole_lines(layout.stride);
    size_t cells = gauges + (size_t)COPIES * layout.stride;
    struct rt_metrics *metrics =
        rt_alloc_resize(alloc, NULL, sizeof *metrics + LINE + cells * sizeof(cell));
    if (!metrics)
        return NULL;
    uintptr_t end = (uintptr_t)(metrics + 1);
    layout.gauges = (cell *)((char *)(metrics + 1) + (LINE - end % LINE) % LINE);
    layout.copies = layout.gauges + gauges;
    for (size_t i = 0; i < cells; i++)
        atomic_init(&layout.gauges[i], 0);
    *metrics = layout;
    rt_metrics_set(metrics, RT_METRIC_BUILD_INFO, 0, 1);
    return metrics;
}

void rt_metrics_close(struct rt_metrics *metrics)
{
    if (metrics)
        rt_alloc_resize(metrics->alloc, metrics, 0);
}

/* ---- counting -------------------------------------------------------------------------------- */

static unsigned copy_of_this_thread(void)
{
    static atomic_uint threads;
    static _Thread_local unsigned number; /* 0: none yet */
    if (number == 0)
        number = 1 + atomic_fetch_add_explicit(&threads, 1, memory_order_relaxed) % COPIES;
    return number - 1;
}

/* NULL where there is nothing to count in. */
static cell *find(const struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                  unsigned copy)
{
    if (!metrics || (unsigned)metric >= RT_METRIC_COUNT ||
        label >= rt_metric_rows[metric].labels->series)
        return NULL;
    cell *all =
        is_gauge(metric) ? metrics->gauges : metrics->copies + (size_t)copy * metrics->stride;
    return all + metrics->first[metric] + label * width(metric);
}

static void add(cell *to, uint64_t n) { atomic_fetch_add_explicit(to, n, memory_order_relaxed); }

static void raise_to(cell *to, uint64_t value)
{
    uint64_t seen = atomic_load_explicit(to, memory_order_relaxed);
    while (seen < value && !atomic_compare_exchange_weak_explicit(
                               to, &seen, value, memory_order_relaxed, memory_order_relaxed))
        continue;
}

void rt_metrics_add(struct rt_metrics *metrics, enum rt_metric metric, unsigned label, uint64_t n)
{
    cell *c = find(metrics, metric, label, copy_of_this_thread());
    if (c && rt_metric_rows[metric].kind != RT_KIND_HISTOGRAM)
        add(c, n);
}

void rt_metrics_set(struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                    uint64_t value)
{
    cell *c = find(metrics, metric, label, 0);
    if (!c || rt_metric_rows[metric].kind == RT_KIND_HISTOGRAM)
        return;
    if (is_gauge(metric))
        atomic_store_explicit(c, value, memory_order_relaxed);
    else
        raise_to(c, value);
}

void rt_metrics_raise(struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                      uint64_t value)
{
    cell *c = find(metrics, metric, label, 0);
    if (c && is_gauge(metric))
        raise_to(c, value);
}

void rt_metrics_observe(struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                        uint64_t ns)
{
    cell *c = find(metrics, metric, label, copy_of_this_thread());
    if (!c || rt_metric_rows[metric].kind != RT_KIND_HISTOGRAM)
        return;
    unsigned bucket = 0;
    while (bucket < RT_BUCKETS && ns > rt_bucket_bounds[bucket])
        bucket++;
    add(&c[bucket], 1);
    add(&c[RT_BUCKETS + 1], ns);
}

void rt_metrics_process(struct rt_metrics *metrics)
{
    if (!metrics)
        return;
    struct rt_process process;
    rt_process_read(&process);
    rt_metrics_set(metrics, RT_METRIC_CPU, 0, process.cpu_ns);
    rt_metrics_set(metrics, RT_METRIC_RSS, 0, process.resident);
    rt_metrics_set(metrics, RT_METRIC_VIRTUAL, 0, process.address_space);
    rt_metrics_set(metrics, RT_METRIC_FDS, 0, process.open_fds);
    rt_metrics_set(metrics, RT_METRIC_MAX_FDS, 0, process.max_fds);
    rt_metrics_set(metrics, RT_METRIC_START_TIME, 0, process.start_ns);
}

/* ---- reading --------------------------------------------------------------------------------- */

static uint64_t sum(const struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                    unsigned at)
{
    uint64_t total = 0;
    for (unsigned copy = 0; copy < (is_gauge(metric) ? 1 : COPIES); copy++)
        total +=
            atomic_load_explicit(find(metrics, metric, label, copy) + at, memory_order_relaxed);
    return total;
}

void rt_metrics_read(const struct rt_metrics *metrics, enum rt_metric metric, unsigned label,
                     struct rt_histogram *out)
{
    *out = (struct rt_histogram){ .sum_ns = 0 };
    if (!find(metrics, metric, label, 0) || rt_metric_rows[metric].kind != RT_KIND_HISTOGRAM)
        return;
    for (unsigned i = 0; i <= RT_BUCKETS; i++)
        out->counts[i] = sum(metrics, metric, label, i);
    out->sum_ns = sum(metrics, metric, label, RT_BUCKETS + 1);
}

uint64_t rt_metrics_value(const struct rt_metrics *metrics, enum rt_metric metric, unsigned label)
{
    if (!find(metrics, metric, label, 0))
        return 0;
    if (rt_metric_rows[metric].kind != RT_KIND_HISTOGRAM)
        return sum(metrics, metric, label, 0);
    struct rt_histogram histogram;
    uint64_t count = 0;
    rt_metrics_read(metrics, metric, label, &histogram);
    for (unsigned i = 0; i <= RT_BUCKETS; i++)
        count += histogram.counts[i];
    return count;
}

const char *rt_metrics_pool_id(const struct rt_metrics *metrics) { return metrics->pool_id; }

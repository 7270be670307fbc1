/* A histogram of requests by route and code, and what is read off elsewhere when it is asked for.
 */
#include "service/metrics.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

enum {
#define RT_BUCKET(ns, label) +1
    BUCKETS = 0
#include "tables/buckets.def"
#undef RT_BUCKET
};

static const struct {
    uint64_t ns;
    const char *label;
} buckets[BUCKETS] = {
#define RT_BUCKET(ns, label) { ns, label },
#include "tables/buckets.def"
#undef RT_BUCKET
};

static const int codes[] = { 200, 204, 304, 400, 401, 404, 405, 406, 413,
                             415, 421, 422, 429, 500, 502, 503, 504 };
enum { CODES = sizeof codes / sizeof *codes, CEILING = 16 << 20 };

enum kind { COUNTER, GAUGE };
static const struct {
    const char *name, *help;
    enum kind kind;
} rows[RT_SERVICE_METRICS] = {
#define RT_SERVICE_METRIC(NAME, kind, name, help) [RT_SERVICE_METRIC_##NAME] = { name, help, kind },
#include "service/metrics.def"
#undef RT_SERVICE_METRIC
};

struct cell {
    atomic_uint_fast64_t counts[BUCKETS + 1], sum_ns;
};

struct rt_service_metrics {
    const char *const *routes;
    size_t count;
    struct cell cells[]; /* CODES a route */
};

struct rt_service_metrics *rt_service_metrics_open(const char *const *routes, size_t count)
{
    size_t size = sizeof(struct rt_service_metrics) + count * CODES * sizeof(struct cell);
    struct rt_service_metrics *metrics = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    if (!metrics)
        return NULL;
    memset(metrics, 0, size);
    metrics->routes = routes;
    metrics->count = count;
    return metrics;
}

void rt_service_metrics_close(struct rt_service_metrics *metrics)
{
    rt_alloc_resize(&rt_alloc_heap, metrics, 0);
}

static size_t code_of(int status)
{
    size_t otherwise = 0;
    for (size_t i = 0; i < CODES; i++) {
        if (codes[i] == status)
            return i;
        if (codes[i] == 500)
            otherwise = i;
    }
    return otherwise;
}

void rt_service_metrics_observe(struct rt_service_metrics *metrics, size_t route, int status,
                                uint64_t ns)
{
    struct cell *cell = &metrics->cells[route * CODES + code_of(status)];
    size_t bucket = 0;
    while (bucket < BUCKETS && ns > buckets[bucket].ns)
        bucket++;
    atomic_fetch_add_explicit(&cell->counts[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&cell->sum_ns, ns, memory_order_relaxed);
}

/* ---- the text -----------------------------------------------------------------------------------
 */

struct writer {
    struct rt_buf out;
    bool open; /* OpenMetrics */
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *fmt, ...)
{
    char line[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    rt_buf_add(&w->out, line, n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

/* OpenMetrics leaves "_total" to the samples. */
static void put_head(struct writer *w, const char *name, const char *type, const char *help)
{
    rt_str family = rt_str_from_c(name);
    if (w->open && rt_str_ends(family, RT_LIT("_total")))
        family.len -= sizeof "_total" - 1;
    put(w, "# HELP %.*s %s\n", (int)family.len, family.at, help);
    put(w, "# TYPE %.*s %s\n", (int)family.len, family.at, type);
    if (w->open && rt_str_ends(family, RT_LIT("_seconds")))
        put(w, "# UNIT %.*s seconds\n", (int)family.len, family.at);
    else if (w->open && rt_str_ends(family, RT_LIT("_bytes")))
        put(w, "# UNIT %.*s bytes\n", (int)family.len, family.at);
}

static void put_cell(struct writer *w, const char *route, int code, const struct cell *cell)
{
    static const char name[] = "riptide_http_request_duration_seconds";
    uint64_t count = 0;
    for (size_t i = 0; i <= BUCKETS; i++) {
        const char *le = i < BUCKETS ? buckets[i].label : "+Inf";
        bool whole = w->open && i < BUCKETS && !strpbrk(le, ".e");
        count += atomic_load_explicit(&cell->counts[i], memory_order_relaxed);
        put(w, "%s_bucket{route=\"%s\",code=\"%d\",le=\"%s%s\"} %" PRIu64 "\n", name, route, code,
            le, whole ? ".0" : "", count);
    }
    uint64_t ns = atomic_load_explicit(&cell->sum_ns, memory_order_relaxed);
    put(w, "%s_sum{route=\"%s\",code=\"%d\"} %" PRIu64 ".%09" PRIu64 "\n", name, route, code,
        ns / 1000000000, ns % 1000000000);
    put(w, "%s_count{route=\"%s\",code=\"%d\"} %" PRIu64 "\n", name, route, code, count);
}

static bool was_touched(const struct cell *cell)
{
    for (size_t i = 0; i <= BUCKETS; i++)
        if (atomic_load_explicit(&cell->counts[i], memory_order_relaxed))
            return true;
    return false;
}

static void put_requests(struct writer *w, const struct rt_service_metrics *metrics)
{
    put_head(w, "riptide_http_request_duration_seconds", "histogram",
             "Time from the headers of a request to the end of its answer, by route and status");
    for (size_t r = 0; r < metrics->count; r++)
        for (size_t c = 0; c < CODES; c++) {
            const struct cell *cell = &metrics->cells[r * CODES + c];
            if (was_touched(cell))
                put_cell(w, metrics->routes[r], codes[c], cell);
        }
}

static void put_fetches(struct writer *w, const struct rt_fetch_counts *fetches)
{
    put_head(w, "riptide_fetches_total", "counter", "Pages that were asked for, by how it ended");
    for (enum rt_fetch_failure f = 0; f < RT_FETCH_FAILURES; f++)
        if (fetches->by_failure[f])
            put(w, "riptide_fetches_total{outcome=\"%s\"} %" PRIu64 "\n", rt_fetch_failure_label(f),
                fetches->by_failure[f]);
}

static rt_str without_end(rt_str text)
{
    static const rt_str end = { "# EOF\n", 6 };
    return rt_str_ends(text, end) ? rt_str_first(text, text.len - end.len) : text;
}

rt_status rt_service_metrics_write(const struct rt_service_metrics *metrics,
                                   const uint64_t values[RT_SERVICE_METRICS],
                                   const struct rt_fetch_counts *fetches, rt_metrics_format format,
                                   rt_text *text, rt_error *err)
{
    struct rt_arena arena;
    struct writer w = { .open = format == RT_METRICS_OPENMETRICS };
    rt_arena_init(&arena, &rt_alloc_heap, CEILING);
    rt_buf_init(&w.out, &arena);
    put_requests(&w, metrics);
    for (enum rt_service_metric m = 0; m < RT_SERVICE_METRICS; m++) {
        put_head(&w, rows[m].name, rows[m].kind == COUNTER ? "counter" : "gauge", rows[m].help);
        put(&w, "%s %" PRIu64 "\n", rows[m].name, values[m]);
    }
    put_fetches(&w, fetches);
    if (w.open)
        rt_buf_lit(&w.out, "# EOF\n");
    rt_str own = rt_buf_get(&w.out), engine = without_end((rt_str){ text->at, text->len });
    char *all = own.at ? rt_alloc_resize(&rt_alloc_heap, text->at, engine.len + own.len + 1) : NULL;
    if (all) {
        memcpy(all + engine.len, own.at, own.len);
        all[engine.len + own.len] = '\0';
        *text = (rt_text){ all, engine.len + own.len };
    }
    rt_arena_free(&arena);
    return all ? RT_OK : rt_fail(err, RT_NO_MEMORY, "no memory for the metrics");
}

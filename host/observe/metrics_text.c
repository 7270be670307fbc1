/* The text of a scrape: Prometheus text format 0.0.4 and OpenMetrics 1.0.0.
 *
 * The two differ in what a family is called: OpenMetrics leaves "_total" and "_info" to the
 * samples, and knows no counter without "_total", so that the kept ones are of unknown type there.
 */
#include "host/observe/metrics_table.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Some 200 KB with every series touched. */
enum { CEILING = 16 << 20 };

struct writer {
    struct rt_buf out;
    const struct rt_metrics *metrics;
    bool open; /* OpenMetrics */
};

static void put(struct rt_buf *out, const char *text) { rt_buf_add(out, text, strlen(text)); }

static void put_escaped(struct rt_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\\' || *text == '"')
            rt_buf_byte(out, '\\');
        if (*text == '\n')
            rt_buf_lit(out, "\\n");
        else
            rt_buf_byte(out, *text);
    }
}

static void put_number(struct rt_buf *out, uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, value);
    put(out, text);
}

/* value / 10^digits, exactly. */
static void put_decimal(struct rt_buf *out, uint64_t value, int digits)
{
    char text[32];
    uint64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    int n =
        snprintf(text, sizeof text, "%" PRIu64 ".%0*" PRIu64, value / unit, digits, value % unit);
    while (text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    rt_buf_add(out, text, (size_t)n);
}

static void put_value(struct rt_buf *out, enum rt_metric_unit unit, uint64_t value)
{
    switch (unit) {
    case RT_UNIT_ONE:
    case RT_UNIT_BYTES: put_number(out, value); break;
    case RT_UNIT_PAGES: put_number(out, (value >> 16) + ((value & 0xFFFF) != 0)); break;
    case RT_UNIT_MS: put_decimal(out, value, 6); break;
    case RT_UNIT_SECONDS: put_decimal(out, value, 9); break;
    }
}

/* ---- one series ------------------------------------------------------------------------------ */

static void put_label(struct rt_buf *out, char *parting, const char *name, const char *value)
{
    rt_buf_byte(out, *parting);
    *parting = ',';
    put(out, name);
    rt_buf_lit(out, "=\"");
    put_escaped(out, value);
    rt_buf_byte(out, '"');
}

/* name, suffix, labels and a blank.  le: NULL for none. */
static void put_series(struct writer *w, enum rt_metric metric, unsigned series, const char *suffix,
                       const char *le)
{
    const struct rt_metric_row *row = &rt_metric_rows[metric];
    char parting = '{';
    put(&w->out, row->name);
    put(&w->out, suffix);
    if (row->pool)
        put_label(&w->out, &parting, "pool_id", rt_metrics_pool_id(w->metrics));
    for (unsigned i = 0; i < 2 && row->labels->names[i]; i++)
        put_label(&w->out, &parting, row->labels->names[i], row->labels->value(series, i));
    if (le)
        put_label(&w->out, &parting, "le", le);
    if (parting == ',')
        rt_buf_byte(&w->out, '}');
    rt_buf_byte(&w->out, ' ');
}

static const char *bucket_label(const struct writer *w, unsigned bucket, char *room, size_t size)
{
    if (bucket == RT_BUCKETS)
        return "+Inf";
    const char *label = rt_bucket_labels[bucket];
    snprintf(room, size, "%s%s", label, w->open && !strpbrk(label, ".e") ? ".0" : "");
    return room;
}

static void put_histogram(struct writer *w, enum rt_metric metric, unsigned series)
{
    struct rt_histogram histogram;
    uint64_t count = 0;
    rt_metrics_read(w->metrics, metric, series, &histogram);
    for (unsigned i = 0; i <= RT_BUCKETS; i++) {
        char le[16];
        count += histogram.counts[i];
        put_series(w, metric, series, "_bucket", bucket_label(w, i, le, sizeof le));
        put_number(&w->out, count);
        rt_buf_byte(&w->out, '\n');
    }
    put_series(w, metric, series, "_sum", NULL);
    put_value(&w->out, RT_UNIT_SECONDS, histogram.sum_ns);
    rt_buf_byte(&w->out, '\n');
    put_series(w, metric, series, "_count", NULL);
    put_number(&w->out, count);
    rt_buf_byte(&w->out, '\n');
}

/* ---- one family ------------------------------------------------------------------------------ */

static const char *type_of(const struct rt_metric_row *row, rt_str family, bool open)
{
    bool stripped = family.len < strlen(row->name);
    switch (row->kind) {
    case RT_KIND_COUNTER: return open && !stripped ? "unknown" : "counter";
    case RT_KIND_GAUGE: return stripped ? "info" : "gauge";
    case RT_KIND_HISTOGRAM: return "histogram";
    }
    return "unknown";
}

static rt_str family_of(const struct rt_metric_row *row, bool open)
{
    rt_str name = rt_str_from_c(row->name);
    rt_str ending = row->kind == RT_KIND_COUNTER ? RT_LIT("_total") : RT_LIT("_info");
    if (open && row->kind != RT_KIND_HISTOGRAM && rt_str_ends(name, ending))
        name.len -= ending.len;
    return name;
}

static void put_line(struct rt_buf *out, const char *what, rt_str family, const char *text)
{
    put(out, what);
    rt_buf_str(out, family);
    rt_buf_byte(out, ' ');
    put(out, text);
    rt_buf_byte(out, '\n');
}

static void put_head(struct writer *w, const struct rt_metric_row *row)
{
    rt_str family = family_of(row, w->open);
    put_line(&w->out, "# HELP ", family, row->help);
    put_line(&w->out, "# TYPE ", family, type_of(row, family, w->open));
    if (w->open && rt_str_ends(family, RT_LIT("_seconds")))
        put_line(&w->out, "# UNIT ", family, "seconds");
    else if (w->open && rt_str_ends(family, RT_LIT("_bytes")))
        put_line(&w->out, "# UNIT ", family, "bytes");
}

static void put_metric(struct writer *w, enum rt_metric metric)
{
    const struct rt_metric_row *row = &rt_metric_rows[metric];
    put_head(w, row);
    for (unsigned series = 0; series < row->labels->series; series++) {
        uint64_t value = rt_metrics_value(w->metrics, metric, series);
        if (row->labels->sparse && value == 0)
            continue;
        if (row->kind == RT_KIND_HISTOGRAM) {
            put_histogram(w, metric, series);
            continue;
        }
        put_series(w, metric, series, "", NULL);
        put_value(&w->out, row->unit, value);
        rt_buf_byte(&w->out, '\n');
    }
}

rt_status rt_metrics_write(const struct rt_metrics *metrics, rt_metrics_format format,
                           const struct rt_alloc *alloc, rt_text *out, rt_error *err)
{
    if (!metrics)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "there are no metrics: RIPTIDE_WASM_ENABLE_METRICS is false");
    if (format != RT_METRICS_TEXT && format != RT_METRICS_OPENMETRICS)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "metrics format %d: expected RT_METRICS_TEXT or RT_METRICS_OPENMETRICS",
                       (int)format);
    struct rt_arena arena;
    struct writer w = { .metrics = metrics, .open = format == RT_METRICS_OPENMETRICS };
    rt_arena_init(&arena, alloc, CEILING);
    rt_buf_init(&w.out, &arena);
    for (enum rt_metric m = 0; m < RT_METRIC_COUNT; m++)
        put_metric(&w, m);
    if (w.open)
        rt_buf_lit(&w.out, "# EOF\n");
    rt_str text = rt_buf_get(&w.out);
    char *copy = text.at ? rt_alloc_resize(alloc, NULL, text.len + 1) : NULL;
    if (copy) {
        memcpy(copy, text.at, text.len);
        copy[text.len] = '\0';
        *out = (rt_text){ copy, text.len };
    }
    rt_arena_free(&arena);
    return copy ? RT_OK : rt_fail(err, RT_NO_MEMORY, "no memory for the metrics");
}

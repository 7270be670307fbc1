/* Page by page, variant by variant: the variants take turns, so that what else the machine does
 * meets all of them. */
#include "bench.h"
#include "input.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

uint64_t rt_bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool rt_series_add(struct rt_series *series, double sample)
{
    if (series->len == series->room) {
        size_t room = series->room ? series->room * 2 : 64;
        double *at = rt_cli_heap(series->at, room * sizeof *at);
        if (!at)
            return false;
        series->at = at;
        series->room = room;
    }
    series->at[series->len++] = sample;
    return true;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double rt_series_at(struct rt_series *series, unsigned per_mille)
{
    if (series->len == 0)
        return 0.0;
    qsort(series->at, series->len, sizeof *series->at, compare);
    size_t rank = (size_t)ceil((double)series->len * per_mille / 1000.0);
    return series->at[rank ? rank - 1 : 0];
}

double rt_series_mean(const struct rt_series *series)
{
    double sum = 0.0;
    for (size_t i = 0; i < series->len; i++)
        sum += series->at[i];
    return series->len ? sum / (double)series->len : 0.0;
}

/* Content in a page's bytes from which on it counts as heavy with text; a page has 2 % on average. */
static const double HEAVY = 0.25;

/* The samples of one page, kept between pages. */
struct runs {
    struct rt_series of[RT_SERIES_COUNT];
    double content_share;
};

static void add_stats(struct runs *runs, const rt_stats *stats)
{
    rt_series_add(&runs->of[RT_SERIES_INSTANTIATE], (double)stats->instantiate_ns);
    rt_series_add(&runs->of[RT_SERIES_LOWER], (double)stats->lower_ns);
    rt_series_add(&runs->of[RT_SERIES_CALL], (double)stats->call_ns);
    rt_series_add(&runs->of[RT_SERIES_LIFT], (double)stats->lift_ns);
    rt_series_add(&runs->of[RT_SERIES_DROP], (double)stats->drop_ns);
}

static rt_status time_one(rt_engine *engine, rt_request *request, enum rt_series_number number,
                          struct runs *runs, rt_error *err)
{
    rt_result *result = NULL;
    request->extractor = number == RT_SERIES_NATIVE ? RT_EXTRACTOR_NATIVE : RT_EXTRACTOR_COMPONENT;
    uint64_t start = rt_bench_now_ns();
    rt_status s = rt_extract(engine, request, &result, err);
    uint64_t end = rt_bench_now_ns();
    if (s != RT_OK)
        return s;
    rt_series_add(&runs->of[number], (double)(end - start));
    if (number == RT_SERIES_SANDBOX) {
        size_t text = rt_result_content(result)->text.len;
        runs->content_share = (double)text / (double)request->html.len;
        add_stats(runs, rt_result_stats(result));
    }
    rt_result_free(result);
    return RT_OK;
}

static rt_status time_page(const struct rt_bench *bench, rt_request *request, rt_engine *engine,
                           rt_engine *no_simd, struct runs *runs, rt_error *err)
{
    static const enum rt_series_number variants[] = { RT_SERIES_SANDBOX, RT_SERIES_NATIVE,
                                                      RT_SERIES_NO_SIMD };
    for (size_t i = 0; i < RT_SERIES_COUNT; i++)
        runs->of[i].len = 0;
    for (unsigned run = 0; run < bench->runs; run++) {
        for (unsigned turn = 0; turn < 3; turn++) {
            enum rt_series_number number = variants[(run + turn) % 3];
            rt_engine *on = number == RT_SERIES_NO_SIMD ? no_simd : engine;
            rt_status s = on ? time_one(on, request, number, runs, err) : RT_OK;
            if (s != RT_OK)
                return s;
        }
    }
    return RT_OK;
}

/* A page's medians into the series of all pages. */
static bool keep(struct rt_bench *bench, struct runs *runs)
{
    bool fine = true;
    for (size_t i = 0; i < RT_SERIES_COUNT; i++)
        if (runs->of[i].len)
            fine = rt_series_add(&bench->series[i], rt_series_at(&runs->of[i], 500)) && fine;
    double sandbox = rt_series_at(&runs->of[RT_SERIES_SANDBOX], 500);
    double native = rt_series_at(&runs->of[RT_SERIES_NATIVE], 500);
    double no_simd = rt_series_at(&runs->of[RT_SERIES_NO_SIMD], 500);
    fine = rt_series_add(&bench->series[RT_SERIES_COST], sandbox / native) && fine;
    if (runs->of[RT_SERIES_NO_SIMD].len)
        fine = rt_series_add(&bench->series[RT_SERIES_SIMD_GAIN], no_simd / sandbox) && fine;
    if (runs->of[RT_SERIES_NO_SIMD].len && runs->content_share >= HEAVY)
        fine = rt_series_add(&bench->series[RT_SERIES_TEXT_GAIN], no_simd / sandbox) && fine;
    return fine;
}

static rt_status one_page(struct rt_bench *bench, const struct rt_entry *entry,
                          struct rt_input *input, rt_engine *engine, rt_engine *no_simd,
                          struct runs *runs, rt_error *err)
{
    rt_text html = { NULL, 0 };
    const rt_str no_charset = { NULL, 0 };
    rt_status s = rt_input_read(input, entry->path, bench->max_size, err);
    if (s == RT_OK)
        s = rt_decode((rt_str){ input->at ? input->at : "", input->len }, no_charset, &html, err);
    if (s == RT_OK) {
        rt_request request = RT_REQUEST_INIT;
        request.html = (rt_str){ html.at, html.len };
        request.url = entry->url;
        request.mode = bench->mode;
        s = time_page(bench, &request, engine, no_simd, runs, err);
        bench->bytes += html.len;
    }
    rt_text_free(&html);
    if (s != RT_OK)
        return s;
    return keep(bench, runs) ? RT_OK : rt_fail(err, RT_NO_MEMORY, "no memory for the figures");
}

rt_status rt_bench_pages(struct rt_bench *bench, struct rt_source *source, rt_engine *engine,
                         rt_engine *no_simd, rt_error *err)
{
    struct rt_entry entry = { 0 };
    struct rt_input input = { 0 };
    struct runs runs = { 0 };
    bool got = false;
    rt_status s;
    while ((s = rt_source_next(source, &entry, &got, err)) == RT_OK && got) {
        rt_error page_error = { RT_OK, "" };
        if (one_page(bench, &entry, &input, engine, no_simd, &runs, &page_error) == RT_OK) {
            bench->pages++;
        } else {
            bench->failed++;
            fprintf(stderr, "riptide bench: %.*s: %s\n", RT_SHOW(entry.id), page_error.message);
        }
        rt_entry_free(&entry);
    }
    for (size_t i = 0; i < RT_SERIES_COUNT; i++)
        rt_cli_heap(runs.of[i].at, 0);
    rt_input_free(&input);
    return s;
}

/* The figures for people and for programs. */
#include "bench.h"

#include "base/error.h"
#include "base/json_heap.h"
#include "output.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

enum unit { MS, US, RATIO };

static const struct row {
    const char *name;
    enum unit unit;
    const char *text;
} rows[] = {
#define RT_SERIES(NAME, name, unit, text) { #name, unit, text },
#include "bench.def"
#undef RT_SERIES
};
static const struct {
    const char *name;
    double divisor;
} units[] = { [MS] = { "ms", 1e6 }, [US] = { "us", 1e3 }, [RATIO] = { "x", 1 } };

/* The command as it can be given again: names of files, not of folders of this machine. */
static void show_command(const struct rt_bench *bench, char *text, size_t room)
{
    const struct rt_options *o = bench->options;
    const char *slash = o->list ? strrchr(o->list, '/') : NULL;
    if (o->list)
        snprintf(text, room, "riptide bench --runs %u --list %.100s", bench->runs,
                 slash ? slash + 1 : o->list);
    else
        snprintf(text, room, "riptide bench --runs %u (%zu pages)", bench->runs, o->args.len);
}

static void today(char text[16])
{
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(text, 16, "%Y-%m-%d", &tm);
}

static double mean_ratio(struct rt_bench *bench, enum rt_series_number a, enum rt_series_number b)
{
    double below = rt_series_mean(&bench->series[b]);
    return below > 0 ? rt_series_mean(&bench->series[a]) / below : 0.0;
}

void rt_bench_markdown(struct rt_bench *bench, FILE *to)
{
    char command[256], date[16];
    show_command(bench, command, sizeof command);
    today(date);
    fprintf(to, "# Speed\n\n`%s`, %s\n\n", command, date);
    fprintf(to, "- machine: %s, %u cores, %s\n- compiler: %s\n- component: %.*s\n",
            bench->machine.cpu, bench->machine.cores, bench->machine.kernel,
            bench->machine.compiler, (int)bench->component_info.len,
            bench->component_info.at ? bench->component_info.at : "");
    fprintf(to,
            "- pages: %" PRIu64 " (%.1f MB as UTF-8), %" PRIu64 " failed; a page's value is the "
            "median of %u runs\n\n",
            bench->pages, (double)bench->bytes / 1e6, bench->failed, bench->runs);
    fprintf(
        to,
        "| what | unit | mean | median | p95 | max |\n| --- | --- | ---: | ---: | ---: | ---: |\n");
    for (size_t i = 0; i < RT_SERIES_COUNT; i++) {
        struct rt_series *series = &bench->series[i];
        double d = units[rows[i].unit].divisor;
        if (series->len)
            fprintf(to, "| %s | %s | %.2f | %.2f | %.2f | %.2f |\n", rows[i].text,
                    units[rows[i].unit].name, rt_series_mean(series) / d,
                    rt_series_at(series, 500) / d, rt_series_at(series, 950) / d,
                    rt_series_at(series, 1000) / d);
    }
    fprintf(to, "\nOver all pages: sandbox / native %.2f, without SIMD / with SIMD %.2f.\n",
            mean_ratio(bench, RT_SERIES_SANDBOX, RT_SERIES_NATIVE),
            mean_ratio(bench, RT_SERIES_NO_SIMD, RT_SERIES_SANDBOX));
    if (bench->process_seconds > 0)
        fprintf(
            to, "One process, one thread, all pages: %.2f s, %.0f pages/s, peak RSS %.0f MiB.\n",
            bench->process_seconds, (double)(bench->pages + bench->failed) / bench->process_seconds,
            bench->process_peak_bytes / (1 << 20));
}

static void add_series(yyjson_mut_doc *doc, yyjson_mut_val *all, struct rt_series *series,
                       const struct row *row)
{
    static const struct {
        const char *name;
        unsigned per_mille;
    } ranks[] = { { "median", 500 }, { "p95", 950 }, { "max", 1000 } };
    double d = units[row->unit].divisor;
    yyjson_mut_val *o = yyjson_mut_obj_add_obj(doc, all, row->name);
    yyjson_mut_obj_add_str(doc, o, "unit", units[row->unit].name);
    yyjson_mut_obj_add_uint(doc, o, "samples", series->len);
    yyjson_mut_obj_add_real(doc, o, "mean", rt_series_mean(series) / d);
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        yyjson_mut_obj_add_real(doc, o, ranks[i].name,
                                rt_series_at(series, ranks[i].per_mille) / d);
}

static void add_facts(yyjson_mut_doc *doc, yyjson_mut_val *root, const struct rt_bench *bench)
{
    char command[256], date[16];
    show_command(bench, command, sizeof command);
    today(date);
    yyjson_mut_obj_add_strcpy(doc, root, "command", command);
    yyjson_mut_obj_add_strcpy(doc, root, "date", date);
    yyjson_mut_val *machine = yyjson_mut_obj_add_obj(doc, root, "machine");
    yyjson_mut_obj_add_str(doc, machine, "cpu", bench->machine.cpu);
    yyjson_mut_obj_add_int(doc, machine, "cores", bench->machine.cores);
    yyjson_mut_obj_add_str(doc, machine, "kernel", bench->machine.kernel);
    yyjson_mut_obj_add_str(doc, root, "compiler", bench->machine.compiler);
    yyjson_doc *info = yyjson_read(bench->component_info.at, bench->component_info.len, 0);
    if (info)
        yyjson_mut_obj_add_val(doc, root, "component",
                               yyjson_val_mut_copy(doc, yyjson_doc_get_root(info)));
    yyjson_doc_free(info);
    yyjson_mut_obj_add_uint(doc, root, "pages", bench->pages);
    yyjson_mut_obj_add_uint(doc, root, "failed", bench->failed);
    yyjson_mut_obj_add_uint(doc, root, "bytes", bench->bytes);
    yyjson_mut_obj_add_real(doc, root, "process_seconds", bench->process_seconds);
    yyjson_mut_obj_add_real(doc, root, "process_peak_rss_mib",
                            bench->process_peak_bytes / (1 << 20));
}

rt_status rt_bench_json(struct rt_bench *bench, const char *path, rt_error *err)
{
    const yyjson_alc heap = rt_json_heap(&rt_alloc_heap);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(&heap);
    yyjson_mut_val *root = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, root);
    add_facts(doc, root, bench);
    yyjson_mut_val *all = yyjson_mut_obj_add_obj(doc, root, "figures");
    for (size_t i = 0; i < RT_SERIES_COUNT; i++)
        add_series(doc, all, &bench->series[i], &rows[i]);
    size_t len = 0;
    char *json = yyjson_mut_write_opts(doc, YYJSON_WRITE_PRETTY, &heap, &len, NULL);
    yyjson_mut_doc_free(doc);
    if (!json)
        return rt_fail(err, RT_NO_MEMORY, "no memory to write %.200s", path);
    struct rt_output out;
    rt_status s = rt_output_open(&out, path, RT_OUTPUT_NEW, err);
    if (s == RT_OK) {
        rt_output_write(&out, json, len);
        rt_output_write(&out, "\n", 1);
        s = rt_output_close(&out, err);
    }
    rt_alloc_resize(&rt_alloc_heap, json, 0);
    return s;
}

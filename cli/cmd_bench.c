/* riptide bench: what the sandbox costs, on the user's own pages. */
#include "bench.h"

#include "base/error.h"
#include "base/str.h"

#include <string.h>

enum { DEFAULT_RUNS = 5 };

/* An engine like the other one, with the component that has no SIMD. */
static rt_status open_no_simd(const struct rt_options *options, rt_engine **out, rt_error *err)
{
    rt_settings *settings = NULL;
    rt_status s = rt_cli_settings(options, &settings, err);
    if (s == RT_OK)
        s = rt_settings_set(settings, "RIPTIDE_WASM_ENABLE_SIMD", "false", err);
    if (s == RT_OK)
        s = rt_engine_open(settings, out, err);
    rt_settings_free(settings);
    return s;
}

static rt_status measure_pages(struct rt_bench *bench, rt_engine *engine, rt_error *err)
{
    rt_engine *no_simd = NULL;
    struct rt_source source = { .fd = -1 };
    /* a component of the user's has no twin without SIMD */
    rt_status s = bench->options->component ? RT_OK : open_no_simd(bench->options, &no_simd, err);
    if (s == RT_OK)
        s = rt_source_open(&source, bench->options, err);
    if (s == RT_OK)
        s = rt_bench_pages(bench, &source, engine, no_simd, err);
    rt_source_close(&source);
    rt_engine_close(no_simd);
    return s;
}

static rt_status check_options(const struct rt_bench *bench, rt_error *err)
{
    const struct rt_options *options = bench->options;
    if (bench->mode == RT_MODE_CUSTOM)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "--mode custom: expected article, full or metadata");
    if (options->list && strcmp(options->list, "-") == 0)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "--list -: expected a file, it is read more than once");
    if (!options->list && options->args.len == 0)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "expected pages or --list; see riptide help bench");
    return RT_OK;
}

static rt_status measure(struct rt_bench *bench, rt_error *err)
{
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    rt_status s = rt_cli_settings(bench->options, &settings, err);
    if (s == RT_OK && bench->options->mode)
        s = rt_mode_parse(rt_str_from_c(bench->options->mode), &bench->mode, err);
    if (s == RT_OK)
        s = check_options(bench, err);
    if (s == RT_OK)
        s = rt_bench_processes(bench, err); /* before this process takes memory and time */
    if (s == RT_OK)
        s = rt_engine_open(settings, &engine, err);
    if (s == RT_OK) {
        bench->max_size = rt_cli_setting_number(settings, "RIPTIDE_MAX_HTML_SIZE", 10000000);
        rt_engine_query(engine, "get-info", &bench->component_info, NULL);
        s = measure_pages(bench, engine, err);
    }
    if (s == RT_OK && bench->pages + bench->failed == 0)
        s = rt_fail(err, RT_INVALID_ARGUMENT,
                    "no page to measure: expected a list that can be read more than once");
    rt_engine_close(engine);
    rt_settings_free(settings);
    return s;
}

int rt_cmd_bench(const struct rt_options *options)
{
    struct rt_bench bench = { .options = options, .mode = RT_MODE_ARTICLE };
    rt_error err = { RT_OK, "" };
    bench.runs = options->runs ? options->runs : DEFAULT_RUNS;
    rt_machine_read(&bench.machine);
    rt_status s = measure(&bench, &err);
    if (s == RT_OK) {
        rt_bench_markdown(&bench, stdout);
        if (options->output)
            s = rt_bench_json(&bench, options->output, &err);
    }
    for (size_t i = 0; i < RT_SERIES_COUNT; i++)
        rt_cli_heap(bench.series[i].at, 0);
    rt_text_free(&bench.component_info);
    if (s != RT_OK)
        return rt_cli_fail(options, &err);
    return bench.failed ? RT_EXIT_SOME_FAILED : RT_EXIT_OK;
}

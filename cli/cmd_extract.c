/* riptide extract: one page in, its content out. */
#include "cli.h"
#include "input.h"
#include "output.h"
#include "trace.h"

#include "base/str.h"

#include <inttypes.h>
#include <string.h>

static void show_stats(const rt_stats *stats)
{
    const struct {
        const char *name;
        uint64_t ns;
    } times[] = {
        { "wait for an instance", stats->wait_ns },
        { "store and instance", stats->instantiate_ns },
        { "lower", stats->lower_ns },
        { "call", stats->call_ns },
        { "lift", stats->lift_ns },
        { "drop", stats->drop_ns },
    };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        fprintf(stderr, "%-21s%10.1f us\n", times[i].name, (double)times[i].ns / 1000);
    fprintf(stderr, "%-21s%10" PRIu64 "\n%-21s%10.1f MiB\n", "fuel", stats->fuel_used, "memory",
            (double)stats->memory_peak / (1 << 20));
    if (stats->nodes)
        fprintf(stderr, "%-21s%10" PRIu32 "\n", "nodes", stats->nodes);
}

static rt_status write_content(const rt_result *result, const char *format, struct rt_output *out,
                               rt_error *err)
{
    const rt_content *content = rt_result_content(result);
    rt_text json = { NULL, 0 };
    rt_str data = content->markdown;
    if (format && strcmp(format, "text") == 0)
        data = content->text;
    if (format && strcmp(format, "json") == 0) {
        const rt_str no_id = { NULL, 0 };
        rt_status s = rt_result_json(result, no_id, &json, err);
        if (s != RT_OK)
            return s;
        data = (rt_str){ json.at, json.len };
    }
    rt_output_write(out, data.at, data.len);
    if (data.len && !rt_str_ends(data, RT_LIT("\n")))
        rt_output_write(out, "\n", 1);
    rt_text_free(&json);
    return RT_OK;
}

static rt_status extract(const struct rt_options *options, const rt_settings *settings,
                         rt_request *request, rt_error *err)
{
    struct rt_input input = { 0 };
    rt_text html = { NULL, 0 };
    rt_engine *engine = NULL;
    struct rt_otlp *trace = NULL;
    rt_result *result = NULL;
    struct rt_output out = { .fd = -1 };
    size_t max_size = rt_cli_setting_number(settings, "RIPTIDE_MAX_HTML_SIZE", 10000000);
    rt_status s =
        rt_input_read(&input, options->args.len ? options->args.at[0] : "-", max_size, err);
    if (s == RT_OK)
        s = rt_decode((rt_str){ input.at ? input.at : "", input.len },
                      rt_str_from_c(options->charset), &html, err);
    if (s == RT_OK)
        s = rt_cli_engine_open(options, settings, request, &engine, &trace, err);
    request->html = (rt_str){ html.at, html.len };
    request->url = rt_str_from_c(options->url ? options->url : RT_CLI_NO_URL);
    if (s == RT_OK)
        s = rt_extract(engine, request, &result, err);
    if (s == RT_OK && options->stats)
        show_stats(rt_result_stats(result));
    if (s == RT_OK)
        s = rt_output_open(&out, NULL, RT_OUTPUT_NEW, err);
    if (s == RT_OK) {
        rt_error close_error = { RT_OK, "" };
        s = write_content(result, options->format, &out, err);
        rt_status closed = rt_output_close(&out, &close_error);
        if (s == RT_OK && closed != RT_OK) {
            s = closed;
            *err = close_error;
        }
    }
    rt_result_free(result);
    rt_cli_engine_close(engine, trace);
    rt_text_free(&html);
    rt_input_free(&input);
    return s;
}

int rt_cmd_extract(const struct rt_options *options)
{
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    rt_request request;
    rt_str *selectors = rt_cli_heap(NULL, (options->selectors.len + 1) * sizeof *selectors);
    rt_status s = selectors ? RT_OK : RT_NO_MEMORY;
    err.status = s;
    if (s == RT_OK)
        s = rt_cli_request(options, selectors, &request, &err);
    if (s == RT_OK)
        s = rt_cli_settings(options, &settings, &err);
    if (s == RT_OK)
        s = extract(options, settings, &request, &err);
    rt_settings_free(settings);
    rt_cli_heap(selectors, 0);
    return s == RT_OK ? RT_EXIT_OK : rt_cli_fail(options, &err);
}

/* riptide version: what of all this is which version. */
#include "cli.h"

static void show_answer(rt_engine *engine, const char *function)
{
    rt_error err = { RT_OK, "" };
    rt_text answer = { NULL, 0 };
    if (rt_engine_query(engine, function, &answer, &err) == RT_OK)
        printf("%-10s %.*s\n", function, (int)answer.len, answer.at);
    else
        printf("%-10s %s: %s\n", function, rt_status_label(err.status), err.message);
    rt_text_free(&answer);
}

int rt_cmd_version(const struct rt_options *options)
{
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    printf("riptide    %s\nlibriptide %s\nwasmtime   %s\n", RT_VERSION, rt_version(),
           RIPTIDE_WASMTIME_VERSION);
    rt_status s = rt_cli_settings(options, &settings, &err);
    if (s == RT_OK)
        s = rt_engine_open(settings, &engine, &err);
    if (s == RT_OK) {
        const rt_engine_info *info = rt_engine_get_info(engine);
        printf("component  %s, %zu bytes\n", info->component, info->component_bytes);
        show_answer(engine, "get-info");
    }
    rt_engine_close(engine);
    rt_settings_free(settings);
    return s == RT_OK ? RT_EXIT_OK : rt_cli_fail(options, &err);
}

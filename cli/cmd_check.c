/* riptide check: a component against the interface. */
#include "cli.h"

int rt_cmd_check(const struct rt_options *options)
{
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    rt_text report = { NULL, 0 };
    rt_status s = rt_cli_settings(options, &settings, &err);
    if (s == RT_OK)
        s = rt_check_component(settings, options->args.len ? options->args.at[0] : NULL, &report,
                               &err);
    if (report.len) {
        fwrite(report.at, 1, report.len, stdout);
        if (report.at[report.len - 1] != '\n')
            putchar('\n');
    }
    rt_text_free(&report);
    rt_settings_free(settings);
    return s == RT_OK ? RT_EXIT_OK : rt_cli_fail(options, &err);
}

/* docgen errors | configuration: the pages of docs/ that are made from the tables of the library.
 * Built and run by the target `docs`; a test compares the pages with what it prints. */
#include "base/error.h"

#include <riptide/riptide.h>

#include <stdio.h>
#include <string.h>

static const char notice[] = "<!-- Made from %s by `make docs`; do not edit. -->\n\n";

static int print_errors(void)
{
    static const char *const causes[] = {
        [RT_CAUSE_NONE] = "",
        [RT_CAUSE_CALLER] = "the request",
        [RT_CAUSE_PAGE] = "the page",
        [RT_CAUSE_LIMIT] = "a limit",
        [RT_CAUSE_FAULT] = "the component or the engine",
        [RT_CAUSE_HOST] = "this machine",
    };
    printf("# Outcomes\n\n");
    printf(notice, "tables/status.def");
    printf("Every call ends with one of these.  The code stands in JSON (`error.code`), the number "
           "in\n"
           "`rt_status`; numbers never change.\n\n"
           "| code | number | meaning | lies with | again? | HTTP | exit code |\n"
           "| --- | ---: | --- | --- | --- | ---: | ---: |\n");
    for (rt_status s = RT_OK; strcmp(rt_status_label(s), "unknown") != 0; s++)
        printf("| `%s` | %d | %s | %s | %s | %d | %d |\n", rt_status_label(s), (int)s,
               rt_status_text(s), causes[rt_status_cause(s)],
               rt_status_is_retryable(s) ? "may succeed later" : "", rt_status_http(s),
               rt_status_exit_code(s));
    return 0;
}

static int print_configuration(void)
{
    rt_error err;
    rt_settings *settings = NULL;
    rt_setting row;
    if (rt_settings_new(&settings, &err) != RT_OK) {
        fprintf(stderr, "docgen: %s\n", err.message);
        return 1;
    }
    printf("# Settings\n\n");
    printf(notice, "tables/settings.def");
    printf("A setting is an environment variable, `--set NAME=VALUE` of every command, or\n"
           "`rt_settings_set()`; the later ones win.  A value that is not allowed stops the start "
           "with one\n"
           "sentence that names the setting, the value and what was expected.  `riptide doctor` "
           "shows what\n"
           "is in force and where it comes from.\n\n"
           "| setting | default | expected | unit | meaning |\n| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++)
        printf("| `%s` | %s%s%s | %s | %s | %s |\n", row.name, *row.fallback ? "`" : "",
               row.fallback, *row.fallback ? "`" : "", row.expected, row.unit, row.help);
    rt_settings_free(settings);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "errors") == 0)
        return print_errors();
    if (argc == 2 && strcmp(argv[1], "configuration") == 0)
        return print_configuration();
    fprintf(stderr, "docgen: expected errors or configuration\n");
    return 2;
}

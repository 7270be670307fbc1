/* docgen errors | configuration | example | metrics | events | fields | wit-errors | man: the pages
 * that are made from the tables of the library. Built and run by the targets `docs` and `share`; a
 * test compares the pages in docs/ with what it prints. */
#include "docgen.h"

#include "base/error.h"

#include <riptide/riptide.h>

#include <stdio.h>
#include <string.h>

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
    rt_docgen_notice("tables/status.def");
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

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*print)(void);
    } pages[] = {
        { "errors", print_errors },
        { "configuration", rt_docgen_configuration },
        { "example", rt_docgen_example },
        { "metrics", rt_docgen_metrics },
        { "events", rt_docgen_events },
        { "fields", rt_docgen_fields },
        { "wit-errors", rt_docgen_wit_errors },
        { "man", rt_docgen_man },
    };
    for (size_t i = 0; argc == 2 && i < sizeof pages / sizeof *pages; i++)
        if (strcmp(argv[1], pages[i].name) == 0)
            return pages[i].print();
    fprintf(stderr, "docgen: expected errors, configuration, example, metrics, events, fields, "
                    "wit-errors or man\n");
    return 2;
}

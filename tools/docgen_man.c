/* docgen man: riptide.toml(5), of tables/settings.def. */
#include "docgen.h"

#include "cli/roff.h"
#include "host/settings/settings.h"

#include <string.h>

static void print_setting(const rt_setting *row, const char *group)
{
    if (strcmp(row->group, group) != 0)
        rt_roff_subsection(row->group);
    rt_roff_tag(row->name, NULL);
    char text[1024];
    snprintf(text, sizeof text, "%s.\nExpected: %s%s%s%s.%s%s%s", row->help, row->expected,
             *row->unit ? " (" : "", row->unit, *row->unit ? ")" : "",
             *row->fallback ? "\nDefault: `" : "", row->fallback, *row->fallback ? "`." : "");
    rt_roff_prose(text);
}

static void print_settings(const rt_settings *settings)
{
    rt_setting row;
    const char *group = "";
    for (size_t i = 0; rt_settings_at(settings, i, &row); group = row.group, i++)
        print_setting(&row, group);
}

/* A number that is at most a multiple of another. */
static void print_rules(void)
{
    rt_roff_section("BETWEEN SETTINGS");
    rt_roff_prose("Where only the larger one is given, the default of the smaller one gives way to "
                  "it.  Where both\n"
                  "are given and contradict each other, the engine does not start and names both.");
    struct rt_settings_rule rule;
    for (size_t i = 0; rt_settings_rule_at(i, &rule); i++) {
        rt_roff_tag(rule.small, NULL);
        char text[160];
        if (rule.scale == 1)
            snprintf(text, sizeof text, "at most `%s`", rule.large);
        else
            snprintf(text, sizeof text, "at most %u times `%s`", (unsigned)rule.scale, rule.large);
        rt_roff_prose(text);
    }
}

int rt_docgen_man(void)
{
    rt_error err;
    rt_settings *settings = NULL;
    if (rt_settings_new(&settings, &err) != RT_OK) {
        fprintf(stderr, "docgen: %s\n", err.message);
        return 1;
    }
    rt_roff_title("RIPTIDE.TOML", 5, "File Formats", "riptide.toml", "settings of RipTide");
    rt_roff_section("SYNOPSIS");
    rt_roff_prose("`/etc/riptide/riptide.toml`\n");
    printf(".br\n");
    rt_roff_prose("`~/.config/riptide/riptide.toml`");
    rt_roff_section("DESCRIPTION");
    rt_roff_prose("A setting is given, from the lowest rank to the highest, by its default, by a "
                  "file, by a variable of\n"
                  "its name, or by `--set NAME=VALUE`; the highest wins.  A value that is not "
                  "allowed stops the\n"
                  "start with one sentence that names the setting, the value and what was "
                  "expected.  `riptide doctor`\n"
                  "shows what is in force and where each value comes from.");
    rt_roff_gap();
    rt_roff_prose("The program reads the file that `--config` names, else the one that "
                  "`RIPTIDE_CONFIG` names, else\n"
                  "that of the system and then that of the user, either of which may be missing.");
    rt_roff_gap();
    rt_roff_prose("The form is the flat part of TOML 1.0: NAME = VALUE, comments, strings on one "
                  "line, whole\n"
                  "numbers, true and false.  Unknown names, repeated names and values of the wrong "
                  "type are refused\n"
                  "with file and line; nothing of such a file is taken.");
    rt_roff_section("SETTINGS");
    print_settings(settings);
    print_rules();
    rt_roff_section("EXAMPLES");
    rt_roff_example("# /etc/riptide/riptide.toml\n"
                    "RIPTIDE_WASM_MAX_POOL_SIZE = 16\n"
                    "RIPTIDE_WASM_CACHE_DIR = \"/var/cache/riptide\"\n"
                    "RIPTIDE_FALLBACK = \"off\"");
    rt_roff_section("SEE ALSO");
    printf("\\fBriptide\\fP(1)\n");
    rt_settings_free(settings);
    return 0;
}

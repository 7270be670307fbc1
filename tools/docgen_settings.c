/* What docgen makes of tables/settings.def: the page and the example file. */
#include "docgen.h"

#include "host/settings/settings.h"

#include <stdio.h>
#include <string.h>

static const char introduction[] =
    "A setting is given by, from the lowest rank to the highest:\n"
    "\n"
    "1. its default;\n"
    "2. a file: `NAME = VALUE`, see below;\n"
    "3. the environment: `NAME=VALUE`;\n"
    "4. the caller: `--set NAME=VALUE` of every command, or `rt_settings_set()`.\n"
    "\n"
    "The highest wins, in whatever order they are read. A value that is not allowed stops the "
    "start "
    "with one\n"
    "sentence that names the setting, the value and what was expected, also where another source "
    "overrules it.\n"
    "`riptide doctor` shows what is in force, where each value comes from, and which files were "
    "read.\n"
    "\n"
    "## Files\n"
    "\n"
    "The program reads the first of these that there is:\n"
    "\n"
    "1. the file that `--config FILE` names;\n"
    "2. the file that the variable `RIPTIDE_CONFIG` names;\n"
    "3. `/etc/riptide/riptide.toml`, and then `riptide/riptide.toml` in `$XDG_CONFIG_HOME` "
    "(`~/.config` where that is\n"
    "   not set). Either may be missing; what both give, the second decides.\n"
    "\n"
    "A file that is named must be there; `--config /dev/null` reads none. The library reads only "
    "what\n"
    "`rt_settings_load_file()` and `rt_settings_load_env()` are called for.\n"
    "\n"
    "```toml\n"
    "# /etc/riptide/riptide.toml\n"
    "RIPTIDE_WASM_MAX_POOL_SIZE = 16\n"
    "RIPTIDE_WASM_CACHE_DIR = \"/var/cache/riptide\"\n"
    "RIPTIDE_BREAKER_COUNT_LIMITS = true\n"
    "RIPTIDE_FALLBACK = \"off\"\n"
    "```\n"
    "\n"
    "[examples/riptide.toml](../examples/riptide.toml) has all of them. The form is the flat part "
    "of "
    "[TOML 1.0](https://toml.io/en/v1.0.0): comments;\n"
    "bare and quoted keys; strings on one line in double quotes, with all escapes, or in single "
    "ones; whole numbers\n"
    "(`1_000`, `0xFF`); `true` and `false`. Every other TOML reader reads such a file the same "
    "way. "
    "Tables, dotted keys,\n"
    "strings of several lines, floats, dates, arrays and inline tables are refused, and so are "
    "unknown names, repeated\n"
    "names and values of the wrong type: with file, line, what stands there and what was expected. "
    "Nothing of such a\n"
    "file is taken.\n";

static const char between[] = "\n## Between settings\n"
                              "\n"
                              "Where only the larger one is given, the default of the smaller one "
                              "gives way to it. Where both "
                              "are given and\n"
                              "contradict each other, the engine does not start and names both.\n"
                              "\n"
                              "| setting | at most |\n| --- | --- |\n";

static rt_settings *open_settings(void)
{
    rt_error err;
    rt_settings *settings = NULL;
    if (rt_settings_new(&settings, &err) != RT_OK)
        fprintf(stderr, "docgen: %s\n", err.message);
    return settings;
}

/* "|" would part the cells of a table. */
static void put_cell(const char *text)
{
    for (; *text; text++)
        printf(*text == '|' ? "\\%c" : "%c", *text);
}

static void print_row(const rt_setting *row, const char *group)
{
    if (strcmp(row->group, group) != 0)
        printf("\n## %s\n\n"
               "| setting | default | expected | unit | meaning |\n"
               "| --- | --- | --- | --- | --- |\n",
               row->group);
    const char *quote = *row->fallback ? "`" : "";
    printf("| `%s` | %s%s%s | ", row->name, quote, row->fallback, quote);
    put_cell(row->expected);
    printf(" | %s | ", row->unit);
    put_cell(row->help);
    printf(" |\n");
}

int rt_docgen_configuration(void)
{
    rt_settings *settings = open_settings();
    if (!settings)
        return 1;
    printf("# Settings\n\n");
    rt_docgen_notice("tables/settings.def");
    fputs(introduction, stdout);
    rt_setting row;
    const char *group = "";
    for (size_t i = 0; rt_settings_at(settings, i, &row); group = row.group, i++)
        print_row(&row, group);
    fputs(between, stdout);
    struct rt_settings_rule rule;
    for (size_t i = 0; rt_settings_rule_at(i, &rule); i++) {
        printf("| `%s` | `%s`", rule.small, rule.large);
        if (rule.scale != 1)
            printf(" × %u", (unsigned)rule.scale);
        printf(" |\n");
    }
    rt_settings_free(settings);
    return 0;
}

/* ---- examples/riptide.toml ------------------------------------------------------------------- */

/* Words in comment lines of at most 100 columns. */
static void put_comment(const char *text)
{
    size_t column = 0;
    while (*text) {
        size_t len = strcspn(text, " ");
        if (column == 0 || column + 1 + len > 100) {
            printf("%s#", column == 0 ? "" : "\n");
            column = 1;
        }
        printf(" %.*s", (int)len, text);
        column += 1 + len;
        text += len;
        text += *text == ' ';
    }
    putchar('\n');
}

static void print_example_row(const rt_setting *row, const char *group)
{
    if (strcmp(row->group, group) != 0)
        printf("\n\n# ---- %s ----\n", row->group);
    char comment[1024];
    snprintf(comment, sizeof comment, "%s. Expected: %s%s%s%s.", row->help, row->expected,
             *row->unit ? " (" : "", row->unit, *row->unit ? ")" : "");
    putchar('\n');
    put_comment(comment);
    bool is_text = *row->fallback == '\0', is_path = strcmp(row->expected, "a path") == 0;
    const char *value = is_path ? "/some/path" : is_text ? row->expected : row->fallback;
    const char *quote = is_text || strchr(row->expected, '|') ? "\"" : "";
    printf("#%s = %s%s%s\n", row->name, quote, value, quote);
}

int rt_docgen_example(void)
{
    rt_settings *settings = open_settings();
    if (!settings)
        return 1;
    printf(
        "# Settings of RipTide, all with their defaults: /etc/riptide/riptide.toml, or\n"
        "# riptide/riptide.toml in the user's configuration folder.  Take the mark away from what\n"
        "# you change.  docs/configuration.md says more; `riptide doctor` shows what is in force.\n"
        "#\n"
        "# Made from tables/settings.def by `make docs`; do not edit, copy it.\n");
    rt_setting row;
    const char *group = "";
    for (size_t i = 0; rt_settings_at(settings, i, &row); group = row.group, i++)
        print_example_row(&row, group);
    rt_settings_free(settings);
    return 0;
}

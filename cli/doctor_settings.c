/* The settings as `riptide doctor` shows them. */
#include "doctor.h"

#include "config.h"

#include "base/error.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

extern char **environ;

static bool is_given(const rt_setting *row) { return strcmp(row->source, "default") != 0; }

/* ---- what is probably not meant -------------------------------------------------------------- */

/* Settings that work against the user unless he knows what he does. */
static const struct {
    const char *name, *value, *warning;
} doubtful[] = {
    { "RIPTIDE_WASM_ALLOW_WASI", "true", "components may import WASI" },
    { "RIPTIDE_ENABLE_WIT_VALIDATION", "false", "a component that does not fit is found out late" },
    { "RIPTIDE_ENABLE_INPUT_VALIDATION", "false",
      "pages and addresses of any size reach the component" },
    { "RIPTIDE_WASM_ENABLE_REUSE", "false", "every call makes its own instance" },
    { "RIPTIDE_WASM_AGGRESSIVE_GC", "true", "every call makes its own instance" },
    { "RIPTIDE_WASM_ENABLE_METRICS", "false", "nothing is counted" },
    { "RIPTIDE_FALLBACK", "off", "while the breaker is open, calls fail" },
    { "RIPTIDE_BREAKER_COUNT_LIMITS", "true",
      "a stream of hostile pages can switch the sandbox off for everybody" },
};

static void warn_of_doubtful(struct rt_doctor *d)
{
    for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++)
        if (rt_cli_setting_is(d->settings, doubtful[i].name, doubtful[i].value))
            rt_doctor_say(d, RT_WARNING, "settings", "%s is %s: %s", doubtful[i].name,
                          doubtful[i].value, doubtful[i].warning);
}

/* With less than one instance may have, pressure is critical for good. */
static void warn_of_little_memory(struct rt_doctor *d)
{
    size_t process = rt_cli_setting_number(d->settings, "RIPTIDE_WASM_PROCESS_MEMORY_MB", 0);
    size_t pages = rt_cli_setting_number(d->settings, "RIPTIDE_WASM_MAX_MEMORY_PAGES", 0) / 16;
    size_t limit = rt_cli_setting_number(d->settings, "RIPTIDE_WASM_MEMORY_LIMIT_MB", 0);
    size_t instance = pages < limit ? pages : limit;
    if (process > 0 && process < instance)
        rt_doctor_say(d, RT_WARNING, "settings",
                      "RIPTIDE_WASM_PROCESS_MEMORY_MB=%zu: less than the %zu MiB that one instance "
                      "may have",
                      process, instance);
}

/* Variables that look like settings.  The library takes no notice of them: they may be another
 * program's. */
static void warn_of_unknown_variables(struct rt_doctor *d)
{
    rt_settings *trial = NULL;
    if (rt_settings_new(&trial, NULL) != RT_OK)
        return;
    for (char **variable = environ; *variable; variable++) {
        rt_str value = rt_str_from_c(*variable), name;
        char text[128];
        rt_error err = { RT_OK, "" };
        if (!rt_str_starts(value, RT_LIT("RIPTIDE_")) || !rt_str_split(&value, '=', &name) ||
            rt_str_eq(name, RT_LIT("RIPTIDE_CONFIG")))
            continue;
        snprintf(text, sizeof text, "%.*s", RT_SHOW(name));
        if (!rt_cli_setting(trial, text) && rt_settings_set(trial, text, "", &err) != RT_OK)
            rt_doctor_say(d, RT_WARNING, "settings", "in the environment: %s", err.message);
    }
    rt_settings_free(trial);
}

void rt_doctor_check_settings(struct rt_doctor *d)
{
    rt_setting row;
    size_t rows = 0, given = 0;
    for (; rt_settings_at(d->settings, rows, &row); rows++)
        given += is_given(&row);
    rt_doctor_say(d, RT_FINE, "settings", "%zu in all, %zu of them given; every value is allowed",
                  rows, given);
    warn_of_doubtful(d);
    warn_of_little_memory(d);
    warn_of_unknown_variables(d);
}

/* ---- what is in force ------------------------------------------------------------------------ */

static void show_files(const struct rt_options *options)
{
    struct rt_config_file files[RT_CONFIG_FILES_MAX];
    size_t count = rt_cli_config_files(options, files);
    printf("\nConfiguration files%s\n", count > 1 ? ", the later over the earlier:" : ":");
    for (size_t i = 0; i < count; i++)
        printf("  %-44s %s%s%s\n", files[i].path, files[i].is_there ? "read" : "not there",
               files[i].named_by ? ", named by " : "", files[i].named_by ? files[i].named_by : "");
}

/* Where a value comes from; nothing is said of the table's own default. */
static void spell_source(const rt_setting *row, char *text, size_t room)
{
    const char *source = row->source;
    if (strcmp(source, "caller") == 0)
        source = "command line";
    else if (strcmp(source, "file") == 0)
        source = row->where;
    snprintf(text, room, "%s", source);
    if (is_given(row))
        return;
    text[0] = '\0';
    if (strcmp(row->value, row->fallback) != 0)
        snprintf(text, room, "the default %s, lowered to what another setting allows",
                 row->fallback);
}

static void show_row(const rt_setting *row)
{
    char value[1024], source[4200];
    const char *unit = *row->value ? row->unit : "";
    bool secret = strcmp(row->name, "RIPTIDE_API_KEYS") == 0 && is_given(row);
    snprintf(value, sizeof value, "%s%s%s",
             secret        ? "(hidden)"
             : *row->value ? row->value
                           : "-",
             *unit ? " " : "", unit);
    spell_source(row, source, sizeof source);
    printf("%c %-*s %-*s%s%s\n", is_given(row) ? '*' : ' ', 40, row->name, *source ? 26 : 0, value,
           *source ? " " : "", source);
}

void rt_doctor_show_settings(const struct rt_doctor *d)
{
    rt_setting row;
    const char *group = "";
    show_files(d->options);
    printf("\nSettings in force; those with a star are given, the others are defaults:\n");
    for (size_t i = 0; rt_settings_at(d->settings, i, &row); group = row.group, i++) {
        if (strcmp(group, row.group) != 0)
            printf("\n  %s\n", row.group);
        show_row(&row);
    }
}

/* Settings.  A value that is taken is shown as it was given, and taken again gives the same value;
 * one that is refused leaves everything as it was and is named in the reason.  A file that is
 * taken, and written again from what was understood, is understood as the same; one that is refused
 * changes nothing, and the reason begins with the file and a line of it.
 *
 * Input: a file, and also lines NAME=VALUE, in which NAME may be the number of a setting. */
#include "fuzz/fuzz.h"

#include "host/settings/settings.h"

static size_t row_of(const rt_settings *settings, const char *name)
{
    rt_setting row;
    size_t i = 0;
    while (rt_settings_at(settings, i, &row) && strcmp(row.name, name) != 0)
        i++;
    return i;
}

/* Equal values, paths by what they say. */
static bool same(const struct rt_config *a, const struct rt_config *b)
{
    bool equal = true;
#define RT_SETTING_NUMBER(name, field, ...) equal = equal && a->field == b->field;
#define RT_SETTING_BOOL(name, field, ...) equal = equal && a->field == b->field;
#define RT_SETTING_PATH(name, field, ...)                                                          \
    equal = equal && !a->field == !b->field && (!a->field || strcmp(a->field, b->field) == 0);
#define RT_SETTING_CHOICE(name, field, ...) equal = equal && a->field == b->field;
#include "tables/settings.def"
    return equal;
}

static void check(rt_settings *settings, const char *name, const char *value)
{
    rt_error err = { RT_OK, "" };
    rt_setting before = { .name = NULL }, after = { .name = NULL };
    size_t i = row_of(settings, name);
    bool known = rt_settings_at(settings, i, &before);
    const char *old = before.value;
    rt_status s = rt_settings_set(settings, name, value, &err);
    FUZZ_HOLDS(s == RT_OK || s == RT_INVALID_SETTING);
    if (s != RT_OK) {
        FUZZ_HOLDS(!known || strstr(err.message, name));
        FUZZ_HOLDS(!known || (rt_settings_at(settings, i, &after) && after.value == old));
        return;
    }
    FUZZ_HOLDS(rt_settings_at(settings, i, &after) && strcmp(after.value, value) == 0);
    struct rt_config once = rt_settings_config(settings);
    rt_settings *again = NULL;
    FUZZ_HOLDS(rt_settings_new(&again, &err) == RT_OK);
    for (size_t row = 0; rt_settings_at(settings, row, &after); row++)
        if (after.value[0])
            FUZZ_HOLDS(rt_settings_set(again, after.name, after.value, &err) == RT_OK);
    struct rt_config twice = rt_settings_config(again);
    FUZZ_HOLDS(same(&once, &twice));
    FUZZ_HOLDS(rt_config_memory_limit(&once) <= (uint64_t)4096 << 20);
    rt_settings_free(again);
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool is_from_file(const rt_setting *row) { return strcmp(row->source, "file") == 0; }

/* A basic string; everything that may be written as an escape is. */
static void write_string(FILE *to, const char *text)
{
    fputc('"', to);
    rt_str s = rt_str_from_c(text);
    for (size_t i = 0; i < s.len;) {
        uint32_t c = rt_utf8_next(s, &i);
        if (c >= 'a' && c <= 'z')
            fputc((int)c, to);
        else
            fprintf(to, c > 0xFFFF ? "\\U%08X" : "\\u%04X", (unsigned)c);
    }
    fputs("\"\r\n", to);
}

static void check_written_again(const rt_settings *settings, rt_str text)
{
    char *written = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&written, &len);
    rt_setting row;
    if (!to)
        abort();
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++) {
        if (!is_from_file(&row))
            continue;
        FUZZ_HOLDS(rt_utf8_check(rt_str_from_c(row.value)) == strlen(row.value));
        FUZZ_HOLDS(strlen(row.value) <= text.len + 20);
        fprintf(to, "%s = ", row.name);
        if (strcmp(row.expected, "a path") == 0 || strchr(row.expected, '|'))
            write_string(to, row.value);
        else
            fprintf(to, "%s # \t\n", row.value);
    }
    fclose(to);
    rt_settings *again = NULL;
    FUZZ_HOLDS(rt_settings_new(&again, NULL) == RT_OK);
    FUZZ_HOLDS(rt_settings_load_text(again, "again", (rt_str){ written, len }, NULL) == RT_OK);
    struct rt_config once = rt_settings_config(settings), twice = rt_settings_config(again);
    FUZZ_HOLDS(same(&once, &twice));
    rt_settings_free(again);
    free(written);
}

static void check_fault(const rt_settings *settings, rt_str text, const rt_error *err)
{
    rt_setting row;
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++)
        FUZZ_HOLDS(!is_from_file(&row));
    size_t lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    size_t line = strncmp(err->message, "file:", 5) == 0 ? strtoul(err->message + 5, NULL, 10) : 0;
    FUZZ_HOLDS(line >= 1 && line <= lines);
    FUZZ_HOLDS(strstr(err->message, "expected ") || strstr(err->message, "no such setting"));
    FUZZ_HOLDS(rt_utf8_check(rt_str_from_c(err->message)) == strlen(err->message));
}

static void check_file(rt_str text)
{
    rt_settings *settings = NULL;
    rt_error err = { RT_OK, "" };
    char *copy = fuzz_copy(text);
    FUZZ_HOLDS(rt_settings_new(&settings, NULL) == RT_OK);
    rt_status s = rt_settings_load_text(settings, "file", (rt_str){ copy, text.len }, &err);
    FUZZ_HOLDS(s == RT_OK || s == RT_INVALID_SETTING);
    if (s == RT_OK)
        check_written_again(settings, text);
    else
        check_fault(settings, text, &err);
    rt_settings_free(settings);
    free(copy);
}

/* ---- lines ----------------------------------------------------------------------------------- */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rt_settings *settings = NULL;
    FUZZ_HOLDS(rt_settings_new(&settings, NULL) == RT_OK);
    rt_str rest = { (const char *)data, size };
    check_file(rest);
    while (rest.len) {
        rt_str value = fuzz_line(&rest), name;
        if (!rt_str_split(&value, '=', &name))
            continue;
        char *name_text = calloc(1, name.len + 1), *value_text = calloc(1, value.len + 1);
        rt_setting row;
        if (!name_text || !value_text)
            abort();
        if (name.len)
            memcpy(name_text, name.at, name.len);
        if (value.len)
            memcpy(value_text, value.at, value.len);
        bool number =
            name.len == 1 && rt_settings_at(settings, (size_t)(uint8_t)*name.at - '0', &row);
        check(settings, number ? row.name : name_text, value_text);
        free(name_text);
        free(value_text);
    }
    rt_settings_free(settings);
    return 0;
}

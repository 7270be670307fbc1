/* Settings.  A value that is taken is shown as it was given, and taken again gives the same value; one
 * that is refused leaves everything as it was and is named in the reason.
 *
 * Input: lines NAME=VALUE; NAME may be the number of a setting. */
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
#include "tables/settings.def"
#undef RT_SETTING_NUMBER
#undef RT_SETTING_BOOL
#undef RT_SETTING_PATH
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rt_settings *settings = NULL;
    FUZZ_HOLDS(rt_settings_new(&settings, NULL) == RT_OK);
    rt_str rest = { (const char *)data, size };
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
        bool number = name.len == 1 && rt_settings_at(settings, (size_t)(uint8_t)*name.at - '0', &row);
        check(settings, number ? row.name : name_text, value_text);
        free(name_text);
        free(value_text);
    }
    rt_settings_free(settings);
    return 0;
}

/* The settings: one table, read from the environment or set by the caller, each with its source. */
#include "host/settings/settings.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { NUMBER, BOOL, PATH };

static const struct row {
    const char *name, *fallback, *expected, *unit, *help;
    enum kind kind;
    size_t offset;
    uint64_t lowest, highest;
} rows[] = {
#define TEXT(x) #x
#define RT_SETTING_NUMBER(name, field, value, lo, hi, unit, help)                                  \
    { #name, TEXT(value), "a whole number from " #lo " to " #hi, unit,                             \
      help,  NUMBER,      offsetof(struct rt_config, field),     lo,                               \
      hi },
#define RT_SETTING_BOOL(name, field, value, help)                                                  \
    { #name, #value, "true or false", "", help, BOOL, offsetof(struct rt_config, field), 0, 1 },
#define RT_SETTING_PATH(name, field, help)                                                         \
    { #name, "", "a path", "", help, PATH, offsetof(struct rt_config, field), 0, 0 },
#include "tables/settings.def"
#undef RT_SETTING_NUMBER
#undef RT_SETTING_BOOL
#undef RT_SETTING_PATH
};
enum { ROWS = sizeof rows / sizeof *rows };

/* A default outside its own range does not build. */
#define RT_SETTING_NUMBER(name, field, value, lo, hi, unit, help)                                  \
    _Static_assert((value) >= (lo) + 0LL && (value) <= (hi) + 0LL, #name ": default out of "       \
                                                                         "range");
#define RT_SETTING_BOOL(...)
#define RT_SETTING_PATH(...)
#include "tables/settings.def"
#undef RT_SETTING_NUMBER
#undef RT_SETTING_BOOL
#undef RT_SETTING_PATH

struct rt_settings {
    struct rt_config config;
    char *text[ROWS]; /* as given; NULL: the default is in force */
    const char *source[ROWS];
};

static rt_status refuse(const struct row *row, const char *text, rt_error *err)
{
    rt_str shown = rt_str_from_c(text);
    return rt_fail(err, RT_INVALID_SETTING, "%s=\"%.*s\": expected %s%s%s%s", row->name,
                   RT_SHOW(shown), row->expected, *row->unit ? " (" : "", row->unit,
                   *row->unit ? ")" : "");
}

static bool parse_number(const struct row *row, const char *text, uint64_t *out)
{
    uint64_t value = 0;
    if (!*text)
        return false;
    for (const char *p = text; *p; p++) {
        if (!rt_is_digit(*p) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
            return false;
    }
    *out = value;
    return value >= row->lowest && value <= row->highest;
}

static bool parse_bool(const char *text, bool *out)
{
    *out = strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return *out || strcmp(text, "false") == 0 || strcmp(text, "0") == 0;
}

/* Puts text, which must live as long as the config, into the row's member. */
static rt_status put(struct rt_config *config, const struct row *row, const char *text,
                     rt_error *err)
{
    char *at = (char *)config + row->offset;
    bool good = false;
    switch (row->kind) {
    case NUMBER: {
        uint64_t value;
        good = parse_number(row, text, &value);
        if (good)
            memcpy(at, &value, sizeof value);
        break;
    }
    case BOOL: {
        bool value;
        good = parse_bool(text, &value);
        if (good)
            memcpy(at, &value, sizeof value);
        break;
    }
    case PATH:
        good = *text != '\0';
        if (good)
            memcpy(at, &text, sizeof text);
        break;
    }
    return good ? RT_OK : refuse(row, text, err);
}

static struct rt_config defaults(void)
{
    return (struct rt_config){
#define RT_SETTING_NUMBER(name, field, value, ...) .field = (value),
#define RT_SETTING_BOOL(name, field, value, ...) .field = (value),
#define RT_SETTING_PATH(name, field, ...) .field = NULL,
#include "tables/settings.def"
#undef RT_SETTING_NUMBER
#undef RT_SETTING_BOOL
#undef RT_SETTING_PATH
    };
}

static rt_status set_row(rt_settings *settings, size_t i, const char *text, const char *source,
                         rt_error *err)
{
    size_t size = strlen(text) + 1;
    char *copy = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    if (!copy)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the setting %s", rows[i].name);
    memcpy(copy, text, size);
    rt_status status = put(&settings->config, &rows[i], copy, err);
    if (status != RT_OK) {
        rt_alloc_resize(&rt_alloc_heap, copy, 0);
        return status;
    }
    rt_alloc_resize(&rt_alloc_heap, settings->text[i], 0);
    settings->text[i] = copy;
    settings->source[i] = source;
    return RT_OK;
}

rt_status rt_settings_new(rt_settings **out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_settings_new: out is NULL");
    rt_settings *settings = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *settings);
    if (!settings)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the settings");
    *settings = (rt_settings){ .config = defaults() };
    for (size_t i = 0; i < ROWS; i++)
        settings->source[i] = "default";
    *out = settings;
    return RT_OK;
}

void rt_settings_free(rt_settings *settings)
{
    if (!settings)
        return;
    for (size_t i = 0; i < ROWS; i++)
        rt_alloc_resize(&rt_alloc_heap, settings->text[i], 0);
    rt_alloc_resize(&rt_alloc_heap, settings, 0);
}

rt_status rt_settings_load(rt_settings *settings, const char *(*lookup)(const char *name),
                           rt_error *err)
{
    for (size_t i = 0; i < ROWS; i++) {
        const char *text = lookup(rows[i].name);
        rt_status status = text ? set_row(settings, i, text, "environment", err) : RT_OK;
        if (status != RT_OK)
            return status;
    }
    return RT_OK;
}

static const char *from_environment(const char *name) { return getenv(name); }

rt_status rt_settings_load_env(rt_settings *settings, rt_error *err)
{
    if (!settings)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_settings_load_env: settings is NULL");
    return rt_settings_load(settings, from_environment, err);
}

rt_status rt_settings_set(rt_settings *settings, const char *name, const char *value, rt_error *err)
{
    if (!settings || !name || !value)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_settings_set: an argument is NULL");
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return set_row(settings, i, value, "caller", err);
    return rt_fail(err, RT_INVALID_SETTING, "%.120s: no such setting", name);
}

bool rt_settings_at(const rt_settings *settings, size_t i, rt_setting *out)
{
    if (!settings || !out || i >= ROWS)
        return false;
    *out = (rt_setting){
        .name = rows[i].name,
        .value = settings->text[i] ? settings->text[i] : rows[i].fallback,
        .fallback = rows[i].fallback,
        .expected = rows[i].expected,
        .unit = rows[i].unit,
        .help = rows[i].help,
        .source = settings->source[i],
    };
    return true;
}

struct rt_config rt_settings_config(const rt_settings *settings)
{
    return settings ? settings->config : defaults();
}

uint64_t rt_config_memory_limit(const struct rt_config *config)
{
    uint64_t by_pages = config->max_memory_pages << 16;
    uint64_t by_size = config->memory_limit_mb << 20;
    return by_pages < by_size ? by_pages : by_size;
}

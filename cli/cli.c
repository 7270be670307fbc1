/* What the commands share. */
#include "cli.h"
#include "config.h"

#include "base/error.h"
#include "base/str.h"

#include <string.h>

int rt_cli_fail(const struct rt_options *options, const rt_error *err)
{
    fflush(stdout);
    fprintf(stderr, "riptide %s: %s\n", options->command,
            *err->message ? err->message : rt_status_text(err->status));
    return rt_status_exit_code(err->status);
}

static rt_status set_one(rt_settings *settings, const char *word, rt_error *err)
{
    const char *equals = strchr(word, '=');
    char name[64];
    size_t len = equals ? (size_t)(equals - word) : 0;
    if (len == 0 || len >= sizeof name)
        return rt_fail(err, RT_INVALID_SETTING, "--set %.120s: expected NAME=VALUE", word);
    memcpy(name, word, len);
    name[len] = '\0';
    return rt_settings_set(settings, name, equals + 1, err);
}

static rt_status load_files(const struct rt_options *options, rt_settings *settings, rt_error *err)
{
    struct rt_config_file files[RT_CONFIG_FILES_MAX];
    size_t count = rt_cli_config_files(options, files);
    rt_status s = RT_OK;
    for (size_t i = 0; s == RT_OK && i < count; i++)
        if (files[i].is_there)
            s = rt_settings_load_file(settings, files[i].path, err);
    return s;
}

rt_status rt_cli_settings(const struct rt_options *options, rt_settings **out, rt_error *err)
{
    rt_settings *settings = NULL;
    rt_status s = rt_settings_new(&settings, err);
    if (s == RT_OK)
        s = load_files(options, settings, err);
    if (s == RT_OK)
        s = rt_settings_load_env(settings, err);
    if (s == RT_OK && options->component)
        s = rt_settings_set(settings, "RIPTIDE_COMPONENT", options->component, err);
    for (size_t i = 0; s == RT_OK && i < options->sets.len; i++)
        s = set_one(settings, options->sets.at[i], err);
    if (s != RT_OK) {
        rt_settings_free(settings);
        return s;
    }
    *out = settings;
    return RT_OK;
}

const char *rt_cli_setting(const rt_settings *settings, const char *name)
{
    rt_setting row;
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++)
        if (strcmp(row.name, name) == 0)
            return row.value;
    return NULL;
}

bool rt_cli_setting_is(const rt_settings *settings, const char *name, const char *value)
{
    const char *is = rt_cli_setting(settings, name);
    if (!is)
        return false;
    return strcmp(is, value) == 0 || (strcmp(is, "1") == 0 && strcmp(value, "true") == 0) ||
           (strcmp(is, "0") == 0 && strcmp(value, "false") == 0);
}

size_t rt_cli_setting_number(const rt_settings *settings, const char *name, size_t otherwise)
{
    const char *value = rt_cli_setting(settings, name), *c = value;
    size_t n = 0;
    for (; c && rt_is_digit(*c) && n < SIZE_MAX / 16; c++)
        n = n * 10 + (size_t)(*c - '0');
    return c == value ? otherwise : n;
}

rt_status rt_cli_request(const struct rt_options *options, rt_str *storage, rt_request *request,
                         rt_error *err)
{
    *request = (rt_request)RT_REQUEST_INIT;
    if (options->selectors.len)
        request->mode = RT_MODE_CUSTOM;
    if (options->mode) {
        rt_status s = rt_mode_parse(rt_str_from_c(options->mode), &request->mode, err);
        if (s != RT_OK)
            return s;
        if (options->selectors.len && request->mode != RT_MODE_CUSTOM)
            return rt_fail(err, RT_INVALID_ARGUMENT,
                           "--selector with --mode %.40s: expected --mode custom", options->mode);
    }
    for (size_t i = 0; i < options->selectors.len; i++)
        storage[i] = rt_str_from_c(options->selectors.at[i]);
    request->selectors = (rt_str_list){ storage, options->selectors.len };
    if (options->link_details && !options->native)
        return rt_fail(err, RT_INVALID_ARGUMENT, "--link-details: expected --native with it");
    request->link_details = options->link_details;
    request->extractor = options->native ? RT_EXTRACTOR_NATIVE : RT_EXTRACTOR_COMPONENT;
    return RT_OK;
}

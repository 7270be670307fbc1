/* The settings object: what each source gave, of which the one with the highest rank is in force.
 */
#include "host/settings/given.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const sources[] = {
    [RT_RANK_DEFAULT] = "default",
    [RT_RANK_FILE] = "file",
    [RT_RANK_ENVIRONMENT] = "environment",
    [RT_RANK_CALLER] = "caller",
};

struct rt_settings {
    struct rt_config config; /* in force */
    struct row {
        char *text, *where; /* as given; NULL: the default is in force, and nowhere in particular */
        enum rt_settings_rank rank;
    } rows[RT_ROWS];
    char lowered[RT_ROWS][24]; /* the default where it gave way, as text, or "" */
};

/* ---- one value ------------------------------------------------------------------------------- */

static rt_status refuse(const struct rt_given *given, const struct rt_row *row, rt_error *err)
{
    rt_str shown = given->shown.at ? given->shown : rt_str_from_c(given->text);
    const char *quote = given->shown.at ? "" : "\"";
    return rt_fail(err, RT_INVALID_SETTING, "%.200s%s%s=%s%.*s%s: expected %s%s%s%s%s",
                   given->where, *given->where ? ": " : "", row->name, quote, RT_SHOW(shown), quote,
                   row->expected, *row->unit ? " (" : "", row->unit, *row->unit ? ")" : "",
                   given->remark ? given->remark : "");
}

static rt_status refuse_name(const struct rt_given *given, rt_error *err)
{
    const char *meant = rt_row_nearest(given->name);
    return rt_fail(err, RT_INVALID_SETTING, "%.200s%s%.*s: no such setting%s%s", given->where,
                   *given->where ? ": " : "", RT_SHOW(given->name),
                   meant ? "; the nearest is " : "", meant ? meant : "");
}

rt_status rt_settings_try(const struct rt_given *given, rt_error *err)
{
    size_t i = rt_row_find(given->name);
    if (i == RT_ROWS)
        return refuse_name(given, err);
    struct rt_config trial;
    if (given->remark || !rt_row_parse(&rt_rows[i], given->text, &trial))
        return refuse(given, &rt_rows[i], err);
    return RT_OK;
}

static bool may_give_way(const rt_settings *settings, const struct rt_rule *rule)
{
    return settings->rows[rule->small].rank == RT_RANK_DEFAULT;
}

static void raise_default(rt_settings *settings, const struct rt_rule *rule)
{
    const struct rt_row *small = &rt_rows[rule->small];
    rt_row_parse(small, small->fallback, &settings->config);
    settings->lowered[rule->small][0] = '\0';
}

static void lower_default(rt_settings *settings, const struct rt_rule *rule)
{
    const struct rt_row *small = &rt_rows[rule->small];
    uint64_t most = rt_row_number(&rt_rows[rule->large], &settings->config) * rule->scale;
    if (rt_row_number(small, &settings->config) <= most)
        return;
    rt_row_set_number(small, &settings->config, most);
    snprintf(settings->lowered[rule->small], sizeof settings->lowered[0], "%" PRIu64, most);
}

/* Where only the larger of two settings is given, the default of the smaller one gives way; of
 * several larger ones to the least. */
static void lower_defaults(rt_settings *settings)
{
    for (size_t i = 0; i < RT_RULES; i++)
        if (may_give_way(settings, &rt_rules[i]))
            raise_default(settings, &rt_rules[i]);
    for (size_t i = 0; i < RT_RULES; i++)
        if (may_give_way(settings, &rt_rules[i]))
            lower_default(settings, &rt_rules[i]);
}

static char *copy_of(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static void forget(struct row *row)
{
    rt_alloc_resize(&rt_alloc_heap, row->text, 0);
    rt_alloc_resize(&rt_alloc_heap, row->where, 0);
}

rt_status rt_settings_give(rt_settings *settings, const struct rt_given *given, rt_error *err)
{
    rt_status status = rt_settings_try(given, err);
    if (status != RT_OK)
        return status;
    size_t i = rt_row_find(given->name);
    if (given->rank < settings->rows[i].rank)
        return RT_OK;
    struct row row = { copy_of(given->text), copy_of(given->where), given->rank };
    if (!row.text || !row.where) {
        forget(&row);
        return rt_fail(err, RT_NO_MEMORY, "no memory for the setting %s", rt_rows[i].name);
    }
    forget(&settings->rows[i]);
    settings->rows[i] = row;
    rt_row_parse(&rt_rows[i], row.text, &settings->config);
    lower_defaults(settings);
    return RT_OK;
}

/* ---- sources --------------------------------------------------------------------------------- */

rt_status rt_settings_load(rt_settings *settings, const char *(*lookup)(const char *name),
                           rt_error *err)
{
    rt_status status = RT_OK;
    for (size_t i = 0; i < RT_ROWS && status == RT_OK; i++) {
        struct rt_given given = { .rank = RT_RANK_ENVIRONMENT,
                                  .where = "",
                                  .name = rt_str_from_c(rt_rows[i].name),
                                  .text = lookup(rt_rows[i].name) };
        if (given.text)
            status = rt_settings_give(settings, &given, err);
    }
    return status;
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
    const struct rt_given given = {
        .rank = RT_RANK_CALLER, .where = "", .name = rt_str_from_c(name), .text = value
    };
    return rt_settings_give(settings, &given, err);
}

/* ---- the object ------------------------------------------------------------------------------ */

rt_status rt_settings_new(rt_settings **out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_settings_new: out is NULL");
    rt_settings *settings = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *settings);
    if (!settings)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the settings");
    *settings = (rt_settings){ .config = rt_row_defaults() };
    *out = settings;
    return RT_OK;
}

void rt_settings_free(rt_settings *settings)
{
    if (!settings)
        return;
    for (size_t i = 0; i < RT_ROWS; i++)
        forget(&settings->rows[i]);
    rt_alloc_resize(&rt_alloc_heap, settings, 0);
}

/* The default as it is in force: one that gave way is not the table's. */
static const char *default_text(const rt_settings *settings, size_t row)
{
    return settings->lowered[row][0] ? settings->lowered[row] : rt_rows[row].fallback;
}

bool rt_settings_at(const rt_settings *settings, size_t i, rt_setting *out)
{
    if (!settings || !out || i >= RT_ROWS)
        return false;
    const struct row *row = &settings->rows[i];
    *out = (rt_setting){
        .name = rt_rows[i].name,
        .value = row->text ? row->text : default_text(settings, i),
        .fallback = rt_rows[i].fallback,
        .expected = rt_rows[i].expected,
        .unit = rt_rows[i].unit,
        .help = rt_rows[i].help,
        .source = sources[row->rank],
        .group = rt_row_group(i),
        .where = row->where ? row->where : "",
    };
    return true;
}

struct rt_config rt_settings_config(const rt_settings *settings)
{
    return settings ? settings->config : rt_row_defaults();
}

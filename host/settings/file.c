/* Settings from a file: TOML, each pair one setting. */
#include "host/settings/given.h"
#include "host/settings/toml.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "host/system/slurp.h"

#include <stdio.h>

enum { MAX_FILE = 1 << 20, MAX_WHERE = 4096 + 16 };

struct reading {
    rt_settings *settings;
    const char *path;
    char *room;
    bool takes; /* false: only looks whether all of it can be taken */
    char where[MAX_WHERE];
};

/* What messages quote of a text, which is UTF-8. */
static rt_str some_of(rt_str s)
{
    return s.len ? rt_utf8_whole(rt_str_first(s, 120)) : RT_LIT("nothing");
}

/* Quotation marks where the row wants none, or none where it wants them. */
static const char *remark_on(size_t row, enum rt_toml_kind kind)
{
    static const enum rt_toml_kind wanted[] = {
        [RT_ROW_NUMBER] = RT_TOML_NUMBER,
        [RT_ROW_BOOL] = RT_TOML_BOOLEAN,
        [RT_ROW_TEXT] = RT_TOML_STRING,
        [RT_ROW_CHOICE] = RT_TOML_STRING,
    };
    if (row == RT_ROWS || kind == wanted[rt_rows[row].kind])
        return NULL;
    if (kind == RT_TOML_STRING)
        return ", without quotes";
    return wanted[rt_rows[row].kind] == RT_TOML_STRING ? ", in quotes" : "";
}

static rt_status take_pair(struct reading *reading, const struct rt_toml_pair *pair, unsigned *seen,
                           rt_error *err)
{
    size_t row = rt_row_find(pair->key);
    if (row < RT_ROWS && seen[row])
        return rt_fail(err, RT_INVALID_SETTING,
                       "%.200s:%u: %s: expected once, but line %u has it, too", reading->path,
                       pair->line, rt_rows[row].name, seen[row]);
    if (row < RT_ROWS)
        seen[row] = pair->line;
    snprintf(reading->where, sizeof reading->where, "%s:%u", reading->path, pair->line);
    const struct rt_given given = { .rank = RT_RANK_FILE,
                                    .where = reading->where,
                                    .name = pair->key,
                                    .text = pair->value,
                                    .shown = some_of(pair->shown),
                                    .remark = remark_on(row, pair->kind) };
    return reading->takes ? rt_settings_give(reading->settings, &given, err)
                          : rt_settings_try(&given, err);
}

static rt_status read_all(struct reading *reading, rt_str text, rt_error *err)
{
    struct rt_toml toml;
    struct rt_toml_pair pair;
    unsigned seen[RT_ROWS] = { 0 };
    rt_status status = RT_OK;
    rt_toml_begin(&toml, text, reading->room);
    while (status == RT_OK && rt_toml_next(&toml, &pair))
        status = take_pair(reading, &pair, seen, err);
    if (toml.expected) {
        rt_str found = some_of(toml.found);
        return rt_fail(err, RT_INVALID_SETTING, "%.200s:%u: %.*s: expected %s", reading->path,
                       toml.line, RT_SHOW(found), toml.expected);
    }
    return status;
}

static rt_status check_utf8(const char *path, rt_str text, rt_error *err)
{
    size_t bad = rt_utf8_check(text);
    if (bad == text.len)
        return RT_OK;
    unsigned line = 1;
    for (size_t i = 0; i < bad; i++)
        line += text.at[i] == '\n';
    return rt_fail(err, RT_INVALID_SETTING, "%.200s:%u: byte 0x%02X: expected UTF-8", path, line,
                   (unsigned char)text.at[bad]);
}

rt_status rt_settings_load_text(rt_settings *settings, const char *path, rt_str text, rt_error *err)
{
    rt_status status = check_utf8(path, text, err);
    if (status != RT_OK)
        return status;
    struct reading reading = { .settings = settings, .path = path };
    reading.room = rt_alloc_resize(&rt_alloc_heap, NULL, rt_toml_room(text.len));
    if (!reading.room)
        return rt_fail(err, RT_NO_MEMORY, "no memory for %.200s", path);
    status = read_all(&reading, text, err);
    reading.takes = true;
    if (status == RT_OK)
        status = read_all(&reading, text, err);
    rt_alloc_resize(&rt_alloc_heap, reading.room, 0);
    return status;
}

rt_status rt_settings_load_file(rt_settings *settings, const char *path, rt_error *err)
{
    if (!settings || !path)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_settings_load_file: an argument is NULL");
    rt_str text;
    char *owned;
    rt_status status = rt_slurp(path, MAX_FILE, &text, &owned, err);
    if (status != RT_OK)
        return status;
    status = rt_settings_load_text(settings, path, text, err);
    rt_alloc_resize(&rt_alloc_heap, owned, 0);
    return status;
}

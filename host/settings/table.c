/* The table of all settings made real: names, ranges, text into values, the name that was meant. */
#include "host/settings/table.h"

#include "base/str.h"

#include <string.h>

const struct rt_row rt_rows[RT_ROWS] = {
#define AT(field) offsetof(struct rt_config, field)
#define TEXT(x) #x
#define RT_SETTING_NUMBER(name, field, value, lo, hi, unit, help)                                  \
    { #name,     TEXT(value), "a whole number from " #lo " to " #hi,                               \
      unit,      help,        RT_ROW_NUMBER,                                                       \
      AT(field), lo,          hi },
#define RT_SETTING_BOOL(name, field, value, help)                                                  \
    { #name, #value, "true or false", "", help, RT_ROW_BOOL, AT(field), 0, 1 },
#define RT_SETTING_PATH(name, field, help)                                                         \
    { #name, "", "a path", "", help, RT_ROW_TEXT, AT(field), 0, 0 },
#define RT_SETTING_TEXT(name, field, expected, help)                                               \
    { #name, "", expected, "", help, RT_ROW_TEXT, AT(field), 0, 0 },
#define RT_SETTING_CHOICE(name, field, value, words, help)                                         \
    { #name, #value, words, "", help, RT_ROW_CHOICE, AT(field), 0, 0 },
#include "tables/settings.def"
};

/* A default outside of its own range does not build. */
#define RT_SETTING_NUMBER(name, field, value, lo, hi, unit, help)                                  \
    _Static_assert((value) >= (lo) + 0LL && (value) <= (hi) + 0LL, #name ": default");
#include "tables/settings.def"

static const struct {
    const char *title;
    int first;
} groups[] = {
#define RT_SETTING_GROUP(id, title) { title, RT_GROUP_AT_##id },
#include "tables/settings.def"
};

const char *rt_row_group(size_t i)
{
    size_t group = sizeof groups / sizeof *groups - 1;
    while (group > 0 && (size_t)groups[group].first > i)
        group--;
    return groups[group].title;
}

size_t rt_row_find(rt_str name)
{
    size_t i = 0;
    while (i < RT_ROWS && !rt_str_eq(rt_str_from_c(rt_rows[i].name), name))
        i++;
    return i;
}

struct rt_config rt_row_defaults(void)
{
    return (struct rt_config){
#define RT_SETTING_NUMBER(name, field, value, ...) .field = (value),
#define RT_SETTING_BOOL(name, field, value, ...) .field = (value),
#define RT_SETTING_PATH(name, field, ...) .field = NULL,
#define RT_SETTING_CHOICE(name, field, value, ...) .field = 0, /* the first word is the default */
#include "tables/settings.def"
    };
}

/* ---- text into values ------------------------------------------------------------------------ */

static bool parse_number(const struct rt_row *row, const char *text, uint64_t *out)
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

/* The number of the word among those that '|' parts. */
static bool parse_choice(const char *words, const char *text, unsigned *out)
{
    rt_str rest = rt_str_from_c(words), word, wanted = rt_str_from_c(text);
    for (unsigned n = 0; rt_str_split(&rest, '|', &word); n++)
        if (rt_str_eq(word, wanted)) {
            *out = n;
            return true;
        }
    return false;
}

static bool store(bool good, void *at, const void *value, size_t size)
{
    if (good)
        memcpy(at, value, size);
    return good;
}

bool rt_row_parse(const struct rt_row *row, const char *text, struct rt_config *config)
{
    char *at = (char *)config + row->offset;
    uint64_t number;
    unsigned choice;
    bool flag;
    switch (row->kind) {
    case RT_ROW_NUMBER: return store(parse_number(row, text, &number), at, &number, sizeof number);
    case RT_ROW_BOOL: return store(parse_bool(text, &flag), at, &flag, sizeof flag);
    case RT_ROW_TEXT: return store(*text != '\0', at, &text, sizeof text);
    case RT_ROW_CHOICE:
        return store(parse_choice(row->expected, text, &choice), at, &choice, sizeof choice);
    }
    return false;
}

uint64_t rt_row_number(const struct rt_row *row, const struct rt_config *config)
{
    uint64_t value;
    memcpy(&value, (const char *)config + row->offset, sizeof value);
    return value;
}

void rt_row_set_number(const struct rt_row *row, struct rt_config *config, uint64_t value)
{
    memcpy((char *)config + row->offset, &value, sizeof value);
}

/* ---- the name that was meant ----------------------------------------------------------------- */

enum { LONGEST_NAME = 64, FARTHEST = 5 };

#define SHORT_ENOUGH(name, ...) _Static_assert(sizeof #name <= LONGEST_NAME, #name " is too long");
#define RT_SETTING_NUMBER SHORT_ENOUGH
#define RT_SETTING_BOOL SHORT_ENOUGH
#define RT_SETTING_PATH SHORT_ENOUGH
#define RT_SETTING_CHOICE SHORT_ENOUGH
#include "tables/settings.def"

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static char capital(char c) { return rt_is_alpha(c) ? (char)(c & ~0x20) : c == '-' ? '_' : c; }

/* Letters to insert, leave out, replace or exchange with their neighbour to make b of a; case and
 * the kind of dash are free.  Both are shorter than LONGEST_NAME. */
static size_t distance(rt_str a, rt_str b)
{
    size_t rows[3][LONGEST_NAME], *before = rows[0], *last = rows[1], *next = rows[2];
    for (size_t j = 0; j <= b.len; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        next[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            char x = capital(a.at[i - 1]), y = capital(b.at[j - 1]);
            next[j] = least(least(last[j], next[j - 1]) + 1, last[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == capital(b.at[j - 2]) && y == capital(a.at[i - 2]))
                next[j] = least(next[j], before[j - 2] + 1);
        }
        size_t *oldest = before;
        before = last, last = next, next = oldest;
    }
    return last[b.len];
}

const char *rt_row_nearest(rt_str name)
{
    if (name.len >= LONGEST_NAME)
        return NULL;
    size_t best = RT_ROWS, best_distance = least(name.len / 4, FARTHEST) + 1;
    for (size_t i = 0; i < RT_ROWS; i++) {
        rt_str row = rt_str_from_c(rt_rows[i].name);
        size_t d = row.len > name.len ? row.len - name.len : name.len - row.len;
        if (d < best_distance)
            d = distance(name, row);
        if (d < best_distance)
            best = i, best_distance = d;
    }
    return best < RT_ROWS ? rt_rows[best].name : NULL;
}

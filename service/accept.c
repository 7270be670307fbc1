/* Accept: a list of types with parameters. */
#include "service/accept.h"

#include "base/str.h"

/* Takes what stands before the next `separator` that is in no quoted string. */
static bool take_part(rt_str *rest, char separator, rt_str *part)
{
    if (!rest->at || rest->len == 0)
        return false;
    bool quoted = false;
    size_t i = 0;
    for (; i < rest->len && (quoted || rest->at[i] != separator); i++) {
        if (rest->at[i] == '"')
            quoted = !quoted;
        else if (quoted && rest->at[i] == '\\' && i + 1 < rest->len)
            i++;
    }
    *part = rt_str_trim(rt_str_first(*rest, i));
    *rest = rt_str_from(*rest, i + 1);
    return true;
}

static bool split_at(rt_str s, char separator, rt_str *before, rt_str *after)
{
    size_t i = rt_str_find_byte(s, separator);
    if (i == RT_NPOS)
        return false;
    *before = rt_str_trim(rt_str_first(s, i));
    *after = rt_str_trim(rt_str_from(s, i + 1));
    return true;
}

/* Thousandths, or -1: "1", "0.5", "0.125". */
static int quality_of(rt_str text)
{
    if (text.len == 0 || text.len > 5 || (text.at[0] != '0' && text.at[0] != '1') ||
        (text.len > 1 && text.at[1] != '.'))
        return -1;
    int value = (text.at[0] - '0') * 1000, unit = 100;
    for (size_t i = 2; i < text.len; i++, unit /= 10) {
        if (!rt_is_digit(text.at[i]))
            return -1;
        value += (text.at[i] - '0') * unit;
    }
    return value <= 1000 ? value : -1;
}

/* How exactly a range names the type: 3 itself, 2 all of its kind, 1 all, 0 it does not. */
static int fit_of(rt_str range, rt_str type)
{
    rt_str kind, sub, kind_wanted, sub_wanted;
    if (!split_at(range, '/', &kind, &sub) || !split_at(type, '/', &kind_wanted, &sub_wanted))
        return 0;
    bool any_kind = rt_str_eq(kind, RT_LIT("*")), any_sub = rt_str_eq(sub, RT_LIT("*"));
    if (any_kind)
        return any_sub;
    if (!rt_str_eq_nocase(kind, kind_wanted))
        return 0;
    if (any_sub)
        return 2;
    return rt_str_eq_nocase(sub, sub_wanted) ? 3 : 0;
}

/* The quality that a range gives, 0 to 1000; -1 where it is malformed. */
static int read_range(rt_str element, rt_str *range)
{
    rt_str part, name, value;
    int quality = 1000;
    if (!take_part(&element, ';', range) || range->len == 0)
        return -1;
    while (take_part(&element, ';', &part))
        if (split_at(part, '=', &name, &value) && rt_str_eq_nocase(name, RT_LIT("q")))
            quality = quality_of(value);
    return quality;
}

/* The range that names the type most exactly decides. */
static int quality_for(rt_str header, rt_str type)
{
    rt_str element, range;
    int best_fit = 0, quality = 0;
    while (take_part(&header, ',', &element)) {
        int given = read_range(element, &range);
        int fit = given < 0 ? 0 : fit_of(range, type);
        if (fit > best_fit) {
            best_fit = fit;
            quality = given;
        }
    }
    return quality;
}

int rt_accept_choose(rt_str header, const char *const *offers, int count)
{
    if (rt_str_trim(header).len == 0)
        return 0;
    int best = -1, best_quality = 0;
    for (int i = 0; i < count; i++) {
        int quality = quality_for(header, rt_str_from_c(offers[i]));
        if (quality > best_quality) {
            best_quality = quality;
            best = i;
        }
    }
    return best;
}

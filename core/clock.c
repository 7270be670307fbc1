/* The time of day and its zone. */
#include "core/clock.h"

#include "base/str.h"

static const struct { const char *name; int16_t minutes; } zones[] = {
    { "z", 0 }, { "gmt", 0 }, { "utc", 0 }, { "est", -300 }, { "edt", -240 }, { "cst", -360 },
    { "cdt", -300 }, { "mst", -420 }, { "mdt", -360 }, { "pst", -480 }, { "pdt", -420 },
    { "cet", 60 }, { "cest", 120 }, { "mez", 60 }, { "mesz", 120 }, { "msk", 180 },
};

struct cursor {
    rt_str s;
    size_t at;
};

static char peek(const struct cursor *c)
{
    return c->at < c->s.len ? c->s.at[c->at] : '\0';
}

static void skip_spaces(struct cursor *c)
{
    while (rt_is_space(peek(c)))
        c->at++;
}

/* At least `least` and at most 2 digits, at most `max`. */
static bool number(struct cursor *c, unsigned least, unsigned max, uint8_t *out)
{
    unsigned value = 0, n = 0;
    while (n < 2 && rt_is_digit(peek(c))) {
        value = value * 10 + (unsigned)(peek(c) - '0');
        c->at++;
        n++;
    }
    *out = (uint8_t)value;
    return n >= least && value <= max;
}

static bool accept(struct cursor *c, char what)
{
    if (peek(c) != what)
        return false;
    c->at++;
    return true;
}

static bool read_offset(struct cursor *c, struct rt_date *date)
{
    struct cursor here = *c;
    bool minus = peek(&here) == '-';
    uint8_t hours, minutes = 0;
    here.at++;
    if (!number(&here, 2, 14, &hours))
        return false;
    accept(&here, ':');
    if (rt_is_digit(peek(&here)) && !number(&here, 2, 59, &minutes))
        return false;
    if (rt_is_digit(peek(&here)))
        return false;
    int offset = hours * 60 + minutes;
    date->zone = (int16_t)(minus ? -offset : offset);
    date->has_zone = true;
    *c = here;
    return true;
}

static void read_zone(struct cursor *c, struct rt_date *date)
{
    struct cursor here = *c;
    skip_spaces(&here);
    size_t from = here.at;
    while (rt_is_alpha(peek(&here)))
        here.at++;
    rt_str name = { here.s.at + from, here.at - from };
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (rt_str_eq_nocase(name, rt_str_from_c(zones[i].name))) {
            date->has_zone = true;
            date->zone = zones[i].minutes;
            *c = here;
            break;
        }
    if (name.len && !date->has_zone)
        return;
    if (peek(&here) == '+' || peek(&here) == '-') {
        if (read_offset(&here, date))
            *c = here;
    }
}

static void read_half(struct cursor *c, struct rt_date *date)
{
    struct cursor here = *c;
    skip_spaces(&here);
    char half = rt_lower(peek(&here));
    if ((half != 'a' && half != 'p') || date->hour > 12)
        return;
    here.at++;
    accept(&here, '.');
    if (rt_lower(peek(&here)) != 'm')
        return;
    here.at++;
    accept(&here, '.');
    if (rt_is_alpha(peek(&here)))
        return;
    date->hour = (uint8_t)(date->hour % 12 + (half == 'p' ? 12 : 0));
    *c = here;
}

/* What may stand between a date and its time: "T", spaces, commas, bars, dashes, one short word. */
static void skip_between(struct cursor *c)
{
    enum { LONGEST = 10 };
    while (c->at < LONGEST && peek(c) && !rt_is_digit(peek(c)) && peek(c) != '+' &&
           peek(c) != ':')
        c->at++;
}

size_t rt_clock_read(rt_str s, struct rt_date *date)
{
    struct cursor c = { s, 0 };
    uint8_t hour, minute, second = 0;
    skip_between(&c);
    if (c.at == 0 || !number(&c, 1, 23, &hour) || !accept(&c, ':') ||
        !number(&c, 2, 59, &minute))
        return 0;
    if (accept(&c, ':') && !number(&c, 2, 60, &second))
        return 0;
    if (rt_is_digit(peek(&c)))
        return 0;
    if (accept(&c, '.') || accept(&c, ','))
        while (rt_is_digit(peek(&c)))
            c.at++;
    date->has_time = true;
    date->hour = hour;
    date->minute = minute;
    date->second = second > 59 ? 59 : second;
    read_half(&c, date);
    read_zone(&c, date);
    return c.at;
}

void rt_clock_read_packed(rt_str s, struct rt_date *date)
{
    struct cursor c = { s, 0 };
    uint8_t hour, minute, second = 0;
    if (!number(&c, 2, 23, &hour) || !number(&c, 2, 59, &minute))
        return;
    if (rt_is_digit(peek(&c)) && !number(&c, 2, 59, &second))
        return;
    date->has_time = true;
    date->hour = hour;
    date->minute = minute;
    date->second = second;
    read_zone(&c, date);
}

/* Dates as pages write them, for machines and for people.  In text a date is looked for round its
 * year: four digits of a year that can be are rare, so that most text is passed over quickly. */
#include "core/date.h"

#include "base/str.h"
#include "core/clock.h"

enum { MIN_YEAR = 1990, MAX_YEAR = 2099 };

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool set_day(struct rt_date *d, unsigned year, unsigned month, unsigned day)
{
    static const uint8_t days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (year < MIN_YEAR || year > MAX_YEAR || month < 1 || month > 12 || day < 1)
        return false;
    if (day > days[month - 1] && !(month == 2 && day == 29 && is_leap(year)))
        return false;
    *d = (struct rt_date){ .year = (uint16_t)year, .month = (uint8_t)month, .day = (uint8_t)day };
    return true;
}

static bool set_ordered(struct rt_date *d, unsigned year, unsigned first, unsigned second,
                        enum rt_date_order order)
{
    if (order == RT_DATE_MONTH_FIRST && set_day(d, year, first, second))
        return true;
    return set_day(d, year, second, first) || set_day(d, year, first, second);
}

/* A run of digits: [from, to). */
struct run {
    size_t from, to;
    unsigned value;     /* of at most 4 digits, else 9999 */
};

static bool run_at(rt_str s, size_t from, struct run *run)
{
    *run = (struct run){ from, from, 0 };
    while (run->to < s.len && rt_is_digit(s.at[run->to])) {
        if (run->to - from < 4)
            run->value = run->value * 10 + (unsigned)(s.at[run->to] - '0');
        run->to++;
    }
    if (run->to - from > 4)
        run->value = 9999;
    return run->to > from;
}

static bool run_before(rt_str s, size_t to, struct run *run)
{
    size_t from = to;
    while (from > 0 && to - from < 5 && rt_is_digit(s.at[from - 1]))
        from--;
    return run_at(s, from, run) && run->to == to;
}

static bool is_short(const struct run *run)
{
    return run->to - run->from <= 2;
}

static bool is_letter(char c)
{
    return rt_is_alpha(c) || (unsigned char)c >= 0x80;
}

static size_t skip_back(rt_str s, size_t at, const char *what)
{
    while (at > 0 && s.at[at - 1] && strchr(what, s.at[at - 1]))
        at--;
    return at;
}

static size_t skip(rt_str s, size_t at, const char *what)
{
    while (at < s.len && s.at[at] && strchr(what, s.at[at]))
        at++;
    return at;
}

/* The letters that end at `to`; at most 40. */
static rt_str word_before(rt_str s, size_t to)
{
    size_t from = to;
    while (from > 0 && to - from < 40 && is_letter(s.at[from - 1]))
        from--;
    return (rt_str){ s.at + from, to - from };
}

static rt_str word_at(rt_str s, size_t from)
{
    size_t to = from;
    while (to < s.len && to - from < 40 && is_letter(s.at[to]))
        to++;
    return (rt_str){ s.at + from, to - from };
}

static bool is_of(rt_str word)
{
    static const char *const list[] = { "de", "of", "del", "d", "di", "den", "de\xcc\x81" };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (rt_str_eq_nocase(word, rt_str_from_c(list[i])))
            return true;
    return false;
}

/* "de", "of" and space before `at`. */
static size_t skip_of_back(rt_str s, size_t at)
{
    at = skip_back(s, at, " ,.\n\t\r-/");
    rt_str word = word_before(s, at);
    return is_of(word) ? skip_back(s, at - word.len, " ,.\n\t\r") : at;
}

/* The day of the month that ends at `to`, with "st", "er", "." or a sign of degree behind it. */
static bool day_before(rt_str s, size_t to, struct run *day)
{
    to = skip_back(s, to, " ,.\n\t\r-/");
    rt_str word = word_before(s, to);
    if (word.len && word.len <= 3)
        to -= word.len;
    else if (word.len)
        return false;
    return run_before(s, to, day) && is_short(day);
}

struct find {
    rt_str text;
    enum rt_date_order order;
    struct run year;
    struct rt_date date;
    size_t from, to;
};

/* A sign between the numbers of 2024-05-17, 2024/5/17, 2024.05.17, 2024年5月17日. */
static size_t separator(rt_str s, size_t at, const char *cjk)
{
    if (at < s.len && strchr("-/.", s.at[at]) && s.at[at])
        return skip(s, at + 1, " ");
    at = skip(s, at, " ");
    size_t len = strlen(cjk);
    if (rt_str_starts(rt_str_from(s, at), (rt_str){ cjk, len }))
        return skip(s, at + len, " ");
    return 0;
}

static bool try_year_first(struct find *f)
{
    struct run month, day;
    size_t at = separator(f->text, f->year.to, "年");
    if (!at)
        at = separator(f->text, f->year.to, "년");
    if (!at || !run_at(f->text, at, &month) || !is_short(&month))
        return false;
    at = separator(f->text, month.to, "月");
    if (!at)
        at = separator(f->text, month.to, "월");
    if (!at || !run_at(f->text, at, &day) || !is_short(&day))
        return false;
    f->from = f->year.from;
    f->to = day.to;
    rt_str rest = rt_str_from(f->text, day.to);
    if (rt_str_starts(rest, RT_LIT("日")) || rt_str_starts(rest, RT_LIT("일")))
        f->to += 3;
    return set_day(&f->date, f->year.value, month.value, day.value);
}

/* 2020. január 5. */
static bool try_year_name_day(struct find *f)
{
    struct run day;
    size_t at = skip(f->text, f->year.to, " .,-/");
    rt_str word = word_at(f->text, at);
    if (word.len < 3 || at == f->year.to)
        return false;
    size_t behind = skip(f->text, at + word.len, " .,-/");
    if (!run_at(f->text, behind, &day) || !is_short(&day))
        return false;
    f->from = f->year.from;
    f->to = day.to;
    return set_day(&f->date, f->year.value, rt_month_find(word), day.value);
}

static bool try_numbers_before(struct find *f)
{
    struct run first, second;
    size_t at = f->year.from;
    size_t gap = skip_back(f->text, at, " ");
    char sign = gap > 0 ? f->text.at[gap - 1] : '\0';
    if (!sign || !strchr("-/.", sign) || !run_before(f->text, gap - 1, &second) ||
        !is_short(&second))
        return false;
    gap = skip_back(f->text, second.from, " ");
    if (gap == 0 || f->text.at[gap - 1] != sign || !run_before(f->text, gap - 1, &first) ||
        !is_short(&first))
        return false;
    f->from = first.from;
    f->to = f->year.to;
    return set_ordered(&f->date, f->year.value, first.value, second.value,
                       sign == '.' ? RT_DATE_DAY_FIRST : f->order);
}

/* 17 May 2024, 17. Mai 2024, 17 de mayo de 2024, 17-May-2024, 1er mai 2024. */
static bool try_day_name(struct find *f)
{
    size_t at = skip_of_back(f->text, f->year.from);
    rt_str word = word_before(f->text, at);
    if (word.len < 3)
        return false;
    struct run day;
    at = skip_of_back(f->text, at - word.len);
    if (!day_before(f->text, at, &day))
        return false;
    f->from = day.from;
    f->to = f->year.to;
    return set_day(&f->date, f->year.value, rt_month_find(word), day.value);
}

/* May 17, 2024; May 17th 2024. */
static bool try_name_day(struct find *f)
{
    struct run day;
    if (!day_before(f->text, f->year.from, &day) || day.to == f->year.from)
        return false;
    size_t at = skip_back(f->text, day.from, " .,\n\t\r-/");
    rt_str word = word_before(f->text, at);
    if (word.len < 3)
        return false;
    f->from = at - word.len;
    f->to = f->year.to;
    return set_day(&f->date, f->year.value, rt_month_find(word), day.value);
}

static bool is_year(const struct run *run)
{
    return run->to - run->from == 4 && run->value >= MIN_YEAR && run->value <= MAX_YEAR;
}

/* 17.05.24, 5/17/24: with two digits for the year. */
static bool try_short_year(struct find *f)
{
    if (f->year.to - f->year.from != 2 || f->year.value > 40)
        return false;
    f->year.value += 2000;
    char before = f->year.from ? f->text.at[f->year.from - 1] : '\0';
    char behind = f->year.to < f->text.len ? f->text.at[f->year.to] : '\0';
    if ((before != '.' && before != '/') || behind == before || behind == ':')
        return false;
    return try_numbers_before(f) &&
           (f->from == 0 || !strchr("-/.", f->text.at[f->from - 1]));
}

static bool try_all(struct find *f)
{
    if (!is_year(&f->year))
        return try_short_year(f);
    return try_year_first(f) || try_numbers_before(f) || try_day_name(f) || try_name_day(f) ||
           try_year_name_day(f);
}

bool rt_date_find(rt_str text, enum rt_date_order order, struct rt_date *out, size_t *at,
                  size_t *len)
{
    struct find f = { .text = text, .order = order };
    for (size_t i = 0; i < text.len; i = f.year.to) {
        if (!run_at(text, i, &f.year)) {
            f.year.to = i + 1;
            continue;
        }
        struct run run = f.year;
        if (try_all(&f)) {
            f.to += rt_clock_read(rt_str_from(text, f.to), &f.date);
            *out = f.date;
            if (at)
                *at = f.from;
            if (len)
                *len = f.to - f.from;
            return true;
        }
        f.year = run;
    }
    return false;
}

static unsigned digits(rt_str s, size_t from, size_t count)
{
    unsigned value = 0;
    for (size_t i = from; i < from + count; i++)
        value = value * 10 + (unsigned)(s.at[i] - '0');
    return value;
}

/* Days since 1970 to a date of the Gregorian calendar, from 1970 to 2099. */
static bool set_epoch(struct rt_date *d, uint64_t seconds)
{
    uint64_t days = seconds / 86400, rest = seconds % 86400;
    unsigned year = 1970, month = 1;
    while (year <= MAX_YEAR && days >= (is_leap(year) ? 366u : 365u))
        days -= is_leap(year++) ? 366u : 365u;
    while (days >= 28) {
        static const uint8_t lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
        unsigned length = lengths[(month - 1) % 12] + (month == 2 && is_leap(year) ? 1u : 0u);
        if (days < length)
            break;
        days -= length;
        month++;
    }
    if (!set_day(d, year, month, (unsigned)days + 1))
        return false;
    d->has_time = d->has_zone = true;
    d->hour = (uint8_t)(rest / 3600);
    d->minute = (uint8_t)(rest / 60 % 60);
    d->second = (uint8_t)(rest % 60);
    return true;
}

/* 20240517, 20240517T100000Z, 20240517100000; count: digits that s begins with. */
static bool parse_day_and_time(rt_str s, size_t count, struct rt_date *out)
{
    if (!set_day(out, digits(s, 0, 4), digits(s, 4, 2), digits(s, 6, 2)))
        return false;
    if (count > 8)
        rt_clock_read_packed(rt_str_from(s, 8), out);
    else if (s.len > 8 && rt_lower(s.at[8]) == 't')
        rt_clock_read_packed(rt_str_from(s, 9), out);
    return true;
}

/* The same, and 1715940000, 1715940000000. */
static bool parse_packed(rt_str s, struct rt_date *out)
{
    size_t n = 0;
    uint64_t number = 0;
    while (n < s.len && rt_is_digit(s.at[n]) && n < 18)
        number = number * 10 + (uint64_t)(s.at[n++] - '0');
    if (n == s.len && (n == 10 || n == 13))
        return set_epoch(out, n == 13 ? number / 1000 : number);
    return (n == 8 || n == 12 || n == 14) && parse_day_and_time(s, n, out);
}

bool rt_date_parse(rt_str value, enum rt_date_order order, struct rt_date *out)
{
    enum { LONGEST = 120, LATEST = 40 };
    size_t at;
    value = rt_str_first(rt_str_trim(value), LONGEST);
    return parse_packed(value, out) ||
           (rt_date_find(value, order, out, &at, NULL) && at <= LATEST);
}

bool rt_date_from_url(rt_str url, struct rt_date *out)
{
    url = rt_str_first(url, 2048);
    size_t path = rt_str_find(url, RT_LIT("://"));
    rt_str s = rt_str_from(url, path == RT_NPOS ? 0 : path + 3);
    s = rt_str_first(s, rt_str_find_byte(s, '?'));
    struct find f = { .text = s };
    for (size_t i = 0; i < s.len; i = f.year.to) {
        if (!run_at(s, i, &f.year)) {
            f.year.to = i + 1;
            continue;
        }
        struct run run = f.year;
        bool parted = i > 0 && strchr("/-_", s.at[i - 1]);
        if (parted && is_year(&f.year) && s.at[run.to < s.len ? run.to : 0] != '.' &&
            (try_year_first(&f) || try_year_name_day(&f))) {
            *out = f.date;
            return true;
        }
        f.year = run;
        if (parted && run.to - run.from == 8 &&
            set_day(out, digits(s, i, 4), digits(s, i + 4, 2), digits(s, i + 6, 2)))
            return true;
    }
    return false;
}

static char *put(char *to, unsigned value, unsigned width)
{
    for (unsigned i = width; i > 0; i--, value /= 10)
        to[i - 1] = (char)('0' + value % 10);
    return to + width;
}

static char *put_zone(char *to, int zone)
{
    if (zone == 0)
        return *to = 'Z', to + 1;
    unsigned minutes = (unsigned)(zone < 0 ? -zone : zone);
    *to++ = zone < 0 ? '-' : '+';
    to = put(to, minutes / 60, 2);
    *to++ = ':';
    return put(to, minutes % 60, 2);
}

rt_str rt_date_format(struct rt_arena *arena, const struct rt_date *date)
{
    char text[32], *to = put(text, date->year, 4);
    *to++ = '-';
    to = put(to, date->month, 2);
    *to++ = '-';
    to = put(to, date->day, 2);
    if (date->has_time && date->has_zone) {
        *to++ = 'T';
        to = put(to, date->hour, 2);
        *to++ = ':';
        to = put(to, date->minute, 2);
        *to++ = ':';
        to = put(to, date->second, 2);
        to = put_zone(to, date->zone);
    }
    return rt_arena_copy(arena, (rt_str){ text, (size_t)(to - text) });
}

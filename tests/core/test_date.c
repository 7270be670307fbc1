/* Dates of machines and of people to one form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena_fixture.h"

#include "base/str.h"
#include "core/date.h"

static void assert_date(const char *what, bool found, const struct rt_date *date, const char *want)
{
    rt_str got = found ? rt_date_format(&arena, date) : RT_LIT("(none)");
    if (!rt_str_eq(got, rt_str_from_c(want ? want : "(none)")))
        fail_msg("%s: %.*s, expected %s", what, (int)got.len, got.at, want ? want : "(none)");
}

static void machine_values_are_parsed(void **state)
{
    (void)state;
    static const struct { const char *in, *want; } cases[] = {
        { "2024-05-17", "2024-05-17" },
        { "2024-05-17T10:00:00Z", "2024-05-17T10:00:00Z" },
        { "2024-05-17T10:00:00+02:00", "2024-05-17T10:00:00+02:00" },
        { "2024-05-17T10:00:00.123-0530", "2024-05-17T10:00:00-05:30" },
        { "2024-05-17T10:00", "2024-05-17" },
        { "2024-05-17 10:00:00 +0000", "2024-05-17T10:00:00Z" },
        { "2024-05-17T23:59:60Z", "2024-05-17T23:59:59Z" },
        { "2024/5/7", "2024-05-07" },
        { "2024.05.17", "2024-05-17" },
        { "20240517", "2024-05-17" },
        { "20240517T101500Z", "2024-05-17T10:15:00Z" },
        { "20240517101500", "2024-05-17" },
        { "Fri, 17 May 2024 10:00:00 +0200", "2024-05-17T10:00:00+02:00" },
        { "Fri, 17 May 2024 10:00:00 GMT", "2024-05-17T10:00:00Z" },
        { "Fri May 17 2024 10:00:00 GMT+0200 (CEST)", "2024-05-17T10:00:00+02:00" },
        { "May 17, 2024, 3:05 pm EST", "2024-05-17T15:05:00-05:00" },
        { "May 17, 2024 12:05 AM", "2024-05-17" },
        { "1715940000", "2024-05-17T10:00:00Z" },
        { "1715940000000", "2024-05-17T10:00:00Z" },
        { "951782400", NULL },
        { "2024-02-29", "2024-02-29" },
        { "2023-02-29", NULL },
        { "2024-02-30", NULL },
        { "2000-02-29", "2000-02-29" },
        { "99/99/9999", NULL },
        { "2024-13-05", NULL },
        { "2024-00-10", NULL },
        { "2024-05-17T25:00:00Z", "2024-05-17" },
        { "1889-05-17", NULL },
        { "2024", NULL },
        { "2024-05", NULL },
        { "yesterday", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_date date;
        bool found = rt_date_parse(rt_str_from_c(cases[i].in), RT_DATE_MONTH_FIRST, &date);
        assert_date(cases[i].in, found, &date, cases[i].want);
    }
}

static void dates_are_found_in_text(void **state)
{
    (void)state;
    static const struct { const char *in; enum rt_date_order order; const char *want; } cases[] = {
        { "Posted on May 17, 2024 by Ann", RT_DATE_MONTH_FIRST, "2024-05-17" },
        { "Sept. 3rd, 2021", RT_DATE_MONTH_FIRST, "2021-09-03" },
        { "Published 17 May 2024", RT_DATE_MONTH_FIRST, "2024-05-17" },
        { "3/4/2024", RT_DATE_MONTH_FIRST, "2024-03-04" },
        { "3/4/2024", RT_DATE_DAY_FIRST, "2024-04-03" },
        { "13/4/2024", RT_DATE_MONTH_FIRST, "2024-04-13" },
        { "4/13/2024", RT_DATE_DAY_FIRST, "2024-04-13" },
        { "17.05.2024", RT_DATE_MONTH_FIRST, "2024-05-17" },
        { "17.05.24", RT_DATE_DAY_FIRST, "2024-05-17" },
        { "Stand: 1. M\xc3\xa4rz 2022, 12:30 Uhr", RT_DATE_DAY_FIRST, "2022-03-01" },
        { "le 1er ao\xc3\xbbt 2019", RT_DATE_DAY_FIRST, "2019-08-01" },
        { "17 de mayo de 2024", RT_DATE_DAY_FIRST, "2024-05-17" },
        { "5 de mar\xc3\xa7o de 2020", RT_DATE_DAY_FIRST, "2020-03-05" },
        { "3 \xd0\xaf\xd0\xbd\xd0\xb2\xd0\xb0\xd1\x80\xd1\x8f 2020", RT_DATE_DAY_FIRST,
          "2020-01-03" },
        { "2020. janu\xc3\xa1r 5.", RT_DATE_DAY_FIRST, "2020-01-05" },
        { "2024\xe5\xb9\xb4" "5\xe6\x9c\x88" "17\xe6\x97\xa5", RT_DATE_DAY_FIRST, "2024-05-17" },
        { "2024\xeb\x85\x84 5\xec\x9b\x94 17\xec\x9d\xbc", RT_DATE_DAY_FIRST, "2024-05-17" },
        { "17-May-2024", RT_DATE_DAY_FIRST, "2024-05-17" },
        { "Copyright 2019. Updated 30 February 2020", RT_DATE_DAY_FIRST, NULL },
        { "Market 5, 2024", RT_DATE_MONTH_FIRST, NULL },
        { "1.2.3.2024.5", RT_DATE_MONTH_FIRST, "2024-03-02" },
        { "192.168.10.20", RT_DATE_DAY_FIRST, NULL },
        { "call 555 2024 now", RT_DATE_DAY_FIRST, NULL },
        { "", RT_DATE_DAY_FIRST, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_date date;
        bool found = rt_date_find(rt_str_from_c(cases[i].in), cases[i].order, &date, NULL, NULL);
        assert_date(cases[i].in, found, &date, cases[i].want);
    }
}

static void place_of_a_found_date_is_told(void **state)
{
    (void)state;
    struct rt_date date;
    size_t at, len;
    assert_true(rt_date_find(RT_LIT("on 17 May 2024!"), RT_DATE_DAY_FIRST, &date, &at, &len));
    assert_int_equal(at, 3);
    assert_int_equal(len, 11);
}

static void addresses_tell_dates(void **state)
{
    (void)state;
    static const struct { const char *url, *want; } cases[] = {
        { "https://example.org/2024/05/17/a-day/", "2024-05-17" },
        { "https://example.org/news/2024-05-17-a-day.html", "2024-05-17" },
        { "https://example.org/2024/may/17/a-day", "2024-05-17" },
        { "https://example.org/story-20240517", "2024-05-17" },
        { "https://example.org/2024/05/a-day/", NULL },
        { "https://example.org/2024/13/45/", NULL },
        { "https://example.org/a?d=2024/05/17", NULL },
        { "https://example.org/", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_date date;
        bool found = rt_date_from_url(rt_str_from_c(cases[i].url), &date);
        assert_date(cases[i].url, found, &date, cases[i].want);
    }
}

static void months_have_names(void **state)
{
    (void)state;
    static const struct { const char *name; unsigned want; } cases[] = {
        { "January", 1 }, { "FEB", 2 }, { "m\xc3\xa4rz", 3 }, { "avril", 4 }, { "maj", 5 },
        { "giugno", 6 }, { "lipca", 7 }, { "\xd0\xb0\xd0\xb2\xd0\xb3\xd1\x83\xd1\x81\xd1\x82", 8 },
        { "setembro", 9 }, { "ekim", 10 }, { "marraskuuta", 11 }, { "D\xc3\xa9" "cembre", 12 },
        { "market", 0 }, { "ma", 0 }, { "", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rt_month_find(rt_str_from_c(cases[i].name)) != cases[i].want)
            fail_msg("%s", cases[i].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machine_values_are_parsed),
        cmocka_unit_test(dates_are_found_in_text),
        cmocka_unit_test(place_of_a_found_date_is_told),
        cmocka_unit_test(addresses_tell_dates),
        cmocka_unit_test(months_have_names),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

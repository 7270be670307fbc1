/* UTF-8. */
#include "base/str.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void tells_where_it_breaks(void **state)
{
    static const struct {
        rt_str s;
        size_t at;
    } cases[] = {
        { { "", 0 }, 0 }, { { "abc", 3 }, 3 }, { { "\xC3\xA9", 2 }, 2 }, { { "\xC3", 1 }, 0 },
        { { "\xC0\x80", 2 }, 0 }, { { "\xED\xA0\x80", 3 }, 0 }, { { "\xEF\xBF\xBF", 3 }, 3 },
        { { "\xF4\x8F\xBF\xBF", 4 }, 4 }, { { "\xF4\x90\x80\x80", 4 }, 0 },
        { { "\xE0\x80\x80", 3 }, 0 }, { { "a\x80", 2 }, 1 },
        { { "0123456789abcdef0123456789abcdef\xFF", 33 }, 32 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(rt_utf8_check(cases[i].s), cases[i].at);
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        char utf8[4];
        size_t i = 0, n = rt_utf8_put(utf8, c);
        assert_int_equal(rt_utf8_check((rt_str){ utf8, n }), n);
        assert_int_equal(rt_utf8_next((rt_str){ utf8, n }, &i), c >> 11 == 27 ? 0xFFFD : c);
        assert_int_equal(i, n);
    }
    char utf8[4];
    assert_int_equal(rt_utf8_put(utf8, 0x110000), 3);
}

static void drops_a_cut_character(void **state)
{
    (void)state;
    assert_int_equal(rt_utf8_whole(RT_LIT("a\xC3\xA9")).len, 3);
    assert_int_equal(rt_utf8_whole(RT_LIT("a\xC3")).len, 1);
    assert_int_equal(rt_utf8_whole(RT_LIT("a\xF0\x9F\x98")).len, 1);
    assert_int_equal(rt_utf8_whole(RT_LIT("")).len, 0);
}

static void lowers_letters(void **state)
{
    (void)state;
    static const struct { uint32_t capital, small; } cases[] = {
        { 'A', 'a' }, { 'z', 'z' }, { '[', '[' }, { 0xC4, 0xE4 }, { 0xD7, 0xD7 }, { 0xDF, 0xDF },
        { 0x141, 0x142 }, { 0x15E, 0x15F }, { 0x17D, 0x17E }, { 0x17F, 0x17F }, { 0x21A, 0x21B },
        { 0x3A3, 0x3C3 }, { 0x404, 0x454 }, { 0x416, 0x436 }, { 0x490, 0x491 }, { 0x1EA0, 0x1EA1 },
        { 0x4E2D, 0x4E2D },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rt_utf8_lower(cases[i].capital), cases[i].small);
        assert_int_equal(rt_utf8_lower(cases[i].small), cases[i].small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_where_it_breaks),
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(drops_a_cut_character),
        cmocka_unit_test(lowers_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

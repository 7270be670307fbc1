/* Slices. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void compares(void **state)
{
    (void)state;
    assert_true(rt_str_eq(RT_LIT("a"), RT_LIT("a")));
    assert_false(rt_str_eq(RT_LIT("a"), RT_LIT("A")));
    assert_true(rt_str_eq_nocase(RT_LIT("aZ"), RT_LIT("Az")));
    assert_true(rt_str_starts(RT_LIT("abc"), RT_LIT("ab")));
    assert_false(rt_str_starts(RT_LIT("a"), RT_LIT("ab")));
    assert_true(rt_str_starts_nocase(RT_LIT("ABC"), RT_LIT("ab")));
    assert_true(rt_str_ends(RT_LIT("abc"), RT_LIT("bc")));
    assert_false(rt_str_ends(RT_LIT("c"), RT_LIT("bc")));
}

static void finds(void **state)
{
    (void)state;
    assert_int_equal(rt_str_find(RT_LIT("aab"), RT_LIT("ab")), 1);
    assert_true(rt_str_find(RT_LIT("aa"), RT_LIT("ab")) == RT_NPOS);
    assert_true(rt_str_find(RT_LIT("a"), RT_LIT("ab")) == RT_NPOS);
    assert_int_equal(rt_str_find(RT_LIT("a"), RT_LIT("")), 0);
    assert_int_equal(rt_str_find_nocase(RT_LIT("xAB"), RT_LIT("ab")), 1);
    assert_true(rt_str_find_byte((rt_str){ NULL, 0 }, 'a') == RT_NPOS);
}

static void cuts(void **state)
{
    (void)state;
    assert_true(rt_str_eq(rt_str_trim(RT_LIT(" \t\na b\f\r ")), RT_LIT("a b")));
    assert_true(rt_str_eq(rt_str_from(RT_LIT("abc"), 1), RT_LIT("bc")));
    assert_int_equal(rt_str_from(RT_LIT("abc"), 9).len, 0);
    assert_true(rt_str_eq(rt_str_first(RT_LIT("abc"), 9), RT_LIT("abc")));
}

static void splits(void **state)
{
    (void)state;
    rt_str rest = RT_LIT("a,,b"), part;
    assert_true(rt_str_split(&rest, ',', &part) && part.len == 1);
    assert_true(rt_str_split(&rest, ',', &part) && part.len == 0);
    assert_true(rt_str_split(&rest, ',', &part) && part.len == 1);
    assert_false(rt_str_split(&rest, ',', &part));
    rest = RT_LIT("  a  bc ");
    assert_true(rt_str_word(&rest, &part) && rt_str_eq(part, RT_LIT("a")));
    assert_true(rt_str_word(&rest, &part) && rt_str_eq(part, RT_LIT("bc")));
    assert_false(rt_str_word(&rest, &part));
    assert_true(rt_str_has_token(RT_LIT("a Bc"), RT_LIT("bC")));
    assert_false(rt_str_has_token(RT_LIT("a bcd"), RT_LIT("bc")));
}

static void digits_have_values(void **state)
{
    static const char digits[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    (void)state;
    for (int i = 0; i < 16; i++) {
        assert_int_equal(rt_hex_digit(digits[i]), i);
        assert_int_equal(rt_hex_digit(upper[i]), i);
    }
    for (const char *c = "/:@G`g \xe9"; *c; c++)
        assert_int_equal(rt_hex_digit(*c), -1);
    assert_int_equal(rt_hex_digit('\0'), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(finds),
        cmocka_unit_test(cuts),
        cmocka_unit_test(splits),
        cmocka_unit_test(digits_have_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

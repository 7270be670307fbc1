/* Strings without repeats. */
#include "base/str.h"
#include "base/strset.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void keeps_the_first_of_each_in_order(void **state)
{
    static const char *const in[] = { "b", "a", "b", "", "ab", "abc", "a", "", "ab\x80", "abc" };
    static const char *const expected[] = { "b", "a", "", "ab", "abc", "ab\x80" };
    (void)state;
    struct rt_arena arena;
    struct rt_strset set;
    rt_arena_init(&arena, &rt_alloc_heap, 1 << 20);
    rt_strset_init(&set, &arena);
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        rt_strset_add(&set, rt_str_from_c(in[i]));
    rt_str_list list = rt_strset_list(&set);
    assert_int_equal(list.len, 6);
    for (size_t i = 0; i < list.len; i++)
        assert_true(rt_str_eq(list.at[i], rt_str_from_c(expected[i])));
    assert_true(rt_strset_has(&set, RT_LIT("ab")));
    assert_false(rt_strset_has(&set, RT_LIT("abcd")));
    assert_false(rt_strset_add(&set, (rt_str){ NULL, 0 }));
    rt_arena_free(&arena);
}

static void tells_zero_bytes_from_the_end(void **state)
{
    (void)state;
    struct rt_arena arena;
    struct rt_strset set;
    rt_arena_init(&arena, &rt_alloc_heap, 1 << 20);
    rt_strset_init(&set, &arena);
    assert_true(rt_strset_add(&set, RT_LIT("a")));
    assert_true(rt_strset_add(&set, RT_LIT("a\0")));
    assert_true(rt_strset_add(&set, RT_LIT("a\0\0")));
    assert_false(rt_strset_add(&set, RT_LIT("a\0")));
    rt_arena_free(&arena);
}

static void finds_every_one_of_many(void **state)
{
    enum { MANY = 20000 };
    (void)state;
    struct rt_arena arena;
    struct rt_strset set;
    rt_arena_init(&arena, &rt_alloc_heap, 64 << 20);
    rt_strset_init(&set, &arena);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < MANY; i++) {
            char text[32];
            int n = snprintf(text, sizeof text, "%u/%u", i * 2654435761u % 1000u, i);
            rt_str s = rt_arena_copy(&arena, (rt_str){ text, (size_t)n });
            assert_int_equal(rt_strset_add(&set, s), round == 0);
        }
    assert_int_equal(rt_strset_list(&set).len, MANY);
    rt_arena_free(&arena);
}

static void fails_for_good_without_memory(void **state)
{
    (void)state;
    struct rt_arena arena;
    struct rt_strset set;
    rt_arena_init(&arena, &rt_alloc_heap, 16);
    rt_strset_init(&set, &arena);
    assert_false(rt_strset_add(&set, RT_LIT("a")));
    assert_true(set.failed);
    rt_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_first_of_each_in_order),
        cmocka_unit_test(tells_zero_bytes_from_the_end),
        cmocka_unit_test(finds_every_one_of_many),
        cmocka_unit_test(fails_for_good_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

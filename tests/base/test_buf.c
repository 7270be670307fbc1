/* A growing byte string. */
#include "base/buf.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void grows(void **state)
{
    (void)state;
    struct rt_arena arena;
    struct rt_buf b;
    rt_arena_init(&arena, &rt_alloc_heap, 8 << 20);
    rt_buf_init(&b, &arena);
    assert_non_null(rt_buf_get(&b).at);
    for (int i = 0; i < 100000; i++)
        rt_buf_byte(&b, (char)('a' + i % 26));
    rt_buf_lit(&b, "end");
    rt_buf_str(&b, (rt_str){ NULL, 0 });
    rt_str s = rt_buf_get(&b);
    assert_int_equal(s.len, 100003);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(s.at[i], 'a' + i % 26);
    assert_true(rt_str_ends(s, RT_LIT("end")));
    rt_arena_free(&arena);
}

static void fails_for_good(void **state)
{
    (void)state;
    struct rt_arena arena;
    struct rt_buf b;
    rt_arena_init(&arena, &rt_alloc_heap, 70000);
    rt_buf_init(&b, &arena);
    rt_buf_lit(&b, "kept");
    assert_false(rt_buf_reserve(&b, 1 << 20));
    assert_true(b.failed);
    rt_buf_lit(&b, "more");
    assert_null(rt_buf_get(&b).at);
    rt_arena_free(&arena);
    rt_buf_init(&b, &arena);
    rt_buf_lit(&b, "a");
    assert_false(rt_buf_reserve(&b, SIZE_MAX));
    rt_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),
        cmocka_unit_test(fails_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cli/id_set.c: what was added is there, nothing else is, however much it grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "cli/id_set.h"

#include <stdio.h>

enum { MANY = 20000 };

static rt_str name(char text[16], int i)
{
    int len = snprintf(text, 16, "%d", i);
    return (rt_str){ text, (size_t)len };
}

static void finds_what_was_added(void **state)
{
    (void)state;
    struct rt_id_set set = { 0 };
    char text[16];
    assert_false(rt_id_set_has(&set, RT_LIT("0")));
    for (int i = 0; i < MANY; i += 2) {
        assert_true(rt_id_set_add(&set, name(text, i)));
        assert_true(rt_id_set_add(&set, name(text, i)));
    }
    assert_int_equal(set.count, MANY / 2);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(rt_id_set_has(&set, name(text, i)), i % 2 == 0);
    rt_id_set_free(&set);
}

static void takes_any_bytes(void **state)
{
    (void)state;
    struct rt_id_set set = { 0 };
    assert_true(rt_id_set_add(&set, RT_LIT("a\0b")));
    assert_true(rt_id_set_has(&set, RT_LIT("a\0b")));
    assert_false(rt_id_set_has(&set, RT_LIT("a")));
    assert_false(rt_id_set_has(&set, RT_LIT("")));
    assert_true(rt_id_set_add(&set, RT_LIT("")));
    assert_true(rt_id_set_has(&set, RT_LIT("")));
    rt_id_set_free(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_added),
        cmocka_unit_test(takes_any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

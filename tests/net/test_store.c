/* Values by name, and which go. */
#include "net/store.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static rt_str name(const char *text) { return rt_str_from_c(text); }

static void finds_what_was_put(void **state)
{
    (void)state;
    static const char *const names[] = { "b", "a", "", "ab", "c", "aa" };
    struct rt_store store;
    rt_store_init(&store, &rt_alloc_heap, 1 << 20);
    for (size_t i = 0; i < 6; i++)
        *(size_t *)rt_store_put(&store, name(names[i]), sizeof(size_t)) = i;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(*(size_t *)rt_store_find(&store, name(names[i])), i);
    assert_null(rt_store_find(&store, name("d")));
    for (size_t i = 0; i + 1 < store.len; i++) {
        rt_str one, next;
        rt_store_at(&store, i, &one);
        rt_store_at(&store, i + 1, &next);
        assert_true(memcmp(one.at, next.at, one.len) <= 0);
    }
    rt_store_drop(&store, name("ab"));
    rt_store_drop(&store, name("d"));
    assert_null(rt_store_find(&store, name("ab")));
    assert_int_equal(*(size_t *)rt_store_put(&store, name("a"), 100), 0); /* anew, and zeroed */
    assert_int_equal(store.len, 5);
    rt_store_free(&store);
    assert_int_equal(store.bytes, 0);
}

static void drops_what_was_not_asked_for_longest(void **state)
{
    (void)state;
    struct rt_store store;
    rt_store_init(&store, &rt_alloc_heap, 4000);
    assert_non_null(rt_store_put(&store, name("a"), 1000));
    assert_non_null(rt_store_put(&store, name("b"), 1000));
    assert_non_null(rt_store_put(&store, name("c"), 1000));
    assert_non_null(rt_store_find(&store, name("a")));
    assert_non_null(rt_store_put(&store, name("d"), 1000));
    assert_null(rt_store_find(&store, name("b")));
    assert_non_null(rt_store_find(&store, name("a")));
    assert_null(rt_store_put(&store, name("a"), 4000)); /* larger than all of it */
    assert_null(rt_store_find(&store, name("a")));
    assert_non_null(rt_store_find(&store, name("c")));
    assert_non_null(rt_store_put(&store, name("e"), 3800));
    assert_int_equal(store.len, 1);
    assert_true(store.bytes <= 4000);
    rt_store_free(&store);
}

static void *fail_from(void *ctx, void *p, size_t size)
{
    int *left = ctx;
    return size > 0 && (*left)-- <= 0 ? NULL : rt_alloc_heap.resize(NULL, p, size);
}

static void survives_without_memory(void **state)
{
    (void)state;
    for (int n = 0; n < 4; n++) {
        int left = n;
        struct rt_alloc alloc = { fail_from, &left, false, NULL };
        struct rt_store store;
        rt_store_init(&store, &alloc, 4000);
        void *a = rt_store_put(&store, name("a"), 10), *b = rt_store_put(&store, name("b"), 10);
        assert_true(!a == (n < 2) && !b == (n < 3));
        assert_true(store.len == (size_t)(!!a + !!b));
        rt_store_free(&store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(drops_what_was_not_asked_for_longest),
        cmocka_unit_test(survives_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

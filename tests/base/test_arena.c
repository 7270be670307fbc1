/* Memory with one page's lifetime. */
#include "base/arena.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

enum { MIB = 1 << 20 };

static void aligns_and_keeps_apart(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 8 * MIB);
    char *before = NULL;
    for (size_t size = 0; size < 3000; size++) {
        char *p = rt_arena_take(&arena, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        assert_true(p != before);
        memset(p, (int)size, size);
        before = p;
    }
    rt_arena_free(&arena);
}

static void refuses_past_the_ceiling(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, MIB);
    assert_null(rt_arena_take(&arena, 2 * MIB));
    assert_true(arena.refused);
    rt_arena_free(&arena);
    assert_null(rt_arena_zeroed(&arena, SIZE_MAX / 2, 4));
    assert_true(arena.refused);
    rt_arena_free(&arena);
    assert_null(rt_arena_take(&arena, SIZE_MAX));
    rt_arena_free(&arena);
}

/* Pieces from both halves of another, then new memory; nothing is freed twice. */
static void uses_what_its_owner_does_not_need(void **state)
{
    (void)state;
    enum { WHOLE = 65536, KEPT = 1000 };
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 8 * MIB);
    char *whole = rt_arena_take(&arena, WHOLE);
    assert_non_null(whole);
    memset(whole, 'w', KEPT);
    rt_arena_reuse(&arena, whole + KEPT, WHOLE / 2 - KEPT);
    rt_arena_reuse(&arena, whole + WHOLE / 2, WHOLE / 2);
    rt_arena_reuse(&arena, whole + KEPT, 10);
    arena.at = arena.end;
    size_t used = arena.used, inside = 0;
    for (char *p; (p = rt_arena_take(&arena, 1000)) != NULL && p >= whole && p < whole + WHOLE;) {
        assert_int_equal((uintptr_t)p % 16, 0);
        assert_true(p >= whole + KEPT && p + 1000 <= whole + WHOLE);
        memset(p, 'p', 1000);
        inside++;
    }
    assert_in_range(inside, 50, 64);
    assert_true(arena.used > used);
    for (size_t i = 0; i < KEPT; i++)
        assert_int_equal(whole[i], 'w');
    rt_arena_free(&arena);
}

/* The last piece of a range is not lengthened into another block. */
static void a_piece_of_a_range_moves_to_grow(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 8 * MIB);
    char *whole = rt_arena_take(&arena, 8192);
    assert_non_null(whole);
    rt_arena_reuse(&arena, whole, 8192);
    arena.at = arena.end;
    char *p = rt_arena_take(&arena, 8000);
    assert_ptr_equal(p, whole);
    memset(p, 'p', 8000);
    assert_false(rt_arena_extend(&arena, p, 8000, 9000));
    p = rt_arena_grow(&arena, p, 8000, 9000);
    assert_non_null(p);
    assert_true(p + 9000 <= whole || p >= whole + 8192);
    assert_int_equal(p[7999], 'p');
    rt_arena_free(&arena);
}

static void serves_from_the_reserve_at_the_end(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, MIB);
    assert_true(rt_arena_hold_reserve(&arena, 4096));
    while (!arena.refused)
        assert_non_null(rt_arena_take(&arena, 1000));
    assert_true(arena.used <= MIB);
    while (rt_arena_take(&arena, 1000))
        ;
    rt_arena_free(&arena);
}

static void grows_in_place_or_moves(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 8 * MIB);
    char *p = rt_arena_take(&arena, 10);
    memcpy(p, "0123456789", 10);
    assert_ptr_equal(rt_arena_grow(&arena, p, 10, 1000), p);
    rt_arena_take(&arena, 1);
    char *moved = rt_arena_grow(&arena, p, 1000, 2000);
    assert_true(moved != p);
    assert_memory_equal(moved, "0123456789", 10);
    rt_arena_give_back(&arena, moved, 2000);
    assert_ptr_equal(rt_arena_take(&arena, 8), moved);
    rt_arena_free(&arena);
}

/* Hands out neighbours, as some heaps do; each piece wants to be freed by itself. */
struct row {
    _Alignas(16) char bytes[4 * 64 * 1024];
    size_t taken, live;
};

static void *next_in_row(void *ctx, void *p, size_t size)
{
    struct row *row = ctx;
    if (size == 0) {
        row->live -= p != NULL;
        return NULL;
    }
    if (size > sizeof row->bytes - row->taken)
        return NULL;
    row->taken += size;
    row->live++;
    return row->bytes + row->taken - size;
}

static void frees_neighbours_one_by_one(void **state)
{
    (void)state;
    static struct row row;
    const struct rt_alloc alloc = { next_in_row, &row, false, NULL };
    struct rt_arena arena;
    rt_arena_init(&arena, &alloc, 8 * MIB);
    for (int i = 0; i < 3; i++)
        assert_non_null(rt_arena_take(&arena, 40 * 1024));
    assert_true(row.live > 1);
    rt_arena_free(&arena);
    assert_int_equal(row.live, 0);
}

static void copies_and_joins(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, MIB);
    assert_string_equal(rt_arena_copy(&arena, RT_LIT("abc")).at, "abc");
    assert_null(rt_arena_copy(&arena, (rt_str){ NULL, 0 }).at);
    rt_str parts[] = { RT_LIT("a"), { NULL, 0 }, RT_LIT("b") };
    assert_string_equal(rt_arena_join(&arena, parts, 3, RT_LIT(", ")).at, "a, , b");
    assert_string_equal(rt_arena_join(&arena, parts, 0, RT_LIT(", ")).at, "");
    rt_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligns_and_keeps_apart),
        cmocka_unit_test(refuses_past_the_ceiling),
        cmocka_unit_test(uses_what_its_owner_does_not_need),
        cmocka_unit_test(a_piece_of_a_range_moves_to_grow),
        cmocka_unit_test(serves_from_the_reserve_at_the_end),
        cmocka_unit_test(grows_in_place_or_moves),
        cmocka_unit_test(frees_neighbours_one_by_one),
        cmocka_unit_test(copies_and_joins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

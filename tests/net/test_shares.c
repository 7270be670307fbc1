/* What is handed out, to whom, and that all of it comes back. */
#include "net/shares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SLOTS = 32, BYTES = 3200, EACH = 100 };

static struct rt_shares *open_shares(uint64_t slots)
{
    struct rt_shares *shares = rt_shares_new(&rt_alloc_heap, slots, BYTES);
    assert_non_null(shares);
    return shares;
}

static struct rt_holder *join(struct rt_shares *shares, unsigned who)
{
    uint8_t owner[16] = { [15] = (uint8_t)who };
    struct rt_holder *holder = rt_shares_join(shares, owner);
    assert_non_null(holder);
    return holder;
}

static unsigned take_all(struct rt_holder *holder, uint64_t bytes)
{
    unsigned count = 0;
    while (rt_holder_begin(holder, bytes))
        count++;
    return count;
}

static void give_all(struct rt_holder *holder, uint64_t bytes)
{
    while (rt_holder_slots(holder) > 0) {
        rt_holder_end(holder);
        rt_holder_shrink(holder, bytes);
    }
}

static void one_caller_leaves_a_part(void **state)
{
    (void)state;
    static const struct {
        uint64_t slots;
        unsigned most;
    } cases[] = { { 1, 1 }, { 2, 1 }, { 3, 2 }, { 4, 3 }, { 8, 6 }, { 32, 24 }, { 1000, 750 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_shares *shares = open_shares(cases[i].slots);
        struct rt_holder *one = join(shares, 1), *same = join(shares, 1), *two = join(shares, 2);
        assert_int_equal(take_all(one, 0), cases[i].most);
        assert_false(rt_holder_begin(same, 0));
        assert_int_equal(rt_holder_begin(two, 0), cases[i].slots > 1);
        give_all(one, 0);
        give_all(two, 0);
        rt_holder_leave(same);
        rt_holder_leave(one);
        rt_holder_leave(two);
        rt_shares_close(shares);
    }
}

/* However much the first ones take, who comes next does not wait. */
static void a_newcomer_finds_some(void **state)
{
    (void)state;
    enum { GREEDY = 9 };
    struct rt_shares *shares = open_shares(SLOTS);
    struct rt_holder *holders[GREEDY];
    for (unsigned i = 0; i < GREEDY; i++) {
        holders[i] = join(shares, i);
        if (!take_all(holders[i], EACH))
            fail_msg("the caller %u waits for those before him", i);
        for (unsigned k = 0; k <= i; k++) /* what one gives up goes where it is due */
            for (unsigned n = 0; n < SLOTS && rt_holder_slots(holders[k]) > 1; n++) {
                rt_holder_end(holders[k]);
                rt_holder_shrink(holders[k], EACH);
                for (unsigned other = i + 1; other-- > 0;)
                    take_all(holders[other], EACH);
            }
    }
    for (unsigned i = 0; i < GREEDY; i++) {
        give_all(holders[i], EACH);
        rt_holder_leave(holders[i]);
    }
    rt_shares_close(shares);
}

static void room_is_shared_like_slots(void **state)
{
    (void)state;
    struct rt_shares *shares = open_shares(SLOTS);
    struct rt_holder *one = join(shares, 1), *two = join(shares, 2);
    assert_true(rt_holder_begin(one, EACH));
    assert_true(rt_holder_grow(one, BYTES * 3 / 4 - EACH));
    assert_false(rt_holder_grow(one, EACH));
    assert_false(rt_holder_begin(one, 1)); /* a slot alone is no use */
    assert_int_equal(rt_holder_slots(one), 1);
    assert_true(rt_holder_begin(two, BYTES / 4));
    assert_false(rt_holder_grow(two, 1));
    rt_holder_shrink(one, BYTES * 3 / 4);
    assert_true(rt_holder_grow(two, BYTES / 4));
    rt_holder_shrink(two, BYTES / 2);
    rt_holder_end(one);
    rt_holder_end(two);
    rt_holder_leave(one);
    rt_holder_leave(two);
    rt_shares_close(shares);
}

/* Who needs much at once does not wait behind all who need little; but not for himself. */
static void room_is_reserved_for_who_needs_much(void **state)
{
    (void)state;
    enum { MUCH = BYTES / 4 };
    struct rt_shares *shares = open_shares(SLOTS);
    struct rt_holder *many = join(shares, 1), *one = join(shares, 2), *newcomer = join(shares, 3);
    assert_true(rt_holder_begin(many, BYTES * 3 / 4));
    assert_true(rt_holder_begin(newcomer, EACH));
    assert_false(rt_holder_begin(one, MUCH));
    assert_false(rt_holder_reserve(many, MUCH));
    assert_true(rt_holder_begin(newcomer, EACH));
    assert_true(rt_holder_reserve(one, MUCH));
    assert_false(rt_holder_begin(newcomer, EACH));
    assert_false(rt_holder_grow(newcomer, 1));
    rt_holder_shrink(many, 2 * EACH);
    assert_false(rt_holder_begin(newcomer, EACH));
    rt_shares_release(shares);
    assert_true(rt_holder_begin(one, MUCH));
    rt_holder_shrink(many, BYTES * 3 / 4 - 2 * EACH);
    rt_holder_shrink(one, MUCH);
    rt_holder_end(many);
    rt_holder_end(one);
    give_all(newcomer, EACH);
    rt_holder_leave(many);
    rt_holder_leave(one);
    rt_holder_leave(newcomer);
    rt_shares_close(shares);
}

/* Room is no use to who has no slot. */
static void but_not_for_who_waits_for_a_slot(void **state)
{
    (void)state;
    struct rt_shares *shares = open_shares(2);
    struct rt_holder *one = join(shares, 1);
    assert_true(rt_holder_begin(one, EACH));
    assert_false(rt_holder_reserve(one, EACH));
    give_all(one, EACH);
    assert_true(rt_holder_reserve(one, EACH));
    rt_shares_release(shares);
    rt_holder_leave(one);
    rt_shares_close(shares);
}

/* A page may be freed after the fetcher it came from was closed. */
static void outlives_its_fetcher(void **state)
{
    (void)state;
    struct rt_shares *shares = open_shares(SLOTS);
    struct rt_holder *one = join(shares, 1);
    assert_true(rt_holder_begin(one, EACH));
    rt_shares_close(shares);
    rt_holder_end(one);
    rt_holder_shrink(one, EACH);
    rt_holder_leave(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_caller_leaves_a_part),
        cmocka_unit_test(a_newcomer_finds_some),
        cmocka_unit_test(room_is_shared_like_slots),
        cmocka_unit_test(room_is_reserved_for_who_needs_much),
        cmocka_unit_test(but_not_for_who_waits_for_a_slot),
        cmocka_unit_test(outlives_its_fetcher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

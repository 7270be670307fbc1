/* Tuning: tables of (what calls found, wanted targets). */
#include "fixture.h"

#include "host/pool/sizing.h"
#include "host/pool/tiers.h"

enum { INTERVAL = 60000 };
static const struct rt_sizing_rules rules = { true, 2, 16, INTERVAL };

static void starts_within_its_range(void **state)
{
    (void)state;
    static const struct {
        uint32_t hot, size, wanted_hot, wanted_size;
    } cases[] = {
        { 4, 12, 4, 12 },
        { 4, 1, 2, 2 },
        { 40, 30, 16, 16 },
        { 0, 8, 0, 8 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_sizing sizing;
        rt_sizing_init(&sizing, &rules, cases[i].hot, cases[i].size, 7);
        assert_int_equal(sizing.hot_target, cases[i].wanted_hot);
        assert_int_equal(sizing.size_target, cases[i].wanted_size);
    }
}

/* An interval with so many takes of each tier.  So many slots, in percent of one, are in use in it:
 * those taken last, most of them to its end and beyond. */
static void live_through(struct rt_sizing *sizing, uint32_t hot, uint32_t warm, uint32_t cold,
                         uint32_t in_use_percent)
{
    uint32_t takes = hot + warm + cold, stay = in_use_percent / 100;
    uint64_t start = sizing->since;
    for (uint32_t i = 0; i < takes; i++) {
        unsigned tier = i < hot ? RT_TIER_HOT : i < hot + warm ? RT_TIER_WARM : RT_TIER_COLD;
        rt_sizing_took(sizing, tier, start);
        if (i + stay + 1 < takes)
            rt_sizing_returned(sizing, start);
        else if (i + 1 == takes)
            rt_sizing_returned(sizing, start + INTERVAL / 100 * (in_use_percent % 100));
    }
}

static void targets_follow_what_calls_found(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint32_t hot_target, size_target, hot, warm, cold, in_use_percent;
        uint32_t wanted_hot, wanted_size;
    } cases[] = {
        { "too few takes to judge", 4, 8, 0, 50, 49, 400, 4, 8 },
        { "less than 70 % hot", 4, 8, 69, 20, 11, 400, 5, 8 },
        { "the last room in the hot tier", 5, 8, 0, 500, 500, 400, 6, 8 },
        { "the rest is the warm tier's", 6, 8, 0, 500, 500, 400, 6, 8 },
        { "more than 70 % hot", 4, 8, 71, 19, 10, 400, 4, 8 },
        { "90 % hot", 4, 8, 900, 50, 50, 400, 4, 8 },
        { "more than 90 % hot", 4, 8, 920, 40, 40, 400, 3, 8 },
        { "all hot, one slot", 1, 8, 1000, 0, 0, 400, 1, 8 },
        { "hot tier as large as the pool", 8, 8, 0, 500, 500, 400, 8, 8 },
        { "80 % of the slots in use", 4, 10, 800, 200, 0, 800, 4, 11 },
        { "79 %", 4, 10, 800, 200, 0, 790, 4, 10 },
        { "20 %", 4, 10, 800, 200, 0, 200, 4, 9 },
        { "21 %", 4, 10, 800, 200, 0, 210, 4, 10 },
        { "nothing in use", 4, 10, 0, 0, 0, 0, 4, 9 },
        { "more in use than there are", 4, 4, 800, 200, 0, 800, 4, 5 },
        { "as large as may be", 4, 16, 800, 200, 0, 1600, 4, 16 },
        { "as small as may be", 1, 2, 0, 0, 0, 0, 1, 2 },
        { "the hot tier shrinks with the pool", 8, 8, 0, 0, 0, 0, 7, 7 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_sizing sizing;
        rt_sizing_init(&sizing, &rules, cases[i].hot_target, cases[i].size_target, 1000);
        live_through(&sizing, cases[i].hot, cases[i].warm, cases[i].cold, cases[i].in_use_percent);
        assert_false(rt_sizing_look(&sizing, 1000 + INTERVAL - 1));
        bool changed = rt_sizing_look(&sizing, 1000 + INTERVAL);
        if (sizing.hot_target != cases[i].wanted_hot || sizing.size_target != cases[i].wanted_size)
            fail_msg("%s: hot %u, size %u", cases[i].what, sizing.hot_target, sizing.size_target);
        assert_int_equal(changed, cases[i].wanted_hot != cases[i].hot_target ||
                                      cases[i].wanted_size != cases[i].size_target);
    }
}

static void an_interval_begins_anew(void **state)
{
    (void)state;
    struct rt_sizing sizing;
    rt_sizing_init(&sizing, &rules, 4, 8, 0);
    live_through(&sizing, 0, 1000, 0, 450);
    assert_true(rt_sizing_look(&sizing, INTERVAL));
    assert_int_equal(sizing.hot_target, 5);
    /* The four that were taken then are in use still, which keeps the size. */
    assert_false(rt_sizing_look(&sizing, 2 * INTERVAL - 1));
    assert_false(rt_sizing_look(&sizing, 2 * INTERVAL));
    assert_int_equal(sizing.hot_target, 5);
    assert_int_equal(sizing.size_target, 8);
    for (int i = 0; i < 4; i++)
        rt_sizing_returned(&sizing, 2 * INTERVAL);
    assert_true(rt_sizing_look(&sizing, 3 * INTERVAL));
    assert_int_equal(sizing.size_target, 7);
}

static void nothing_is_tuned_where_it_is_off(void **state)
{
    (void)state;
    const struct rt_sizing_rules off = { false, 2, 16, INTERVAL };
    struct rt_sizing sizing;
    rt_sizing_init(&sizing, &off, 4, 8, 0);
    live_through(&sizing, 0, 1000, 0, 0);
    assert_false(rt_sizing_look(&sizing, 10 * INTERVAL));
    assert_int_equal(sizing.hot_target, 4);
    assert_int_equal(sizing.size_target, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_within_its_range),
        cmocka_unit_test(targets_follow_what_calls_found),
        cmocka_unit_test(an_interval_begins_anew),
        cmocka_unit_test(nothing_is_tuned_where_it_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

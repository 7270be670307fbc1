/* The tiers: tables of (time, slot, wanted answer). */
#include "fixture.h"

#include "host/pool/tiers.h"

static const struct rt_tier_rules rules = {
    .warm_size = 8,
    .keep_ready = 2,
    .hot_ns = 10,
    .warm_ns = 5000,
    .max_age_ns = 100000,
    .max_uses = 1000,
    .max_failures = 5,
};

static void a_slot_wears(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct rt_slot_record slot;
        uint64_t now;
        enum rt_eviction wanted;
    } cases[] = {
        { "new", { .made_at = 50 }, 50, RT_KEEP },
        { "last use but one", { .made_at = 50, .uses = 999 }, 60, RT_KEEP },
        { "last use", { .made_at = 50, .uses = 1000 }, 60, RT_EVICT_USES },
        { "last fault but one", { .made_at = 50, .failures = 4 }, 60, RT_KEEP },
        { "last fault", { .made_at = 50, .failures = 5 }, 60, RT_EVICT_FAILURES },
        { "faults tell more than uses",
          { .made_at = 50, .uses = 2000, .failures = 9 },
          60,
          RT_EVICT_FAILURES },
        { "almost of age", { .made_at = 50 }, 100049, RT_KEEP },
        { "of age", { .made_at = 50 }, 100050, RT_EVICT_AGE },
        { "made after it was asked", { .made_at = 100 }, 50, RT_KEEP },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rt_tiers_worn(&rules, &cases[i].slot, cases[i].now) != cases[i].wanted)
            fail_msg("%s", cases[i].what);
}

static void a_returned_slot_finds_its_tier(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint32_t hot, hot_target, warm;
        uint64_t waited;
        rt_tier wanted;
    } cases[] = {
        { "room in hot", 0, 4, 0, 0, RT_TIER_HOT },
        { "the last room in hot", 3, 4, 8, 10, RT_TIER_HOT },
        { "hot is full", 4, 4, 0, 0, RT_TIER_WARM },
        { "too late for hot", 0, 4, 0, 11, RT_TIER_WARM },
        { "the last room in warm", 4, 4, 7, 4999, RT_TIER_WARM },
        { "both are full", 4, 4, 8, 0, RT_TIER_COLD },
        { "too late for hot, warm is full", 0, 4, 8, 11, RT_TIER_COLD },
        { "too late for both", 0, 4, 0, 5000, RT_TIER_COLD },
        { "no hot tier", 0, 0, 0, 0, RT_TIER_WARM },
    };
    const struct rt_slot_record slot = { .made_at = 1000, .returned_at = 2000 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rt_tiers_place(&rules, &slot, cases[i].hot, cases[i].hot_target, cases[i].warm,
                           2000 + cases[i].waited) != cases[i].wanted)
            fail_msg("%s", cases[i].what);
}

static void an_idle_slot_goes(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        rt_tier tier;
        uint32_t others;
        uint64_t idle;
        bool wanted;
    } cases[] = {
        { "hot, for a short time", RT_TIER_HOT, 3, 4999, false },
        { "hot, beyond those kept ready", RT_TIER_HOT, 2, 5000, true },
        { "hot, kept ready", RT_TIER_HOT, 1, 50000, false },
        { "warm, for a short time", RT_TIER_WARM, 0, 4999, false },
        { "warm", RT_TIER_WARM, 0, 5000, true },
    };
    const struct rt_slot_record slot = { .made_at = 1000, .returned_at = 2000 };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rt_tiers_idle_out(&rules, &slot, cases[i].tier, cases[i].others,
                              2000 + cases[i].idle) != cases[i].wanted)
            fail_msg("%s", cases[i].what);
}

/* Whoever sleeps until the time told is neither early nor late. */
static void the_time_told_is_the_time_it_goes(void **state)
{
    (void)state;
    static const struct {
        struct rt_slot_record slot;
        rt_tier tier;
        uint32_t others;
        uint64_t wanted;
    } cases[] = {
        { { .made_at = 1000, .returned_at = 2000 }, RT_TIER_HOT, 2, 7000 },
        { { .made_at = 1000, .returned_at = 2000 }, RT_TIER_HOT, 1, 101000 },
        { { .made_at = 1000, .returned_at = 2000 }, RT_TIER_WARM, 0, 7000 },
        { { .made_at = 1000, .returned_at = 99000 }, RT_TIER_WARM, 0, 101000 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rt_slot_record *slot = &cases[i].slot;
        uint64_t due = rt_tiers_due(&rules, slot, cases[i].tier, cases[i].others);
        assert_int_equal(due, cases[i].wanted);
        for (uint64_t now = due - 1; now <= due; now++) {
            bool goes = rt_tiers_worn(&rules, slot, now) != RT_KEEP ||
                        rt_tiers_idle_out(&rules, slot, cases[i].tier, cases[i].others, now);
            assert_int_equal(goes, now == due);
        }
    }
}

static void tiers_have_names(void **state)
{
    (void)state;
    assert_string_equal(rt_tier_label(RT_TIER_HOT), "hot");
    assert_string_equal(rt_tier_label(RT_TIER_WARM), "warm");
    assert_string_equal(rt_tier_label(RT_TIER_COLD), "cold");
    assert_string_equal(rt_tier_label(RT_TIERS), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slot_wears),      cmocka_unit_test(a_returned_slot_finds_its_tier),
        cmocka_unit_test(an_idle_slot_goes), cmocka_unit_test(the_time_told_is_the_time_it_goes),
        cmocka_unit_test(tiers_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

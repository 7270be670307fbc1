/* Levels of memory pressure: where each begins, for limits of any size. */
#include "fixture.h"

#include "host/pool/pressure.h"

static void each_level_begins_where_it_should(void **state)
{
    (void)state;
    static const struct {
        uint64_t used, limit;
        const char *level;
    } rows[] = {
        { 0, 100, "low" },
        { 59, 100, "low" },
        { 60, 100, "medium" },
        { 79, 100, "medium" },
        { 80, 100, "high" },
        { 89, 100, "high" },
        { 90, 100, "critical" },
        { 100, 100, "critical" },
        { 1000, 100, "critical" },
        { 0, 0, "low" },
        { UINT64_MAX, 0, "low" },
        { 0, 1, "low" },
        { 1, 1, "critical" },
        { 1, 2, "low" },
        { 2, 3, "medium" },
        { 4, 7, "low" },
        { 5, 7, "medium" },
        { 6, 7, "high" },
        { 7, 7, "critical" },
        { 601, 1001, "medium" },
        { 600, 1001, "low" },
        { 800, 1001, "medium" },
        { 801, 1001, "high" },
        { 900, 1001, "high" },
        { 901, 1001, "critical" },
        { UINT64_MAX / 100 * 60, UINT64_MAX, "low" },
        { UINT64_MAX / 100 * 61, UINT64_MAX, "medium" },
        { UINT64_MAX / 100 * 81, UINT64_MAX, "high" },
        { UINT64_MAX, UINT64_MAX, "critical" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *level = rt_pressure_label(rt_pressure_of(rows[i].used, rows[i].limit));
        if (strcmp(level, rows[i].level) != 0)
            fail_msg("row %zu: %s, expected %s", i, level, rows[i].level);
    }
    assert_string_equal(rt_pressure_label(RT_PRESSURES), "unknown");
}

static void more_memory_never_means_less_pressure(void **state)
{
    (void)state;
    for (uint64_t limit = 1; limit < 300; limit++) {
        for (uint64_t used = 1; used <= limit; used++)
            assert_true(rt_pressure_of(used, limit) >= rt_pressure_of(used - 1, limit));
        assert_int_equal(rt_pressure_of(limit, limit), RT_PRESSURE_CRITICAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_begins_where_it_should),
        cmocka_unit_test(more_memory_never_means_less_pressure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

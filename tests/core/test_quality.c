/* The quality score never moves the wrong way. */
#include "core/quality.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static void is_monotone_in_each_part(void **state)
{
    (void)state;
    uint32_t seed = 20240229;
    for (int i = 0; i < 200000; i++) {
        struct rt_quality_facts f = {
            next_random(&seed) % 2000, 0, next_random(&seed) % 30, next_random(&seed) % 12,
            next_random(&seed) % 7, next_random(&seed) % 1001,
        };
        f.link_words = next_random(&seed) % (f.words + 1);
        struct rt_quality_facts more[6] = { f, f, f, f, f, f };
        uint32_t step = 1 + next_random(&seed) % 50;
        more[0].words += step;
        more[1].paragraphs += step;
        more[2].headings += step;
        more[3].metadata += f.metadata < 6;
        more[4].confidence += f.confidence < 950 ? step : 0;
        more[5].link_words += step;
        for (int part = 0; part < 5; part++)
            assert_true(rt_quality_score(&more[part]) >= rt_quality_score(&f));
        assert_true(rt_quality_score(&more[5]) <= rt_quality_score(&f));
    }
}

static void reaches_both_ends(void **state)
{
    (void)state;
    assert_int_equal(rt_quality_score(&(struct rt_quality_facts){ 0, 0, 0, 0, 0, 0 }), 0);
    assert_int_equal(rt_quality_score(&(struct rt_quality_facts){ 1200, 0, 20, 6, 6, 900 }), 100);
    assert_int_equal(rt_quality_score(&(struct rt_quality_facts){ UINT32_MAX, 0, UINT32_MAX,
                                                                  UINT32_MAX, UINT32_MAX,
                                                                  UINT32_MAX }), 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_monotone_in_each_part),
        cmocka_unit_test(reaches_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

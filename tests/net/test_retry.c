/* When another try is made, and when an answer is too slow. */
#include "net/retry.h"

#include "base/str.h"
#include "net/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)
#define LATE (UINT64_C(1000000) * MS)

static const struct {
    struct rt_retry retry;
    bool again;
    uint64_t at_least, at_most; /* ms */
} cases[] = {
    { { 3, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 0, LATE, 0 }, true, 50, 50 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 0, LATE, UINT32_MAX }, true, 99, 100 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 1, false, 0, 0, LATE, 0 }, true, 100, 100 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 2, false, 0, 5 * MS, LATE, UINT32_MAX }, true, 404, 405 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 3, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 0, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 99, 100, RT_FETCH_CONNECT, 60, false, 0, 0, LATE, UINT32_MAX }, true, 29000, 30000 },
    { { 1, 0, RT_FETCH_DNS, 0, false, 0, 7 * MS, LATE, 1 }, true, 7, 7 },
    { { 1, 100, RT_FETCH_PROTOCOL, 0, false, 0, 0, LATE, 0 }, true, 50, 50 },
    /* what is not worth it */
    { { 3, 100, RT_FETCH_HTTP_CLIENT, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_TLS, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_TIMEOUT, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_TOO_SLOW, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_FORBIDDEN_ADDRESS, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_ROBOTS, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_NO_MEMORY, 0, false, 0, 0, LATE, 0 }, false, 0, 0 },
    /* the time that is left */
    { { 3, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 0, 50 * MS, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 0, 51 * MS, 0 }, true, 50, 50 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 9 * MS, 8 * MS, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_HTTP_SERVER, 0, false, 0, 0, UINT64_MAX, 0 }, true, 50, 50 },
    /* what the host says */
    { { 3, 100, RT_FETCH_HTTP_BUSY, 0, true, 2000, 0, LATE, 0 }, true, 2000, 2000 },
    { { 3, 100, RT_FETCH_HTTP_BUSY, 0, true, 2000, 0, LATE, UINT32_MAX }, true, 2049, 2050 },
    { { 3, 100, RT_FETCH_HTTP_BUSY, 2, true, 0, 0, LATE, 0 }, true, 0, 0 },
    { { 3, 100, RT_FETCH_HTTP_BUSY, 0, true, 2000, 0, 2000 * MS, 0 }, false, 0, 0 },
    { { 3, 100, RT_FETCH_HTTP_BUSY, 0, true, UINT64_MAX, 0, UINT64_MAX, 0 }, false, 0, 0 },
};

static void tries_again_within_the_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t at = 0;
        bool again = rt_retry_when(&cases[i].retry, &at);
        if (again != cases[i].again ||
            (again && (at < cases[i].at_least * MS || at > cases[i].at_most * MS)))
            fail_msg("case %zu: %d, %llu ns", i, again, (unsigned long long)at);
    }
}

static void reads_retry_after(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        uint64_t ms;
    } values[] = {
        { "0", true, 0 },     { " 120 ", true, 120000 },
        { "", false, 0 },     { "-1", false, 0 },
        { "1.5", false, 0 },  { "Fri, 31 Dec 1999 23:59:59 GMT", false, 0 },
        { "soon", false, 0 },
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        uint64_t ms;
        assert_int_equal(rt_retry_seconds(rt_str_from_c(values[i].text), &ms), values[i].good);
        if (values[i].good)
            assert_int_equal(ms, values[i].ms);
    }
    uint64_t ms;
    assert_true(rt_retry_seconds(RT_LIT("99999999999999999999999999999999"), &ms));
    assert_true(ms > LATE / MS);
}

static void knows_slow_answers(void **state)
{
    (void)state;
    static const struct {
        uint64_t now, bytes;
        bool holds;
    } steps[] = {
        { 1000, 0, true }, /* nothing yet: that is the deadline's matter */
        { 5000, 1, true },    { 5099, 2, true },    { 5101, 2, false },
        { 5102, 101, true },  { 5201, 102, true },  { 5202, 200, false },
        { 5203, 9000, true }, { 5302, 9099, true }, { 5303, 9099, false },
    };
    struct rt_pace pace = { 0, 0 };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (rt_pace_holds(&pace, steps[i].bytes, steps[i].now, 100, 100) != steps[i].holds)
            fail_msg("step %zu", i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tries_again_within_the_time),
        cmocka_unit_test(reads_retry_after),
        cmocka_unit_test(knows_slow_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How often and how many at once: (time, what happens, when the next may begin). */
#include "net/hosts.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NEVER RT_HOSTS_WHEN_ONE_ENDS

static void keeps_to_numbers_and_delays(void **state)
{
    (void)state;
    static const struct {
        uint64_t now;
        enum { BEGIN, HURRIED, END } what;
        const char *host;
        uint64_t when, when_hurried; /* afterwards, of that host */
    } steps[] = {
        { 1000, BEGIN, "a", 1100, 0 },
        { 1000, BEGIN, "b", 1100, 0 },
        { 1001, HURRIED, "a", NEVER, NEVER }, /* two at once */
        { 1010, END, "a", 1100, 0 },
        { 1020, END, "a", 1100, 0 },
        { 1100, BEGIN, "a", 1200, 0 },
        { 1100, END, "b", 1100, 0 },
        { 1150, HURRIED, "a", NEVER, NEVER },
        { 1300, END, "a", 1200, 0 },
        { 1300, END, "a", 1200, 0 },
        { 1300, END, "a", 1200, 0 }, /* one too many does no harm */
        { 1300, END, "c", 0, 0 },
        { 1400, HURRIED, "c", 1400, 0 },
    };
    struct rt_hosts hosts;
    rt_hosts_init(&hosts, 2, &rt_alloc_heap);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        rt_str host = rt_str_from_c(steps[i].host);
        if (steps[i].what == END)
            rt_hosts_end(&hosts, host);
        else
            assert_true(
                rt_hosts_begin(&hosts, host, steps[i].now, steps[i].what == BEGIN ? 100 : 0));
        if (rt_hosts_when(&hosts, host) != steps[i].when ||
            rt_hosts_when_hurried(&hosts, host) != steps[i].when_hurried)
            fail_msg("step %zu: %llu", i, (unsigned long long)rt_hosts_when(&hosts, host));
    }
    rt_hosts_free(&hosts);
}

static void forgets_idle_hosts(void **state)
{
    (void)state;
    struct rt_hosts hosts;
    rt_hosts_init(&hosts, 1, &rt_alloc_heap);
    for (uint64_t i = 0; i < 10000; i++) {
        rt_str host = { (const char *)&i, sizeof i };
        assert_true(rt_hosts_begin(&hosts, host, i, 10));
        if (i % 1000)
            rt_hosts_end(&hosts, host);
    }
    assert_true(hosts.store.len < 300);
    for (uint64_t i = 0; i < 10000; i += 1000)
        assert_true(rt_hosts_when(&hosts, (rt_str){ (const char *)&i, sizeof i }) == NEVER);
    rt_hosts_free(&hosts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_to_numbers_and_delays),
        cmocka_unit_test(forgets_idle_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

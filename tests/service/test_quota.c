/* Shares of clients: a model that counts by hand says who may come in. */
#include "service/quota.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { CLIENTS = 64, LIMIT = 3, STEPS = 200000 };

static void as_counted_by_hand(void **state)
{
    (void)state;
    struct rt_quota *quota = rt_quota_open(LIMIT, CLIENTS);
    unsigned counts[CLIENTS] = { 0 }, seed = 1;
    for (int i = 0; i < STEPS; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned who = seed >> 16 & (CLIENTS - 1);
        uint8_t client[16] = { 0 };
        memcpy(client, &(unsigned){ who * 7919u }, sizeof(unsigned));
        if (seed >> 25 & 1) {
            bool in = rt_quota_enter(quota, client);
            assert_int_equal(in, counts[who] < LIMIT);
            counts[who] += in;
        } else if (counts[who] > 0) {
            rt_quota_leave(quota, client);
            counts[who]--;
        }
    }
    rt_quota_close(quota);
}

static void without_a_limit_everybody_may(void **state)
{
    (void)state;
    struct rt_quota *quota = rt_quota_open(0, 1);
    uint8_t client[16] = { 1 };
    for (int i = 0; i < 100; i++)
        assert_true(rt_quota_enter(quota, client));
    rt_quota_leave(quota, client);
    rt_quota_close(quota);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(as_counted_by_hand),
                                        cmocka_unit_test(without_a_limit_everybody_may) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

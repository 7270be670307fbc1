/* Shares of clients: a model that counts by hand says who may come in. */
#include "service/quota.h"

#include <arpa/inet.h>
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

static const struct {
    const char *address, *client;
} clients[] = {
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::" },
    { "2001:db8:1:2::1", "2001:db8:1:2::" },
    { "2001:db8:1:3::1", "2001:db8:1:3::" },
    { "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
    { "::ffff:192.0.2.2", "::ffff:192.0.2.2" },
    { "::1", "::" },
    { "::fffe:192.0.2.1", "::" },
};

static void a_network_of_ipv6_is_one_client(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        uint8_t address[16], client[16];
        assert_int_equal(inet_pton(AF_INET6, clients[i].address, address), 1);
        assert_int_equal(inet_pton(AF_INET6, clients[i].client, client), 1);
        rt_quota_widen(address);
        assert_memory_equal(address, client, sizeof client);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(as_counted_by_hand),
                                        cmocka_unit_test(without_a_limit_everybody_may),
                                        cmocka_unit_test(a_network_of_ipv6_is_one_client) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Each special-use range: its first and last address are in it, their neighbours are not. */
#include "net/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void read_address(const char *text, struct sockaddr_storage *out)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    memset(out, 0, sizeof *out);
    if (strchr(text, ':')) {
        assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
        memcpy(out, &in6, sizeof in6);
    } else {
        assert_int_equal(inet_pton(AF_INET, text, &in.sin_addr), 1);
        memcpy(out, &in, sizeof in);
    }
}

static const char *range_of(const char *text)
{
    struct sockaddr_storage address;
    read_address(text, &address);
    const char *range = rt_address_range((struct sockaddr *)&address);
    assert_true(rt_address_is_public((struct sockaddr *)&address) == !range);
    return range;
}

/* NULL: public. */
static const struct {
    const char *address, *range;
} cases[] = {
    { "0.0.0.0", "this_network" },
    { "0.255.255.255", "this_network" },
    { "1.0.0.0", NULL },
    { "9.255.255.255", NULL },
    { "10.0.0.0", "private" },
    { "10.255.255.255", "private" },
    { "11.0.0.0", NULL },
    { "100.63.255.255", NULL },
    { "100.64.0.0", "carrier_nat" },
    { "100.100.100.200", "cloud" },
    { "100.127.255.255", "carrier_nat" },
    { "100.128.0.0", NULL },
    { "126.255.255.255", NULL },
    { "127.0.0.0", "loopback" },
    { "127.0.0.1", "loopback" },
    { "127.255.255.255", "loopback" },
    { "128.0.0.0", NULL },
    { "168.63.129.15", NULL },
    { "168.63.129.16", "cloud" },
    { "168.63.129.17", NULL },
    { "169.253.255.255", NULL },
    { "169.254.0.0", "link_local" },
    { "169.254.169.254", "link_local" },
    { "169.254.255.255", "link_local" },
    { "169.255.0.0", NULL },
    { "172.15.255.255", NULL },
    { "172.16.0.0", "private" },
    { "172.31.255.255", "private" },
    { "172.32.0.0", NULL },
    { "191.255.255.255", NULL },
    { "192.0.0.0", "protocol_assignments" },
    { "192.0.0.192", "cloud" },
    { "192.0.0.255", "protocol_assignments" },
    { "192.0.1.0", NULL },
    { "192.0.2.0", "documentation" },
    { "192.0.2.255", "documentation" },
    { "192.0.3.0", NULL },
    { "192.31.195.255", NULL },
    { "192.31.196.0", "as112" },
    { "192.31.196.255", "as112" },
    { "192.31.197.0", NULL },
    { "192.52.192.255", NULL },
    { "192.52.193.0", "amt" },
    { "192.52.193.255", "amt" },
    { "192.52.194.0", NULL },
    { "192.88.98.255", NULL },
    { "192.88.99.0", "6to4_relay" },
    { "192.88.99.255", "6to4_relay" },
    { "192.88.100.0", NULL },
    { "192.167.255.255", NULL },
    { "192.168.0.0", "private" },
    { "192.168.255.255", "private" },
    { "192.169.0.0", NULL },
    { "192.175.47.255", NULL },
    { "192.175.48.0", "as112" },
    { "192.175.48.255", "as112" },
    { "192.175.49.0", NULL },
    { "198.17.255.255", NULL },
    { "198.18.0.0", "benchmarking" },
    { "198.19.255.255", "benchmarking" },
    { "198.20.0.0", NULL },
    { "198.51.99.255", NULL },
    { "198.51.100.0", "documentation" },
    { "198.51.100.255", "documentation" },
    { "198.51.101.0", NULL },
    { "203.0.112.255", NULL },
    { "203.0.113.0", "documentation" },
    { "203.0.113.255", "documentation" },
    { "203.0.114.0", NULL },
    { "223.255.255.255", NULL },
    { "224.0.0.0", "multicast" },
    { "239.255.255.255", "multicast" },
    { "240.0.0.0", "reserved" },
    { "255.255.255.254", "reserved" },
    { "255.255.255.255", "broadcast" },

    { "::", "unspecified" },
    { "::1", "loopback" },
    { "::2", "v4_compatible" },
    { "::127.0.0.1", "v4_compatible" },
    { "::8.8.8.8", "v4_compatible" },
    { "::1:0:0", "unassigned" },
    { "::fffe:ffff:ffff", "unassigned" },
    { "::ffff:0.0.0.0", "this_network" },
    { "::ffff:8.8.8.8", NULL },
    { "::ffff:10.1.2.3", "private" },
    { "::ffff:127.0.0.1", "loopback" },
    { "::ffff:169.254.169.254", "link_local" },
    { "::ffff:255.255.255.255", "broadcast" },
    { "::1:0:0:0", "unassigned" },
    { "::ffff:0:0:0", "v4_translated" },
    { "::ffff:0:8.8.8.8", "v4_translated" },
    { "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "unassigned" },
    { "64:ff9b::8.8.8.8", NULL },
    { "64:ff9b::10.0.0.1", "private" },
    { "64:ff9b::127.0.0.1", "loopback" },
    { "64:ff9b::1:0:0", "unassigned" },
    { "64:ff9b:1::", "nat64_local" },
    { "64:ff9b:1::8.8.8.8", "nat64_local" },
    { "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "nat64_local" },
    { "64:ff9b:2::", "unassigned" },
    { "100::", "discard" },
    { "100::ffff:ffff:ffff:ffff", "discard" },
    { "100:0:0:1::", "dummy" },
    { "100:0:0:1:ffff:ffff:ffff:ffff", "dummy" },
    { "100:0:0:2::", "unassigned" },
    { "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unassigned" },
    { "2000::", NULL },
    { "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL },
    { "2001::", "teredo" },
    { "2001:0:808:808::f7f7:f7f7", "teredo" },
    { "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "teredo" },
    { "2001:1::", "protocol_assignments" },
    { "2001:1::1", "protocol_assignments" },
    { "2001:2::", "benchmarking" },
    { "2001:2:0:ffff:ffff:ffff:ffff:ffff", "benchmarking" },
    { "2001:2:1::", "protocol_assignments" },
    { "2001:3::", "protocol_assignments" },
    { "2001:4:112::", "protocol_assignments" },
    { "2001:10::", "orchid" },
    { "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", "orchid" },
    { "2001:20::", "orchid" },
    { "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", "orchid" },
    { "2001:30::", "drone_id" },
    { "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", "drone_id" },
    { "2001:40::", "protocol_assignments" },
    { "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "protocol_assignments" },
    { "2001:200::", NULL },
    { "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", NULL },
    { "2001:db8::", "documentation" },
    { "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation" },
    { "2001:db9::", NULL },
    { "2001:4860:4860::8888", NULL },
    { "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL },
    { "2002:808:808::", NULL },
    { "2002:a00:1::", "private" },
    { "2002:7f00:1::1", "loopback" },
    { "2002:c0a8:101::", "private" },
    { "2002:ffff:ffff::", "broadcast" },
    { "2003::", NULL },
    { "2606:4700:4700::1111", NULL },
    { "2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", NULL },
    { "2620:4f:8000::", "as112" },
    { "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "as112" },
    { "2620:4f:8001::", NULL },
    { "3ffe::", "6bone" },
    { "3fff::", "documentation" },
    { "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation" },
    { "3fff:1000::", NULL },
    { "4000::", "unassigned" },
    { "5f00::", "segment_routing" },
    { "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "segment_routing" },
    { "5f01::", "unassigned" },
    { "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unassigned" },
    { "fc00::", "unique_local" },
    { "fd00:ec2::253", "unique_local" },
    { "fd00:ec2::254", "cloud" },
    { "fd20:ce::254", "cloud" },
    { "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique_local" },
    { "fe00::", "unassigned" },
    { "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unassigned" },
    { "fe80::", "link_local" },
    { "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link_local" },
    { "fec0::", "site_local" },
    { "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "site_local" },
    { "ff00::", "multicast" },
    { "ff02::1", "multicast" },
    { "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast" },
};

static void names_the_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *range = range_of(cases[i].address);
        const char *wanted = cases[i].range;
        if ((!range != !wanted) || (range && strcmp(range, wanted) != 0))
            fail_msg("%s: %s, wanted %s", cases[i].address, range ? range : "public",
                     wanted ? wanted : "public");
    }
}

/* Where private addresses may be asked. */
static void keeps_what_clouds_answer_to_themselves(void **state)
{
    (void)state;
    static const char *const kept[] = {
        "169.254.0.0",     "169.254.169.254",        "169.254.255.255",
        "fe80::1",         "febf::1",                "168.63.129.16",
        "100.100.100.200", "192.0.0.192",            "fd00:ec2::254",
        "fd20:ce::254",    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::", "64:ff9b:1::a9fe:a9fe",  "::169.254.169.254",
        "::ffff:0:169.254.169.254",
    };
    static const char *const open[] = {
        "10.0.0.1", "127.0.0.1", "192.168.1.1", "172.16.0.1",          "100.64.0.1", "::1",
        "fd00::1",  "8.8.8.8",   "2600::1",     "64:ff9b:1::a00:1",    "::ffff:10.0.0.1",
    };
    struct sockaddr_storage address;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        read_address(kept[i], &address);
        if (rt_address_is_askable((struct sockaddr *)&address))
            fail_msg("%s may be asked", kept[i]);
    }
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        read_address(open[i], &address);
        if (!rt_address_is_askable((struct sockaddr *)&address))
            fail_msg("%s may not be asked", open[i]);
    }
}

static void refuses_other_families(void **state)
{
    (void)state;
    struct sockaddr_storage other = { .ss_family = AF_UNIX };
    assert_string_equal(rt_address_range((struct sockaddr *)&other), "not_internet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_the_range),
        cmocka_unit_test(keeps_what_clouds_answer_to_themselves),
        cmocka_unit_test(refuses_other_families),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

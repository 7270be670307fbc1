/* The special-purpose registries of IANA as tables of prefixes, and the ways in which an IPv6
 * address carries an IPv4 one. */
#include "net/address.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct prefix {
    uint8_t bytes[16];
    unsigned bits;
    const char *name;
};

/* The first that fits names the range. */
static const struct prefix ranges4[] = {
    { { 0 }, 8, "this_network" },
    { { 10 }, 8, "private" },
    { { 100, 100, 100, 200 }, 32, "cloud" }, /* Alibaba's metadata; in no registry */
    { { 100, 64 }, 10, "carrier_nat" },
    { { 127 }, 8, "loopback" },
    { { 168, 63, 129, 16 }, 32, "cloud" }, /* Azure's own; in no registry */
    { { 169, 254 }, 16, "link_local" },
    { { 172, 16 }, 12, "private" },
    { { 192, 0, 0, 192 }, 32, "cloud" }, /* Oracle's metadata */
    { { 192, 0, 0 }, 24, "protocol_assignments" },
    { { 192, 0, 2 }, 24, "documentation" },
    { { 192, 31, 196 }, 24, "as112" },
    { { 192, 52, 193 }, 24, "amt" },
    { { 192, 88, 99 }, 24, "6to4_relay" },
    { { 192, 168 }, 16, "private" },
    { { 192, 175, 48 }, 24, "as112" },
    { { 198, 18 }, 15, "benchmarking" },
    { { 198, 51, 100 }, 24, "documentation" },
    { { 203, 0, 113 }, 24, "documentation" },
    { { 224 }, 4, "multicast" },
    { { 255, 255, 255, 255 }, 32, "broadcast" },
    { { 240 }, 4, "reserved" },
};

/* Those that carry an IPv4 address and may be public where that is are in carried4(). */
static const struct prefix ranges6[] = {
    { { 0 }, 128, "unspecified" },
    { { [15] = 1 }, 128, "loopback" },
    { { 0 }, 96, "v4_compatible" },
    { { [8] = 0xff, 0xff }, 96, "v4_translated" },
    { { 0x00, 0x64, 0xff, 0x9b, 0x00, 0x01 }, 48, "nat64_local" },
    { { 0x01 }, 64, "discard" },
    { { 0x01, [7] = 1 }, 64, "dummy" },
    { { 0x20, 0x01, 0x00, 0x00 }, 32, "teredo" },
    { { 0x20, 0x01, 0x00, 0x02, 0x00, 0x00 }, 48, "benchmarking" },
    { { 0x20, 0x01, 0x00, 0x10 }, 28, "orchid" },
    { { 0x20, 0x01, 0x00, 0x20 }, 28, "orchid" },
    { { 0x20, 0x01, 0x00, 0x30 }, 28, "drone_id" },
    { { 0x20, 0x01 }, 23, "protocol_assignments" },
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32, "documentation" },
    { { 0x26, 0x20, 0x00, 0x4f, 0x80, 0x00 }, 48, "as112" },
    { { 0x3f, 0xfe }, 16, "6bone" },
    { { 0x3f, 0xff }, 20, "documentation" },
    { { 0x5f, 0x00 }, 16, "segment_routing" },
    { { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, 0x54 }, 128, "cloud" }, /* Amazon's metadata */
    { { 0xfd, 0x20, 0x00, 0xce, [14] = 0x02, 0x54 }, 128, "cloud" }, /* Google's */
    { { 0xfc }, 7, "unique_local" },
    { { 0xfe, 0x80 }, 10, "link_local" },
    { { 0xfe, 0xc0 }, 10, "site_local" },
    { { 0xff }, 8, "multicast" },
};

static const struct prefix mapped = { { [10] = 0xff, 0xff }, 96, "v4_mapped" };
static const struct prefix nat64 = { { 0x00, 0x64, 0xff, 0x9b }, 96, "nat64" };
static const struct prefix six_to_four = { { 0x20, 0x02 }, 16, "6to4" };
static const struct prefix global_unicast = { { 0x20 }, 3, "global_unicast" };

static bool fits(const struct prefix *range, const uint8_t *address)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(range->bytes, address, whole) != 0)
        return false;
    return rest == 0 || (range->bytes[whole] ^ address[whole]) >> (8 - rest) == 0;
}

static const char *find(const struct prefix *ranges, size_t n, const uint8_t *address)
{
    for (size_t i = 0; i < n; i++)
        if (fits(&ranges[i], address))
            return ranges[i].name;
    return NULL;
}

static const char *range4(const uint8_t *address)
{
    return find(ranges4, sizeof ranges4 / sizeof *ranges4, address);
}

/* The four bytes of the IPv4 address that a packet to this one ends at; NULL where there is none.
 */
static const uint8_t *carried4(const uint8_t *address)
{
    if (fits(&mapped, address) || fits(&nat64, address))
        return address + 12;
    return fits(&six_to_four, address) ? address + 2 : NULL;
}

static const char *range6(const uint8_t *address)
{
    const uint8_t *inner = carried4(address);
    if (inner)
        return range4(inner);
    const char *name = find(ranges6, sizeof ranges6 / sizeof *ranges6, address);
    return name || fits(&global_unicast, address) ? name : "unassigned";
}

const char *rt_address_range(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in in;
        uint8_t bytes[4];
        memcpy(&in, address, sizeof in);
        memcpy(bytes, &in.sin_addr, sizeof bytes);
        return range4(bytes);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        uint8_t bytes[16];
        memcpy(&in6, address, sizeof in6);
        memcpy(bytes, &in6.sin6_addr, sizeof bytes);
        return range6(bytes);
    }
    return "not_internet";
}

bool rt_address_is_public(const struct sockaddr *address) { return !rt_address_range(address); }

static bool is_kept(const char *range)
{
    return range && (strcmp(range, "link_local") == 0 || strcmp(range, "cloud") == 0);
}

/* What ends in an IPv4 address goes there where somebody's translator takes it. */
bool rt_address_is_askable(const struct sockaddr *address)
{
    static const char *const translated[] = { "v4_compatible", "v4_translated", "nat64_local" };
    const char *range = rt_address_range(address);
    struct sockaddr_in6 in6;
    for (size_t i = 0; range && i < sizeof translated / sizeof *translated; i++) {
        if (strcmp(range, translated[i]) != 0)
            continue;
        memcpy(&in6, address, sizeof in6);
        range = range4((const uint8_t *)&in6.sin6_addr + 12);
        break;
    }
    return !is_kept(range);
}

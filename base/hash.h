#ifndef RT_BASE_HASH_H
#define RT_BASE_HASH_H

#include <riptide/content.h>
#include <string.h>

/* A quick hash of s, eight bytes at a time; the same on every little-endian machine.  Not keyed: for
 * tables of bounded size and for equality that may be wrong, not where a page could gain by
 * collisions. */
static inline uint32_t rt_hash(rt_str s, uint32_t seed)
{
    const uint64_t factor = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t hash = (seed + s.len) * factor, word;
    for (; s.len >= 8; s.at += 8, s.len -= 8) {
        memcpy(&word, s.at, 8);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    word = 0;
    for (size_t i = 0; i < s.len; i++)
        word = word << 8 | (uint8_t)s.at[i];
    hash = (hash ^ word) * factor;
    return (uint32_t)(hash >> 32);
}

/* Of no more than the first and the last eight bytes: for a place in a small table whose strings are
 * compared. */
static inline uint32_t rt_hash_ends(rt_str s)
{
    if (s.len < 8)
        return rt_hash(s, 0);
    uint64_t first, last;
    memcpy(&first, s.at, 8);
    memcpy(&last, s.at + s.len - 8, 8);
    uint64_t hash = (first + s.len) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ last) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(hash >> 32);
}

#endif

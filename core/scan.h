#ifndef RT_CORE_SCAN_H
#define RT_CORE_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

/* Looking for bytes in long runs, sixteen at a time where the machine has vector instructions, else
 * eight.  Each gives the first hit, or end where there is none. */

/* Eight bytes, the first one lowest. */
static inline uint64_t rt_scan_load(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

#ifdef __wasm_simd128__

#define RT_SCAN_LOOP(hits_of)                                                                      \
    for (; end - at >= 16; at += 16) {                                                             \
        v128_t bytes = wasm_v128_load(at);                                                         \
        uint32_t hits = wasm_i8x16_bitmask(hits_of);                                               \
        if (hits)                                                                                  \
            return at + __builtin_ctz(hits);                                                       \
    }
#define RT_SCAN_EQ(byte) wasm_i8x16_eq(bytes, wasm_u8x16_splat(byte))
#define RT_SCAN_OR(x, y) wasm_v128_or(x, y)

#else

#define RT_SCAN_ONES UINT64_C(0x0101010101010101)
#define RT_SCAN_LOOP(hits_of)                                                                      \
    for (; end - at >= 8; at += 8) {                                                               \
        uint64_t bytes = rt_scan_load(at);                                                         \
        uint64_t hits = (hits_of) & RT_SCAN_ONES << 7;                                             \
        if (hits)                                                                                  \
            return at + __builtin_ctzll(hits) / 8;                                                 \
    }
/* The top bit of each byte that is `byte`; a false hit only above a true one. */
static inline uint64_t rt_scan_equal(uint64_t bytes, uint8_t byte)
{
    uint64_t difference = bytes ^ RT_SCAN_ONES * byte;
    return (difference - RT_SCAN_ONES) & ~difference;
}
#define RT_SCAN_EQ(byte) rt_scan_equal(bytes, byte)
#define RT_SCAN_OR(x, y) ((x) | (y))

#endif

static inline const uint8_t *rt_scan_1(const uint8_t *at, const uint8_t *end, uint8_t a)
{
    RT_SCAN_LOOP(RT_SCAN_EQ(a))
    while (at < end && *at != a)
        at++;
    return at;
}

static inline const uint8_t *rt_scan_4(const uint8_t *at, const uint8_t *end, uint8_t a, uint8_t b,
                                       uint8_t c, uint8_t d)
{
    RT_SCAN_LOOP(RT_SCAN_OR(RT_SCAN_OR(RT_SCAN_EQ(a), RT_SCAN_EQ(b)),
                            RT_SCAN_OR(RT_SCAN_EQ(c), RT_SCAN_EQ(d))))
    while (at < end && *at != a && *at != b && *at != c && *at != d)
        at++;
    return at;
}

#endif

#ifndef RT_TESTS_FUZZ_FUZZ_H
#define RT_TESTS_FUZZ_FUZZ_H

#include "base/str.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What libFuzzer and standalone.c call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property of the target; the fuzzer takes the abort for a crash and keeps the input. */
#define FUZZ_HOLDS(property)                                                                       \
    do {                                                                                           \
        if (!(property)) {                                                                         \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #property);          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy of exactly its size, so that one byte too far is seen.  (owned) free() it. */
static inline char *fuzz_copy(rt_str s)
{
    char *copy = malloc(s.len ? s.len : 1);
    if (!copy)
        abort();
    return s.len ? memcpy(copy, s.at, s.len) : copy;
}

/* The same with '?' for each byte that is not UTF-8, for what only ever sees text that was checked. */
static inline char *fuzz_copy_utf8(rt_str s)
{
    char *copy = fuzz_copy(s);
    for (size_t i = 0;; i++) {
        i += rt_utf8_check((rt_str){ copy + i, s.len - i });
        if (i >= s.len)
            return copy;
        copy[i] = '?';
    }
}

/* Up to the first line end, which is taken from rest, too. */
static inline rt_str fuzz_line(rt_str *rest)
{
    size_t end = 0;
    while (end < rest->len && rest->at[end] != '\n')
        end++;
    rt_str line = rt_str_first(*rest, end);
    *rest = rt_str_from(*rest, end < rest->len ? end + 1 : end);
    return line;
}

static inline bool fuzz_is_utf8(rt_str s)
{
    return rt_utf8_check(s) == s.len;
}

/* Absolute, of the web, and in printable ASCII. */
static inline bool fuzz_is_address(rt_str s)
{
    if (!rt_str_starts(s, RT_LIT("http://")) && !rt_str_starts(s, RT_LIT("https://")))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] > '~')
            return false;
    return true;
}

#endif

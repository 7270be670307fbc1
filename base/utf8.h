#ifndef RT_BASE_UTF8_H
#define RT_BASE_UTF8_H

#include <riptide/content.h>
#include <stdbool.h>

/* The offset of the first byte that is not well-formed UTF-8 (Unicode 16, table 3-7: no overlong
 * forms, no surrogates), or s.len. */
size_t rt_utf8_check(rt_str s);

/* Reads the character at s.at[*i], moves *i behind it.  *i < s.len; s is well-formed: bytes that
 * are not give U+FFFD, one at a time. */
uint32_t rt_utf8_next(rt_str s, size_t *i);

/* Writes c to out, at most 4 bytes; returns how many. */
size_t rt_utf8_put(char out[4], uint32_t c);

/* s without a character that its end cuts. */
rt_str rt_utf8_whole(rt_str s);

#endif

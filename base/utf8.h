#ifndef RT_BASE_UTF8_H
#define RT_BASE_UTF8_H

#include <riptide/content.h>
#include <stdbool.h>

/* The offset of the first byte that is not well-formed UTF-8 (Unicode 16, table 3-7: no overlong
 * forms, no surrogates), or s.len. */
size_t rt_utf8_check(rt_str s);

/* The same as rt_utf8_next(), for a character beyond ASCII. */
uint32_t rt_utf8_next_wide(rt_str s, size_t *i);

/* Reads the character at s.at[*i], moves *i behind it.  *i < s.len; s is well-formed: bytes that
 * are not give U+FFFD, one at a time. */
static inline uint32_t rt_utf8_next(rt_str s, size_t *i)
{
    uint8_t byte = (uint8_t)s.at[*i];
    if (byte >= 0x80)
        return rt_utf8_next_wide(s, i);
    ++*i;
    return byte;
}

/* Writes c to out, at most 4 bytes; returns how many. */
size_t rt_utf8_put(char out[4], uint32_t c);

/* The small letter of a capital one: Latin, Greek and Cyrillic; anything else is given back. */
uint32_t rt_utf8_lower(uint32_t c);

/* Puts ? for each byte that is not well-formed, as where a message was cut within a character. */
void rt_utf8_mend(char *text, size_t len);
/* s without a character that its end cuts. */
rt_str rt_utf8_whole(rt_str s);

#endif

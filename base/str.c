/* (pointer, length) slices: trim, compare, find, split. */
#include "base/str.h"

#include <stdint.h>

rt_str rt_str_from_c(const char *text)
{
    return (rt_str){ text, text ? strlen(text) : 0 };
}

rt_str rt_str_trim(rt_str s)
{
    while (s.len && rt_is_space(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len && rt_is_space(s.at[s.len - 1]))
        s.len--;
    return s;
}

/* Eight bytes at a time: memcmp() compares byte by byte where the core is a component. */
bool rt_same_bytes(const char *a, const char *b, size_t len)
{
    uint64_t x = 0, y = 0;
    size_t i = 0;
    for (; len - i >= 8; i += 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            return false;
    }
    if (len >= 8) {
        memcpy(&x, a + len - 8, 8);
        memcpy(&y, b + len - 8, 8);
        return x == y;
    }
    while (i < len && a[i] == b[i])
        i++;
    return i == len;
}

static bool same_nocase(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (rt_lower(a[i]) != rt_lower(b[i]))
            return false;
    return true;
}

bool rt_str_eq_nocase(rt_str a, rt_str b)
{
    return a.len == b.len && same_nocase(a.at, b.at, a.len);
}

bool rt_str_starts_nocase(rt_str s, rt_str prefix)
{
    return rt_str_eq_nocase(rt_str_first(s, prefix.len), prefix);
}

bool rt_str_ends(rt_str s, rt_str suffix)
{
    return s.len >= suffix.len && rt_str_eq(rt_str_from(s, s.len - suffix.len), suffix);
}

size_t rt_str_find_byte(rt_str s, char c)
{
    const char *p = s.len ? memchr(s.at, c, s.len) : NULL;
    return p ? (size_t)(p - s.at) : RT_NPOS;
}

size_t rt_str_find(rt_str s, rt_str needle)
{
    if (needle.len == 0)
        return 0;
    for (size_t i = 0; needle.len <= s.len && i <= s.len - needle.len; i++) {
        const char *p = memchr(s.at + i, needle.at[0], s.len - needle.len - i + 1);
        if (!p)
            return RT_NPOS;
        i = (size_t)(p - s.at);
        if (rt_same_bytes(p, needle.at, needle.len))
            return i;
    }
    return RT_NPOS;
}

size_t rt_str_find_nocase(rt_str s, rt_str needle)
{
    for (size_t i = 0; needle.len <= s.len && i <= s.len - needle.len; i++)
        if (same_nocase(s.at + i, needle.at, needle.len))
            return i;
    return RT_NPOS;
}

bool rt_str_split(rt_str *rest, char separator, rt_str *part)
{
    if (!rest->at)
        return false;
    size_t n = rt_str_find_byte(*rest, separator);
    if (n == RT_NPOS) {
        *part = *rest;
        *rest = (rt_str){ NULL, 0 };
    } else {
        *part = rt_str_first(*rest, n);
        *rest = rt_str_from(*rest, n + 1);
    }
    return true;
}

bool rt_str_word(rt_str *rest, rt_str *word)
{
    size_t i = 0, from;
    while (i < rest->len && rt_is_space(rest->at[i]))
        i++;
    from = i;
    while (i < rest->len && !rt_is_space(rest->at[i]))
        i++;
    *word = rt_str_first(rt_str_from(*rest, from), i - from);
    *rest = rt_str_from(*rest, i);
    return word->len > 0;
}

size_t rt_str_count_words(rt_str s)
{
    rt_str word;
    size_t n = 0;
    while (rt_str_word(&s, &word))
        n++;
    return n;
}

bool rt_str_has_token(rt_str s, rt_str token)
{
    rt_str word;
    while (rt_str_word(&s, &word))
        if (rt_str_eq_nocase(word, token))
            return true;
    return false;
}

#ifndef RT_BASE_STR_H
#define RT_BASE_STR_H

#include <riptide/content.h>
#include <stdbool.h>
#include <string.h>

/* Slices.  Case means ASCII case; space means HTML white space: tab, line feed, form feed,
 * carriage return, space. */

/* An rt_str of a string literal. */
#define RT_LIT(literal) ((rt_str){ "" literal, sizeof(literal) - 1 })

static inline bool rt_is_space(char c)
{
    enum { BITS = 1 << '\t' | 1 << '\n' | 1 << '\f' | 1 << '\r' };
    return c == ' ' || ((unsigned char)c < ' ' && (BITS >> c & 1));
}

static inline char rt_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static inline bool rt_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool rt_is_alpha(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* What the digit stands for, in either case; -1 for what is no hexadecimal digit. */
static inline int rt_hex_digit(char c)
{
    if (rt_is_digit(c))
        return c - '0';
    c = rt_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

rt_str rt_str_from_c(const char *text);
static inline rt_str rt_str_from(rt_str s, size_t first)
{
    return first >= s.len ? (rt_str){ s.at ? s.at + s.len : NULL, 0 }
                          : (rt_str){ s.at + first, s.len - first };
}
static inline rt_str rt_str_first(rt_str s, size_t len)
{
    return (rt_str){ s.at, len < s.len ? len : s.len };
}

/* The first place from i on that has no white space, or s.len. */
static inline size_t rt_str_skip_space(rt_str s, size_t i)
{
    static const char spaces[8] = { ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ' };
    for (;;) {
        while (s.len - i >= sizeof spaces && memcmp(s.at + i, spaces, sizeof spaces) == 0)
            i += sizeof spaces;
        if (i == s.len || !rt_is_space(s.at[i]))
            return i;
        i++;
    }
}

/* memcmp() == 0, for short pieces. */
bool rt_same_bytes(const char *a, const char *b, size_t len);

rt_str rt_str_trim(rt_str s);
static inline bool rt_str_eq(rt_str a, rt_str b)
{
    return a.len == b.len && (a.len == 0 || (a.at[0] == b.at[0] && rt_same_bytes(a.at, b.at, a.len)));
}
bool rt_str_eq_nocase(rt_str a, rt_str b);
static inline bool rt_str_starts(rt_str s, rt_str prefix)
{
    return rt_str_eq(rt_str_first(s, prefix.len), prefix);
}
bool rt_str_starts_nocase(rt_str s, rt_str prefix);
bool rt_str_ends(rt_str s, rt_str suffix);

/* Where the needle begins, or RT_NPOS. */
#define RT_NPOS ((size_t)-1)
size_t rt_str_find(rt_str s, rt_str needle);
size_t rt_str_find_nocase(rt_str s, rt_str needle);
size_t rt_str_find_byte(rt_str s, char c);
static inline bool rt_str_has(rt_str s, rt_str needle)
{
    return rt_str_find(s, needle) != RT_NPOS;
}

/* Takes what stands before the next `separator` off *rest; false when *rest is used up. */
bool rt_str_split(rt_str *rest, char separator, rt_str *part);
/* The same for runs of white space; parts are never empty. */
bool rt_str_word(rt_str *rest, rt_str *word);
/* How many rt_str_word() would find. */
size_t rt_str_count_words(rt_str s);
/* One of the space-separated tokens of s is `token`, whatever the case. */
bool rt_str_has_token(rt_str s, rt_str token);

#endif

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
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
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
    return rt_lower(c) >= 'a' && rt_lower(c) <= 'z';
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

rt_str rt_str_trim(rt_str s);
bool rt_str_eq(rt_str a, rt_str b);
bool rt_str_eq_nocase(rt_str a, rt_str b);
bool rt_str_starts(rt_str s, rt_str prefix);
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

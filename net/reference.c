/* References as browsers resolve them, in the forms that http and https have. */
#include "net/reference.h"

#include "base/str.h"
#include "base/utf8.h"

struct joined {
    char *out;
    size_t len;
    bool too_long;
};

/* A base in parts, each from base.at on: "https:", "https://host:1", "https://host:1/a/",
 * "https://host:1/a/b". */
struct base {
    rt_str whole, scheme, origin, folder, path;
};

static void put(struct joined *j, rt_str s)
{
    if (s.len > RT_REFERENCE_MAX - j->len) {
        j->too_long = true;
        return;
    }
    if (s.len)
        memcpy(j->out + j->len, s.at, s.len);
    j->len += s.len;
}

/* Of the path or the query: what is not allowed there, encoded. */
static void put_encoded(struct joined *j, rt_str s, const char *refused)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len && !j->too_long; i++) {
        unsigned char c = (unsigned char)s.at[i];
        char code[3] = { '%', digits[c >> 4], digits[c & 15] };
        bool is_refused = c <= ' ' || c >= 0x7F || strchr(refused, c) != NULL;
        put(j, is_refused ? (rt_str){ code, 3 } : (rt_str){ s.at + i, 1 });
    }
}

static bool is_slash(char c) { return c == '/' || c == '\\'; }

static size_t find_any(rt_str s, const char *set, size_t i)
{
    while (i < s.len && (!s.at[i] || !strchr(set, s.at[i])))
        i++;
    return i;
}

static struct base split(rt_str whole)
{
    struct base base = { .whole = whole };
    size_t colon = rt_str_find_byte(whole, ':');
    if (colon == RT_NPOS)
        return base;
    size_t path = find_any(whole, "/?", colon + 3), end = find_any(whole, "?", path), last = end;
    while (last > path && whole.at[last - 1] != '/')
        last--;
    base.scheme = rt_str_first(whole, colon + 1);
    base.origin = rt_str_first(whole, path);
    base.folder = rt_str_first(whole, last);
    base.path = rt_str_first(whole, end);
    return base;
}

/* "https:" of what begins so, or absent; *web: it is one of the two. */
static rt_str scheme_of(rt_str s, bool *web)
{
    size_t i = 0;
    while (i < s.len &&
           (rt_is_alpha(s.at[i]) || (i > 0 && (rt_is_digit(s.at[i]) || s.at[i] == '+' ||
                                               s.at[i] == '-' || s.at[i] == '.'))))
        i++;
    if (i == 0 || i == s.len || s.at[i] != ':')
        return (rt_str){ NULL, 0 };
    s = rt_str_first(s, i + 1);
    *web = rt_str_eq_nocase(s, RT_LIT("http:")) || rt_str_eq_nocase(s, RT_LIT("https:"));
    return s;
}

/* A path, with its slashes the right way round, and the query. */
static void put_path_and_query(struct joined *j, rt_str s)
{
    size_t end = find_any(s, "?", 0);
    rt_str path = rt_str_first(s, end), piece;
    for (size_t at = 0; at < path.len; at += piece.len + 1) {
        piece = rt_str_first(rt_str_from(path, at), find_any(rt_str_from(path, at), "\\", 0));
        put_encoded(j, piece, "\"#<>?^`{}");
        if (at + piece.len < path.len)
            put(j, RT_LIT("/"));
    }
    if (end < s.len) {
        put(j, RT_LIT("?"));
        put_encoded(j, rt_str_from(s, end + 1), "\"#<>'");
    }
}

/* s: what follows the slashes. */
static enum rt_reference put_authority(struct joined *j, rt_str s)
{
    size_t end = find_any(s, "/\\?", 0);
    rt_str authority = rt_str_first(s, end);
    if (rt_str_find_byte(authority, '@') != RT_NPOS)
        return RT_REFERENCE_CREDENTIALS;
    if (authority.len == 0 || authority.at[0] == ':')
        return RT_REFERENCE_NO_HOST;
    for (size_t i = 0; i < authority.len; i++)
        if ((unsigned char)authority.at[i] <= ' ' || authority.at[i] == 0x7F)
            return RT_REFERENCE_MALFORMED;
    if (rt_utf8_check(authority) != authority.len)
        return RT_REFERENCE_MALFORMED;
    put(j, authority);
    if (end == s.len || !is_slash(s.at[end]))
        put(j, RT_LIT("/"));
    put_path_and_query(j, rt_str_from(s, end));
    return RT_REFERENCE_OK;
}

static rt_str skip_slashes(rt_str s)
{
    size_t i = 0;
    while (i < s.len && is_slash(s.at[i]))
        i++;
    return rt_str_from(s, i);
}

/* A reference without a scheme, or with the base's and not two slashes. */
static enum rt_reference put_relative(struct joined *j, const struct base *base, rt_str s)
{
    if (s.len >= 2 && is_slash(s.at[0]) && is_slash(s.at[1])) {
        put(j, base->scheme);
        put(j, RT_LIT("//"));
        return put_authority(j, skip_slashes(s));
    }
    rt_str begin = base->folder;
    if (s.len == 0)
        begin = base->whole;
    else if (is_slash(s.at[0]))
        begin = base->origin;
    else if (s.at[0] == '?')
        begin = base->path;
    put(j, begin);
    put_path_and_query(j, s);
    return RT_REFERENCE_OK;
}

/* What is left of the reference once it is trimmed, and its line ends and its fragment are gone. */
static rt_str cleaned(rt_str s, char *room)
{
    size_t n = 0;
    while (s.len && (unsigned char)s.at[0] <= ' ')
        s = rt_str_from(s, 1);
    while (s.len && (unsigned char)s.at[s.len - 1] <= ' ')
        s.len--;
    s = rt_str_first(s, rt_str_find_byte(s, '#'));
    for (size_t i = 0; i < s.len && n <= RT_REFERENCE_MAX; i++)
        if (s.at[i] != '\t' && s.at[i] != '\n' && s.at[i] != '\r')
            room[n++] = s.at[i];
    return (rt_str){ room, n };
}

enum rt_reference rt_reference_join(rt_str base_url, rt_str reference,
                                    char out[RT_REFERENCE_MAX + 1], size_t *len)
{
    char room[RT_REFERENCE_MAX + 1];
    struct joined j = { .out = out };
    struct base base = split(base_url);
    bool web = false;
    rt_str s = cleaned(reference, room), scheme = scheme_of(s, &web), rest;
    enum rt_reference why;
    if (scheme.at && !web)
        return RT_REFERENCE_OTHER_SCHEME;
    rest = rt_str_from(s, scheme.len);
    bool has_slashes = rest.len >= 2 && is_slash(rest.at[0]) && is_slash(rest.at[1]);
    if (s.len > RT_REFERENCE_MAX) {
        why = RT_REFERENCE_TOO_LONG;
    } else if (scheme.at && (has_slashes || !rt_str_eq_nocase(scheme, base.scheme))) {
        bool secure = scheme.len == sizeof "https:" - 1;
        put(&j, secure ? RT_LIT("https://") : RT_LIT("http://"));
        why = put_authority(&j, skip_slashes(rest));
    } else if (!base_url.at) {
        why = RT_REFERENCE_OTHER_SCHEME;
    } else {
        why = put_relative(&j, &base, rest);
    }
    if (why == RT_REFERENCE_OK && j.too_long)
        why = RT_REFERENCE_TOO_LONG;
    out[j.len] = '\0';
    *len = j.len;
    return why;
}

const char *rt_reference_text(enum rt_reference why)
{
    static const char *const texts[] = {
        [RT_REFERENCE_OK] = "is well-formed",
        [RT_REFERENCE_OTHER_SCHEME] = "does not begin with http:// or https://",
        [RT_REFERENCE_NO_HOST] = "has no host",
        [RT_REFERENCE_CREDENTIALS] = "has a user name or password",
        [RT_REFERENCE_MALFORMED] = "has a host that is not well-formed",
        [RT_REFERENCE_TOO_LONG] = "is longer than 8000 characters",
    };
    return texts[why];
}

/* One pass over the file finds the rules of the agent's groups and, beside them, of the groups for
 * all; a rule is matched as it is met and only the longest that fits is kept. */
#include "net/robots.h"

#include "base/str.h"

#include <stdint.h>

enum {
    FILE_MAX = 500 * 1024,
    PATH_MAX_BYTES = 8192,                /* canonical; what is beyond is not looked at */
    PATTERN_MAX = 2 * PATH_MAX_BYTES + 2, /* what is longer needs more characters than a path has */
    STEPS_MAX = 1 << 20,                  /* of a whole file, some 2 ms; see fits() */
    DELAY_MAX_MS = 3600 * 1000
};

/* A path or a pattern in the form in which they are compared. */
struct canonical {
    char at[PATTERN_MAX];
    size_t len;
    bool too_long;
};

/* What is known of one set of groups. */
struct verdict {
    size_t longest; /* of the rules that fit */
    bool disallowed;
    unsigned delay_ms;
};

struct reader {
    rt_str agent;
    struct canonical path, pattern;
    uint16_t jumps[PATH_MAX_BYTES];
    size_t steps;
    struct verdict own, all;
    bool in_own, in_all; /* whom the group is for */
    bool agents_go_on;   /* the last line with a meaning was a user-agent */
    bool has_own;
};

/* ---- the form in which octets are compared ------------------------------------------------------
 */

static bool is_unreserved(char c)
{
    return rt_is_alpha(c) || rt_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/* Stand for themselves; the others are the same as their percent-encoded forms. */
static bool is_plain(char c) { return is_unreserved(c) || (c && strchr("/?#[]@!&'()+,;=:", c)); }

static void put(struct canonical *out, size_t room, char c)
{
    if (out->len < room)
        out->at[out->len++] = c;
    else
        out->too_long = true;
}

static void put_encoded(struct canonical *out, size_t room, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    put(out, room, '%');
    put(out, room, digits[c >> 4]);
    put(out, room, digits[c & 15]);
}

/* The octet at s.at[*i], in one or three characters. */
static void put_octet(struct canonical *out, size_t room, rt_str s, size_t *i)
{
    char c = s.at[(*i)++];
    int high = -1, low = -1;
    if (c == '%' && s.len - *i >= 2) {
        high = rt_hex_digit(s.at[*i]);
        low = rt_hex_digit(s.at[*i + 1]);
    }
    if (high >= 0 && low >= 0) {
        char meant = (char)(high * 16 + low);
        *i += 2;
        if (is_unreserved(meant))
            put(out, room, meant);
        else
            put_encoded(out, room, (unsigned char)meant);
    } else if (is_plain(c) || c == '%') {
        put(out, room, c);
    } else {
        put_encoded(out, room, (unsigned char)c);
    }
}

static void make_path(struct canonical *out, rt_str path)
{
    *out = (struct canonical){ .len = 0 };
    if (path.len == 0 || path.at[0] != '/')
        put(out, PATH_MAX_BYTES, '/');
    for (size_t i = 0; i < path.len && !out->too_long;)
        put_octet(out, PATH_MAX_BYTES, path, &i);
}

/* Stars in a row are one. */
static void make_pattern(struct canonical *out, rt_str value)
{
    out->len = 0;
    out->too_long = false;
    for (size_t i = 0; i < value.len && !out->too_long;) {
        bool is_end = value.at[i] == '$' && i + 1 == value.len;
        if (value.at[i] != '*' && !is_end) {
            put_octet(out, PATTERN_MAX, value, &i);
            continue;
        }
        if (is_end || out->len == 0 || out->at[out->len - 1] != '*')
            put(out, PATTERN_MAX, value.at[i]);
        i++;
    }
}

/* ---- matching -----------------------------------------------------------------------------------
 */

/* Where `piece` first is in the path from i on, by Knuth, Morris and Pratt: each octet is looked at
 * twice at most. */
static size_t find(struct reader *r, rt_str piece, size_t i)
{
    uint16_t *jumps = r->jumps;
    if (piece.len > r->path.len - i)
        return RT_NPOS;
    r->steps += piece.len;
    jumps[0] = 0;
    for (size_t k = 1, same = 0; k < piece.len; k++) {
        while (same > 0 && piece.at[k] != piece.at[same])
            same = jumps[same - 1];
        same += piece.at[k] == piece.at[same];
        jumps[k] = (uint16_t)same;
    }
    size_t begin = i;
    for (size_t same = 0; i < r->path.len; i++) {
        while (same > 0 && r->path.at[i] != piece.at[same])
            same = jumps[same - 1];
        same += r->path.at[i] == piece.at[same];
        if (same == piece.len) {
            r->steps += i - begin;
            return i + 1 - same;
        }
    }
    r->steps += i - begin;
    return RT_NPOS;
}

/* The pieces between the stars, each at its first place behind the one before: if the pattern fits
 * at all, it fits so.  Once the whole file took STEPS_MAX, which only a hostile one does, what is
 * behind a star is not compared any more: such a rule fits where it disallows and not where it
 * allows. */
static bool fits(struct reader *r, bool allows)
{
    rt_str rest = { r->pattern.at, r->pattern.len }, piece;
    rt_str path = { r->path.at, r->path.len };
    bool to_end = rest.len > 0 && rest.at[rest.len - 1] == '$';
    rest.len -= to_end;
    size_t star = rt_str_find_byte(rest, '*');
    if (!rt_str_starts(path, rt_str_first(rest, star)))
        return false;
    if (star == RT_NPOS)
        return !to_end || rest.len == path.len;
    if (r->steps > STEPS_MAX)
        return !allows;
    size_t i = star;
    rest = rt_str_from(rest, star + 1);
    while ((star = rt_str_find_byte(rest, '*')) != RT_NPOS) {
        piece = rt_str_first(rest, star);
        size_t at = find(r, piece, i);
        if (at == RT_NPOS)
            return false;
        i = at + piece.len;
        rest = rt_str_from(rest, star + 1);
    }
    if (to_end)
        return path.len - i >= rest.len && rt_str_ends(path, rest);
    return rest.len == 0 || find(r, rest, i) != RT_NPOS;
}

static void weigh(struct verdict *verdict, bool is_for_us, bool allows, size_t length)
{
    if (!is_for_us || length < verdict->longest)
        return;
    if (length > verdict->longest || allows)
        verdict->disallowed = !allows;
    verdict->longest = length;
}

static void read_rule(struct reader *r, rt_str value, bool allows)
{
    if (!(r->in_own || r->in_all) || value.len == 0)
        return;
    make_pattern(&r->pattern, value);
    size_t length = r->pattern.len;
    bool is_beaten =
        (!r->in_own || length < r->own.longest) && (!r->in_all || length < r->all.longest);
    if (r->pattern.too_long || is_beaten || !fits(r, allows))
        return;
    weigh(&r->own, r->in_own, allows, length);
    weigh(&r->all, r->in_all, allows, length);
}

/* ---- lines --------------------------------------------------------------------------------------
 */

/* Of "riptide/1.0 (x)" the product token. */
static rt_str product_of(rt_str value)
{
    size_t n = 0;
    while (n < value.len && (rt_is_alpha(value.at[n]) || value.at[n] == '-' || value.at[n] == '_'))
        n++;
    return rt_str_first(value, n);
}

static void read_agent(struct reader *r, rt_str value)
{
    if (!r->agents_go_on)
        r->in_own = r->in_all = false;
    r->agents_go_on = true;
    if (value.len > 0 && value.at[0] == '*') {
        r->in_all = true;
    } else if (r->agent.len > 0 && rt_str_eq_nocase(product_of(value), r->agent)) {
        r->in_own = r->has_own = true;
    }
}

/* Seconds, with a fraction or without. */
static unsigned read_delay(rt_str value)
{
    uint64_t ms = 0, unit = 1000;
    size_t i = 0;
    for (; i < value.len && rt_is_digit(value.at[i]) && ms < DELAY_MAX_MS; i++)
        ms = ms * 10 + (uint64_t)(value.at[i] - '0') * 1000;
    if (i < value.len && value.at[i] == '.')
        for (i++; i < value.len && rt_is_digit(value.at[i]) && unit > 1; i++)
            ms += (uint64_t)(value.at[i] - '0') * (unit /= 10);
    return (unsigned)(ms < DELAY_MAX_MS ? ms : DELAY_MAX_MS);
}

static void read_line(struct reader *r, rt_str line)
{
    line = rt_str_first(line, rt_str_find_byte(line, '#'));
    size_t colon = rt_str_find_byte(line, ':');
    if (colon == RT_NPOS)
        return;
    rt_str key = rt_str_trim(rt_str_first(line, colon));
    rt_str value = rt_str_trim(rt_str_from(line, colon + 1));
    if (rt_str_eq_nocase(key, RT_LIT("user-agent"))) {
        read_agent(r, value);
        return;
    }
    bool allows = rt_str_eq_nocase(key, RT_LIT("allow"));
    if (allows || rt_str_eq_nocase(key, RT_LIT("disallow"))) {
        r->agents_go_on = false;
        read_rule(r, value, allows);
    } else if (rt_str_eq_nocase(key, RT_LIT("crawl-delay"))) {
        r->agents_go_on = false;
        unsigned ms = read_delay(value);
        if (r->in_own && ms > r->own.delay_ms)
            r->own.delay_ms = ms;
        if (r->in_all && ms > r->all.delay_ms)
            r->all.delay_ms = ms;
    }
}

bool rt_robots_allows(rt_str file, rt_str agent, rt_str path, unsigned *delay_ms)
{
    struct reader r = { .agent = product_of(agent) };
    make_path(&r.path, path);
    file = rt_str_first(file, FILE_MAX);
    if (rt_str_starts(file, RT_LIT("\xEF\xBB\xBF")))
        file = rt_str_from(file, 3);
    while (file.len > 0) {
        size_t end = 0;
        while (end < file.len && file.at[end] != '\n' && file.at[end] != '\r')
            end++;
        read_line(&r, rt_str_first(file, end));
        file = rt_str_from(file, end + 1);
    }
    const struct verdict *verdict = r.has_own ? &r.own : &r.all;
    *delay_ms = verdict->delay_ms;
    bool is_file_itself = r.path.len == 11 && memcmp(r.path.at, "/robots.txt", 11) == 0;
    return !verdict->disallowed || is_file_itself;
}

/* WHATWG addresses through lexbor.  Most addresses of a page are plain already, and those are told by
 * looking at their bytes; the rest is parsed into one URL object whose memory is used again. */
#include "core/url.h"

#include "base/buf.h"
#include "base/str.h"

#include <lexbor/url/url.h>

/* A relative address copies the base, so that a page could multiply its own size with a long one.
 * Nothing serves addresses or host names beyond the other two; punycode is slow on long names. */
enum { MAX_BASE = 2048, MAX_ADDRESS = 64 * 1024, MAX_HOST = 1024 };

/* For one address at a time; room for a few copies of most. */
enum { SCRATCH = 64 * 1024 };

struct rt_url_resolver {
    struct rt_arena *arena;
    lxb_url_parser_t *parser;
    lexbor_mraw_t *scratch;
    lxb_url_t *base;        /* NULL: relative addresses are absent */
    rt_str origin;          /* "https://example.org", or absent */
    struct rt_buf line;     /* the address that is being written */
};

/* A set of ASCII characters, a bit each. */
#define BIT(c) (UINT64_C(1) << ((c) & 63))
static const uint64_t DIGITS = BIT('9' + 1) - BIT('0');
static const uint64_t LETTERS = (BIT('Z') - BIT('A')) | BIT('Z') | (BIT('z') - BIT('a')) | BIT('z');

/* Bytes that stay as they are in path, query and fragment alike. */
static inline bool is_plain(char c)
{
    const uint64_t low = DIGITS | BIT('-') | BIT('.') | BIT('!') | BIT('$') | BIT('&') | BIT('(') |
                         BIT(')') | BIT('*') | BIT('+') | BIT(',') | BIT(';') | BIT('=') |
                         BIT(':') | BIT('/') | BIT('%') | BIT('?') | BIT('#');
    const uint64_t high = LETTERS | BIT('_') | BIT('~') | BIT('@');
    return (signed char)c >= 0 && ((c & 0x40 ? high : low) & BIT(c)) != 0;
}

/* "/path?query#fragment" that the rules leave alone: no segment that could be a dot segment, however
 * it is written. */
static bool is_plain_path(rt_str s)
{
    if (s.len == 0 || s.at[0] != '/')
        return false;
    size_t i = 0;
    for (; i < s.len && s.at[i] != '?' && s.at[i] != '#'; i++)
        if (!is_plain(s.at[i]) ||
            (s.at[i] == '/' && i + 1 < s.len && (s.at[i + 1] == '.' || s.at[i + 1] == '%')))
            return false;
    while (i < s.len && is_plain(s.at[i]))
        i++;
    return i == s.len;
}

/* Length of a host name in lower case that is no number and needs no IDNA, 0 if it is none. */
static bool is_host_letter(char c) { return c >= 'a' && c <= 'z'; }

static size_t plain_host_len(rt_str s)
{
    size_t i = 0, label = 0;
    for (; i < s.len && s.at[i] != '/'; i++) {
        char c = s.at[i];
        if (c == '.' ? i == label : !is_host_letter(c) && !rt_is_digit(c) && c != '-')
            return 0;
        if (c == '-' && (i == label || s.at[i - 1] == '-'))
            return 0;
        if (c == '.')
            label = i + 1;
    }
    bool ends_in_name = label < i && is_host_letter(s.at[label]);
    return ends_in_name && s.at[i - 1] != '-' && i <= 253 ? i : 0;
}

/* Absolute, and equal to what parsing and writing it would give. */
static bool is_plain_address(rt_str s)
{
    size_t scheme = rt_str_starts(s, RT_LIT("https://"))  ? 8
                    : rt_str_starts(s, RT_LIT("http://")) ? 7 : 0;
    if (scheme == 0)
        return false;
    rt_str rest = rt_str_from(s, scheme);
    size_t host = plain_host_len(rest);
    return host && is_plain_path(rt_str_from(rest, host));
}

static bool is_slash(char c) { return c == '/' || c == '\\'; }

/* Something stands for a host, and it is longer than any host. */
static bool has_long_host(rt_str s)
{
    size_t i = 0, slashes = 0;
    while (i < s.len && rt_is_alpha(s.at[i]))
        i++;
    bool scheme = i < s.len && s.at[i] == ':';
    for (i = scheme ? i + 1 : 0; i < s.len; i++) {
        if (is_slash(s.at[i]))
            slashes++;
        else if (!rt_is_space(s.at[i]))
            break;
    }
    size_t from = i;
    while (i < s.len && !is_slash(s.at[i]) && s.at[i] != '?' && s.at[i] != '#')
        i++;
    return (scheme || slashes >= 2) && i - from > MAX_HOST;
}

static lxb_status_t write_piece(const lxb_char_t *data, size_t len, void *buf)
{
    rt_buf_add(buf, (const char *)data, len);
    return ((struct rt_buf *)buf)->failed ? LXB_STATUS_ERROR_MEMORY_ALLOCATION : LXB_STATUS_OK;
}

static bool is_web(const lxb_url_t *url)
{
    return url->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTP ||
           url->scheme.type == LXB_URL_SCHEMEL_TYPE_HTTPS;
}

static rt_str written(struct rt_url_resolver *resolver, const lxb_url_t *url)
{
    resolver->line.len = 0;
    if (lxb_url_serialize(url, write_piece, &resolver->line, false) != LXB_STATUS_OK)
        return (rt_str){ NULL, 0 };
    return rt_arena_copy(resolver->arena, rt_buf_get(&resolver->line));
}

static rt_str origin_of(struct rt_arena *arena, const lxb_url_t *url)
{
    struct rt_buf buf;
    rt_buf_init(&buf, arena);
    lxb_url_serialize_scheme(url, write_piece, &buf);
    rt_buf_lit(&buf, "://");
    lxb_url_serialize_host(&url->host, write_piece, &buf);
    if (url->has_port) {
        rt_buf_lit(&buf, ":");
        lxb_url_serialize_port(url, write_piece, &buf);
    }
    return rt_buf_get(&buf);
}

static lxb_url_t *parse(struct rt_url_resolver *resolver, rt_str s)
{
    if (s.len > MAX_ADDRESS || has_long_host(s))
        return NULL;
    lxb_url_parser_clean(resolver->parser);
    return lxb_url_parse(resolver->parser, resolver->base, (const lxb_char_t *)s.at, s.len);
}

struct rt_url_resolver *rt_url_resolver_new(struct rt_arena *arena, rt_str base)
{
    struct rt_url_resolver *resolver = rt_arena_zeroed(arena, 1, sizeof *resolver);
    lexbor_mraw_t *kept = lexbor_mraw_create();
    if (!resolver || !kept || lexbor_mraw_init(kept, 4096) != LXB_STATUS_OK)
        return NULL;
    resolver->arena = arena;
    rt_buf_init(&resolver->line, arena);
    resolver->scratch = lexbor_mraw_create();
    resolver->parser = lxb_url_parser_create();
    if (!resolver->scratch || lexbor_mraw_init(resolver->scratch, SCRATCH) != LXB_STATUS_OK ||
        !resolver->parser || lxb_url_parser_init(resolver->parser, kept) != LXB_STATUS_OK)
        return NULL;
    if (base.at && base.len <= MAX_BASE)
        resolver->base = parse(resolver, base);
    if (resolver->base && !is_web(resolver->base))
        resolver->base = NULL;
    if (resolver->base && !resolver->base->username.length && !resolver->base->password.length)
        resolver->origin = origin_of(arena, resolver->base);
    resolver->parser->mraw = resolver->scratch;
    return resolver;
}

static rt_str resolve_by_rules(struct rt_url_resolver *resolver, rt_str href)
{
    const lxb_url_t *url = parse(resolver, href);
    rt_str result = url && is_web(url) ? written(resolver, url) : (rt_str){ NULL, 0 };
    lexbor_mraw_clean(resolver->scratch);
    return result;
}

rt_str rt_url_resolve(struct rt_url_resolver *resolver, rt_str href)
{
    if (!href.at)
        return href;
    if (href.len <= MAX_ADDRESS && is_plain_address(href))
        return href;
    if (resolver->origin.at && href.len <= MAX_ADDRESS && is_plain_path(href) &&
        !(href.len > 1 && href.at[1] == '/'))
        return rt_arena_join(resolver->arena, (rt_str[]){ resolver->origin, href }, 2,
                             RT_LIT(""));
    return resolve_by_rules(resolver, href);
}

rt_str rt_url_host(rt_str url)
{
    size_t scheme = rt_str_find(rt_str_first(url, 16), RT_LIT("://"));
    if (scheme == RT_NPOS)
        return (rt_str){ NULL, 0 };
    rt_str host = rt_str_from(url, scheme + 3);
    size_t end = 0, colon = RT_NPOS;
    while (end < host.len && !strchr("/?#\\", host.at[end]))
        end++;
    host = rt_str_first(host, end);
    for (size_t at; (at = rt_str_find_byte(host, '@')) != RT_NPOS;)
        host = rt_str_from(host, at + 1);
    for (size_t i = host.len; i > 0 && host.at[i - 1] != ']' && colon == RT_NPOS; i--)
        if (host.at[i - 1] == ':')
            colon = i - 1;
    if (colon != RT_NPOS)
        host = rt_str_first(host, colon);
    return host.len ? host : (rt_str){ NULL, 0 };
}

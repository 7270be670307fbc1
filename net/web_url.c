/* Addresses in libcurl's own form, so that nothing is read twice in two ways. */
#include "net/web_url.h"

#include "base/str.h"
#include "net/reference.h"

#include <arpa/inet.h>

void rt_web_url_close(struct rt_web_url *url)
{
    if (url->handle)
        url->curl->url_cleanup(url->handle);
    if (url->text)
        url->curl->free(url->text);
    memset(url, 0, sizeof *url);
}

/* Which is in the text, too. */
static bool read_port(struct rt_web_url *url)
{
    char *text;
    if (url->curl->url_get(url->handle, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
        return false;
    for (const char *c = text; rt_is_digit(*c); c++)
        url->port = url->port * 10 + (unsigned)(*c - '0');
    url->curl->free(text);
    return true;
}

static void cut(struct rt_web_url *url)
{
    rt_str text = rt_str_from_c(url->text);
    size_t begin = rt_str_find(text, RT_LIT("://")) + 3, end = begin;
    for (; end < text.len && text.at[end] != '/' && text.at[end] != '?'; end++)
        url->text[end] = rt_lower(url->text[end]);
    url->origin = rt_str_first(text, end);
    url->target = rt_str_from(text, end);
    url->host = rt_str_from(url->origin, begin);
    size_t n = 0;
    if (url->host.len && url->host.at[0] == '[')
        n = rt_str_find_byte(url->host, ']') + 1;
    else
        n = rt_str_find_byte(url->host, ':');
    url->host = rt_str_first(url->host, n);
}

static bool has_zone(const struct rt_web_url *url)
{
    char *zone;
    if (url->curl->url_get(url->handle, CURLUPART_ZONEID, &zone, 0) != CURLUE_OK)
        return false;
    url->curl->free(zone);
    return true;
}

/* In its form in ASCII there may be what the next reader would take for its end, or for a character
 * that is encoded. */
static bool has_plain_host(const struct rt_web_url *url)
{
    char *host;
    if (url->curl->url_get(url->handle, CURLUPART_HOST, &host, CURLU_PUNYCODE) != CURLUE_OK)
        return false;
    const char *others = *host == '[' ? "" : "%/?#@:\\";
    bool plain = true;
    for (const char *c = host; plain && *c; c++)
        plain = *c > ' ' && *c < 0x7F && !strchr(others, *c);
    url->curl->free(host);
    return plain;
}

/* Read twice: in its form in ASCII a host may turn out to be an address, in other digits. */
static CURLUcode set(struct rt_web_url *url, const char *text)
{
    char *ascii;
    CURLUcode code = url->curl->url_set(url->handle, CURLUPART_URL, text, CURLU_DISALLOW_USER);
    if (code == CURLUE_OK && !has_plain_host(url))
        code = CURLUE_BAD_HOSTNAME;
    if (code == CURLUE_OK)
        code = url->curl->url_get(url->handle, CURLUPART_URL, &ascii, CURLU_PUNYCODE);
    if (code != CURLUE_OK)
        return code;
    code = url->curl->url_set(url->handle, CURLUPART_URL, ascii, CURLU_DISALLOW_USER);
    url->curl->free(ascii);
    return code;
}

/* The host has no other spelling than the one that libcurl gave it. */
static bool parse(struct rt_web_url *url, const char *text, struct rt_outcome *outcome)
{
    url->handle = url->curl->url();
    CURLUcode code = url->handle ? set(url, text) : CURLUE_OUT_OF_MEMORY;
    if (code == CURLUE_OK && has_zone(url))
        code = CURLUE_BAD_IPV6;
    if (code == CURLUE_OK)
        code = url->curl->url_get(url->handle, CURLUPART_URL, &url->text, CURLU_NO_DEFAULT_PORT);
    if (code == CURLUE_OK && !read_port(url))
        code = CURLUE_OUT_OF_MEMORY;
    if (code == CURLUE_OUT_OF_MEMORY)
        return rt_outcome_set(outcome, RT_FETCH_NO_MEMORY, "no memory for an address");
    if (code != CURLUE_OK)
        return rt_outcome_set(outcome, RT_FETCH_INVALID_URL, "the address \"%.120s\" %s", text,
                              rt_reference_text(RT_REFERENCE_MALFORMED));
    cut(url);
    return true;
}

bool rt_web_url_open(struct rt_web_url *out, const struct rt_curl *curl,
                     const struct rt_web_url *base, rt_str reference, struct rt_outcome *outcome)
{
    char text[RT_REFERENCE_MAX + 1];
    size_t len;
    rt_str from = { NULL, 0 };
    if (base)
        from = rt_str_from_c(base->text);
    struct rt_web_url made = { .curl = curl };
    memset(out, 0, sizeof *out);
    enum rt_reference why = rt_reference_join(from, reference, text, &len);
    if (why != RT_REFERENCE_OK) {
        int shown = (int)(reference.len < 120 ? reference.len : 120);
        return rt_outcome_set(outcome, RT_FETCH_INVALID_URL, "the address \"%.*s\" %s", shown,
                              reference.len ? reference.at : "", rt_reference_text(why));
    }
    if (!parse(&made, text, outcome)) {
        rt_web_url_close(&made);
        return false;
    }
    *out = made;
    return true;
}

bool rt_web_url_literal(const struct rt_web_url *url, struct sockaddr_storage *address)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    char text[64];
    bool is6 = url->host.len > 2 && url->host.at[0] == '[';
    rt_str host = is6 ? rt_str_first(rt_str_from(url->host, 1), url->host.len - 2) : url->host;
    while (!is6 && host.len > 0 && host.at[host.len - 1] == '.')
        host.len--;
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.at, host.len);
    text[host.len] = '\0';
    memset(address, 0, sizeof *address);
    if (is6 && inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
        memcpy(address, &in6, sizeof in6);
    else if (!is6 && inet_aton(text, &in.sin_addr) == 1)
        memcpy(address, &in, sizeof in);
    else
        return false;
    return true;
}

#ifndef RT_NET_WEB_URL_H
#define RT_NET_WEB_URL_H

#include "net/curl.h"
#include "net/outcome.h"

/* An address that is asked.  What is checked and what is connected to is the same libcurl handle. */
struct rt_web_url {
    const struct rt_curl *curl;
    CURLU *handle;
    char *text;    /* "https://example.org:8443/a?b" */
    rt_str origin; /* "https://example.org:8443" */
    rt_str host;   /* "example.org", "[::1]": in lower case */
    rt_str target; /* "/a?b" */
    unsigned port;
};

/* base: an earlier one, or NULL; (borrowed) for the call.  out (owned) unless it fails.
 * RT_FETCH_INVALID_URL, RT_FETCH_NO_MEMORY. */
bool rt_web_url_open(struct rt_web_url *out, const struct rt_curl *curl,
                     const struct rt_web_url *base, rt_str reference, struct rt_outcome *outcome);
/* A zeroed one is allowed. */
void rt_web_url_close(struct rt_web_url *url);

/* The host is an address and no name, also where a resolver alone would see that ("127.1."): *address.
 */
bool rt_web_url_literal(const struct rt_web_url *url, struct sockaddr_storage *address);

#endif

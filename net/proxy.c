/* The operator's proxy, read as libcurl reads it. */
#include "net/proxy.h"

#include "base/error.h"
#include "base/str.h"
#include "net/curl.h"

static bool is_known(const char *scheme)
{
    static const char *const known[] = { "http",    "https",  "socks4",
                                         "socks4a", "socks5", "socks5h" };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(scheme, known[i]) == 0)
            return true;
    return false;
}

/* The part is there, and holds() it. */
static bool part_is(const struct rt_curl *curl, CURLU *url, CURLUPart part,
                    bool (*holds)(const char *text))
{
    char *text;
    if (curl->url_get(url, part, &text, 0) != CURLUE_OK)
        return false;
    bool good = holds(text);
    curl->free(text);
    return good;
}

static bool is_root(const char *path) { return strcmp(path, "/") == 0; }
static bool is_any(const char *text) { return *text != '\0'; }

static bool is_proxy(const struct rt_curl *curl, CURLU *url, const char *text)
{
    return curl->url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
           part_is(curl, url, CURLUPART_SCHEME, is_known) &&
           part_is(curl, url, CURLUPART_HOST, is_any) &&
           part_is(curl, url, CURLUPART_PATH, is_root) &&
           !part_is(curl, url, CURLUPART_QUERY, is_any) &&
           !part_is(curl, url, CURLUPART_FRAGMENT, is_any);
}

rt_status rt_proxy_check(const char *proxy, rt_error *err)
{
    const struct rt_curl *curl;
    rt_status s = rt_curl_load(&curl, err);
    CURLU *url = s == RT_OK ? curl->url() : NULL;
    if (!url)
        return s != RT_OK ? s : rt_fail(err, RT_NO_MEMORY, "no memory for the proxy's address");
    bool good = is_proxy(curl, url, proxy);
    curl->url_cleanup(url);
    if (good)
        return RT_OK;
    const char *at = strrchr(proxy, '@');
    return rt_fail(err, RT_INVALID_SETTING,
                   "RIPTIDE_FETCH_PROXY=\"%s%.120s\": expected SCHEME://HOST:PORT, where SCHEME is "
                   "http, https, socks4, socks4a, socks5 or socks5h",
                   at ? "..." : "", at ? at : proxy);
}

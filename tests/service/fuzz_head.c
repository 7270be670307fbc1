/* Families of request lines and headers that say nothing about where the request ends. */
#include "fuzz_case.h"

#include <stdio.h>
#include <string.h>

static const char *const gets[] = { "/livez",       "/healthz",  "/readyz",    "/health",
                                    "/problems",    "/v1/livez", "/v1/health", "/v1/readyz",
                                    "/livez?a=%41", "/livez?" };

static void end_head(struct fuzz_case *c) { fuzz_say(c, "\r\n"); }

/* ---- the request line ---------------------------------------------------------------------------
 */

static void sound(struct fuzz_case *c)
{
    static const char *const large[] = { "/", "/openapi.json", "/metrics", "/v1/metrics" };
    const char *target = fuzz_chance(c, 3) ? FUZZ_ONE_OF(c, large) : FUZZ_ONE_OF(c, gets);
    fuzz_begin(c, fuzz_chance(c, 20) ? "HEAD" : "GET", target);
    end_head(c);
}

static void method_unknown(struct fuzz_case *c)
{
    static const char *const known[] = { "PUT",     "DELETE",   "PATCH",   "TRACE", "OPTIONS",
                                         "CONNECT", "get",      "Get",     "POST",  "GETT",
                                         "GE",      "PROPFIND", "!#$%&'*", "a.b",   "G-E-T",
                                         "M",       "PRI" };
    fuzz_begin(c, FUZZ_ONE_OF(c, known), FUZZ_ONE_OF(c, gets));
    end_head(c);
    c->allowed = "405";
}

static void method_for_posts(struct fuzz_case *c)
{
    static const char *const posts[] = { "/extract", "/crawl", "/v1/extract", "/v1/crawl" };
    static const char *const wrong[] = { "GET", "PUT", "HEAD", "post", "OPTIONS", "DELETE" };
    fuzz_begin(c, FUZZ_ONE_OF(c, wrong), FUZZ_ONE_OF(c, posts));
    end_head(c);
    c->allowed = "405";
}

static void method_bad(struct fuzz_case *c)
{
    size_t len = 1 + fuzz_pick(c, fuzz_chance(c, 10) ? 3000 : 20);
    fuzz_noise(c, len);
    for (size_t i = 0; i < c->len; i++)
        if (strchr(" \t\r\n", c->at[i]))
            c->at[i] = '(';
    c->at[0] = '(';
    fuzz_say(c, " /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    c->allowed = "400 405 501 -";
    c->by_library = c->is_last = true;
}

static void path_unknown(struct fuzz_case *c)
{
    static const char *const paths[] = { "//livez",
                                         "/livez/",
                                         "/./livez",
                                         "/../livez",
                                         "/LIVEZ",
                                         "/v1//livez",
                                         "/v2/livez",
                                         "/v1",
                                         "/v1/x",
                                         "/v1livez",
                                         "/v1/v1/livez",
                                         "/livez;a=b",
                                         "/livez%2F",
                                         "/%2Flivez",
                                         "/livez%20",
                                         "/livez%0d%0a",
                                         "/%",
                                         "/%2",
                                         "/%zz",
                                         "/%ff%fe",
                                         "/%c0%ae",
                                         "/livez%",
                                         "/livez%4",
                                         "/..%2f..%2fetc/passwd",
                                         "/%2e%2e/%2e%2e",
                                         "/livez#x",
                                         "/livez&a",
                                         "/.",
                                         "/..",
                                         "/\\livez",
                                         "*",
                                         "livez",
                                         "a:80",
                                         "//a/livez",
                                         "/extract/",
                                         "/crawl/x",
                                         "/favicon.ico",
                                         "/livez%00",
                                         "/livez%00x",
                                         "/%00livez",
                                         "/extract%00" };
    fuzz_begin(c, fuzz_chance(c, 10) ? "HEAD" : "GET", FUZZ_ONE_OF(c, paths));
    end_head(c);
    c->allowed = "404";
}

static void path_random(struct fuzz_case *c)
{
    fuzz_say(c, "GET /~");
    size_t from = c->len, len = fuzz_pick(c, fuzz_chance(c, 5) ? 8000 : 40);
    fuzz_noise(c, len);
    for (size_t i = from; i < c->len; i++)
        if ((unsigned char)c->at[i] <= ' ' || c->at[i] == 0x7F)
            c->at[i] = '%';
    fuzz_say(c, " HTTP/1.1\r\nHost: a\r\n\r\n");
    c->allowed = "404";
}

/* The same path, written otherwise. */
static void path_encoded(struct fuzz_case *c)
{
    fuzz_say(c, "GET /");
    for (const char *at = fuzz_chance(c, 50) ? "livez" : "readyz"; *at; at++)
        if (fuzz_chance(c, 30))
            fuzz_say(c, "%%%02X", (unsigned)*at);
        else if (fuzz_chance(c, 30))
            fuzz_say(c, "%%%02x", (unsigned)*at);
        else
            fuzz_put(c, at, 1);
    fuzz_say(c, " HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void path_absolute(struct fuzz_case *c)
{
    static const char *const hosts[] = { "http://a", "http://127.0.0.1:1", "HTTP://b.example",
                                         "https://[::1]:8080" };
    static const char *const paths[] = { "/livez", "/v1/readyz", "/livez?a=b" };
    fuzz_say(c, "GET %s%s HTTP/1.1\r\nHost: a\r\n\r\n", FUZZ_ONE_OF(c, hosts),
             FUZZ_ONE_OF(c, paths));
}

/* A space or a control character: the target ends there for some. */
static void path_broken(struct fuzz_case *c)
{
    static const char *const raw[] = { "/liv ez",        "/livez ",        "\t/livez",
                                       "/li\tvez",       "/a b c d",       "/livez\rx",
                                       "/livez?url=a b", "/livez? ",       "/livez?a=b\r",
                                       "/livez\x01",     "/livez?\x7f=c",  "/ HTTP/1.1",
                                       "/?a=b HTTP/1.1", "http://a /livez" };
    fuzz_say(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", FUZZ_ONE_OF(c, raw));
    c->allowed = "400";
    c->is_last = c->must_close = true;
}

static void path_odd(struct fuzz_case *c)
{
    static const char *const raw[] = { " /livez", "", "/livez" };
    fuzz_say(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", FUZZ_ONE_OF(c, raw));
    if (fuzz_chance(c, 30))
        c->at[4 + fuzz_pick(c, 4)] = '\0';
    c->allowed = "200 400 404 405 505 -";
    c->by_library = c->is_last = true;
}

static void path_long(struct fuzz_case *c)
{
    static const size_t lengths[] = { 1000, 8000, 16000, 24000, 30000 };
    fuzz_say(c, "GET /");
    fuzz_fill(c, fuzz_chance(c, 50) ? 'a' : '%', FUZZ_ONE_OF(c, lengths) - fuzz_pick(c, 500));
    fuzz_say(c, " HTTP/1.1\r\nHost: a\r\n\r\n");
    c->allowed = "404";
}

static void path_too_long(struct fuzz_case *c)
{
    fuzz_say(c, "GET /");
    fuzz_fill(c, 'a', 30500 + fuzz_pick(c, fuzz_chance(c, 50) ? 3000 : 100000));
    fuzz_say(c, " HTTP/1.1\r\nHost: a\r\n\r\n");
    c->allowed = "400 404 414 431 -";
    c->by_library = c->is_last = true;
}

/* Each takes of what the library has for the connection. */
static void arguments_many(struct fuzz_case *c)
{
    static const size_t lengths[] = { 1, 2, 20, 100, 200 };
    size_t len = FUZZ_ONE_OF(c, lengths);
    fuzz_say(c, "GET /livez?");
    for (size_t n = fuzz_pick(c, 100000 / (len + 100)); n > 0; n--) {
        fuzz_fill(c, 'a', len);
        fuzz_say(c, "&");
    }
    fuzz_say(c, " HTTP/1.1\r\nHost: a\r\n\r\n");
    c->allowed = "200 400 414 431 -";
    c->by_library = c->is_last = true;
}

static void version(struct fuzz_case *c)
{
    static const char *const good[] = { "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/1.9" };
    static const char *const bad[] = { "HTTP/2.0",   "HTTP/0.9",  "HTTP/9.9",  "HTTP/3.0",
                                       "http/1.1",   "HTTP/1,1",  "HTTP/1.11", "HTTP/1",
                                       "HTTP/",      "HTP/1.1",   "HTTP/01.1", "HTTP/1.1 x",
                                       "HTTP/1.-1",  "HTTP /1.1", "RTSP/1.0",  "HTTP/1.1\v",
                                       "HTTP/\xff.1" };
    bool is_good = fuzz_chance(c, 40);
    const char *v = is_good ? FUZZ_ONE_OF(c, good) : FUZZ_ONE_OF(c, bad);
    fuzz_say(c, "GET /livez %s\r\nHost: a\r\n\r\n", v);
    c->is_last = true;
    c->by_library = !is_good;
    if (!is_good)
        c->allowed = "400 404 505 -";
}

static void line_ends(struct fuzz_case *c)
{
    static const char *const good[] = { "\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
                                        "\r\n\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
                                        "GET /livez HTTP/1.1\nHost: a\n\n",
                                        "GET /livez HTTP/1.1\r\nHost: a\n\r\n" };
    static const char *const bad[] = { " GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
                                       "GET  /livez  HTTP/1.1\r\nHost: a\r\n\r\n",
                                       "GET\t/livez\tHTTP/1.1\r\nHost: a\r\n\r\n",
                                       "GET /livez\r\n\r\n",
                                       "GET /livez\r\nHost: a\r\n\r\n",
                                       "GET\r\n\r\n",
                                       "/livez\r\n\r\n",
                                       "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                                       "\x16\x03\x01\x02\r\n\r\n",
                                       "SSH-2.0-x\r\n\r\n",
                                       ":\r\n\r\n",
                                       "HTTP/1.1 200 OK\r\n\r\n" };
    if (fuzz_chance(c, 40)) {
        fuzz_say(c, "%s", FUZZ_ONE_OF(c, good));
        return;
    }
    fuzz_say(c, "%s", FUZZ_ONE_OF(c, bad));
    c->allowed = "400 404 405 505 -";
    c->by_library = c->is_last = true;
}

static void garbage(struct fuzz_case *c)
{
    fuzz_noise(c, 1 + fuzz_pick(c, fuzz_chance(c, 5) ? 40000 : 300));
    for (size_t i = 0; i + 4 < c->len; i++)
        if (strncmp(c->at + i, "GET ", 4) == 0)
            c->at[i] = '(';
    fuzz_say(c, "\r\n\r\n\r\n\r\n");
    c->allowed = "400 404 405 414 431 505 -";
    c->by_library = c->is_last = true;
    c->end = FUZZ_ENDS;
}

/* ---- headers ------------------------------------------------------------------------------------
 */

static void host(struct fuzz_case *c)
{
    static const char *const wrong[] = { "", "Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n",
                                         "Hos: a\r\n" };
    fuzz_say(c, "GET /livez HTTP/1.1\r\n%s\r\n", FUZZ_ONE_OF(c, wrong));
    c->allowed = "400";
    c->by_library = c->is_last = c->must_close = true;
}

static void host_odd(struct fuzz_case *c)
{
    fuzz_say(c, "GET /livez HTTP/1.1\r\nHost: ");
    fuzz_letters(c, fuzz_pick(c, 300));
    fuzz_say(c, "\r\n\r\n");
}

static void name_bad(struct fuzz_case *c)
{
    static const char *const lines[] = { "X : y",    "X\t: y", "X y: z",      "X\x01: y",
                                         "X\xff: y", "(X): y", "X[]: y",      "X\"y\": z",
                                         "X@y: z",   "{: }",   "Accept : */*" };
    fuzz_begin(c, "GET", "/livez");
    fuzz_say(c, "%s\r\n\r\n", FUZZ_ONE_OF(c, lines));
    c->allowed = "400 -";
    c->by_library = c->is_last = c->must_close = true;
}

static void line_without_name(struct fuzz_case *c)
{
    static const char *const lines[] = { "nothing", "GET /livez HTTP/1.1", "\x80\x81", "=", "X;y" };
    fuzz_begin(c, "GET", "/livez");
    fuzz_say(c, "%s\r\n\r\n", FUZZ_ONE_OF(c, lines));
    c->allowed = "400 -";
    c->by_library = c->is_last = true;
}

/* What some refuse and some mend. */
static void header_odd(struct fuzz_case *c)
{
    static const char *const lines[] = { "X: a\r\n b", "X: a\r\n\tb\r\n c",
                                         "X:\r\n y",   "X: \x01\x02",
                                         " X: folded", "X:",
                                         "X:\t",       "X::::",
                                         ": y" };
    fuzz_begin(c, "GET", "/livez");
    fuzz_say(c, "%s\r\n", FUZZ_ONE_OF(c, lines));
    if (fuzz_chance(c, 20)) {
        fuzz_say(c, "X: ");
        fuzz_put(c, "a\0b", 3);
        fuzz_say(c, "\r\n");
    }
    end_head(c);
    c->allowed = "200 400 -";
    c->by_library = c->is_last = true;
}

static void header_noise(struct fuzz_case *c)
{
    fuzz_begin(c, "GET", "/livez");
    size_t from = c->len;
    fuzz_say(c, "X-A: b\r\nAccept: */*\r\nUser-Agent: x\r\n");
    fuzz_mutate(c, from);
    fuzz_say(c, "\r\n\r\n");
    c->allowed = "200 400 -";
    c->by_library = c->is_last = true;
    c->end = FUZZ_ENDS;
}

static void header_large(struct fuzz_case *c)
{
    static const size_t lengths[] = { 1000, 8000, 16000, 24000, 30000 };
    fuzz_begin(c, "GET", "/livez");
    fuzz_say(c, "X-Large: ");
    fuzz_fill(c, fuzz_chance(c, 50) ? 'a' : '\xe9', FUZZ_ONE_OF(c, lengths) - fuzz_pick(c, 500));
    fuzz_say(c, "\r\n\r\n");
}

static void header_too_large(struct fuzz_case *c)
{
    bool many = fuzz_chance(c, 50);
    fuzz_begin(c, "GET", "/livez");
    if (many)
        for (size_t n = 200 + fuzz_pick(c, 3000); n > 0; n--)
            fuzz_say(c, "X-%zu: a\r\n", n % 7);
    else
        fuzz_say(c, "X: %*d\r\n", (int)(30500 + fuzz_pick(c, 60000)), 1);
    end_head(c);
    c->allowed = "200 431 413 400 -";
    c->by_library = c->is_last = true;
}

static void repeated(struct fuzz_case *c)
{
    fuzz_begin(c, "GET", "/livez");
    for (size_t n = fuzz_pick(c, 100); n > 0; n--)
        fuzz_say(c, n % 2 ? "Accept: a/b\r\n" : "X-Request-Id: a b\r\n");
    end_head(c);
}

const struct fuzz_row fuzz_head_rows[] = {
    { "sound", 60, sound },
    { "method unknown", 30, method_unknown },
    { "method of a route for POST", 10, method_for_posts },
    { "method that is none", 15, method_bad },
    { "path unknown", 40, path_unknown },
    { "path of any bytes", 20, path_random },
    { "path encoded", 20, path_encoded },
    { "target in absolute form", 10, path_absolute },
    { "target broken", 15, path_broken },
    { "target odd", 5, path_odd },
    { "target long", 6, path_long },
    { "target too long", 4, path_too_long },
    { "arguments, many", 6, arguments_many },
    { "version", 20, version },
    { "line ends", 20, line_ends },
    { "garbage", 20, garbage },
    { "Host missing or repeated", 15, host },
    { "Host odd", 10, host_odd },
    { "header name that is none", 15, name_bad },
    { "header line without a name", 10, line_without_name },
    { "header odd", 15, header_odd },
    { "header mutated", 15, header_noise },
    { "header large", 5, header_large },
    { "headers too large", 4, header_too_large },
    { "headers repeated", 8, repeated },
    { NULL, 0, NULL },
};

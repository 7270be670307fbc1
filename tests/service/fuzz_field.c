/* Families of the headers that the service reads. */
#include "fuzz_case.h"

#include <stdio.h>
#include <string.h>

static void accept_header(struct fuzz_case *c)
{
    static const char *const good[] = { "*/*",
                                        "application/*",
                                        "text/*;q=0.1",
                                        "a/b, */*;q=0.001",
                                        "text/markdown",
                                        "TEXT/PLAIN",
                                        "application/json; q=1.000",
                                        "",
                                        " , ,*/*",
                                        "text/html, application/json;q=0.9" };
    static const char *const bad[] = { "image/png",
                                       "a/b",
                                       "*",
                                       "/",
                                       "text",
                                       "*/json",
                                       "application/json;q=0",
                                       "*/*;q=0",
                                       "text/html",
                                       ";q=1",
                                       "application/json;q=2",
                                       "*/*;q=1.0001",
                                       "*/*; q=-1",
                                       "application/jsonx",
                                       "\"*/*\"",
                                       "application /json;q=0" };
    bool is_good = fuzz_chance(c, 50);
    char line[100];
    snprintf(line, sizeof line, "Accept: %s\r\n",
             is_good ? FUZZ_ONE_OF(c, good) : FUZZ_ONE_OF(c, bad));
    fuzz_post_text(c, "/extract", "text/html", line, FUZZ_PAGE);
    c->allowed = is_good ? "200" : "406";
}

static void accept_noise(struct fuzz_case *c)
{
    char line[600] = "Accept: ";
    size_t len = 8;
    static const char *const parts[] = { "*/*", "text/", "markdown",         ";q=", "0.5", ",",
                                         "\"",  "\\",    "application/json", "*",   "/",   "\xff",
                                         "1",   " " };
    for (size_t n = fuzz_pick(c, 30); n > 0; n--)
        len += (size_t)snprintf(line + len, sizeof line - len, "%s", FUZZ_ONE_OF(c, parts));
    snprintf(line + len, sizeof line - len, "\r\n");
    if (fuzz_chance(c, 10)) {
        fuzz_begin(c, "GET", "/metrics");
        fuzz_say(c, "%s\r\n", line);
    } else {
        fuzz_post_text(c, "/extract", "application/json", line, "{}");
    }
    c->allowed = "200 400 406";
}

static void content_type(struct fuzz_case *c)
{
    static const char *const good[] = { "TEXT/HTML",
                                        "text/html;charset=utf-8",
                                        "text/html; charset=\"utf-8\"",
                                        "application/xhtml+xml",
                                        "text/html;",
                                        "text/html; a=b; charset=UTF-8",
                                        "text/html; charset=nothing",
                                        "text/html; charset=" };
    static const char *const bad[] = { "",
                                       "text",
                                       "text/plain",
                                       "text/htm",
                                       "text/htmlx",
                                       "*/*",
                                       "application/jsonp",
                                       "multipart/form-data; boundary=x",
                                       "application/octet-stream",
                                       "text/html, text/html",
                                       "\xff\xfe",
                                       "text/",
                                       "/html",
                                       ";charset=utf-8",
                                       "image/png" };
    bool is_good = fuzz_chance(c, 50);
    fuzz_post_text(c, "/extract", is_good ? FUZZ_ONE_OF(c, good) : FUZZ_ONE_OF(c, bad), "",
                   FUZZ_PAGE);
    c->allowed = is_good ? "200" : "415";
}

static void content_encoding(struct fuzz_case *c)
{
    static const char *const bad[] = { "gzip", "br", "zstd", "deflate", "gzip, identity", "x", "" };
    char line[100];
    bool is_good = fuzz_chance(c, 20);
    snprintf(line, sizeof line, "Content-Encoding: %s\r\n",
             is_good ? "Identity" : FUZZ_ONE_OF(c, bad));
    fuzz_post_text(c, "/extract", "text/html", line, FUZZ_PAGE);
    c->allowed = is_good ? "200" : "415";
}

static void request_id(struct fuzz_case *c)
{
    bool is_good = fuzz_chance(c, 50);
    fuzz_begin(c, "GET", fuzz_chance(c, 50) ? "/livez" : "/nothing");
    c->allowed = "200 404";
    fuzz_say(c, "X-Request-Id: ");
    size_t from = c->len, len = 1 + fuzz_pick(c, is_good ? 128 : 300);
    fuzz_letters(c, len);
    if (is_good) {
        memcpy(c->id, c->at + from, len);
    } else {
        c->at[from + fuzz_pick(c, len)] = "\x80 /\"{\x7f,="[fuzz_pick(c, 8)];
        c->at[from] = '"';
    }
    fuzz_say(c, "\r\n\r\n");
}

static void traceparent(struct fuzz_case *c)
{
    fuzz_begin(c, "GET", "/livez");
    size_t from = c->len;
    fuzz_say(c, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    if (fuzz_chance(c, 80))
        fuzz_mutate(c, from);
    for (size_t i = from; i < c->len; i++)
        if (memchr("\r\n\0", c->at[i], 3))
            c->at[i] = '0';
    char value[256];
    size_t len = c->len - from < sizeof value ? c->len - from : sizeof value;
    memcpy(value, c->at + from, len);
    c->len = from;
    fuzz_say(c, "traceparent: ");
    fuzz_put(c, value, len);
    fuzz_say(c, "\r\n\r\n");
}

static void keys(struct fuzz_case *c)
{
    static const char *const bad[] = {
        "",
        "X-API-Key: \r\n",
        "X-API-Key: fuzz-key-012345678\r\n",
        "X-API-Key: fuzz-key-01234567890\r\n",
        "X-API-Key: FUZZ-KEY-0123456789\r\n",
        "Authorization: fuzz-key-0123456789\r\n",
        "Authorization: Basic fuzz-key-0123456789\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Bearer \r\n",
        "Authorization: Bearer wrong-key-0123456789\r\n",
        "Authorization: Bearer fuzz-key-0123456789 x\r\n",
        "Authorization: Bearer wrong\r\nX-API-Key: fuzz-key-0123456789\r\n",
        "Authorization: Bearer fuzz-key-0123456789\r\nX-API-Key: wrong\r\n",
        "X-API-Key: \xff\xfe\r\n"
    };
    static const char *const good[] = { "X-API-Key: fuzz-key-0123456789\r\n",
                                        "x-api-key:fuzz-key-0123456789\r\n",
                                        "Authorization: Bearer fuzz-key-0123456789\r\n",
                                        "authorization: bearer fuzz-key-0123456789\r\n" };
    static const char *const closed[] = { "GET /health", "GET /v1/health", "HEAD /health" };
    bool is_good = fuzz_chance(c, 30);
    const char *line = FUZZ_ONE_OF(c, closed);
    c->is_head = *line == 'H';
    fuzz_say(c, "%s HTTP/1.1\r\nHost: a\r\n%s\r\n", line,
             is_good ? FUZZ_ONE_OF(c, good) : FUZZ_ONE_OF(c, bad));
    c->allowed = is_good ? "200" : "401";
}

static void key_long(struct fuzz_case *c)
{
    fuzz_say(c, "GET /health HTTP/1.1\r\nHost: a\r\nX-API-Key: " FUZZ_KEY);
    fuzz_letters(c, 1 + fuzz_pick(c, 5000));
    fuzz_say(c, "\r\n\r\n");
    c->allowed = "401";
}

static void connection(struct fuzz_case *c)
{
    static const char *const lines[] = { "Connection: close",
                                         "Connection: keep-alive",
                                         "Connection: upgrade\r\nUpgrade: h2c",
                                         "Connection: Upgrade\r\nUpgrade: websocket",
                                         "Connection: ,,,close",
                                         "Connection: \xff",
                                         "Keep-Alive: timeout=-1",
                                         "Proxy-Connection: close",
                                         "TE: trailers",
                                         "Expect: 200-ok",
                                         "Range: bytes=0-",
                                         "If-None-Match: *",
                                         "Cookie: a=b; c",
                                         "Cookie: ;;;=;\"",
                                         "Forwarded: for=\"_gaz",
                                         "X-HTTP-Method-Override: DELETE" };
    fuzz_begin(c, "GET", "/livez");
    fuzz_say(c, "%s\r\n\r\n", FUZZ_ONE_OF(c, lines));
    c->allowed = "200 417";
}

const struct fuzz_row fuzz_field_rows[] = {
    { "Accept", 20, accept_header },
    { "Accept of odd parts", 20, accept_noise },
    { "Content-Type", 20, content_type },
    { "Content-Encoding", 10, content_encoding },
    { "X-Request-Id", 20, request_id },
    { "traceparent", 20, traceparent },
    { "API key", 20, keys },
    { "API key long", 5, key_long },
    { "connection and others", 15, connection },
    { NULL, 0, NULL },
};

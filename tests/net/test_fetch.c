/* Fetching from a site that means well, or at least answers. */
#include "fetching.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define OK "HTTP/1.1 200 OK\r\n"
#define HTML OK "Content-Type: text/html\r\n"

static void assert_body(const struct fetching *f, const char *wanted)
{
    assert_non_null(f->got.body.at);
    assert_string_equal(f->got.body.at, wanted);
    assert_int_equal(f->got.body.len, strlen(wanted));
}

#define TYPE(type) OK "Content-Type: " type "\r\n\r\n"
#define ENCODING(name) "Content-Encoding: " name "\r\n\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"
#define GZIP_SMALL                                                                                 \
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xb3\x29\xb0\x2b\xce\x4d\xcc\xc9\x01\x00\xa3\x32"     \
    "\x3f\xd6\x08\x00\x00\x00"

/* By path; what is not in the table is 404. */
static const struct {
    const char *path;
    rt_str reply;
} replies[] = {
    { "/", RT_LIT(HTML "Content-Length: 8\r\n\r\n<p>hello") },
    { "/?q=1", RT_LIT(HTML "\r\n<p>query") },
    { "/close", RT_LIT(HTML "\r\n<p>until the end") },
    { "/chunked", RT_LIT(HTML CHUNKED "3\r\n<p>\r\n5;x=y\r\nhello\r\n0\r\n\r\n") },
    { "/interim", RT_LIT("HTTP/1.1 103 Early Hints\r\nContent-Type: a/b\r\n\r\n" HTML "\r\n<p>x") },
    { "/empty", RT_LIT(HTML "Content-Length: 0\r\n\r\n") },
    { "/latin1", RT_LIT(TYPE("Text/HTML ; a=b; Charset=\"iso-8859-1\"; c") "<p>\xE4") },
    { "/xhtml", RT_LIT(TYPE("application/xhtml+xml") "<html/>") },
    { "/untyped", RT_LIT(OK "\r\n\xEF\xBB\xBF \n<!doctype html>") },
    { "/untyped-text", RT_LIT(OK "\r\n1 < 2") },
    { "/plain", RT_LIT(TYPE("text/plain") "<p>") },
    { "/pdf", RT_LIT(TYPE("application/pdf") "%PDF") },
    { "/gzip", RT_LIT(HTML ENCODING("gzip") GZIP_SMALL) },
    { "/br", RT_LIT(HTML ENCODING("br") "\x8b\x06\x80<html><p>small\x03") },
    { "/zstd", RT_LIT(HTML ENCODING("zstd") "\x28\xb5\x2f\xfd\x20\x08\x41\x00\x00<p>small") },
    { "/unknown-encoding", RT_LIT(HTML ENCODING("rot13") "<c>") },
    { "/broken-gzip", RT_LIT(HTML ENCODING("gzip") "no gzip at all") },
    { "/404", RT_LIT("HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno") },
    { "/410", RT_LIT("HTTP/1.1 410 Gone\r\n\r\n") },
    { "/500", RT_LIT("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n") },
    { "/206", RT_LIT("HTTP/1.1 206 Part\r\nContent-Type: text/html\r\n\r\n<p>") },
    { "/304", RT_LIT("HTTP/1.1 304 Same\r\n\r\n") },
    { "/300", RT_LIT("HTTP/1.1 300 Choose\r\nLocation: /\r\n\r\n") },
    { "/wrong-charset", RT_LIT(TYPE("text/html; charset=nonsense") "<p>") },
    { "/cookie", RT_LIT(HTML "Set-Cookie: a=b; Path=/\r\n\r\n<p>") },
    { "/to/a", RT_LIT("HTTP/1.1 301 M\r\nLocation: ../to/b?x#frag\r\nContent-Length: 0\r\n\r\n") },
    { "/to/b?x",
      RT_LIT("HTTP/1.1 302 M\r\nLocation: //other.test/to/c\r\nContent-Length: 3\r\n\r\nabc") },
    { "/to/c", RT_LIT("HTTP/1.1 303 M\r\nLocation: http:\\\\site.test/to/ d\xE4\r\n\r\n") },
    { "/to/%20d%E4", RT_LIT("HTTP/1.1 307 M\r\nLocation:/to/e\r\n" CHUNKED) },
    { "/to/e", RT_LIT("HTTP/1.1 308 M\r\nLocation: ?y\r\n\r\n") },
    { "/to/e?y", RT_LIT(HTML "\r\n<p>there") },
    { "/no-location", RT_LIT("HTTP/1.1 302 M\r\n\r\n") },
};

static void answer(struct site *site, int fd, const char *head)
{
    char path[256];
    (void)site;
    site_path(head, path, sizeof path);
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (strcmp(replies[i].path, path) == 0) {
            site_send(fd, replies[i].reply.at, replies[i].reply.len);
            return;
        }
    site_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n");
}

static void reads_pages(void **state)
{
    (void)state;
    static const struct {
        const char *url, *body, *charset;
    } cases[] = {
        { "http://site.test", "<p>hello", "" },
        { "http://site.test:80/?q=1#top", "<p>query", "" },
        { " HTTP:\\\\SITE.test/close\n", "<p>until the end", "" },
        { "http://site.test/chunked", "<p>hello", "" },
        { "http://site.test/interim", "<p>x", "" },
        { "http://site.test/empty", "", "" },
        { "http://site.test/latin1", "<p>\xE4", "iso-8859-1" },
        { "http://site.test/wrong-charset", "<p>", "nonsense" },
        { "http://site.test/xhtml", "<html/>", "" },
        { "http://site.test/untyped", "\xEF\xBB\xBF \n<!doctype html>", "" },
        { "http://site.test/gzip", "<p>small", "" },
        { "http://site.test/br", "<html><p>small", "" },
        { "http://site.test/zstd", "<p>small", "" },
    };
    struct fetching f;
    fetching_start(&f, answer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fetching_ends(&f, cases[i].url, RT_FETCH_NONE);
        assert_body(&f, cases[i].body);
        assert_string_equal(f.got.charset, cases[i].charset);
        assert_int_equal(f.got.http_status, 200);
        assert_int_equal(f.got.attempts, 1);
        assert_true(f.got.wire_bytes > 0 && f.got.took_ns > 0 && !f.got.from_cache);
    }
    assert_string_equal(f.got.final_url.at, "http://site.test/zstd");
    struct rt_fetch_counts counts;
    rt_fetcher_read(f.fetcher, &counts);
    assert_int_equal(counts.by_failure[RT_FETCH_NONE], sizeof cases / sizeof *cases);
    assert_true(counts.bytes > 0);
    fetching_stop(&f);
}

static void tells_what_is_no_page(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum rt_fetch_failure failure;
        int status;
        const char *message; /* a part of it */
    } cases[] = {
        { "http://site.test/404", RT_FETCH_HTTP_CLIENT, 404, "answered 404" },
        { "http://site.test/410", RT_FETCH_HTTP_CLIENT, 410, "answered 410" },
        { "http://site.test/500", RT_FETCH_HTTP_SERVER, 500, "answered 500" },
        { "http://site.test/206", RT_FETCH_PROTOCOL, 206, "206" },
        { "http://site.test/304", RT_FETCH_PROTOCOL, 304, "304" },
        { "http://site.test/300", RT_FETCH_BAD_REDIRECT, 300, "300" },
        { "http://site.test/no-location", RT_FETCH_BAD_REDIRECT, 302, "expected a Location" },
        { "http://site.test/plain", RT_FETCH_CONTENT_TYPE, 200, "\"text/plain\"" },
        { "http://site.test/pdf", RT_FETCH_CONTENT_TYPE, 200, "\"application/pdf\"" },
        { "http://site.test/untyped-text", RT_FETCH_CONTENT_TYPE, 200, "no content type" },
        { "http://site.test/unknown-encoding", RT_FETCH_BAD_ENCODING, 200, "" },
        { "http://site.test/broken-gzip", RT_FETCH_BAD_ENCODING, 200, "" },
        { "https://site.test/", RT_FETCH_TLS, 0, "site.test" },
        { "http://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.none/",
          RT_FETCH_DNS, 0, ".none" },
    };
    struct fetching f;
    fetching_start(&f, answer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f.hooks.resolve = cases[i].failure == RT_FETCH_DNS ? NULL : f.hooks.resolve;
        if (!f.hooks.resolve)
            fetching_close(&f);
        fetching_ends(&f, cases[i].url, cases[i].failure);
        assert_int_equal(f.got.http_status, cases[i].status);
        if (!strstr(f.got.message, cases[i].message))
            fail_msg("%s: \"%s\"", cases[i].url, f.got.message);
    }
    fetching_stop(&f);
}

static void follows_redirects_as_browsers_do(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    fetching_ends(&f, "http://site.test/to/a", RT_FETCH_NONE);
    assert_body(&f, "<p>there");
    assert_int_equal(f.got.redirects, 5);
    assert_string_equal(f.got.final_url.at, "http://site.test/to/e?y");
    assert_int_equal(site_count(&f.site, "GET /to/c "), 1);
    fetching_stop(&f);
}

static void says_who_asks_and_nothing_else(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.user_agent = "riptide/9 (+https://operator.test/bot)";
    fetching_ends(&f, "http://site.test/cookie", RT_FETCH_NONE);
    fetching_ends(&f, "http://site.test/", RT_FETCH_NONE);
    const char *begin = "GET / ";
    assert_true(
        site_last_has(&f.site, begin, "User-Agent: riptide/9 (+https://operator.test/bot)\r\n"));
    assert_true(site_last_has(&f.site, begin, "Accept-Encoding: gzip, br, zstd\r\n"));
    assert_true(site_last_has(&f.site, begin, "Host: site.test\r\n"));
    assert_false(site_last_has(&f.site, begin, "Cookie:"));
    assert_false(site_last_has(&f.site, begin, "Referer:"));
    assert_false(site_last_has(&f.site, begin, "Authorization:"));
    fetching_stop(&f);
}

/* ---- retries ------------------------------------------------------------------------------------
 */

static void answer_later(struct site *site, int fd, const char *head)
{
    char path[64], line[96];
    site_path(head, path, sizeof path);
    snprintf(line, sizeof line, "GET %s ", path);
    size_t times = site_count(site, line);
    if (strcmp(path, "/busy") == 0 && times < 2)
        site_say(fd, "HTTP/1.1 429 Busy\r\nRetry-After: 0\r\n\r\n");
    else if (strcmp(path, "/busy-today") == 0)
        site_say(fd, "HTTP/1.1 429 Busy\r\nRetry-After: 7200\r\n\r\n");
    else if (strcmp(path, "/busy-until") == 0)
        site_say(fd, "HTTP/1.1 503 Busy\r\nRetry-After: Fri, 31 Dec 2399 23:59:59 GMT\r\n\r\n");
    else if (strcmp(path, "/was-busy") == 0 && times < 2)
        site_say(fd, "HTTP/1.1 503 Busy\r\nRetry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n\r\n");
    else if (strcmp(path, "/ill") == 0 && times < 3)
        site_say(fd, "HTTP/1.1 500 Ill\r\n\r\n");
    else if (strcmp(path, "/dead") == 0)
        site_say(fd, "HTTP/1.1 502 Dead\r\n\r\n");
    else if (strcmp(path, "/cut") == 0 && times < 2)
        site_say(fd, HTML "Content-Length: 100\r\n\r\n<p>");
    else
        site_say(fd, HTML "\r\n<p>at last");
}

static void tries_again_what_may_pass(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum rt_fetch_failure failure;
        unsigned attempts;
    } cases[] = {
        { "http://site.test/busy", RT_FETCH_NONE, 2 },
        { "http://site.test/busy-today", RT_FETCH_HTTP_BUSY, 1 },
        { "http://site.test/busy-until", RT_FETCH_HTTP_SERVER, 1 },
        { "http://site.test/was-busy", RT_FETCH_NONE, 2 },
        { "http://site.test/ill", RT_FETCH_NONE, 3 },
        { "http://site.test/dead", RT_FETCH_HTTP_SERVER, 3 },
        { "http://site.test/cut", RT_FETCH_NONE, 2 },
    };
    struct fetching f;
    fetching_start(&f, answer_later);
    f.rules.retries = 2;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fetching_ends(&f, cases[i].url, cases[i].failure);
        assert_int_equal(f.got.attempts, cases[i].attempts);
        if (cases[i].failure == RT_FETCH_NONE)
            assert_body(&f, "<p>at last");
    }
    fetching_get(&f, "http://site.test/busy-today");
    assert_non_null(strstr(f.got.message, "Retry-After: 7200"));
    fetching_stop(&f);
}

/* ---- the cache ----------------------------------------------------------------------------------
 */

static void answer_versions(struct site *site, int fd, const char *head)
{
    (void)site;
    if (strstr(head, "If-None-Match: \"v1\"") || strstr(head, "If-Modified-Since: Mon, 01"))
        site_say(fd, "HTTP/1.1 304 Same\r\nETag: \"v1\"\r\n\r\n");
    else if (strncmp(head, "GET /private ", 13) == 0)
        site_say(fd, HTML "ETag: \"v1\"\r\nCache-Control: max-age=1, No-Store\r\n\r\n<p>private");
    else if (strncmp(head, "GET /dated ", 11) == 0)
        site_say(fd, HTML "Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n<p>dated");
    else
        site_say(fd,
                 OK "Content-Type: text/html; charset=utf-8\r\nETag: \"v1\"\r\n\r\n<p>version 1");
}

static void asks_whether_a_page_is_still_good(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_versions);
    f.rules.cache_bytes = 1 << 20;
    for (int i = 0; i < 3; i++) {
        fetching_ends(&f, "http://site.test/page", RT_FETCH_NONE);
        assert_body(&f, "<p>version 1");
        assert_string_equal(f.got.charset, "utf-8");
        assert_true(f.got.from_cache == (i > 0));
        assert_int_equal(f.got.http_status, i > 0 ? 304 : 200);
    }
    fetching_ends(&f, "http://site.test/dated", RT_FETCH_NONE);
    fetching_ends(&f, "http://site.test/dated", RT_FETCH_NONE);
    assert_true(f.got.from_cache);
    fetching_ends(&f, "http://site.test/private", RT_FETCH_NONE);
    fetching_ends(&f, "http://site.test/private", RT_FETCH_NONE);
    assert_false(f.got.from_cache);
    struct rt_fetch_counts counts;
    rt_fetcher_read(f.fetcher, &counts);
    assert_int_equal(counts.cache_hits, 3);
    fetching_stop(&f);
}

static void keeps_nothing_unless_told(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_versions);
    for (int i = 0; i < 2; i++) {
        fetching_ends(&f, "http://site.test/page", RT_FETCH_NONE);
        assert_false(f.got.from_cache);
    }
    assert_false(site_last_has(&f.site, "GET /page ", "If-None-Match"));
    fetching_stop(&f);
}

/* ---- many at once -------------------------------------------------------------------------------
 */

struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t came;
    unsigned there, pages, cancelled;
};

static void came(void *ctx, struct rt_fetched *fetched)
{
    struct crowd *crowd = ctx;
    pthread_mutex_lock(&crowd->lock);
    crowd->there++;
    crowd->pages += fetched->failure == RT_FETCH_NONE;
    crowd->cancelled += fetched->failure == RT_FETCH_CANCELLED;
    pthread_cond_broadcast(&crowd->came);
    pthread_mutex_unlock(&crowd->lock);
    rt_fetched_free(fetched);
}

static void ask(struct fetching *f, struct crowd *crowd, const char *url, const rt_cancel *cancel)
{
    struct rt_fetch_request request = { { url, strlen(url) }, 0, cancel, came, crowd, { 0 } };
    rt_error err;
    assert_int_equal(rt_fetcher_ask(f->fetcher, &request, &err), RT_OK);
}

static void wait_for(struct crowd *crowd, unsigned n)
{
    pthread_mutex_lock(&crowd->lock);
    while (crowd->there < n)
        pthread_cond_wait(&crowd->came, &crowd->lock);
    pthread_mutex_unlock(&crowd->lock);
}

#define CROWD_INIT { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0 }

static void answers_a_crowd(void **state)
{
    (void)state;
    enum { CROWD = 150 };
    struct crowd crowd = CROWD_INIT;
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.per_host = 2;
    fetching_open(&f);
    for (int i = 0; i < CROWD; i++)
        ask(&f, &crowd, i % 2 ? "http://site.test/" : "http://other.test/chunked", NULL);
    wait_for(&crowd, CROWD);
    assert_int_equal(crowd.pages, CROWD);
    assert_true(f.site.most_at_once <= 4);
    fetching_stop(&f);
}

static void answer_never(struct site *site, int fd, const char *head)
{
    (void)head;
    site_hang(site, fd);
}

/* Soon, and not only when the next page is asked for; false after 20 seconds. */
static bool nothing_is_under_way(struct fetching *f)
{
    struct rt_fetch_counts counts;
    for (int i = 0; i < 2000; i++) {
        rt_fetcher_read(f->fetcher, &counts);
        if (counts.active == 0 && counts.waiting == 0)
            return true;
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    }
    return false;
}

static void ends_what_nobody_waits_for(void **state)
{
    (void)state;
    struct crowd crowd = CROWD_INIT;
    struct fetching f;
    rt_cancel *cancel = rt_cancel_new();
    fetching_start(&f, answer_never);
    f.rules.concurrency = 1;
    fetching_open(&f);
    ask(&f, &crowd, "http://site.test/runs", cancel);
    ask(&f, &crowd, "http://site.test/waits", cancel);
    site_wait(&f.site, 1);
    rt_cancel_trigger(cancel);
    wait_for(&crowd, 2);
    assert_int_equal(crowd.cancelled, 2);
    assert_true(nothing_is_under_way(&f));
    rt_cancel_free(cancel);
    fetching_stop(&f);
}

static void tells_all_when_it_is_closed(void **state)
{
    (void)state;
    struct crowd crowd = CROWD_INIT;
    struct fetching f;
    fetching_start(&f, answer_never);
    f.rules.robots = true;
    f.rules.concurrency = 3;
    fetching_open(&f);
    for (int i = 0; i < 5; i++)
        ask(&f, &crowd, i % 2 ? "http://site.test/" : "http://other.test/", NULL);
    site_wait(&f.site, 2);
    fetching_close(&f);
    assert_int_equal(crowd.there, 5);
    assert_int_equal(crowd.cancelled, 5);
    fetching_stop(&f);
}

/* ---- settings and memory ------------------------------------------------------------------------
 */

static void refuses_rules_that_make_no_sense(void **state)
{
    (void)state;
    static const struct rt_fetch_rules bad[] = {
        { .ports = "80,http" },        { .ports = "" },
        { .ports = "65536" },          { .ports = "0" },
        { .user_agent = "a\r\nX: y" }, { .connect_ms = UINT64_MAX },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rt_fetcher *fetcher = NULL;
        rt_error err = { RT_OK, "" };
        assert_int_equal(rt_fetcher_open(&fetcher, &bad[i], &err), RT_INVALID_SETTING);
        assert_true(strlen(err.message) > 10);
    }
}

/* Fails the n-th allocation and all that follow. */
static void *fail_from(void *ctx, void *p, size_t size)
{
    int *left = ctx;
    if (size > 0 && (*left)-- <= 0)
        return NULL;
    return rt_alloc_heap.resize(NULL, p, size);
}

static void survives_without_memory(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    f.rules.cache_bytes = 1 << 20;
    bool ended = false;
    for (int n = 0; n < 60 && !ended; n++) {
        int left = n;
        struct rt_alloc alloc = { fail_from, &left, false, NULL };
        rt_error err;
        f.hooks.alloc = &alloc;
        rt_fetched_free(&f.got);
        rt_status s = rt_fetcher_open_with(&f.fetcher, &f.rules, &f.hooks, &err);
        if (s == RT_OK)
            s = rt_fetcher_get(f.fetcher, RT_LIT("http://site.test/to/a"), 0, NULL, &f.got, &err);
        assert_true(s == RT_OK || s == RT_NO_MEMORY);
        if (s == RT_OK && f.got.failure != RT_FETCH_NONE)
            assert_int_equal(f.got.failure, RT_FETCH_NO_MEMORY);
        ended = s == RT_OK && f.got.failure == RT_FETCH_NONE && f.got.final_url.at;
        fetching_close(&f);
    }
    assert_true(ended);
    fetching_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_pages),
        cmocka_unit_test(tells_what_is_no_page),
        cmocka_unit_test(follows_redirects_as_browsers_do),
        cmocka_unit_test(says_who_asks_and_nothing_else),
        cmocka_unit_test(tries_again_what_may_pass),
        cmocka_unit_test(asks_whether_a_page_is_still_good),
        cmocka_unit_test(keeps_nothing_unless_told),
        cmocka_unit_test(answers_a_crowd),
        cmocka_unit_test(ends_what_nobody_waits_for),
        cmocka_unit_test(tells_all_when_it_is_closed),
        cmocka_unit_test(refuses_rules_that_make_no_sense),
        cmocka_unit_test(survives_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Sites that want to reach what is private, or to cost time and memory: each gets its typed answer,
 * and a listener on 127.0.0.1 sees nobody. */
#include "fetching.h"

#include "base/str.h"

#include <arpa/inet.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#define HTML "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

static void redirect(int fd, const char *to)
{
    char text[512];
    snprintf(text, sizeof text, "HTTP/1.1 302 M\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", to);
    site_say(fd, text);
}

/* ---- private addresses --------------------------------------------------------------------------
 */

static const struct {
    const char *url, *range;
} private_urls[] = {
    { "http://private.test/", "private" },
    { "http://loopback.test/", "loopback" },
    { "http://localhost/", "loopback" },
    { "http://metadata.test/latest/meta-data/", "link_local" },
    { "http://mapped.test/", "private" },
    { "http://nat64.test/", "loopback" },
    { "http://127.0.0.1/", "loopback" },
    { "http://127.1/", "loopback" },
    { "http://0x7f.1/", "loopback" },
    { "http://0177.0.0.1/", "loopback" },
    { "http://2130706433/", "loopback" },
    { "http://0/", "this_network" },
    { "http://%31%32%37.0.0.1/", "loopback" },
    { "http:\\\\127.0.0.1\\", "loopback" },
    { "http://[::1]/", "loopback" },
    { "http://[::ffff:127.0.0.1]/", "loopback" },
    { "http://[::ffff:7f00:1]/", "loopback" },
    { "http://[64:ff9b::127.0.0.1]/", "loopback" },
    { "http://[2002:7f00:1::]/", "loopback" },
    { "http://[fd00::1]/", "unique_local" },
    { "http://[fe80::1]/", "link_local" },
    { "http://192.168.0.1/", "private" },
    { "http://172.31.255.255/", "private" },
    { "http://100.64.0.1/", "carrier_nat" },
    { "http://255.255.255.255/", "broadcast" },
};

/* /N redirects to the N-th. */
static void answer_private(struct site *site, int fd, const char *head)
{
    (void)site;
    redirect(fd, private_urls[strtoul(head + 5, NULL, 10)].url);
}

static void refuses_private_addresses(void **state)
{
    (void)state;
    enum { N = sizeof private_urls / sizeof *private_urls };
    struct fetching f;
    fetching_start(&f, answer_private);
    for (size_t i = 0; i < N; i++) {
        char url[64];
        fetching_ends(&f, private_urls[i].url, RT_FETCH_FORBIDDEN_ADDRESS);
        if (!strstr(f.got.message, private_urls[i].range))
            fail_msg("%s: \"%s\"", private_urls[i].url, f.got.message);
        snprintf(url, sizeof url, "http://site.test/%zu", i);
        fetching_ends(&f, url, RT_FETCH_FORBIDDEN_ADDRESS);
        assert_int_equal(f.got.redirects, 1);
    }
    fetching_close(&f);
    assert_int_equal(f.connects, N); /* to the redirects */
    assert_int_equal(f.site.n, N);
    fetching_stop(&f);
}

static void answer_small(struct site *site, int fd, const char *head)
{
    (void)site;
    if (strncmp(head, "GET /again ", 11) == 0)
        redirect(fd, "http://rebind.test:8080/");
    else
        site_say(fd, HTML "\r\n<p>small");
}

static void takes_the_public_one_of_two_addresses(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_small);
    fetching_ends(&f, "http://both.test/", RT_FETCH_NONE);
    fetching_close(&f);
    assert_int_equal(f.connects, 1);
    fetching_stop(&f);
}

static void sees_through_rebinding(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_small);
    f.rules.ports = "80,8080";
    fetching_ends(&f, "http://rebind.test/again", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_close(&f);
    assert_int_equal(f.connects, 1);
    fetching_stop(&f);
}

/* Without the tests' hooks: nothing stands between the fetcher and the listener. */
static void reaches_no_listener_on_loopback(void **state)
{
    (void)state;
    static const char *const hosts[] = { "127.0.0.1",          "localhost", "0x7f000001", "127.1",
                                         "[::ffff:127.0.0.1]", "0.0.0.0",   "2130706433" };
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    struct rt_fetch_rules rules = { .ports = "*", .robots = true };
    struct rt_fetcher *fetcher;
    rt_error err;
    assert_int_equal(rt_fetcher_open(&fetcher, &rules, &err), RT_OK);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        char url[64];
        struct rt_fetched got;
        snprintf(url, sizeof url, "http://%s:%u/", hosts[i], (unsigned)ntohs(address.sin_port));
        assert_int_equal(rt_fetcher_get(fetcher, rt_str_from_c(url), 0, NULL, &got, &err), RT_OK);
        if (got.failure != RT_FETCH_FORBIDDEN_ADDRESS)
            fail_msg("%s: %s", url, got.message);
        rt_fetched_free(&got);
    }
    rt_fetcher_close(fetcher);
    assert_int_equal(accept(listener, NULL, NULL), -1);
    close(listener);
}

static void weakens_nothing_else_for_intranets(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_small);
    f.rules.allow_private = true;
    fetching_ends(&f, "http://127.0.0.1/", RT_FETCH_NONE);
    fetching_ends(&f, "http://private.test/", RT_FETCH_NONE);
    fetching_ends(&f, "http://127.0.0.1:22/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://169.254.169.254/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://metadata.test/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "file:///etc/passwd", RT_FETCH_INVALID_URL);
    fetching_stop(&f);
}

enum { PROXY_ROOM = 64 };

/* The site is the proxy. */
static void start_behind_proxy(struct fetching *f, char proxy[PROXY_ROOM])
{
    fetching_start(f, answer_small);
    snprintf(proxy, PROXY_ROOM, "http://127.0.0.1:%u", f->site.port);
    f->rules.proxy = proxy;
}

/* A proxy resolves names; an address that stands in the URL is refused before it is asked. */
static void guards_the_proxy_too(void **state)
{
    (void)state;
    char proxy[PROXY_ROOM];
    struct fetching f;
    start_behind_proxy(&f, proxy);
    fetching_ends(&f, "http://anything.test/x", RT_FETCH_NONE);
    assert_int_equal(site_count(&f.site, "GET http://anything.test/x "), 1);
    fetching_ends(&f, "http://127.0.0.1/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://0x7f.1/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://[::1]/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://127.0.0.1./", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://0x7f.1./", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://2130706433./", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_ends(&f, "http://127%2e0.0.1/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_stop(&f);
}

/* An intranet behind a proxy: its own addresses are asked, the clouds' are not. */
static void guards_the_clouds_behind_a_proxy(void **state)
{
    (void)state;
    char proxy[PROXY_ROOM];
    struct fetching f;
    start_behind_proxy(&f, proxy);
    f.rules.allow_private = true;
    fetching_ends(&f, "http://10.0.0.1/", RT_FETCH_NONE);
    fetching_ends(&f, "http://169.254.169.254/", RT_FETCH_FORBIDDEN_ADDRESS);
    fetching_stop(&f);
}

static void asks_no_proxy_of_the_environment(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_small);
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
    fetching_ends(&f, "http://site.test/", RT_FETCH_NONE);
    unsetenv("http_proxy");
    unsetenv("ALL_PROXY");
    fetching_stop(&f);
}

/* ---- addresses that are none --------------------------------------------------------------------
 */

static void answer_redirect(struct site *site, int fd, const char *head)
{
    char path[256], to[300];
    (void)site;
    site_path(head, path, sizeof path);
    if (strncmp(path, "/loop", 5) == 0) {
        snprintf(to, sizeof to, "%sx", path);
        redirect(fd, strcmp(path, "/loop") == 0 ? "/loop" : to);
    } else {
        redirect(fd, path + 1);
    }
}

static void refuses_other_schemes(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum rt_fetch_failure failure;
    } cases[] = {
        { "file:///etc/passwd", RT_FETCH_INVALID_URL },
        { "ftp://site.test/", RT_FETCH_INVALID_URL },
        { "site.test", RT_FETCH_INVALID_URL },
        { "", RT_FETCH_INVALID_URL },
        { "http://", RT_FETCH_INVALID_URL },
        { "http://u:p@site.test/", RT_FETCH_INVALID_URL },
        { "http://site.test:99999/", RT_FETCH_INVALID_URL },
        { "http://[::1/", RT_FETCH_INVALID_URL },
        { "http://[fe80::1%25lo]/", RT_FETCH_INVALID_URL },
        { "http://site.test:25/", RT_FETCH_FORBIDDEN_ADDRESS },
        { "http://site.test/file:///etc/passwd", RT_FETCH_BAD_REDIRECT },
        { "http://site.test/gopher://a/", RT_FETCH_BAD_REDIRECT },
        { "http://site.test/javascript:alert(1)", RT_FETCH_BAD_REDIRECT },
        { "http://site.test/http://u:p@site.test/", RT_FETCH_BAD_REDIRECT },
        { "http://site.test/http://site.test:22/", RT_FETCH_FORBIDDEN_ADDRESS },
    };
    struct fetching f;
    fetching_start(&f, answer_redirect);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fetching_ends(&f, cases[i].url, cases[i].failure);
    fetching_stop(&f);
}

static void ends_redirects_in_a_circle(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_redirect);
    f.rules.max_redirects = 4;
    fetching_ends(&f, "http://site.test/loop", RT_FETCH_REDIRECTS);
    assert_int_equal(f.got.redirects, 4);
    assert_int_equal(f.site.n, 5);
    fetching_ends(&f, "http://site.test/loop-on", RT_FETCH_REDIRECTS);
    assert_non_null(strstr(f.got.message, "more than 4 redirects"));
    fetching_stop(&f);
}

/* ---- too much, too slow, too little -------------------------------------------------------------
 */

static void send_gzip_bomb(int fd)
{
    static unsigned char zeros[1 << 20], out[1 << 16];
    z_stream z = { .next_in = zeros };
    site_say(fd, HTML "Content-Encoding: gzip\r\n\r\n");
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    for (int i = 0; i < 64; i++) {
        z.next_in = zeros;
        z.avail_in = sizeof zeros;
        z.next_out = out;
        z.avail_out = sizeof out;
        deflate(&z, i == 63 ? Z_FINISH : Z_SYNC_FLUSH);
        if (!site_send(fd, out, sizeof out - z.avail_out))
            break;
    }
    deflateEnd(&z);
}

/* Blocks of 128 KiB that repeat one byte. */
static void send_zstd_bomb(int fd)
{
    static const unsigned char begin[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38 },
                               block[] = { 0x02, 0x00, 0x10, 'a' };
    site_say(fd, HTML "Content-Encoding: zstd\r\n\r\n");
    site_send(fd, begin, sizeof begin);
    for (int i = 0; i < 1 << 20 && site_send(fd, block, sizeof block); i++)
        ;
}

/* 4 MiB of one letter. */
static const char brotli_bomb[] = HTML "Content-Encoding: br\r\n\r\n"
                                       "\x9b\xff\xff\x3f\xf8\x25\xc2\xe2\xb1\x40\x20\xf7\xfe\x07";

static void repeat(int fd, const char *text)
{
    while (site_say(fd, text))
        ;
}

static void answer_hostile(struct site *site, int fd, const char *head)
{
    static char line[300000];
    char path[256];
    site_path(head, path, sizeof path);
    if (strcmp(path, "/endless") == 0) {
        site_say(fd, HTML "\r\n");
        repeat(fd, "<p>and so on and so on and so on");
    } else if (strcmp(path, "/endless-chunks") == 0) {
        site_say(fd, HTML "Transfer-Encoding: chunked\r\n\r\n");
        repeat(fd, "10\r\n0123456789abcdef\r\n");
    } else if (strcmp(path, "/long") == 0) {
        site_say(fd, HTML "Content-Length: 99999999999\r\n\r\n<p>");
        site_hang(site, fd);
    } else if (strcmp(path, "/gzip-bomb") == 0) {
        send_gzip_bomb(fd);
    } else if (strcmp(path, "/zstd-bomb") == 0) {
        send_zstd_bomb(fd);
    } else if (strcmp(path, "/br-bomb") == 0) {
        site_send(fd, brotli_bomb, sizeof brotli_bomb - 1);
    } else if (strcmp(path, "/gzip-nothing") == 0) { /* empty blocks: bytes that become none */
        site_say(fd, HTML "Content-Encoding: gzip\r\n\r\n");
        site_send(fd, "\x1f\x8b\x08\0\0\0\0\0\0\3", 10);
        while (site_send(fd, "\0\0\0\xff\xff\0\0\0\xff\xff\0\0\0\xff\xff\0\0\0\xff\xff", 20))
            ;
    } else if (strcmp(path, "/many-headers") == 0) {
        site_say(fd, HTML);
        repeat(fd, "X-More: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    } else if (strcmp(path, "/long-header") == 0) {
        memset(line, 'a', sizeof line - 1);
        site_say(fd, HTML "X-Long: ");
        site_say(fd, line);
        site_hang(site, fd);
    } else if (strcmp(path, "/interims") == 0) {
        repeat(fd, "HTTP/1.1 103 Hints\r\nX: y\r\n\r\n");
    } else if (strcmp(path, "/drip") == 0) {
        site_say(fd, HTML "\r\n<p>");
        site_hang(site, fd);
    } else if (strcmp(path, "/drip-headers") == 0) {
        site_say(fd, "HTTP/1.1 200 OK\r\nX:");
        site_hang(site, fd);
    } else if (strcmp(path, "/drip-404") == 0) {
        site_say(fd, "HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\nno");
        site_hang(site, fd);
    } else if (strcmp(path, "/endless-404") == 0) {
        site_say(fd, "HTTP/1.1 404 No\r\n\r\n");
        repeat(fd, "no no no no no no no no no");
    } else if (strcmp(path, "/hang") == 0) {
        site_hang(site, fd);
    } else if (strcmp(path, "/short") == 0) {
        site_say(fd, HTML "Content-Length: 100\r\n\r\n<p>");
    } else if (strcmp(path, "/short-chunk") == 0) {
        site_say(fd, HTML "Transfer-Encoding: chunked\r\n\r\n10\r\n<p>");
    } else if (strcmp(path, "/bad-chunk") == 0) {
        site_say(fd, HTML "Transfer-Encoding: chunked\r\n\r\nzz\r\n<p>\r\n");
    } else if (strcmp(path, "/bad-length") == 0) {
        site_say(fd, HTML "Content-Length: -1\r\n\r\n<p>");
    } else if (strcmp(path, "/ssh") == 0) {
        site_say(fd, "SSH-2.0-OpenSSH_9.2\r\n");
    } else if (strcmp(path, "/head-only") == 0) {
        site_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: te");
    }
}

static const struct {
    const char *url;
    enum rt_fetch_failure failure;
    uint64_t max_body; /* 0: 10 MB */
} hostile[] = {
    { "http://site.test/endless", RT_FETCH_TOO_LARGE, 200000 },
    { "http://site.test/endless-chunks", RT_FETCH_TOO_LARGE, 200000 },
    { "http://site.test/long", RT_FETCH_TOO_LARGE, 0 },
    { "http://site.test/gzip-bomb", RT_FETCH_BAD_ENCODING, 0 },
    { "http://site.test/zstd-bomb", RT_FETCH_BAD_ENCODING, 0 },
    { "http://site.test/br-bomb", RT_FETCH_BAD_ENCODING, 0 },
    { "http://site.test/gzip-bomb", RT_FETCH_TOO_LARGE, 200000 },
    { "http://site.test/zstd-bomb", RT_FETCH_TOO_LARGE, 200000 },
    { "http://site.test/br-bomb", RT_FETCH_TOO_LARGE, 200000 },
    { "http://site.test/gzip-nothing", RT_FETCH_TOO_LARGE, 200000 },
    { "http://site.test/many-headers", RT_FETCH_HEADERS_TOO_LARGE, 0 },
    { "http://site.test/long-header", RT_FETCH_HEADERS_TOO_LARGE, 0 },
    { "http://site.test/interims", RT_FETCH_HEADERS_TOO_LARGE, 0 },
    { "http://site.test/drip-404", RT_FETCH_HTTP_CLIENT, 0 },
    { "http://site.test/endless-404", RT_FETCH_HTTP_CLIENT, 0 },
    { "http://site.test/short", RT_FETCH_PROTOCOL, 0 },
    { "http://site.test/short-chunk", RT_FETCH_PROTOCOL, 0 },
    { "http://site.test/bad-chunk", RT_FETCH_PROTOCOL, 0 },
    { "http://site.test/bad-length", RT_FETCH_PROTOCOL, 0 },
    { "http://site.test/ssh", RT_FETCH_PROTOCOL, 0 },
    { "http://site.test/head-only", RT_FETCH_PROTOCOL, 0 },
    { "http://site.test/nothing", RT_FETCH_PROTOCOL, 0 },
};

static void bounds_what_sites_send(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_hostile);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        fetching_close(&f);
        f.rules.max_body = hostile[i].max_body;
        fetching_ends(&f, hostile[i].url, hostile[i].failure);
        assert_int_equal(f.got.attempts, 1);
    }
    fetching_stop(&f);
}

static void bounds_the_time(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_hostile);
    f.rules.slow_ms = 50;
    fetching_ends(&f, "http://site.test/drip", RT_FETCH_TOO_SLOW);
    fetching_ends(&f, "http://site.test/drip-headers", RT_FETCH_TOO_SLOW);
    fetching_close(&f);
    f.rules.slow_ms = 0;
    f.rules.timeout_ms = 50;
    fetching_ends(&f, "http://site.test/hang", RT_FETCH_TIMEOUT);
    assert_non_null(strstr(f.got.message, "longer than 50 ms"));
    fetching_ends(&f, "http://site.test/drip", RT_FETCH_TIMEOUT);
    /* Who asks may have it shorter, never longer. */
    rt_error err;
    rt_fetched_free(&f.got);
    assert_int_equal(rt_fetcher_get(f.fetcher, RT_LIT("http://site.test/hang"), 600000, NULL,
                                    &f.got, &err),
                     RT_OK);
    assert_int_equal(f.got.failure, RT_FETCH_TIMEOUT);
    assert_non_null(strstr(f.got.message, "longer than 50 ms"));
    fetching_stop(&f);
}

/* A host that is asked once an hour: the second page's time runs out in the queue. */
static void bounds_the_time_in_the_queue(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer_small);
    f.rules.host_delay_ms = 3600 * 1000;
    fetching_ends(&f, "http://site.test/", RT_FETCH_NONE);
    rt_error err;
    rt_fetched_free(&f.got);
    assert_int_equal(rt_fetcher_get(f.fetcher, RT_LIT("http://site.test/"), 200, NULL, &f.got, &err),
                     RT_OK);
    assert_int_equal(f.got.failure, RT_FETCH_TIMEOUT);
    assert_non_null(strstr(f.got.message, "200 ms, waiting for the host's turn"));
    assert_int_equal(f.site.n, 1);
    fetching_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_private_addresses),
        cmocka_unit_test(takes_the_public_one_of_two_addresses),
        cmocka_unit_test(sees_through_rebinding),
        cmocka_unit_test(reaches_no_listener_on_loopback),
        cmocka_unit_test(weakens_nothing_else_for_intranets),
        cmocka_unit_test(guards_the_proxy_too),
        cmocka_unit_test(guards_the_clouds_behind_a_proxy),
        cmocka_unit_test(asks_no_proxy_of_the_environment),
        cmocka_unit_test(refuses_other_schemes),
        cmocka_unit_test(ends_redirects_in_a_circle),
        cmocka_unit_test(bounds_what_sites_send),
        cmocka_unit_test(bounds_the_time),
        cmocka_unit_test(bounds_the_time_in_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

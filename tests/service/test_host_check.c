/* Whose requests are answered, by the host that they name: the rule, and the service that keeps
 * to it. */
#include "running.h"

#include "base/str.h"
#include "service/host_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define KEY "first-key-0123456789"
#define WITH_KEY "X-API-Key: " KEY "\r\n"

/* ---- the rule -----------------------------------------------------------------------------------
 */

static const struct {
    const char *host, *names;
    bool ours;
} cases[] = {
    { "127.0.0.1", NULL, true },
    { "127.0.0.1:8080", NULL, true },
    { "192.0.2.1", NULL, true },
    { "[::1]", NULL, true },
    { "[2001:DB8::1]:8080", NULL, true },
    { "localhost", NULL, true },
    { "LocalHost:8080", NULL, true },
    { "localhost.", NULL, true },
    { "localhost.:8080", NULL, true },
    { "a.localhost", NULL, true },
    { "a.b.LOCALHOST:1", NULL, true },
    { "", NULL, false },
    { ":8080", NULL, false },
    { ".", NULL, false },
    { "a.example", NULL, false },
    { "a.example:8080", NULL, false },
    { "notlocalhost", NULL, false },
    { "localhost.a.example", NULL, false },
    { "localhost:80:80", NULL, false },
    { "localhost..", NULL, false },
    { "127.0.0.1.a.example", NULL, false },
    { "127.0.0.256", NULL, false },
    { "127.1", NULL, false },
    { "1.2.3.4@a.example", NULL, false },
    { "a.example@localhost", NULL, false },
    { "[::1", NULL, false },
    { "::1", NULL, false },
    { "[127.0.0.1]", NULL, false },
    { "[::1].a.example", NULL, false },
    { "[]", NULL, false },
    { "localhost, a.example", NULL, false },
    { "a.example", "a.example", true },
    { "A.Example.:443", "a.example", true },
    { "a.example", "b.example, A.EXAMPLE.", true },
    { "b.example", "b.example,a.example", true },
    { "b.a.example", "a.example", false },
    { "example", "a.example", false },
    { "", "a.example", false },
    { "localhost", "a.example", true },
    { "127.0.0.1", "a.example", true },
    { "anything at all", "*", true },
    { "", "*", true },
};

static void by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rt_host_is_ours(rt_str_from_c(cases[i].host), cases[i].names) != cases[i].ours)
            fail_msg("\"%s\" of \"%s\"", cases[i].host, cases[i].names);
    assert_false(rt_host_is_ours((rt_str){ "127.0.0.1\0.a.example", 20 }, NULL));
}

static void a_setting_has_names(void **state)
{
    static const char *const good[] = { "*", "a.example", "a.example, b_c.example.,127.0.0.1" };
    static const char *const bad[] = { "",     ",",         "a,",           "a,,b", "a:80", "a,*",
                                       "*.a", "http://a/", "a.example b.c", "\xc3\xa9" };
    rt_error err;
    (void)state;
    assert_int_equal(rt_host_names_check(NULL, &err), RT_OK);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(rt_host_names_check(good[i], &err), RT_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(rt_host_names_check(bad[i], &err), RT_INVALID_SETTING);
        assert_non_null(strstr(err.message, "RIPTIDE_HTTP_HOSTS=\""));
    }
}

static void what_only_this_machine_reaches(void **state)
{
    static const struct {
        const char *where;
        bool loopback;
    } rows[] = { { "127.0.0.1:0", true }, { "127.0.0.2:0", true }, { "0.0.0.0:0", false },
                 { "*:0", false } };
    char address[RT_ADDRESS_ROOM];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd;
        assert_int_equal(rt_listen(rows[i].where, &fd, address, NULL), RT_OK);
        assert_int_equal(rt_listen_is_loopback(fd), rows[i].loopback);
        close(fd);
    }
}

/* ---- the service --------------------------------------------------------------------------------
 */

static struct reply say(const struct running *r, const char *head)
{
    int fd = client_connect(r->address);
    client_say(fd, "%s\r\n", head);
    struct reply reply = client_read(fd, false);
    close(fd);
    return reply;
}

static void expect(const struct running *r, const char *head, int status)
{
    struct reply reply = say(r, head);
    if (reply.status != status)
        fail_msg("%s: %d, expected %d: %s", head, reply.status, status, reply.body);
    reply_free(&reply);
}

static bool none_is_active(struct running *r) { return rt_service_active(r->service) == 0; }

static void a_site_that_took_our_address_is_refused(void **state)
{
    struct running r;
    (void)state;
    running_start(&r, NULL);
    struct reply reply = say(&r, "GET /health HTTP/1.1\r\nHost: rebound.example:8080\r\n");
    assert_int_equal(reply.status, 421);
    assert_string_equal(reply_header(&reply, "Content-Type"), "application/problem+json");
    assert_non_null(reply_header(&reply, "X-Request-Id"));
    assert_non_null(reply_header(&reply, "Content-Security-Policy"));
    assert_non_null(strstr(reply.body, "\"code\":\"misdirected_request\""));
    assert_non_null(strstr(reply.body, "rebound.example:8080"));
    assert_non_null(strstr(reply.body, "RIPTIDE_HTTP_HOSTS"));
    reply_free(&reply);
    expect(&r, "GET / HTTP/1.1\r\nHost: a.example\r\n", 421);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: a.example\r\n", 421);
    expect(&r, "GET /nothing HTTP/1.1\r\nHost: a.example\r\n", 421);
    expect(&r, "POST /extract HTTP/1.1\r\nHost: a.example\r\n" HTML "Content-Length: 5\r\n", 421);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: \xff\xfe\r\n", 421);
    expect(&r, "GET /livez HTTP/1.1\r\nHost:\r\n", 421);
    expect(&r, "GET http://a.example/livez HTTP/1.1\r\nHost: localhost\r\n", 421);
    expect(&r, "GET http://localhost/livez HTTP/1.1\r\nHost: a.example\r\n", 421);
    wait_for(none_is_active, &r);
    reply = client_ask(r.address, "GET", "/metrics", "", NULL);
    assert_non_null(strstr(reply.body, "_count{route=\"none\",code=\"421\"} 9\n"));
    reply_free(&reply);
    running_stop(&r);
}

static void who_asks_for_this_machine_is_answered(void **state)
{
    struct running r;
    (void)state;
    running_start(&r, NULL);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n", 200);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: [::1]:8080\r\n", 200);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: LOCALHOST.\r\n", 200);
    expect(&r, "GET http://localhost:8080/livez HTTP/1.1\r\nHost: localhost\r\n", 200);
    expect(&r, "GET /livez HTTP/1.0\r\n", 200);
    expect(&r, "GET /livez HTTP/1.1\r\n", 400);
    running_stop(&r);
}

static void names_can_be_given(void **state)
{
    struct running r;
    (void)state;
    running_start(&r, &(struct rt_service_rules){ .hosts = "a.example,b.example" });
    expect(&r, "GET /livez HTTP/1.1\r\nHost: B.example:8080\r\n", 200);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n", 200);
    expect(&r, "GET /livez HTTP/1.1\r\nHost: c.example\r\n", 421);
    running_stop(&r);
    running_start(&r, &(struct rt_service_rules){ .hosts = "*" });
    expect(&r, "GET /livez HTTP/1.1\r\nHost: c.example\r\n", 200);
    running_stop(&r);
}

/* A page that a browser shows has no key.  Names that are given hold all the same. */
static void with_keys_any_name_will_do(void **state)
{
    struct running r;
    (void)state;
    running_start(&r, &(struct rt_service_rules){ .api_keys = KEY });
    expect(&r, "GET /health HTTP/1.1\r\nHost: c.example\r\n" WITH_KEY, 200);
    running_stop(&r);
    running_start(&r, &(struct rt_service_rules){ .api_keys = KEY, .hosts = "a.example" });
    expect(&r, "GET /health HTTP/1.1\r\nHost: c.example\r\n" WITH_KEY, 421);
    expect(&r, "GET /health HTTP/1.1\r\nHost: a.example\r\n" WITH_KEY, 200);
    expect(&r, "GET /health HTTP/1.1\r\nHost: a.example\r\n", 401);
    running_stop(&r);
    running_start(&r, NULL);
    expect(&r, "GET /health HTTP/1.1\r\nHost: c.example\r\n", 421);
    assert_int_equal(rt_service_reload(r.service, KEY, NULL, NULL), RT_OK);
    expect(&r, "GET /health HTTP/1.1\r\nHost: c.example\r\n" WITH_KEY, 200);
    running_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_name),
        cmocka_unit_test(a_setting_has_names),
        cmocka_unit_test(what_only_this_machine_reaches),
        cmocka_unit_test(a_site_that_took_our_address_is_refused),
        cmocka_unit_test(who_asks_for_this_machine_is_answered),
        cmocka_unit_test(names_can_be_given),
        cmocka_unit_test(with_keys_any_name_will_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the service does not let happen: bodies that are too large, clients that are too slow or
 * want too much, keys that are wrong. */
#include "running.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void expect(const char *address, const char *method, const char *path, const char *more,
                   const char *body, int status)
{
    struct reply reply = client_ask(address, method, path, more, body);
    if (reply.status != status)
        fail_msg("%s %s: %d, expected %d: %s", method, path, reply.status, status, reply.body);
    reply_free(&reply);
}

/* ---- bodies -------------------------------------------------------------------------------------
 */

static void a_body_that_is_too_large_is_not_read(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .max_body = 100000 });
    int fd = client_connect(r.address);
    client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                   HTML "Content-Length: 100001\r\n\r\n");
    struct reply reply = client_read(fd, false); /* nothing of the body was sent */
    assert_int_equal(reply.status, 413);
    assert_non_null(strstr(reply.body, "\"code\":\"too_large\""));
    reply_free(&reply);
    close(fd);
    running_stop(&r);
}

static void who_sends_it_all_the_same_still_gets_the_answer(void **state)
{
    (void)state;
    struct running r;
    size_t len = 8 << 20;
    char *much = calloc(1, len);
    running_start(&r, &(struct rt_service_rules){ .max_body = 100000 });
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(r.address);
        client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                       HTML "Content-Length: %zu\r\n\r\n",
                   len);
        client_send(fd, much, len);
        struct reply reply = client_read(fd, false);
        assert_int_equal(reply.status, 413);
        reply_free(&reply);
        close(fd);
    }
    free(much);
    running_stop(&r);
}

static void chunks_are_counted(void **state)
{
    (void)state;
    struct running r;
    char chunk[10000];
    memset(chunk, 'a', sizeof chunk);
    running_start(&r, &(struct rt_service_rules){ .max_body = 100000 });
    int fd = client_connect(r.address);
    client_say(fd,
               "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
               HTML "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; i++) {
        client_say(fd, "2710\r\n");
        client_send(fd, chunk, sizeof chunk);
        client_say(fd, "\r\n");
    }
    client_say(fd, "0\r\n\r\n");
    struct reply reply = client_read(fd, false);
    assert_int_equal(reply.status, 413);
    reply_free(&reply);
    close(fd);
    running_stop(&r);
}

static void all_bodies_together_have_a_limit(void **state)
{
    (void)state;
    struct running r;
    char *page = malloc(300001);
    memset(page, 'a', 300000);
    page[300000] = '\0';
    running_start(&r, &(struct rt_service_rules){ .max_bodies = 200000 });
    expect(r.address, "POST", "/extract", HTML, page, 503);
    expect(r.address, "POST", "/extract", HTML, PAGE, 200);
    free(page);
    running_stop(&r);
}

/* As many zeros as that, in an array. */
static void a_request_has_few_values(void **state)
{
    (void)state;
    struct running r;
    static const char *const cases[][2] = { { "/crawl", "\"urls\":" },
                                            { "/extract", "\"html\":\"<p>a\",\"x\":" } };
    static char zeros[2 * 2000 + 1], body[2 * sizeof zeros];
    for (size_t i = 0; i < 2000; i++)
        memcpy(zeros + 2 * i, i ? ",0" : " 0", 2);
    running_start(&r, NULL);
    for (size_t i = 0; i < 2; i++) {
        snprintf(body, sizeof body, "{%s[%s]}", cases[i][1], zeros);
        struct reply reply = client_ask(r.address, "POST", cases[i][0], JSON, body);
        assert_int_equal(reply.status, 400);
        assert_non_null(strstr(reply.body, "more than 1000 values"));
        reply_free(&reply);
    }
    /* Within a string they are none. */
    snprintf(body, sizeof body, "{\"html\":\"%s \\\"[,\\\\\"}", zeros);
    expect(r.address, "POST", "/extract", JSON, body, 200);
    running_stop(&r);
}

static bool no_answer_has_room(struct running *r)
{
    struct reply reply = client_ask(r->address, "GET", "/metrics", "", NULL);
    bool none = strstr(reply.body, "\nriptide_http_response_body_bytes 0\n") != NULL;
    reply_free(&reply);
    return none;
}

static void results_that_are_not_taken_have_a_limit(void **state)
{
    (void)state;
    struct running r;
    static const char urls[] = "{\"urls\":[\"https://a.example/large\",\"https://a.example/large\","
                               "\"https://a.example/large\",\"https://a.example/page/1\","
                               "\"https://a.example/large\"]}";
    char *page = malloc(300001);
    for (size_t i = 0; i < 300000; i++)
        page[i] = i % 6 ? 'a' : ' ';
    page[300000] = '\0';
    /* Two of the large pages' results fit. */
    running_start(&r, &(struct rt_service_rules){ .max_answers = 4 * 2500000, .crawl_window = 1 });
    for (int streams = 0; streams < 2; streams++) {
        struct reply reply =
            client_ask(r.address, "POST", "/crawl",
                       streams ? JSON "Accept: application/x-ndjson\r\n" : JSON, urls);
        assert_int_equal(reply.status, 200);
        if (!streams) {
            assert_non_null(strstr(reply.body, "\"code\":\"no_memory\""));
            assert_non_null(strstr(reply.body, "\"title\":\"Page 1\""));
            assert_non_null(strstr(reply.body, "\"successful\":3,\"failed\":2"));
        }
        reply_free(&reply);
        wait_for(no_answer_has_room, &r);
    }
    running_stop(&r);
    running_start(&r, &(struct rt_service_rules){ .max_answers = 1000000 });
    expect(r.address, "POST", "/extract", HTML, page, 503);
    expect(r.address, "POST", "/extract", HTML "Accept: text/plain\r\n", page, 503);
    expect(r.address, "POST", "/extract", HTML, PAGE, 200);
    size_t len = 0; /* links count, too */
    for (int i = 0; i < 10000; i++)
        len += (size_t)snprintf(page + len, 300000 - len, "<a href=/a/%d>a</a>", i);
    expect(r.address, "POST", "/extract?mode=metadata&url=https://long.name.example/", HTML, page,
           503);
    wait_for(no_answer_has_room, &r);
    free(page);
    running_stop(&r);
}

/* ---- targets ------------------------------------------------------------------------------------
 */

static int ask_for(const char *address, const char *target)
{
    static const char rest[] = " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    int fd = client_connect(address);
    client_send(fd, "GET ", 4);
    client_send(fd, target, strlen(target));
    client_send(fd, rest, sizeof rest - 1);
    return fd;
}

/* Beyond some hundreds the library would lose its way.  What follows is no request. */
static void many_arguments_are_refused(void **state)
{
    static const size_t numbers[] = { 129, 400, 1000, 5000 };
    static char path[2 * 5000 + 64];
    struct running r;
    (void)state;
    running_start(&r, NULL);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        size_t len = (size_t)snprintf(path, sizeof path, "/livez?");
        for (size_t k = 0; k < numbers[i]; k++, len += 2)
            memcpy(path + len, "a&", 2);
        path[len - 1] = '\0';
        int fd = ask_for(r.address, path);
        client_say(fd, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
        struct reply reply = client_read(fd, false);
        assert_int_equal(reply.status, 400);
        assert_string_equal(reply_header(&reply, "Connection"), "close");
        assert_true(reply.whole);
        assert_non_null(strstr(reply.body, "\"code\":\"invalid_argument\""));
        assert_non_null(strstr(reply.body, "128 arguments"));
        assert_non_null(reply_header(&reply, "X-Request-Id"));
        reply_free(&reply);
        reply = client_read(fd, false);
        assert_int_equal(reply.status, 0);
        reply_free(&reply);
        close(fd);
    }
    expect(r.address, "GET", "/livez", "", NULL, 200);
    running_stop(&r);
}

/* As many as there may be selectors, and more, up to the limit of both. */
static void many_arguments_are_read(void **state)
{
    static char path[32 * 1024];
    struct running r;
    (void)state;
    running_start(&r, NULL);
    size_t len = (size_t)snprintf(path, sizeof path, "/livez?%0156d", 0);
    for (int k = 0; k < 127; k++)
        len += (size_t)snprintf(path + len, sizeof path - len, "&%0157d", k);
    for (int is_longer = 0; is_longer < 2; is_longer++) {
        int fd = ask_for(r.address, path);
        struct reply reply = client_read(fd, false);
        assert_int_equal(reply.status, is_longer ? 400 : 200);
        reply_free(&reply);
        close(fd);
        snprintf(path + len, sizeof path - len, "%0500d", 0); /* no argument more */
    }
    running_stop(&r);
}

/* ---- time ---------------------------------------------------------------------------------------
 */

/* A byte now and then is no inactivity. */
static void who_sends_too_slowly_is_cut_off(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .receive_s = 1, .idle_s = 1 });
    int idle = client_connect(r.address), headers = client_connect(r.address),
        body = client_connect(r.address);
    client_say(headers, "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Very: ");
    client_say(body, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                     HTML "Content-Length: 1000\r\n\r\n");
    for (int i = 0; i < 15; i++) {
        usleep(200000);
        client_say(headers, "a");
        client_say(body, "a");
    }
    assert_true(client_is_closed(idle));
    assert_true(client_is_closed(headers));
    assert_true(client_is_closed(body));
    close(idle);
    close(headers);
    close(body);
    expect(r.address, "GET", "/livez", "", NULL, 200);
    running_stop(&r);
}

static void a_page_has_its_time_limit(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, NULL);
    expect(r.address, "POST", "/extract", JSON,
           "{\"url\":\"https://a.example/slow/300\",\"timeout_ms\":100}", 504);
    running_stop(&r);
}

/* ---- how much at once ---------------------------------------------------------------------------
 */

static bool one_is_fetched(struct running *r) { return fake_fetch_read(r->fetcher).running == 1; }
static bool none_is_fetched(struct running *r) { return fake_fetch_read(r->fetcher).running == 0; }
static bool none_is_active(struct running *r) { return rt_service_active(r->service) == 0; }
static bool one_is_active(struct running *r) { return rt_service_active(r->service) == 1; }

static int ask_for_ever(struct running *r)
{
    const char body[] = "{\"url\":\"https://a.example/never\"}";
    int fd = client_connect(r->address);
    client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                   JSON "Content-Length: %zu\r\n\r\n%s",
               strlen(body), body);
    wait_for(one_is_fetched, r);
    return fd;
}

static void a_full_queue_says_when_to_come_again(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .queue = 1 });
    int fd = ask_for_ever(&r);
    struct reply reply = client_ask(r.address, "POST", "/extract", HTML, PAGE);
    assert_int_equal(reply.status, 503);
    assert_string_equal(reply_header(&reply, "Retry-After"), "1");
    assert_non_null(strstr(reply.body, "\"code\":\"overloaded\""));
    assert_non_null(strstr(reply.body, "\"retryable\":true"));
    reply_free(&reply);
    expect(r.address, "GET", "/health", "", NULL, 200);
    close(fd);
    wait_for(none_is_fetched, &r);
    wait_for(none_is_active, &r);
    expect(r.address, "POST", "/extract", HTML, PAGE, 200);
    running_stop(&r);
}

static void a_client_has_its_share(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .per_client = 1 });
    int fd = ask_for_ever(&r);
    struct reply reply = client_ask(r.address, "POST", "/extract", HTML, PAGE);
    assert_int_equal(reply.status, 429);
    assert_non_null(reply_header(&reply, "Retry-After"));
    reply_free(&reply);
    close(fd);
    wait_for(none_is_active, &r);
    fd = client_connect(r.address); /* with its body on the way */
    client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n" HTML
                   "Content-Length: 9\r\n\r\n<p>");
    wait_for(one_is_active, &r);
    expect(r.address, "POST", "/extract", HTML, PAGE, 429);
    close(fd);
    wait_for(none_is_active, &r);
    expect(r.address, "POST", "/extract", HTML, PAGE, 200);
    running_stop(&r);
}

/* ---- keys ---------------------------------------------------------------------------------------
 */

static void keys_are_asked_for_and_read_anew(void **state)
{
    (void)state;
    struct running r;
    char path[] = "/tmp/riptide-test-keysXXXXXX";
    int file = mkstemp(path);
    assert_true(write(file, "# ours\nfirst-key-0123456789\n", 28) == 28);
    running_start(&r, &(struct rt_service_rules){ .api_keys_file = path });
    struct reply reply = client_ask(r.address, "GET", "/health", "", NULL);
    assert_int_equal(reply.status, 401);
    assert_non_null(strstr(reply_header(&reply, "WWW-Authenticate"), "Bearer"));
    reply_free(&reply);
    expect(r.address, "GET", "/health", "X-API-Key: first-key-012345678\r\n", NULL, 401);
    expect(r.address, "GET", "/health", "X-API-Key: first-key-0123456789\r\n", NULL, 200);
    expect(r.address, "GET", "/health", "Authorization: Bearer first-key-0123456789\r\n", NULL,
           200);
    expect(r.address, "POST", "/extract", HTML, PAGE, 401);
    expect(r.address, "GET", "/livez", "", NULL, 200);
    expect(r.address, "GET", "/readyz", "", NULL, 200);
    assert_true(pwrite(file, "# ours\nother", 12, 0) == 12);
    assert_int_equal(rt_service_reload(r.service, NULL, path, NULL), RT_OK);
    expect(r.address, "GET", "/health", "X-API-Key: first-key-0123456789\r\n", NULL, 401);
    expect(r.address, "GET", "/health", "X-API-Key: other-key-0123456789\r\n", NULL, 200);
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(rt_service_reload(r.service, NULL, path, NULL), RT_INVALID_SETTING);
    expect(r.address, "GET", "/health", "X-API-Key: other-key-0123456789\r\n", NULL, 200);
    close(file);
    unlink(path);
    running_stop(&r);
}

static void other_sites_may_ask_only_where_it_is_allowed(void **state)
{
    (void)state;
    struct running r;
    const char more[] = "Origin: https://b.example\r\nAccess-Control-Request-Method: POST\r\n";
    running_start(&r, &(struct rt_service_rules){ .cors_origin = "https://b.example" });
    struct reply reply = client_ask(r.address, "OPTIONS", "/extract", more, NULL);
    assert_int_equal(reply.status, 204);
    assert_string_equal(reply_header(&reply, "Access-Control-Allow-Origin"), "https://b.example");
    reply_free(&reply);
    running_stop(&r);
    running_start(&r, NULL);
    expect(r.address, "OPTIONS", "/extract", more, NULL, 405);
    running_stop(&r);
}

/* ---- the end ------------------------------------------------------------------------------------
 */

static void a_drain_finishes_what_runs(void **state)
{
    (void)state;
    struct running r;
    const char body[] = "{\"url\":\"https://a.example/slow/400\"}";
    running_start(&r, NULL);
    int idle = client_connect(r.address), fd = client_connect(r.address);
    client_say(idle, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    struct reply reply = client_read(idle, false);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                   JSON "Content-Length: %zu\r\n\r\n%s",
               strlen(body), body);
    wait_for(one_is_fetched, &r);
    rt_service_unready(r.service);
    expect(r.address, "GET", "/readyz", "", NULL, 503);
    rt_service_drain(r.service);
    assert_true(client_is_closed(idle));
    assert_int_equal(client_connect(r.address), -1);
    reply = client_read(fd, false);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply_header(&reply, "Connection"), "close");
    reply_free(&reply);
    wait_for(none_is_active, &r);
    close(fd);
    close(idle);
    running_stop(&r);
}

static void closing_breaks_off_what_runs(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, NULL);
    int fd = ask_for_ever(&r);
    running_stop(&r);
    assert_true(client_is_closed(fd));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_that_is_too_large_is_not_read),
        cmocka_unit_test(who_sends_it_all_the_same_still_gets_the_answer),
        cmocka_unit_test(chunks_are_counted),
        cmocka_unit_test(all_bodies_together_have_a_limit),
        cmocka_unit_test(a_request_has_few_values),
        cmocka_unit_test(results_that_are_not_taken_have_a_limit),
        cmocka_unit_test(many_arguments_are_refused),
        cmocka_unit_test(many_arguments_are_read),
        cmocka_unit_test(who_sends_too_slowly_is_cut_off),
        cmocka_unit_test(a_page_has_its_time_limit),
        cmocka_unit_test(a_full_queue_says_when_to_come_again),
        cmocka_unit_test(a_client_has_its_share),
        cmocka_unit_test(keys_are_asked_for_and_read_anew),
        cmocka_unit_test(other_sites_may_ask_only_where_it_is_allowed),
        cmocka_unit_test(a_drain_finishes_what_runs),
        cmocka_unit_test(closing_breaks_off_what_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

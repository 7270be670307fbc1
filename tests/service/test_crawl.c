/* Crawls: order, lines as they come, how many at once, and clients that go away. */
#include "running.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

#include <cmocka.h>

static struct running shared;

static int start(void **state)
{
    (void)state;
    running_start(&shared, &(struct rt_service_rules){ .crawl_window = 4 });
    return 0;
}

static int stop(void **state)
{
    (void)state;
    running_stop(&shared);
    return 0;
}

#define A "\"https://a.example"
static const char mixed[] = "{\"urls\":[" A "/slow/200\"," A "/page/1\"," A "/fail/dns_error\"," A
                            "/page/2\"," A "/moved\"]}";

static void results_are_in_the_order_of_the_request(void **state)
{
    (void)state;
    struct reply reply = client_ask(shared.address, "POST", "/v1/crawl", JSON, mixed);
    assert_int_equal(reply.status, 200);
    yyjson_doc *doc = yyjson_read(reply.body, reply.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc), *results = yyjson_obj_get(root, "results");
    assert_int_equal(yyjson_get_int(yyjson_obj_get(root, "total_urls")), 5);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(root, "successful")), 4);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(root, "failed")), 1);
    assert_true(yyjson_is_obj(yyjson_obj_get(root, "statistics")));
    static const char *const urls[] = { "https://a.example/slow/200", "https://a.example/page/1",
                                        "https://a.example/fail/dns_error",
                                        "https://a.example/page/2", "https://a.example/moved" };
    for (size_t i = 0; i < 5; i++) {
        yyjson_val *one = yyjson_arr_get(results, i);
        assert_string_equal(yyjson_get_str(yyjson_obj_get(one, "url")), urls[i]);
        assert_true(yyjson_is_uint(yyjson_obj_get(one, "processing_time_ms")));
        assert_int_equal(yyjson_get_int(yyjson_obj_get(one, "status")), i == 2 ? 0 : 200);
        assert_int_equal(yyjson_obj_get(one, "document") != NULL, i != 2);
        assert_int_equal(yyjson_obj_get(one, "error") != NULL, i == 2);
    }
    yyjson_val *error = yyjson_obj_get(yyjson_arr_get(results, 2), "error");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(error, "code")), "dns_error");
    assert_true(yyjson_get_bool(yyjson_obj_get(error, "retryable")));
    yyjson_val *moved = yyjson_arr_get(results, 4);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(moved, "final_url")),
                        "https://tides.example/there");
    yyjson_doc_free(doc);
    reply_free(&reply);
}

/* The indices of the lines: "2,1,0,"; every line is an object of its own. */
static void read_indices(const struct reply *reply, char *out, size_t room)
{
    size_t len = 0;
    for (const char *line = reply->body; *line;) {
        size_t n = strcspn(line, "\n");
        yyjson_doc *doc = yyjson_read(line, n, 0);
        assert_non_null(doc);
        assert_int_equal(line[n], '\n');
        len += (size_t)snprintf(
            out + len, room - len, "%d,",
            (int)yyjson_get_int(yyjson_obj_get(yyjson_doc_get_root(doc), "index")));
        yyjson_doc_free(doc);
        line += n + 1;
    }
}

static void lines_come_as_they_are_ready(void **state)
{
    (void)state;
    char order[64] = "";
    struct reply reply = client_ask(shared.address, "POST", "/crawl",
                                    JSON "Accept: application/x-ndjson\r\n", mixed);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply_header(&reply, "Content-Type"), "application/x-ndjson");
    assert_true(reply.whole);
    read_indices(&reply, order, sizeof order);
    assert_int_equal(strlen(order), 10);
    assert_string_equal(order + 8, "0,"); /* the slow one is the last */
    reply_free(&reply);
}

static void lines_come_in_order_where_that_is_wanted(void **state)
{
    (void)state;
    char order[64] = "";
    struct reply reply =
        client_ask(shared.address, "POST", "/crawl", JSON "Accept: application/x-ndjson\r\n",
                   "{\"urls\":[" A "/slow/200\"," A "/page/1\"," A
                   "/page/2\"],\"options\":{\"ordered\":true}}");
    read_indices(&reply, order, sizeof order);
    assert_string_equal(order, "0,1,2,");
    reply_free(&reply);
}

/* The first line is there long before the last page could be. */
static void a_line_does_not_wait_for_the_others(void **state)
{
    (void)state;
    const char body[] = "{\"urls\":[" A "/page/1\"," A "/never\"]}";
    char head[8192];
    size_t len = 0;
    int fd = client_connect(shared.address);
    client_say(fd,
               "POST /crawl HTTP/1.1\r\nHost: localhost\r\n" JSON
               "Accept: application/x-ndjson\r\nContent-Length: %zu\r\n\r\n%s",
               strlen(body), body);
    while (len + 1 < sizeof head) {
        ssize_t n = read(fd, head + len, sizeof head - 1 - len);
        assert_true(n > 0);
        len += (size_t)n;
        head[len] = '\0';
        if (strstr(head, "\"index\":0") && strstr(head, "}}\n"))
            break;
    }
    close(fd);
}

static bool none_is_fetched(struct running *r) { return fake_fetch_read(r->fetcher).running == 0; }
static bool some_are_fetched(struct running *r) { return fake_fetch_read(r->fetcher).running > 0; }
static bool none_is_active(struct running *r) { return rt_service_active(r->service) == 0; }

static void who_hangs_up_ends_the_crawl(void **state)
{
    (void)state;
    static const char *const accepts[] = { "", "Accept: application/x-ndjson\r\n" };
    char body[4096] = "{\"urls\":[";
    for (int i = 0; i < 50; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "%s" A "/never\"", i ? "," : "");
    snprintf(body + strlen(body), sizeof body - strlen(body), "]}");
    for (size_t i = 0; i < 2; i++) {
        wait_for(none_is_fetched, &shared);
        unsigned asked = fake_fetch_read(shared.fetcher).asked;
        int fd = client_connect(shared.address);
        client_say(fd, "POST /crawl HTTP/1.1\r\nHost: localhost\r\n"
                       JSON "%sContent-Length: %zu\r\n\r\n%s",
                   accepts[i], strlen(body), body);
        wait_for(some_are_fetched, &shared);
        close(fd);
        wait_for(none_is_active, &shared);
        assert_int_equal(fake_fetch_read(shared.fetcher).running, 0);
        assert_in_range(fake_fetch_read(shared.fetcher).asked, asked + 1, asked + 4);
    }
}

/* What the extractor will refuse is not asked for. */
static void nothing_is_fetched_in_vain(void **state)
{
    (void)state;
    static const char selectors[] = ",\"mode\":\"custom\",\"selectors\":[\"p[\"]";
    char body[8192], longest[3000];
    memset(longest, 'a', sizeof longest);
    unsigned asked = fake_fetch_read(shared.fetcher).asked;
    for (int i = 0; i < 2; i++) {
        int len = i == 0 ? (int)sizeof longest : 1;
        const char *more = i == 0 ? "" : selectors;
        const char *code = i == 0 ? "\"invalid_input\"" : "\"invalid_argument\"";
        snprintf(body, sizeof body, "{\"url\":" A "/%.*s\"%s}", len, longest, more);
        struct reply one = client_ask(shared.address, "POST", "/extract", JSON, body);
        assert_int_equal(one.status, i == 0 ? 422 : 400);
        assert_non_null(strstr(one.body, code));
        snprintf(body, sizeof body,
                 "{\"urls\":[" A "/%.*s\"],\"options\":{\"stats\":false%s}}", len, longest, more);
        struct reply many = client_ask(shared.address, "POST", "/crawl", JSON, body);
        assert_int_equal(many.status, 200);
        assert_non_null(strstr(many.body, code));
        assert_true(i == 1 || strstr(many.body, "URL too long: 3018 characters"));
        reply_free(&one);
        reply_free(&many);
    }
    assert_int_equal(fake_fetch_read(shared.fetcher).asked, asked);
}

static void who_asks_is_told_to_the_fetcher(void **state)
{
    (void)state;
    static const uint8_t me[16] = { [10] = 0xFF, 0xFF, 127, 0, 0, 1 };
    static const struct {
        const char *path, *body;
    } cases[] = { { "/extract", "{\"url\":" A "/page/1\"}" },
                  { "/crawl", "{\"urls\":[" A "/page/1\"]}" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply reply =
            client_ask(shared.address, "POST", cases[i].path, JSON, cases[i].body);
        assert_int_equal(reply.status, 200);
        assert_memory_equal(fake_fetch_read(shared.fetcher).owner, me, sizeof me);
        reply_free(&reply);
    }
}

static void a_crawl_has_a_window(void **state)
{
    (void)state;
    char body[4096] = "{\"urls\":[";
    for (int i = 0; i < 40; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "%s" A "/slow/5\"", i ? "," : "");
    snprintf(body + strlen(body), sizeof body - strlen(body), "]}");
    wait_for(none_is_active, &shared);
    struct reply reply = client_ask(shared.address, "POST", "/crawl", JSON, body);
    assert_non_null(strstr(reply.body, "\"successful\":40"));
    assert_in_range(fake_fetch_read(shared.fetcher).most, 2, 4);
    reply_free(&reply);
}

static void a_hundred_pages_but_not_more(void **state)
{
    (void)state;
    char *body = malloc(8192);
    for (int count = 100; count <= 101; count++) {
        size_t len = (size_t)snprintf(body, 8192, "{\"urls\":[");
        for (int i = 0; i < count; i++)
            len += (size_t)snprintf(body + len, 8192 - len, "%s" A "/page/%d\"", i ? "," : "", i);
        snprintf(body + len, 8192 - len, "],\"options\":{\"mode\":\"metadata\"}}");
        struct reply reply = client_ask(shared.address, "POST", "/crawl", JSON, body);
        assert_int_equal(reply.status, count == 100 ? 200 : 400);
        reply_free(&reply);
    }
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_are_in_the_order_of_the_request),
        cmocka_unit_test(lines_come_as_they_are_ready),
        cmocka_unit_test(lines_come_in_order_where_that_is_wanted),
        cmocka_unit_test(a_line_does_not_wait_for_the_others),
        cmocka_unit_test(who_hangs_up_ends_the_crawl),
        cmocka_unit_test(nothing_is_fetched_in_vain),
        cmocka_unit_test(who_asks_is_told_to_the_fetcher),
        cmocka_unit_test(a_crawl_has_a_window),
        cmocka_unit_test(a_hundred_pages_but_not_more),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

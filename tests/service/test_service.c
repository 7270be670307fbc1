/* Every route and every code, over real connections. */
#include "running.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <yyjson.h>

#include <cmocka.h>

static struct running shared;

static int start(void **state)
{
    (void)state;
    running_start(&shared, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    running_stop(&shared);
    return 0;
}

/* ---- what each request is answered --------------------------------------------------------------
 */

#define TEN "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
#define MANY TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const struct {
    const char *what, *method, *path, *more, *body;
    int status;
    const char *code; /* of a problem, or NULL */
    const char *type; /* of an answer that is none */
    const char *has;  /* in the body, or NULL */
} cases[] = {
    { "alive", "GET", "/livez", "", NULL, 200, NULL, "text/plain; charset=utf-8", "alive" },
    { "alive, the other name", "GET", "/healthz", "", NULL, 200, NULL, NULL, "alive" },
    { "ready", "GET", "/readyz", "", NULL, 200, NULL, NULL, "ready" },
    { "health", "GET", "/health", "", NULL, 200, NULL, "application/json", "\"wasm_extractor\"" },
    { "health without a body", "HEAD", "/health", "", NULL, 200, NULL, "application/json", NULL },
    { "alias", "GET", "/v1/health", "", NULL, 200, NULL, NULL, "\"status\":\"healthy\"" },
    { "metrics", "GET", "/metrics", "", NULL, 200, NULL, "text/plain; version=0.0.4; charset=utf-8",
      "# TYPE riptide_http_connections gauge" },
    { "open metrics", "GET", "/metrics", "Accept: application/openmetrics-text; version=1.0.0\r\n",
      NULL, 200, NULL, "application/openmetrics-text; version=1.0.0; charset=utf-8", "# EOF" },
    { "all problems", "GET", "/problems", "", NULL, 200, NULL, "application/json", "out_of_fuel" },
    { "no such path", "GET", "/nothing", "", NULL, 404, "not_found", NULL, NULL },
    { "no such path below a version", "GET", "/v2/health", "", NULL, 404, "not_found", NULL, NULL },
    { "other method", "DELETE", "/extract", "", NULL, 405, "method_not_allowed", NULL, NULL },
    { "a body for what has none", "POST", "/health", JSON, "{}", 405, "method_not_allowed", NULL,
      NULL },
    { "a page as JSON", "POST", "/extract?url=https://a.example/x", HTML, PAGE, 200, NULL,
      "application/json", "\"title\":\"Tides\"" },
    { "a page as Markdown", "POST", "/v1/extract", HTML "Accept: text/markdown\r\n", PAGE, 200,
      NULL, "text/markdown; charset=utf-8", "# Tides\n\nThe tide" },
    { "a page as text", "POST", "/extract", HTML "Accept: text/plain, application/json;q=0.5\r\n",
      PAGE, 200, NULL, "text/plain; charset=utf-8", "Tides\n\nThe tide" },
    { "XHTML in another charset", "POST", "/extract?mode=full",
      "Content-Type: application/xhtml+xml; charset=windows-1252\r\nAccept: text/plain\r\n",
      "<p>caf\xE9</p>", 200, NULL, NULL, "caf\xC3\xA9" },
    { "selectors", "POST", "/extract?selector=h1&mode=custom", HTML "Accept: text/plain\r\n", PAGE,
      200, NULL, NULL, "Tides" },
    { "JSON with a page", "POST", "/extract", JSON,
      "{\"html\":\"<p>Here <b>it</b> is</p>\",\"url\":\"https://a.example/\",\"mode\":\"full\"}",
      200, NULL, "application/json", "Here **it** is" },
    { "JSON with an address", "POST", "/extract", JSON,
      "{\"url\":\"https://a.example/page/7\",\"timeout_ms\":5000,\"stats\":true}", 200, NULL,
      "application/json", "\"fetch\":{\"final_url\":\"https://a.example/page/7\",\"status\":200" },
    { "links against the final address", "POST", "/extract", JSON,
      "{\"url\":\"https://a.example/moved\"}", 200, NULL, NULL,
      "\"url\":\"https://tides.example/there\"" },
    { "a page that is not there", "POST", "/extract", JSON,
      "{\"url\":\"https://a.example/fail/http_server_error\"}", 502, "http_server_error", NULL,
      "made to fail" },
    { "an address that is not for us", "POST", "/extract", JSON,
      "{\"url\":\"https://a.example/fail/forbidden_address\"}", 422, "forbidden_address", NULL,
      NULL },
    { "a fetch that takes too long", "POST", "/extract", JSON,
      "{\"url\":\"https://a.example/fail/fetch_timeout\"}", 504, "fetch_timeout", NULL, NULL },
    { "no body", "POST", "/extract", JSON, "", 400, "invalid_argument", NULL, NULL },
    { "broken JSON", "POST", "/extract", JSON, "{\"html\": \"<p>\"", 400, "invalid_argument", NULL,
      "at byte" },
    { "JSON that is no object", "POST", "/extract", JSON, "[1]", 400, "invalid_argument", NULL,
      NULL },
    { "JSON that is not UTF-8", "POST", "/extract", JSON, "{\"html\":\"\xFF\"}", 400,
      "invalid_argument", NULL, NULL },
    { "JSON without page and address", "POST", "/extract", JSON, "{}", 400, "invalid_argument",
      NULL, "html or url" },
    { "an unknown member", "POST", "/extract", JSON, "{\"htm\":\"\"}", 400, "invalid_argument",
      NULL, "htm" },
    { "a member of the wrong type", "POST", "/extract", JSON, "{\"url\":7}", 400,
      "invalid_argument", NULL, "url" },
    { "an unknown mode", "POST", "/extract?mode=best", HTML, PAGE, 400, "unsupported_mode", NULL,
      NULL },
    { "an unknown part of the query", "POST", "/extract?uri=x", HTML, PAGE, 400, "invalid_argument",
      NULL, "uri" },
    { "a query that is not UTF-8", "POST", "/extract?url=%FF", HTML, PAGE, 400, "invalid_argument",
      NULL, NULL },
    { "a bad time limit", "POST", "/extract?timeout_ms=soon", HTML, PAGE, 400, "invalid_argument",
      NULL, "timeout_ms" },
    { "selectors in another mode", "POST", "/extract?mode=full&selector=p", HTML, PAGE, 400,
      "invalid_argument", NULL, NULL },
    { "a bad selector", "POST", "/extract?selector=%5B%5B", HTML, PAGE, 400, "invalid_argument",
      NULL, "Invalid custom selector" },
    { "an address of another scheme", "POST", "/extract?url=ftp://a.example/", HTML, PAGE, 422,
      "invalid_input", NULL, "Invalid URL scheme" },
    { "nothing but blanks", "POST", "/extract", HTML, "  ", 422, "invalid_input", NULL,
      "HTML content is empty" },
    { "a type that is not made", "POST", "/extract", HTML "Accept: image/png\r\n", PAGE, 406,
      "not_acceptable", NULL, "text/markdown" },
    { "a type that is not read", "POST", "/extract", "Content-Type: text/csv\r\n", "a,b", 415,
      "unsupported_media_type", NULL, "text/html" },
    { "no type at all", "POST", "/extract", "", "a", 415, "unsupported_media_type", NULL, NULL },
    { "a compressed body", "POST", "/extract", HTML "Content-Encoding: gzip\r\n", "x", 415,
      "unsupported_media_type", NULL, NULL },
    { "a crawl of nothing", "POST", "/crawl", JSON, "{\"urls\":[]}", 400, "invalid_argument", NULL,
      "1 to 100" },
    { "a crawl without addresses", "POST", "/crawl", JSON, "{}", 400, "invalid_argument", NULL,
      NULL },
    { "a crawl of a number", "POST", "/crawl", JSON, "{\"urls\":[1]}", 400, "invalid_argument",
      NULL, "urls[0]" },
    { "a crawl with an unknown option", "POST", "/crawl", JSON,
      "{\"urls\":[\"https://a.example/page/1\"],\"options\":{\"depth\":2}}", 400,
      "invalid_argument", NULL, "depth" },
    { "a crawl with options in the query", "POST", "/crawl?mode=full", JSON,
      "{\"urls\":[\"https://a.example/page/1\"]}", 400, "invalid_argument", NULL,
      "?mode=: expected options in the body only" },
    { "a name that is cut within a character", "POST", "/extract", JSON,
      "{\"a" MANY MANY MANY "\":1}", 400, "invalid_argument", NULL, "\"detail\":\"" },
    { "the same, a byte further on", "POST", "/extract", JSON, "{\"ab" MANY MANY MANY "\":1}", 400,
      "invalid_argument", NULL, "\"detail\":\"" },
    { "a crawl of HTML", "POST", "/crawl", HTML, PAGE, 415, "unsupported_media_type", NULL, NULL },
};

/* Every problem is a whole problem document. */
static void check_problem(const struct reply *reply, const char *what, const char *code)
{
    static const char *const texts[] = { "type", "title", "instance", "code" };
    yyjson_doc *doc = yyjson_read(reply->body, reply->len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (strcmp(reply_header(reply, "Content-Type"), "application/problem+json") != 0 || !doc)
        fail_msg("%s: no problem document: %s", what, reply->body);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!yyjson_is_str(yyjson_obj_get(root, texts[i])))
            fail_msg("%s: no member %s", what, texts[i]);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(root, "status")), reply->status);
    assert_true(yyjson_is_bool(yyjson_obj_get(root, "retryable")));
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "instance")),
                        reply_header(reply, "X-Request-Id"));
    if (code && strcmp(yyjson_get_str(yyjson_obj_get(root, "code")), code) != 0)
        fail_msg("%s: code %s", what, yyjson_get_str(yyjson_obj_get(root, "code")));
    yyjson_doc_free(doc);
}

static void each_request_has_its_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reply reply = client_ask(shared.address, cases[i].method, cases[i].path,
                                        cases[i].more, cases[i].body);
        if (reply.status != cases[i].status || !reply.whole)
            fail_msg("%s: %d %s", cases[i].what, reply.status, reply.body);
        if (cases[i].type && strcmp(reply_header(&reply, "Content-Type"), cases[i].type) != 0)
            fail_msg("%s: %s", cases[i].what, reply_header(&reply, "Content-Type"));
        if (cases[i].has && !strstr(reply.body, cases[i].has))
            fail_msg("%s: %s", cases[i].what, reply.body);
        if (reply.status >= 400)
            check_problem(&reply, cases[i].what, cases[i].code);
        assert_string_equal(reply_header(&reply, "X-Content-Type-Options"), "nosniff");
        assert_non_null(reply_header(&reply, "Content-Security-Policy"));
        assert_null(reply_header(&reply, "Access-Control-Allow-Origin"));
        reply_free(&reply);
    }
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
    (void)state;
    struct reply reply = client_ask(shared.address, "PUT", "/v1/extract", "", NULL);
    assert_string_equal(reply_header(&reply, "Allow"), "POST");
    reply_free(&reply);
    reply = client_ask(shared.address, "POST", "/metrics", "", NULL);
    assert_string_equal(reply_header(&reply, "Allow"), "GET, HEAD");
    reply_free(&reply);
}

static void requests_keep_their_names(void **state)
{
    (void)state;
    const char *parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    char more[256];
    snprintf(more, sizeof more, HTML "X-Request-Id: of.mine-1\r\ntraceparent: %s\r\n", parent);
    struct reply reply = client_ask(shared.address, "POST", "/extract", more, PAGE);
    assert_string_equal(reply_header(&reply, "X-Request-Id"), "of.mine-1");
    assert_string_equal(reply_header(&reply, "traceparent"), parent);
    reply_free(&reply);
    reply = client_ask(shared.address, "GET", "/livez", "X-Request-Id: <b>\r\n", NULL);
    assert_int_equal(strlen(reply_header(&reply, "X-Request-Id")), 32);
    assert_null(reply_header(&reply, "traceparent"));
    reply_free(&reply);
}

static void health_has_the_shape_that_is_specified(void **state)
{
    (void)state;
    static const char *const members[] = { "status",           "version",
                                           "trek_version",     "memory_usage_mb",
                                           "extraction_count", "pool_size",
                                           "active_instances", "circuit_breaker_state",
                                           "last_health_check" };
    struct reply reply = client_ask(shared.address, "GET", "/health", "", NULL);
    yyjson_doc *doc = yyjson_read(reply.body, reply.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    yyjson_val *extractor = yyjson_obj_get(yyjson_obj_get(root, "components"), "wasm_extractor");
    assert_int_equal(yyjson_obj_size(root), 2);
    assert_int_equal(yyjson_obj_size(extractor), 9);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        assert_non_null(yyjson_obj_get(extractor, members[i]));
    yyjson_doc_free(doc);
    reply_free(&reply);
}

/* ---- connections --------------------------------------------------------------------------------
 */

static void a_connection_serves_many_requests(void **state)
{
    (void)state;
    int fd = client_connect(shared.address);
    for (int i = 0; i < 3; i++) {
        client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                       HTML "Content-Length: %zu\r\n\r\n%s",
                   strlen(PAGE), PAGE);
        struct reply reply = client_read(fd, false);
        assert_int_equal(reply.status, 200);
        reply_free(&reply);
        client_say(fd, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        reply = client_read(fd, false);
        assert_int_equal(reply.status, 404);
        reply_free(&reply);
    }
    close(fd);
}

static void requests_may_come_ahead_of_answers(void **state)
{
    (void)state;
    int fd = client_connect(shared.address);
    for (int i = 0; i < 5; i++)
        client_say(fd,
                   "POST /extract?url=https://a.example/%d HTTP/1.1\r\nHost: localhost\r\n" HTML
                   "Content-Length: %zu\r\n\r\n%s",
                   i, strlen(PAGE), PAGE);
    for (int i = 0; i < 5; i++) {
        char url[64];
        struct reply reply = client_read(fd, false);
        snprintf(url, sizeof url, "\"url\":\"https://a.example/%d\"", i);
        assert_non_null(strstr(reply.body, url));
        reply_free(&reply);
    }
    close(fd);
}

static void a_body_may_come_in_chunks(void **state)
{
    (void)state;
    int fd = client_connect(shared.address);
    client_say(fd,
               "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
               HTML "Transfer-Encoding: chunked\r\n\r\n");
    client_say(fd, "%zx\r\n%s\r\n", strlen(PAGE), PAGE);
    client_say(fd, "9\r\n<p>end</p\r\n1\r\n>\r\n0\r\n\r\n");
    struct reply reply = client_read(fd, false);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "\"title\":\"Tides\""));
    reply_free(&reply);
    close(fd);
}

static void what_is_no_http_is_refused(void **state)
{
    (void)state;
    static const char *const noise[] = {
        "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST /extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
        HTML "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    };
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
        int fd = client_connect(shared.address);
        client_send(fd, noise[i], strlen(noise[i]));
        struct reply reply = client_read(fd, false);
        if (reply.status != 0 && (reply.status < 400 || reply.status > 499))
            fail_msg("%s: %d", noise[i], reply.status);
        reply_free(&reply);
        close(fd);
    }
    struct reply reply = client_ask(shared.address, "GET", "/livez", "", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

/* It is the service's, also where it cannot start. */
static void a_listener_is_closed_when_it_does_not_open(void **state)
{
    struct running r;
    (void)state;
    running_start(&r, NULL);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    const struct rt_service_rules rules = { .listener = listener, .api_keys = "too short" };
    struct rt_service *service = NULL;
    rt_error err;
    assert_true(listener > 0);
    assert_int_equal(rt_service_open(&service, r.engine, r.fetcher, &rules, &err),
                     RT_INVALID_SETTING);
    assert_int_equal(fcntl(listener, F_GETFD), -1);
    running_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_has_its_answer),
        cmocka_unit_test(a_wrong_method_is_told_the_right_ones),
        cmocka_unit_test(requests_keep_their_names),
        cmocka_unit_test(health_has_the_shape_that_is_specified),
        cmocka_unit_test(a_connection_serves_many_requests),
        cmocka_unit_test(requests_may_come_ahead_of_answers),
        cmocka_unit_test(a_body_may_come_in_chunks),
        cmocka_unit_test(what_is_no_http_is_refused),
        cmocka_unit_test(a_listener_is_closed_when_it_does_not_open),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

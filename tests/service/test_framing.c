/* Requests whose end is in doubt, and those that never end: over a connection. */
#include "running.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define SMUGGLED "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"

#define POST "POST /extract HTTP/1.1\r\n" HTML
#define GET "GET /livez HTTP/1.1\r\nHost: a\r\n"
#define LENGTH "Content-Length: 32\r\n"
_Static_assert(sizeof SMUGGLED - 1 == 32, "LENGTH is that of SMUGGLED");

static const struct rt_service_rules any_host = { .hosts = "*" };

/* The library may say twice that it refuses; it answers nothing. */
static bool is_followed_by_an_answer(int fd)
{
    for (;;) {
        struct reply reply = client_read(fd, false);
        int status = reply.status;
        reply_free(&reply);
        if (status != 400)
            return status != 0;
    }
}

static void what_follows_a_doubtful_request_is_none(void **state)
{
    static const char *const heads[] = {
        POST,
        POST "Host: a\r\nHost: b\r\n",
        POST "Host: a\r\nContent-Length: 0\r\n" LENGTH,
        POST "Host: a\r\n" LENGTH "Transfer-Encoding: chunked\r\n",
        POST "Host: a\r\nTransfer-Encoding: gzip\r\n",
        POST "Host: a\r\nContent-Length : 32\r\n",
        GET "Content-Length: 0\r\n" LENGTH,
        GET LENGTH "Transfer-Encoding: chunked\r\n",
        /* A carriage return ends a line for some. */
        POST "Host: a\r\nX: a\r" LENGTH,
        POST "Host: a\r\nX: a\rTransfer-Encoding: chunked\r\n",
        GET "X: a\r" LENGTH,
        GET "X: a\r\r",
        GET "Content-Length: 32\rX: a\r\n",
        "GET /livez HTTP/1.1\rHost: a\r\nHost: b\r\n",
        /* And so does a space the target. */
        "GET /livez x HTTP/1.1\r\nHost: a\r\n",
        "GET /livez  HTTP/1.1\r\nHost: a\r\n",
        "GET /livez?url=a b HTTP/1.1\r\nHost: a\r\n",
        "GET /livez\tx HTTP/1.1\r\nHost: a\r\n",
        "GET /livez\rx HTTP/1.1\r\nHost: a\r\n",
        "GET /livez\x01 HTTP/1.1\r\nHost: a\r\n",
    };
    struct running r;
    (void)state;
    running_start(&r, &any_host);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char byte;
        int fd = client_connect(r.address);
        client_say(fd, "%s\r\n" SMUGGLED, heads[i]);
        struct reply reply = client_read(fd, false);
        /* Newer libraries refuse some of these themselves, without a problem document. */
        bool is_ours = reply_header(&reply, "X-Request-Id");
        if (reply.status != 400 ||
            (is_ours && (!strstr(reply.body, "\"code\":\"invalid_argument\"") ||
                         !reply_header(&reply, "Content-Security-Policy"))))
            fail_msg("%s: %d %s", heads[i], reply.status, reply.body);
        if (is_ours)
            assert_int_equal(recv(fd, &byte, 1, 0), 0);
        else
            assert_false(is_followed_by_an_answer(fd));
        reply_free(&reply);
        close(fd);
    }
    running_stop(&r);
}

/* A line feed ends a line, and a GET may have a body: neither is in doubt. */
static void lines_end_at_line_feeds_and_any_request_may_have_a_body(void **state)
{
    static const struct {
        const char *head;
        bool takes_it; /* what follows is its body */
    } rows[] = {
        { GET LENGTH "\r\n", true },
        { GET "Content-Length: 0\r\n\r\n", false },
        { GET "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false },
        { GET "Transfer-Encoding: chunked\r\n\r\n20\r\n" SMUGGLED "\r\n0\r\n\r\n", false },
        { GET "X: a\n" LENGTH "\r\n", true },
        { GET "X: a\nContent-Length: 32\n\n", true },
        { "GET /livez HTTP/1.1\nHost: a\n" LENGTH "\n", true },
        { GET "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false },
        { GET "X: a\n\n", false },
        { GET "X: a\r\n\n", false },
    };
    struct running r;
    (void)state;
    running_start(&r, &any_host);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int fd = client_connect(r.address);
        client_say(fd, "%s" SMUGGLED "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", rows[i].head);
        for (int livez = rows[i].takes_it ? 1 : 2; livez >= 0; livez--) {
            struct reply reply = client_read(fd, false);
            if (reply.status != (livez ? 200 : 404))
                fail_msg("%s: %d, with %d to come", rows[i].head, reply.status, livez);
            reply_free(&reply);
        }
        close(fd);
    }
    running_stop(&r);
}

static bool one_is_active(struct running *r) { return rt_service_active(r->service) == 1; }
static bool none_is_active(struct running *r) { return rt_service_active(r->service) == 0; }

/* Long before the time in which a request must have come. */
static void who_leaves_in_the_middle_of_a_body_is_let_go_of(void **state)
{
    struct running r;
    (void)state;
    running_start(&r, &(struct rt_service_rules){ .hosts = "*", .receive_s = 3600, .idle_s = 3600 });
    int fd = client_connect(r.address);
    client_say(fd, "POST /extract HTTP/1.1\r\nHost: a\r\n" HTML "Content-Length: 100\r\n\r\nabc");
    wait_for(one_is_active, &r);
    close(fd);
    wait_for(none_is_active, &r);
    running_stop(&r);
}

/* The answer that nobody takes any more is freed: LeakSanitizer looks. */
static void an_answer_for_nobody_is_freed(void **state)
{
    static const char body[] = "{\"url\":\"https://a.example/slow/100\"}";
    struct running r;
    (void)state;
    running_start(&r, &any_host);
    for (int i = 0; i < 5; i++) {
        int fd = client_connect(r.address);
        client_say(fd, "POST /extract HTTP/1.1\r\nHost: a\r\n" JSON "Content-Length: %zu\r\n\r\n%s",
                   sizeof body - 1, body);
        wait_for(one_is_active, &r);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){ .l_onoff = 1 },
                   sizeof(struct linger));
        close(fd);
        wait_for(none_is_active, &r);
    }
    running_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_a_doubtful_request_is_none),
        cmocka_unit_test(lines_end_at_line_feeds_and_any_request_may_have_a_body),
        cmocka_unit_test(who_leaves_in_the_middle_of_a_body_is_let_go_of),
        cmocka_unit_test(an_answer_for_nobody_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

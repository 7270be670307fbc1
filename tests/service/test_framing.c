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

static void what_follows_a_doubtful_request_is_none(void **state)
{
    static const char *const headers[] = {
        "",
        "Host: a\r\nHost: b\r\n",
        "Host: a\r\nContent-Length: 0\r\nContent-Length: 36\r\n",
        "Host: a\r\nContent-Length: 36\r\nTransfer-Encoding: chunked\r\n",
        "Host: a\r\nTransfer-Encoding: gzip\r\n",
        "Host: a\r\nContent-Length : 36\r\n",
    };
    struct running r;
    (void)state;
    running_start(&r, NULL);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        char byte;
        int fd = client_connect(r.address);
        client_say(fd, "POST /extract HTTP/1.1\r\n" HTML "%s\r\n" SMUGGLED, headers[i]);
        struct reply reply = client_read(fd, false);
        /* Newer libraries refuse some of these themselves, without a problem document. */
        bool is_ours = reply_header(&reply, "X-Request-Id");
        if (reply.status != 400 ||
            (is_ours && !strstr(reply.body, "\"code\":\"invalid_argument\"")))
            fail_msg("%s: %d %s", headers[i], reply.status, reply.body);
        assert_int_equal(recv(fd, &byte, 1, 0), 0);
        reply_free(&reply);
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
    running_start(&r, &(struct rt_service_rules){ .receive_s = 3600, .idle_s = 3600 });
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
    running_start(&r, NULL);
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
        cmocka_unit_test(who_leaves_in_the_middle_of_a_body_is_let_go_of),
        cmocka_unit_test(an_answer_for_nobody_is_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

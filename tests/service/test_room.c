/* Connections as a thing that may run out: those that wait for nothing make way for those that
 * come, and none is kept for somebody who has left. */
#include "running.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROOM = 3, MORE = 3 };

static const struct rt_service_rules rules = { .event_threads = 1, .connections = ROOM };

static void ask(int fd) { client_say(fd, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"); }

static void expect_answer(int fd)
{
    struct reply reply = client_read(fd, false);
    assert_int_not_equal(reply.status, 0);
    reply_free(&reply);
}

static void idle_connections_make_way(void **state)
{
    (void)state;
    struct running r;
    int fds[ROOM + MORE];
    running_start(&r, &rules);
    for (int i = 0; i < ROOM + MORE; i++) {
        fds[i] = client_connect(r.address);
        ask(fds[i]);
        expect_answer(fds[i]);
    }
    assert_true(client_is_closed(fds[0])); /* the one that waited longest */
    for (int i = 0; i < ROOM + MORE; i++)
        close(fds[i]);
    running_stop(&r);
}

/* Asks again as soon as an answer is there, until the connection is closed.  True: the last answer
 * said so. */
static bool ask_until_closed(int fd)
{
    static const char body[] = "{\"url\":\"https://a.example/slow/200\"}";
    bool is_open = true, told = false;
    for (int i = 0; i < 100 && is_open && !told; i++) {
        client_say(fd, "POST /extract HTTP/1.1\r\nHost: localhost\r\n"
                       JSON "Content-Length: %zu\r\n\r\n%s",
                   sizeof body - 1, body);
        struct reply reply = client_read(fd, false);
        const char *connection = reply_header(&reply, "Connection");
        is_open = reply.status != 0;
        told = connection && strcmp(connection, "close") == 0;
        reply_free(&reply);
    }
    assert_true(!is_open || told);
    assert_true(client_is_closed(fd));
    return told;
}

/* All connections have a request under way, and one of them the next one at once.  False: it was
 * hung up on in the instant between two. */
static bool busy_one_is_told(void)
{
    struct running r;
    int busy[ROOM];
    running_start(&r, &rules);
    for (int i = 0; i < ROOM; i++)
        busy[i] = client_connect(r.address);
    for (int i = 1; i < ROOM; i++)
        client_say(busy[i], "POST /extract HTTP/1.1\r\nHost: localhost\r\n" HTML
                            "Content-Length: 1000\r\n\r\n<p>"); /* the rest is to come */
    int next = client_connect(r.address);
    ask(next);
    bool told = ask_until_closed(busy[0]);
    expect_answer(next);
    for (int i = 0; i < ROOM; i++)
        close(busy[i]);
    close(next);
    running_stop(&r);
    return told;
}

static void busy_connections_make_way(void **state)
{
    (void)state;
    assert_true(busy_one_is_told() || busy_one_is_told());
}

static bool only_one_is_left(struct running *r)
{
    struct reply reply = client_ask(r->address, "GET", "/metrics", "", NULL);
    bool one = strstr(reply.body, "\nriptide_http_connections 1\n") != NULL;
    reply_free(&reply);
    return one;
}

/* Both what they sent and their end are there when the connection is accepted. */
static void who_leaves_within_a_head_is_noticed(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, NULL);
    for (int i = 0; i < 50; i++) {
        int fd = client_connect(r.address);
        client_say(fd, "POST /extr");
        close(fd);
    }
    wait_for(only_one_is_left, &r);
    running_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_connections_make_way),
        cmocka_unit_test(busy_connections_make_way),
        cmocka_unit_test(who_leaves_within_a_head_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

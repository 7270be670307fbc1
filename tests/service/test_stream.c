/* Lines of a crawl for a client that does not read them. */
#include "running.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { PAGES = 100 }; /* that make half a megabyte of lines each */

/* A client that asks for more than all buffers on the way hold. */
static int ask_for_much(struct running *r, const char *first, bool ordered)
{
    char body[8192] = "{\"urls\":[";
    for (int i = 0; i < PAGES; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "%s\"https://a.example%s\"",
                 i ? "," : "", i ? "/large" : first);
    snprintf(body + strlen(body), sizeof body - strlen(body), "],\"options\":{\"ordered\":%s}}",
             ordered ? "true" : "false");
    int fd = client_connect(r->address);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){ 65536 }, sizeof(int));
    client_say(fd,
               "POST /crawl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" JSON
               "Accept: application/x-ndjson\r\nContent-Length: %zu\r\n\r\n",
               strlen(body));
    client_send(fd, body, strlen(body));
    return fd;
}

static unsigned asked(struct running *r) { return fake_fetch_read(r->fetcher).asked; }

/* Until no more pages are asked for, as far as can be seen. */
static void wait_until_it_rests(struct running *r)
{
    unsigned before = 0;
    for (int still = 0; still < 100 && asked(r) < PAGES; still++) {
        if (before != asked(r) || before == 0)
            still = 0;
        before = asked(r);
        nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
    }
}

/* All that comes, of which nothing is kept: it is much.  The first of it with pauses.  *whole: the
 * last chunk came, too. */
static unsigned read_lines(int fd, int pauses, bool *whole)
{
    static const char last[] = "\r\n0\r\n\r\n";
    char bytes[65536], tail[sizeof last] = "";
    unsigned count = 0;
    char before = 0;
    for (ssize_t n; (n = recv(fd, bytes, sizeof bytes, 0)) > 0;) {
        if (pauses-- > 0)
            nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
        for (ssize_t i = 0; i < n; i++) {
            count += before == '}' && bytes[i] == '\n';
            before = bytes[i];
            memmove(tail, tail + 1, sizeof tail - 2);
            tail[sizeof tail - 2] = before;
        }
    }
    *whole = strcmp(tail, last) == 0;
    return count;
}

static void pages_wait_for_the_reader(void **state)
{
    (void)state;
    for (int ordered = 0; ordered < 2; ordered++) {
        struct running r;
        running_start(&r, &(struct rt_service_rules){ .crawl_window = 4 });
        int fd = ask_for_much(&r, "/large", ordered);
        wait_until_it_rests(&r);
        assert_in_range(asked(&r), 1, PAGES - 1);
        bool whole;
        assert_int_equal(read_lines(fd, 0, &whole), PAGES);
        assert_true(whole);
        assert_int_equal(asked(&r), PAGES);
        close(fd);
        running_stop(&r);
    }
}

static bool none_is_active(struct running *r) { return rt_service_active(r->service) == 0; }

static void pages_wait_for_the_one_before_them(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .crawl_window = 4 });
    int fd = ask_for_much(&r, "/never", true);
    wait_until_it_rests(&r);
    assert_in_range(asked(&r), 4, PAGES - 1);
    close(fd);
    wait_for(none_is_active, &r);
    running_stop(&r);
}

static void who_takes_nothing_is_hung_up_on(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .crawl_window = 4, .send_s = 1 });
    int fd = ask_for_much(&r, "/large", false);
    while (asked(&r) == 0)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    wait_for(none_is_active, &r);
    assert_in_range(asked(&r), 1, PAGES - 1); /* and the rest is not fetched for nobody */
    bool whole;
    assert_in_range(read_lines(fd, 0, &whole), 0, PAGES - 1);
    assert_false(whole);
    close(fd);
    running_stop(&r);
}

/* More slowly than the kernel asks for more: it does once a good part of its buffer is free. */
static void who_reads_slowly_is_not(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .send_s = 1 });
    int fd = ask_for_much(&r, "/large", false);
    bool whole;
    assert_int_equal(read_lines(fd, 60, &whole), PAGES);
    assert_true(whole);
    close(fd);
    running_stop(&r);
}

/* Lines that take their time are no fault of who reads them. */
static void who_waits_for_lines_is_not(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .send_s = 1 });
    struct reply reply =
        client_ask(r.address, "POST", "/crawl", JSON "Accept: application/x-ndjson\r\n",
                   "{\"urls\":[\"https://a.example/slow/3000\",\"https://a.example/page/1\"]}");
    assert_true(reply.whole);
    assert_non_null(strstr(reply.body, "\"index\":0"));
    assert_non_null(strstr(reply.body, "\"index\":1"));
    reply_free(&reply);
    running_stop(&r);
}

static void the_end_waits_for_nobody_who_does_not_read(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .crawl_window = 4, .send_s = 3600 });
    int fd = ask_for_much(&r, "/large", false);
    wait_until_it_rests(&r);
    running_stop(&r);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_wait_for_the_reader),
        cmocka_unit_test(pages_wait_for_the_one_before_them),
        cmocka_unit_test(who_takes_nothing_is_hung_up_on),
        cmocka_unit_test(who_reads_slowly_is_not),
        cmocka_unit_test(who_waits_for_lines_is_not),
        cmocka_unit_test(the_end_waits_for_nobody_who_does_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* robots.txt as the fetcher uses it. */
#include "fetching.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#define TEXT "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"

/* The robots.txt of a host is what its name says. */
static void answer(struct site *site, int fd, const char *head)
{
    bool is_robots = strncmp(head, "GET /robots.txt ", 16) == 0;
    if (strncmp(head, "GET /to-strict ", 15) == 0)
        site_say(fd, "HTTP/1.1 302 M\r\nLocation: http://strict.test/private/x\r\n\r\n");
    else if (strncmp(head, "GET /shared-robots ", 19) == 0)
        site_say(fd, TEXT "User-agent: *\nDisallow: /private/\n");
    else if (!is_robots)
        site_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page");
    else if (strstr(head, "Host: strict.test\r\n"))
        site_say(fd,
                 TEXT "User-agent: riptide\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n");
    else if (strstr(head, "Host: other-agent.test\r\n"))
        site_say(fd, TEXT "User-agent: mybot\nDisallow: /\n");
    else if (strstr(head, "Host: ill.test\r\n"))
        site_say(fd, "HTTP/1.1 503 Ill\r\n\r\n");
    else if (strstr(head, "Host: closed.test\r\n"))
        site_say(fd, "HTTP/1.1 403 No\r\n\r\n");
    else if (strstr(head, "Host: moved.test\r\n"))
        site_say(fd, "HTTP/1.1 301 M\r\nLocation: http://site.test/shared-robots\r\n\r\n");
    else if (strstr(head, "Host: circle.test\r\n"))
        site_say(fd, "HTTP/1.1 301 M\r\nLocation: /robots.txt\r\n\r\n");
    else if (strstr(head, "Host: endless.test\r\n")) {
        site_say(fd, TEXT "User-agent: *\nDisallow: /private/\n#");
        while (site_say(fd, "0123456789012345678901234567890123456789012345678901234567890123"))
            ;
    } else if (strstr(head, "Host: waking.test\r\n") &&
               site_count(site, "GET /robots.txt ") == 1)
        site_hang(site, fd);
    else if (strstr(head, "Host: cut.test\r\n"))
        site_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *");
    else if (strstr(head, "Host: inward.test\r\n"))
        site_say(fd, "HTTP/1.1 301 M\r\nLocation: http://loopback.test/robots.txt\r\n\r\n");
    else
        site_say(fd, "HTTP/1.1 404 No\r\n\r\n");
}

static void asks_first(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        enum rt_fetch_failure failure;
    } cases[] = {
        { "http://strict.test/private/", RT_FETCH_ROBOTS },
        { "http://strict.test/public?a", RT_FETCH_NONE },
        { "http://strict.test/robots.txt", RT_FETCH_CONTENT_TYPE },
        { "http://none.test/", RT_FETCH_NONE },
        { "http://closed.test/", RT_FETCH_NONE },
        { "http://other-agent.test/", RT_FETCH_NONE },
        { "http://ill.test/", RT_FETCH_ROBOTS },
        { "http://moved.test/private/", RT_FETCH_ROBOTS },
        { "http://moved.test/", RT_FETCH_NONE },
        { "http://circle.test/", RT_FETCH_NONE },
        { "http://endless.test/private/", RT_FETCH_ROBOTS },
        { "http://endless.test/", RT_FETCH_NONE },
        { "http://cut.test/", RT_FETCH_PROTOCOL },
        { "http://inward.test/", RT_FETCH_FORBIDDEN_ADDRESS },
        { "http://private.test/", RT_FETCH_FORBIDDEN_ADDRESS },
        { "http://site.test/to-strict", RT_FETCH_ROBOTS }, /* each hop is asked for */
    };
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        fetching_ends(&f, cases[i].url, cases[i].failure);
    assert_int_equal(site_count(&f.site, "GET /private/"), 0);
    struct rt_fetch_counts counts;
    rt_fetcher_read(f.fetcher, &counts);
    assert_int_equal(counts.by_failure[RT_FETCH_ROBOTS], 5);
    fetching_stop(&f);
}

static void asks_only_once(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    for (int i = 0; i < 3; i++) {
        fetching_ends(&f, "http://none.test/", RT_FETCH_NONE);
        fetching_ends(&f, "http://ill.test/", RT_FETCH_ROBOTS);
    }
    assert_int_equal(site_count(&f.site, "GET /robots.txt "), 2);
    fetching_stop(&f);
}

static void goes_by_its_name(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    f.rules.user_agent = "MyBot/1.0 (+https://operator.test)";
    fetching_ends(&f, "http://other-agent.test/", RT_FETCH_ROBOTS);
    assert_non_null(strstr(f.got.message, "\"MyBot\""));
    fetching_close(&f);
    f.rules.user_agent = "Mozilla/5.0 (compatible; RipTide/1.0)";
    fetching_ends(&f, "http://strict.test/public", RT_FETCH_NONE);
    fetching_stop(&f);
}

static void asks_nothing_where_it_is_off(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    fetching_ends(&f, "http://strict.test/private/", RT_FETCH_NONE);
    assert_int_equal(site_count(&f.site, "GET /robots.txt "), 0);
    fetching_stop(&f);
}

/* It is cut where RFC 9309 lets it be, whatever pages may have. */
static void reads_more_of_it_than_of_a_page(void **state)
{
    (void)state;
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    f.rules.max_body = 100000;
    fetching_ends(&f, "http://endless.test/private/", RT_FETCH_ROBOTS);
    fetching_ends(&f, "http://endless.test/", RT_FETCH_NONE);
    fetching_stop(&f);
}

struct one {
    pthread_mutex_t lock;
    pthread_cond_t came;
    bool there;
    enum rt_fetch_failure failure;
};

static void one_came(void *ctx, struct rt_fetched *fetched)
{
    struct one *one = ctx;
    pthread_mutex_lock(&one->lock);
    one->failure = fetched->failure;
    one->there = true;
    rt_fetched_free(fetched);
    pthread_cond_signal(&one->came);
    pthread_mutex_unlock(&one->lock);
}

/* The second joins while the first waits for a robots.txt that does not come in its time. */
static void asks_anew_for_who_has_time_left(void **state)
{
    (void)state;
    struct one ones[2];
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    f.rules.timeout_ms = 1000;
    fetching_open(&f);
    for (int i = 0; i < 2; i++) {
        struct rt_fetch_request request = { .url = RT_LIT("http://waking.test/a"),
                                            .done = one_came,
                                            .ctx = &ones[i] };
        rt_error err;
        ones[i] = (struct one){ PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0 };
        assert_int_equal(rt_fetcher_ask(f.fetcher, &request, &err), RT_OK);
        if (i == 0)
            nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
    }
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&ones[i].lock);
        while (!ones[i].there)
            pthread_cond_wait(&ones[i].came, &ones[i].lock);
        pthread_mutex_unlock(&ones[i].lock);
        assert_int_equal(ones[i].failure, i == 0 ? RT_FETCH_TIMEOUT : RT_FETCH_NONE);
    }
    assert_int_equal(site_count(&f.site, "GET /robots.txt "), 2);
    fetching_stop(&f);
}

struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t came;
    unsigned pages;
};

static void came(void *ctx, struct rt_fetched *fetched)
{
    struct crowd *crowd = ctx;
    assert_int_equal(fetched->failure, RT_FETCH_NONE);
    rt_fetched_free(fetched);
    pthread_mutex_lock(&crowd->lock);
    crowd->pages++;
    pthread_cond_signal(&crowd->came);
    pthread_mutex_unlock(&crowd->lock);
}

static void lets_many_wait_for_one_answer(void **state)
{
    (void)state;
    enum { PAGES = 20 };
    struct crowd crowd = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };
    struct fetching f;
    fetching_start(&f, answer);
    f.rules.robots = true;
    fetching_open(&f);
    for (int i = 0; i < PAGES; i++) {
        struct rt_fetch_request request = { .url = RT_LIT("http://none.test/a"),
                                            .done = came,
                                            .ctx = &crowd };
        rt_error err;
        assert_int_equal(rt_fetcher_ask(f.fetcher, &request, &err), RT_OK);
    }
    pthread_mutex_lock(&crowd.lock);
    while (crowd.pages < PAGES)
        pthread_cond_wait(&crowd.came, &crowd.lock);
    pthread_mutex_unlock(&crowd.lock);
    assert_int_equal(site_count(&f.site, "GET /robots.txt "), 1);
    fetching_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_first),
        cmocka_unit_test(asks_only_once),
        cmocka_unit_test(goes_by_its_name),
        cmocka_unit_test(asks_nothing_where_it_is_off),
        cmocka_unit_test(lets_many_wait_for_one_answer),
        cmocka_unit_test(reads_more_of_it_than_of_a_page),
        cmocka_unit_test(asks_anew_for_who_has_time_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

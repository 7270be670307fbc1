/* Callers that want all of a fetcher, and those that come after them. */
#include "fetching.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { GREEDY = 1, MODEST, LARGE = 2000000, MIDDLE = 600000, MAX_BODY = 1 << 21, ASKED = 8 };

static void answer_bytes(int fd, size_t size)
{
    char *body = malloc(size);
    memset(body, 'x', size);
    site_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: \"1\"\r\n\r\n");
    site_send(fd, body, size);
    free(body);
}

static void answer(struct site *site, int fd, const char *head)
{
    if (strstr(head, "If-None-Match"))
        site_say(fd, "HTTP/1.1 304 Not Modified\r\n\r\n");
    else if (strncmp(head, "GET /hang ", 10) == 0)
        site_hang(site, fd);
    else if (strncmp(head, "GET /large ", 11) == 0)
        answer_bytes(fd, LARGE);
    else if (strncmp(head, "GET /middle ", 12) == 0)
        answer_bytes(fd, MIDDLE);
    else if (strncmp(head, "GET /robots.txt ", 16) == 0 && !strstr(head, "Host: slow"))
        site_say(fd, "HTTP/1.1 404 No\r\n\r\n");
    else if (strncmp(head, "GET /robots.txt ", 16) == 0)
        site_hang(site, fd);
    else
        site_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page");
}

/* What came for one caller; kept until it is let go. */
struct caller {
    uint8_t number;
    pthread_mutex_t lock;
    pthread_cond_t came;
    unsigned there, pages;
    const rt_cancel *cancel;
    bool keeps;
    struct rt_fetched kept[ASKED];
};

static void caller_init(struct caller *c, uint8_t number)
{
    memset(c, 0, sizeof *c);
    c->number = number;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->came, NULL);
}

static void take(void *ctx, struct rt_fetched *fetched)
{
    struct caller *c = ctx;
    pthread_mutex_lock(&c->lock);
    c->pages += fetched->failure == RT_FETCH_NONE;
    if (c->keeps)
        c->kept[c->there] = *fetched;
    else
        rt_fetched_free(fetched);
    c->there++;
    pthread_cond_broadcast(&c->came);
    pthread_mutex_unlock(&c->lock);
}

static void ask(struct fetching *f, struct caller *c, const char *url)
{
    struct rt_fetch_request request = { .url = { url, strlen(url) }, .done = take, .ctx = c };
    rt_error err;
    request.owner[15] = c->number;
    request.cancel = c->cancel;
    assert_int_equal(rt_fetcher_ask(f->fetcher, &request, &err), RT_OK);
}

static unsigned wait_for(struct caller *c, unsigned n)
{
    pthread_mutex_lock(&c->lock);
    while (c->there < n)
        pthread_cond_wait(&c->came, &c->lock);
    unsigned pages = c->pages;
    pthread_mutex_unlock(&c->lock);
    return pages;
}

static void let_go(struct caller *c)
{
    pthread_mutex_lock(&c->lock);
    c->keeps = false;
    for (unsigned i = 0; i < c->there; i++)
        rt_fetched_free(&c->kept[i]);
    pthread_mutex_unlock(&c->lock);
}

/* Many hosts, so that no limit of one host helps. */
static void ask_for_many_slow_ones(struct fetching *f, struct caller *c, const char *path)
{
    char url[64];
    for (int i = 0; i < 40; i++) {
        snprintf(url, sizeof url, "http://slow%d.test%s", i, path);
        ask(f, c, url);
    }
}

enum { SLOTS = 8 };

/* A fetcher of so few slots, and a caller who has all of them that he gets. */
static void start_busy(struct fetching *f, struct caller *c, const char *path, bool robots)
{
    fetching_start(f, answer);
    f->rules.concurrency = SLOTS;
    f->rules.robots = robots;
    fetching_open(f);
    ask_for_many_slow_ones(f, c, path);
    site_wait(&f->site, SLOTS * 3 / 4);
}

static void one_caller_does_not_take_all_slots(void **state)
{
    (void)state;
    struct caller greedy, modest;
    struct fetching f;
    caller_init(&greedy, GREEDY);
    caller_init(&modest, MODEST);
    start_busy(&f, &greedy, "/hang", false);
    for (unsigned i = 1; i <= 3; i++) {
        ask(&f, &modest, "http://site.test/");
        assert_int_equal(wait_for(&modest, i), i);
    }
    assert_int_equal(f.site.most_at_once, 7);
    fetching_stop(&f);
}

/* The request for robots.txt is his whose page needs it. */
static void nor_do_his_robots(void **state)
{
    (void)state;
    struct caller greedy, modest;
    struct fetching f;
    caller_init(&greedy, GREEDY);
    caller_init(&modest, MODEST);
    start_busy(&f, &greedy, "/", true);
    ask(&f, &greedy, "http://site.test/"); /* waits for its turn, and who comes next not with it */
    ask(&f, &modest, "http://site.test/");
    assert_int_equal(wait_for(&modest, 1), 1);
    fetching_stop(&f);
}

static void they_end_with_his_pages(void **state)
{
    (void)state;
    rt_cancel *cancel = rt_cancel_new();
    struct rt_fetch_counts counts = { 0 };
    struct caller caller;
    struct fetching f;
    caller_init(&caller, GREEDY);
    caller.cancel = cancel;
    start_busy(&f, &caller, "/", true);
    rt_cancel_trigger(cancel);
    assert_int_equal(wait_for(&caller, 40), 0);
    do
        rt_fetcher_read(f.fetcher, &counts);
    while (counts.active + counts.waiting > 0);
    fetching_stop(&f);
    rt_cancel_free(cancel);
}

/* Nothing is under way any more: of so many that were asked for, which come to the caller, some
 * came and the others wait.  Returns how many do. */
static unsigned count_waiting(struct fetching *f, struct caller *c, unsigned asked)
{
    struct rt_fetch_counts counts;
    for (;;) {
        pthread_mutex_lock(&c->lock);
        unsigned there = c->there;
        pthread_mutex_unlock(&c->lock);
        rt_fetcher_read(f->fetcher, &counts);
        if (counts.active == 0 && there + counts.waiting == asked)
            return (unsigned)counts.waiting;
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
}

static void pages_wait_for_room(void **state)
{
    (void)state;
    struct caller greedy, modest;
    struct fetching f;
    caller_init(&greedy, GREEDY);
    caller_init(&modest, MODEST);
    fetching_start(&f, answer);
    f.rules.max_body = MAX_BODY;
    f.rules.max_bodies = 4 * (uint64_t)MAX_BODY;
    fetching_open(&f);
    greedy.keeps = true;
    for (int i = 0; i < ASKED; i++)
        ask(&f, &greedy, "http://site.test/large");
    assert_true(count_waiting(&f, &greedy, ASKED) > 0);
    assert_in_range(greedy.there, 1, 3); /* three quarters of the room */
    ask(&f, &modest, "http://other.test/large");
    assert_int_equal(wait_for(&modest, 1), 1);
    let_go(&greedy);
    assert_int_equal(wait_for(&greedy, ASKED), ASKED);
    fetching_stop(&f);
}

/* Two callers keep so much that another large page outgrows what is left. */
static void start_full(struct fetching *f, struct caller *greedy, struct caller *modest,
                       uint64_t cache_bytes)
{
    caller_init(greedy, GREEDY);
    caller_init(modest, MODEST);
    fetching_start(f, answer);
    f->rules.max_body = MAX_BODY;
    f->rules.max_bodies = 4 * (uint64_t)MAX_BODY;
    f->rules.cache_bytes = cache_bytes;
    fetching_open(f);
    greedy->keeps = modest->keeps = true;
    for (int i = 0; i < 3; i++)
        ask(f, greedy, i ? "http://site.test/large" : "http://first.test/large");
    assert_int_equal(wait_for(greedy, 3), 3);
    ask(f, modest, "http://other.test/middle");
    assert_int_equal(wait_for(modest, 1), 1);
}

/* Small ones that are asked for then would find room, and it never, if enough of them came. */
static void small_ones_do_not_overtake_a_large_one(void **state)
{
    (void)state;
    struct caller greedy, modest;
    struct fetching f;
    start_full(&f, &greedy, &modest, 0);
    ask(&f, &modest, "http://other.test/large");
    assert_int_equal(count_waiting(&f, &modest, 2), 1);
    ask(&f, &modest, "http://other.test/");
    assert_int_equal(count_waiting(&f, &modest, 3), 2);
    let_go(&greedy);
    assert_int_equal(wait_for(&modest, 3), 3);
    let_go(&modest);
    fetching_stop(&f);
}

/* What did not change is copied, and the copy takes room like a page that came. */
static void a_kept_page_waits_for_room_too(void **state)
{
    (void)state;
    struct caller greedy, modest;
    struct fetching f;
    start_full(&f, &greedy, &modest, 4 * MAX_BODY);
    ask(&f, &modest, "http://first.test/large");
    assert_int_equal(count_waiting(&f, &modest, 2), 1);
    let_go(&greedy);
    assert_int_equal(wait_for(&modest, 2), 2);
    assert_true(modest.kept[1].from_cache);
    assert_int_equal(modest.kept[1].body.len, LARGE);
    let_go(&modest);
    fetching_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_caller_does_not_take_all_slots),
        cmocka_unit_test(nor_do_his_robots),
        cmocka_unit_test(they_end_with_his_pages),
        cmocka_unit_test(pages_wait_for_room),
        cmocka_unit_test(small_ones_do_not_overtake_a_large_one),
        cmocka_unit_test(a_kept_page_waits_for_room_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

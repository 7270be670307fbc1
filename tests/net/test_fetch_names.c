/* Names that take long to look up: getaddrinfo() here stands in for the system's, which libcurl
 * calls in a thread for each name, and which nothing can end. */
#include "fetching.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <netdb.h>

static struct {
    pthread_mutex_t lock;
    pthread_cond_t answers;
    unsigned begun;
    char last[128];
    bool open; /* it answers, that there is no such name */
} names = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, "", false };

int getaddrinfo(const char *restrict host, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
    (void)service, (void)hints, (void)out;
    pthread_mutex_lock(&names.lock);
    names.begun++;
    snprintf(names.last, sizeof names.last, "%s", host);
    while (!names.open)
        pthread_cond_wait(&names.answers, &names.lock);
    pthread_mutex_unlock(&names.lock);
    return EAI_NONAME;
}

static void open_names(bool open)
{
    pthread_mutex_lock(&names.lock);
    names.open = open;
    pthread_cond_broadcast(&names.answers);
    pthread_mutex_unlock(&names.lock);
}

static unsigned names_begun(void)
{
    pthread_mutex_lock(&names.lock);
    unsigned begun = names.begun;
    pthread_mutex_unlock(&names.lock);
    return begun;
}

static void answer(struct site *site, int fd, const char *head)
{
    (void)site, (void)head;
    site_say(fd, "HTTP/1.1 404 No\r\n\r\n");
}

enum { ASKED = 24, SLOTS = 8, SHARE = 6 };

struct ends {
    pthread_mutex_t lock;
    pthread_cond_t came;
    unsigned there, timed_out;
};

static void take(void *ctx, struct rt_fetched *fetched)
{
    struct ends *ends = ctx;
    pthread_mutex_lock(&ends->lock);
    ends->there++;
    ends->timed_out += fetched->failure == RT_FETCH_TIMEOUT;
    pthread_cond_signal(&ends->came);
    pthread_mutex_unlock(&ends->lock);
    rt_fetched_free(fetched);
}

static void ask_for_many(struct fetching *f, struct ends *ends, uint64_t timeout_ms)
{
    rt_error err;
    char url[64];
    for (int i = 0; i < ASKED; i++) {
        snprintf(url, sizeof url, "http://name%d.example/", i);
        struct rt_fetch_request request = {
            .url = { url, strlen(url) }, .timeout_ms = timeout_ms, .done = take, .ctx = ends
        };
        assert_int_equal(rt_fetcher_ask(f->fetcher, &request, &err), RT_OK);
    }
}

static void wait_until_idle(struct fetching *f)
{
    struct rt_fetch_counts counts;
    do {
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        rt_fetcher_read(f->fetcher, &counts);
    } while (counts.active + counts.waiting > 0);
}

/* Who asks is told in time, and no more look-ups run than there are slots. */
static void look_ups_keep_their_slots(void **state)
{
    (void)state;
    struct ends ends = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };
    struct fetching f;
    fetching_start(&f, answer);
    f.hooks.resolve = NULL;
    f.rules.concurrency = SLOTS;
    fetching_open(&f);
    for (unsigned round = 1; round <= 3; round++) {
        ask_for_many(&f, &ends, 100);
        pthread_mutex_lock(&ends.lock);
        while (ends.there < round * ASKED)
            pthread_cond_wait(&ends.came, &ends.lock);
        assert_int_equal(ends.timed_out, round * ASKED);
        pthread_mutex_unlock(&ends.lock);
        assert_int_equal(names_begun(), SHARE);
    }
    struct rt_fetch_counts counts;
    rt_fetcher_read(f.fetcher, &counts);
    assert_int_equal(counts.active, SHARE);
    open_names(true);
    wait_until_idle(&f);
    assert_int_equal(ends.there, 3 * ASKED);
    assert_int_equal(f.connects, 0);
    fetching_stop(&f);
}

/* Nor does the end of the fetcher wait for them. */
static void the_end_does_not_wait_for_them(void **state)
{
    (void)state;
    struct ends ends = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 };
    struct fetching f;
    unsigned before = names_begun();
    open_names(false);
    fetching_start(&f, answer);
    f.hooks.resolve = NULL;
    fetching_open(&f);
    ask_for_many(&f, &ends, 0);
    while (names_begun() == before)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    fetching_stop(&f);
    assert_int_equal(ends.there, ASKED);
    open_names(true);
}

#define PERCENT "\xEF\xBC\x85" /* a wide one */

/* Whatever the process's locale, libcurl is asked for the form in ASCII, which is an address where
 * the name's digits are others. */
static void names_of_all_scripts_are_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *url, *asked;
        enum rt_fetch_failure failure;
    } cases[] = {
        { "http://b\xC3\xBC"
          "cher.example/",
          "xn--bcher-kva.example", RT_FETCH_DNS },
        { "http://b%C3%BCcher.example/", "xn--bcher-kva.example", RT_FETCH_DNS },
        { "http://xn--bcher-kva.example/", "xn--bcher-kva.example", RT_FETCH_DNS },
        { "http://\xE4\xBE\x8B\xE3\x81\x88.example/", "xn--r8jz45g.example", RT_FETCH_DNS },
        { "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/", "", RT_FETCH_FORBIDDEN_ADDRESS },
        { "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1/", "", RT_FETCH_FORBIDDEN_ADDRESS },
    };
    /* Whose form in ASCII would be read in another way once more. */
    static const char *const refused[] = {
        "http://" PERCENT "EF" PERCENT "BC" PERCENT "91" PERCENT "EF" PERCENT "BC" PERCENT "92.0.0.1/",
        "http://" PERCENT "EF" PERCENT "BD" PERCENT "85xample.com/",
        "http://a\xEF\xBC\x83"
        "b.example/private",
    };
    struct fetching f;
    open_names(true);
    fetching_start(&f, answer);
    f.hooks.resolve = NULL;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        fetching_ends(&f, refused[i], RT_FETCH_INVALID_URL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        names.last[0] = '\0';
        fetching_ends(&f, cases[i].url, cases[i].failure);
        assert_string_equal(names.last, cases[i].asked);
    }
    fetching_close(&f);
    f.rules.proxy = "http://proxy.example:3128"; /* sees the name alone */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cases[i].failure == RT_FETCH_FORBIDDEN_ADDRESS)
            fetching_ends(&f, cases[i].url, cases[i].failure);
    fetching_stop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(look_ups_keep_their_slots),
        cmocka_unit_test(the_end_does_not_wait_for_them),
        cmocka_unit_test(names_of_all_scripts_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One thread that looks at all fetches every millisecond. */
#include "fake_fetch.h"

#include "base/str.h"
#include "net/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct fetch {
    struct fetch *next;
    struct rt_fetch_request request;
    char url[512];
    uint64_t due;
};

struct rt_fetcher {
    pthread_mutex_t lock;
    pthread_t thread;
    struct fetch *first;
    bool closing;
    struct fake_fetch_counts counts;
    struct rt_fetch_counts told;
};

static const char page[] =
    "<!doctype html><html lang=en><head><title>Page %s</title></head><body><article>"
    "<h1>Page %s</h1><p>The tide comes in twice a day, and goes out twice a day, "
    "since the earth turns under the bulges that the moon raises.</p>"
    "<p>It comes later each day, by some fifty minutes, since the moon moves on "
    "while the earth turns.</p></article></body></html>";

/* ---- one fetch ----------------------------------------------------------------------------------
 */

static void fill_page(struct rt_fetched *fetched, const char *name)
{
    size_t room = sizeof page + 2 * strlen(name);
    fetched->failure = RT_FETCH_NONE;
    fetched->http_status = 200;
    fetched->attempts = 1;
    fetched->body.at = malloc(room);
    fetched->body.len = (size_t)snprintf(fetched->body.at, room, page, name, name);
    fetched->wire_bytes = fetched->body.len;
    snprintf(fetched->charset, sizeof fetched->charset, "utf-8");
}

static void fill_large_page(struct rt_fetched *fetched)
{
    static const char head[] = "<title>Tides</title><article>";
    static const char line[] = "<p>%d: the tide comes in twice a day, and goes out twice.</p>\n";
    enum { LINES = 8000, DIGITS = 4 };
    char *at = malloc(sizeof head + LINES * (sizeof line + DIGITS)), *end = at;
    end += snprintf(end, sizeof head, "%s", head);
    for (int i = 0; i < LINES; i++)
        end += snprintf(end, sizeof line + DIGITS, line, i);
    *fetched = (struct rt_fetched){ .http_status = 200, .attempts = 1 };
    fetched->body = (rt_text){ at, (size_t)(end - at) };
}

static void fill_failure(struct rt_fetched *fetched, const char *label)
{
    fetched->failure = RT_FETCH_CANCELLED;
    for (enum rt_fetch_failure f = 0; f < RT_FETCH_FAILURES; f++)
        if (strcmp(rt_fetch_failure_label(f), label) == 0)
            fetched->failure = f;
    snprintf(fetched->message, sizeof fetched->message, "made to fail: %s", label);
    fetched->http_status = fetched->failure == RT_FETCH_HTTP_SERVER ? 500 : 0;
}

static const char *after(const char *url, const char *path)
{
    const char *at = strstr(url, path);
    return at ? at + strlen(path) : NULL;
}

static void answer(struct fetch *f, bool cancelled)
{
    struct rt_fetched fetched = { 0 };
    const char *name = after(f->url, "/page/"), *label = after(f->url, "/fail/");
    if (cancelled)
        fill_failure(&fetched, "cancelled");
    else if (label)
        fill_failure(&fetched, label);
    else if (strstr(f->url, "/large"))
        fill_large_page(&fetched);
    else
        fill_page(&fetched, name ? name : "slow");
    const char *final = strstr(f->url, "/moved") ? "https://tides.example/there" : f->url;
    fetched.final_url.at = strdup(final);
    fetched.final_url.len = strlen(final);
    f->request.done(f->request.ctx, &fetched);
    free(f);
}

/* ---- the thread ---------------------------------------------------------------------------------
 */

/* Takes one that is to end off the list; NULL where there is none. */
static struct fetch *take(struct rt_fetcher *fetcher, bool *cancelled)
{
    uint64_t now = rt_net_now();
    for (struct fetch **at = &fetcher->first; *at; at = &(*at)->next) {
        struct fetch *f = *at;
        *cancelled = fetcher->closing || rt_cancel_is_triggered(f->request.cancel);
        if (!*cancelled && now < f->due)
            continue;
        *at = f->next;
        fetcher->counts.cancelled += *cancelled;
        fetcher->counts.running--;
        fetcher->told.by_failure[*cancelled ? RT_FETCH_CANCELLED : RT_FETCH_NONE]++;
        return f;
    }
    return NULL;
}

static void *look(void *ctx)
{
    struct rt_fetcher *fetcher = ctx;
    for (;;) {
        bool cancelled, closing;
        pthread_mutex_lock(&fetcher->lock);
        struct fetch *f = take(fetcher, &cancelled);
        closing = fetcher->closing;
        pthread_mutex_unlock(&fetcher->lock);
        if (f)
            answer(f, cancelled);
        else if (closing)
            return NULL;
        else
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    }
}

struct rt_fetcher *fake_fetcher_open(void)
{
    struct rt_fetcher *fetcher = calloc(1, sizeof *fetcher);
    pthread_mutex_init(&fetcher->lock, NULL);
    pthread_create(&fetcher->thread, NULL, look, fetcher);
    return fetcher;
}

struct fake_fetch_counts fake_fetch_read(struct rt_fetcher *fetcher)
{
    pthread_mutex_lock(&fetcher->lock);
    struct fake_fetch_counts counts = fetcher->counts;
    pthread_mutex_unlock(&fetcher->lock);
    return counts;
}

/* ---- net/fetch.h --------------------------------------------------------------------------------
 */

rt_status rt_fetcher_ask(struct rt_fetcher *fetcher, const struct rt_fetch_request *request,
                         rt_error *err)
{
    struct fetch *f = calloc(1, sizeof *f);
    (void)err;
    f->request = *request;
    snprintf(f->url, sizeof f->url, "%.*s", (int)request->url.len, request->url.at);
    const char *slow = after(f->url, "/slow/");
    f->due = rt_net_now() + (slow ? strtoull(slow, NULL, 10) * 1000000 : 0);
    if (strstr(f->url, "/never"))
        f->due = UINT64_MAX;
    pthread_mutex_lock(&fetcher->lock);
    struct fetch **last = &fetcher->first;
    while (*last)
        last = &(*last)->next;
    *last = f;
    fetcher->counts.asked++;
    memcpy(fetcher->counts.owner, request->owner, sizeof request->owner);
    if (++fetcher->counts.running > fetcher->counts.most)
        fetcher->counts.most = fetcher->counts.running;
    pthread_mutex_unlock(&fetcher->lock);
    return RT_OK;
}

void rt_fetcher_close(struct rt_fetcher *fetcher)
{
    pthread_mutex_lock(&fetcher->lock);
    fetcher->closing = true;
    pthread_mutex_unlock(&fetcher->lock);
    pthread_join(fetcher->thread, NULL);
    pthread_mutex_destroy(&fetcher->lock);
    free(fetcher);
}

void rt_fetched_free(struct rt_fetched *fetched)
{
    rt_text_free(&fetched->body);
    rt_text_free(&fetched->final_url);
}

void rt_fetcher_read(struct rt_fetcher *fetcher, struct rt_fetch_counts *out)
{
    pthread_mutex_lock(&fetcher->lock);
    *out = fetcher->told;
    pthread_mutex_unlock(&fetcher->lock);
}

#define RT_FETCH_FAILURE(name, label, retryable, text) label,
static const char *const labels[] = {
#include "tables/fetch_failures.def"
};
#undef RT_FETCH_FAILURE

const char *rt_fetch_failure_label(enum rt_fetch_failure failure) { return labels[failure]; }

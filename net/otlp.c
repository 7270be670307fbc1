/* Spans that wait, and the thread that sends them. */
#include "net/otlp.h"

#include "base/error.h"
#include "net/clock.h"
#include "net/otlp_json.h"
#include "net/pairs.h"
#include "net/post.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static const uint64_t MS = 1000000;
static const uint64_t CLOSE_WITHIN = 2000 * 1000000ull;

/* Calls in the order they came, in a ring. */
struct waiting {
    struct rt_otlp_call *at;
    size_t room, first, count;
    uint64_t spans;
};

struct rt_otlp {
    const struct rt_alloc *alloc;
    struct rt_net_caller caller;
    struct rt_otlp_config config;
    pthread_t thread;

    pthread_mutex_t lock; /* of the next five; held for a copy at most */
    pthread_cond_t wake;
    struct waiting waiting;
    bool stopping;
    uint64_t stop_by;
    struct rt_otlp_counts counts;

    /* Of the sender alone. */
    struct rt_otlp_call *batch;
    uint8_t (*ids)[8];
    rt_text resource;
    struct rt_post post;
    bool has_warned, has_stopped;
};

static bool fill_random(void *out, size_t n)
{
    char *to = out;
    while (n > 0) {
        ssize_t got = getrandom(to, n, 0);
        if (got < 0 && errno != EINTR)
            return false;
        if (got > 0) {
            to += got;
            n -= (size_t)got;
        }
    }
    return true;
}

/* ---- the observer's side -----------------------------------------------------------------------
 */

static void tell(void *ctx, const rt_event *event)
{
    struct rt_otlp *otlp = ctx;
    struct rt_trace_context context = { .has_parent = false };
    if (event->kind != RT_EVENT_CALL)
        return;
    if (!rt_trace_context_parse(&context, event->traceparent) &&
        !fill_random(context.trace_id, sizeof context.trace_id))
        return;
    if (!rt_sampler_takes(&otlp->config.sampler, &context))
        return;
    size_t spans = rt_otlp_spans_of(event);
    pthread_mutex_lock(&otlp->lock);
    struct waiting *w = &otlp->waiting;
    if (otlp->stopping || w->spans + spans > otlp->config.queue) {
        otlp->counts.lost += spans;
    } else {
        w->at[(w->first + w->count++) % w->room] =
            (struct rt_otlp_call){ .event = *event, .context = context };
        w->spans += spans;
        if (w->spans >= otlp->config.batch)
            pthread_cond_signal(&otlp->wake);
    }
    pthread_mutex_unlock(&otlp->lock);
}

rt_observer rt_otlp_observer(struct rt_otlp *otlp)
{
    rt_observer observer = RT_OBSERVER_INIT;
    observer.kinds = UINT64_C(1) << RT_EVENT_CALL;
    observer.tell = tell;
    observer.ctx = otlp;
    return observer;
}

/* ---- the sender's side -------------------------------------------------------------------------
 */

/* Once, for the first that goes wrong. */
static void warn_once(struct rt_otlp *otlp, const rt_error *why)
{
    if (otlp->has_warned)
        return;
    otlp->has_warned = true;
    rt_net_warn(&otlp->caller, "traces are lost, the collector does not take them: %s",
                why->message);
}

/* Whether anything was lost so far. */
static bool count(struct rt_otlp *otlp, uint64_t sent, uint64_t lost)
{
    pthread_mutex_lock(&otlp->lock);
    otlp->counts.sent += sent;
    otlp->counts.lost += lost;
    bool any = otlp->counts.lost > 0;
    pthread_mutex_unlock(&otlp->lock);
    return any;
}

struct request {
    struct rt_otlp *otlp;
    uint64_t begin;
};

static uint64_t deadline_of(void *ctx)
{
    const struct request *request = ctx;
    struct rt_otlp *otlp = request->otlp;
    uint64_t end = request->begin + otlp->config.timeout_ms * MS;
    pthread_mutex_lock(&otlp->lock);
    if (otlp->stopping && otlp->stop_by < end)
        end = otlp->stop_by;
    pthread_mutex_unlock(&otlp->lock);
    return end;
}

/* Name: value, of OTEL_EXPORTER_OTLP_HEADERS; a value may be a secret and is never shown. */
static rt_status add_headers(struct rt_otlp *otlp, rt_error *err)
{
    static const char mistake[] = "OTEL_EXPORTER_OTLP_HEADERS: expected key=value,key=value; "
                                  "none of it is taken";
    const char *given = otlp->config.headers;
    rt_status s = rt_post_header(&otlp->post, "Content-Type: application/json", err);
    if (s == RT_OK) /* would make libcurl ask before it sends a large body */
        s = rt_post_header(&otlp->post, "Expect:", err);
    if (s != RT_OK || !given)
        return s;
    size_t size = strlen(given) + 1;
    char *text = rt_alloc_resize(otlp->alloc, NULL, 2 * size + 2);
    if (!text)
        return rt_fail(err, RT_NO_MEMORY, "no memory for headers");
    memcpy(text, given, size);
    bool good = rt_pairs_are_good(text);
    if (!good)
        rt_net_warn(&otlp->caller, "%s", mistake);
    memcpy(text, given, size);
    char *rest = text, *key, *value, *line = text + size;
    while (good && s == RT_OK && rt_pairs_next(&rest, &key, &value) > 0) {
        snprintf(line, size + 2, "%s: %s", key, value);
        s = rt_post_header(&otlp->post, line, err);
    }
    rt_alloc_resize(otlp->alloc, text, 0);
    return s;
}

/* With the first request, so that nothing is loaded where no call comes. */
static rt_status connect_once(struct rt_otlp *otlp, rt_error *err)
{
    if (otlp->post.easy)
        return RT_OK;
    rt_status s = rt_post_open(&otlp->post, otlp->config.url, otlp->config.certificate, err);
    if (s == RT_OK)
        s = add_headers(otlp, err);
    if (s != RT_OK)
        rt_post_close(&otlp->post);
    return s;
}

static void send_batch(struct rt_otlp *otlp, size_t calls, uint64_t spans)
{
    struct request request = { otlp, rt_net_now() };
    struct rt_post_deadline deadline = { deadline_of, &request };
    rt_text body = { NULL, 0 };
    rt_error err = { RT_OK, "" };
    rt_status s = RT_OK;
    if (!fill_random(otlp->ids, spans * sizeof *otlp->ids))
        s = rt_fail(&err, RT_IO_ERROR, "there are no random numbers");
    if (s == RT_OK)
        s = rt_otlp_json(otlp->batch, calls, otlp->resource, otlp->ids, otlp->alloc, &body, &err);
    if (s == RT_OK)
        s = connect_once(otlp, &err);
    if (s == RT_OK)
        s = rt_post_send(&otlp->post, body, deadline, &err);
    rt_alloc_resize(otlp->alloc, body.at, 0);
    uint64_t lost = spans;
    if (s == RT_OK) {
        lost = rt_otlp_rejected(otlp->post.answer, otlp->post.answer_len);
        lost = lost < spans ? lost : spans;
        rt_fail(&err, RT_NETWORK_ERROR, "%s", lost ? "it refuses some" : "it is too slow");
    }
    if (count(otlp, spans - lost, lost))
        warn_once(otlp, &err);
}

static void give_up(struct rt_otlp *otlp, uint64_t spans)
{
    rt_error err;
    rt_fail(&err, RT_TIMEOUT, "the program ends before it took them");
    count(otlp, 0, spans);
    warn_once(otlp, &err);
}

/* Takes as many calls as a request may have; with the lock held. */
static size_t take(struct rt_otlp *otlp, uint64_t *spans)
{
    struct waiting *w = &otlp->waiting;
    size_t n = 0;
    *spans = 0;
    while (w->count > 0) {
        const struct rt_otlp_call *next = &w->at[w->first];
        size_t more = rt_otlp_spans_of(&next->event);
        if (*spans + more > otlp->config.batch)
            break;
        otlp->batch[n++] = *next;
        *spans += more;
        w->first = (w->first + 1) % w->room;
        w->count--;
    }
    w->spans -= *spans;
    return n;
}

/* Until there is a batch, or the delay is over, or it is to stop; with the lock held. */
static void wait_for_work(struct rt_otlp *otlp)
{
    uint64_t end = rt_net_now() + otlp->config.delay_ms * MS;
    struct timespec until = { (time_t)(end / 1000000000u), (long)(end % 1000000000u) };
    int out = 0;
    while (!otlp->stopping && otlp->waiting.spans < otlp->config.batch && out != ETIMEDOUT)
        out = pthread_cond_timedwait(&otlp->wake, &otlp->lock, &until);
}

static void *send_all(void *ctx)
{
    struct rt_otlp *otlp = ctx;
    pthread_mutex_lock(&otlp->lock);
    for (;;) {
        wait_for_work(otlp);
        uint64_t spans;
        size_t n;
        while ((n = take(otlp, &spans)) > 0) {
            bool is_late = otlp->stopping && rt_net_now() >= otlp->stop_by;
            pthread_mutex_unlock(&otlp->lock);
            if (is_late)
                give_up(otlp, spans);
            else
                send_batch(otlp, n, spans);
            pthread_mutex_lock(&otlp->lock);
            if (!otlp->stopping && otlp->waiting.spans < otlp->config.batch)
                break;
        }
        if (otlp->stopping && otlp->waiting.count == 0)
            break;
    }
    pthread_mutex_unlock(&otlp->lock);
    rt_post_close(&otlp->post);
    return NULL;
}

/* ---- opening and closing -----------------------------------------------------------------------
 */

static void free_all(struct rt_otlp *otlp)
{
    const struct rt_alloc *alloc = otlp->alloc;
    rt_alloc_resize(alloc, otlp->waiting.at, 0);
    rt_alloc_resize(alloc, otlp->batch, 0);
    rt_alloc_resize(alloc, otlp->ids, 0);
    rt_alloc_resize(alloc, otlp->resource.at, 0);
    rt_alloc_resize(alloc, otlp, 0);
}

static rt_status make_room(struct rt_otlp *otlp, rt_error *err)
{
    size_t queue = (size_t)otlp->config.queue, batch = (size_t)otlp->config.batch;
    otlp->waiting.at = rt_alloc_resize(otlp->alloc, NULL, queue * sizeof *otlp->waiting.at);
    otlp->waiting.room = queue; /* a call has at least one span */
    otlp->batch = rt_alloc_resize(otlp->alloc, NULL, batch * sizeof *otlp->batch);
    otlp->ids = rt_alloc_resize(otlp->alloc, NULL, batch * sizeof *otlp->ids);
    if (!otlp->waiting.at || !otlp->batch || !otlp->ids)
        return rt_fail(err, RT_NO_MEMORY, "no memory for traces");
    return rt_otlp_resource(&otlp->config, &otlp->caller, otlp->alloc, &otlp->resource, err);
}

/* Signals are for the program's own threads. */
static rt_status start(struct rt_otlp *otlp, rt_error *err)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&otlp->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&otlp->lock, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&otlp->thread, NULL, send_all, otlp);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed)
        return RT_OK;
    pthread_cond_destroy(&otlp->wake);
    pthread_mutex_destroy(&otlp->lock);
    return rt_fail(err, RT_NO_MEMORY, "no thread for traces can be made");
}

rt_status rt_otlp_open(const struct rt_net_caller *caller, const struct rt_alloc *alloc,
                       struct rt_otlp **out, rt_error *err)
{
    struct rt_otlp_config config;
    rt_otlp_config_read(&config, caller);
    if (!config.on) {
        *out = NULL;
        return RT_OK;
    }
    struct rt_otlp *otlp = rt_alloc_resize(alloc, NULL, sizeof *otlp);
    if (!otlp)
        return rt_fail(err, RT_NO_MEMORY, "no memory for traces");
    memset(otlp, 0, sizeof *otlp);
    otlp->alloc = alloc;
    otlp->caller = *caller;
    otlp->config = config;
    rt_status s = make_room(otlp, err);
    if (s == RT_OK)
        s = start(otlp, err);
    if (s != RT_OK) {
        free_all(otlp);
        return s;
    }
    *out = otlp;
    return RT_OK;
}

void rt_otlp_stop(struct rt_otlp *otlp)
{
    if (!otlp || otlp->has_stopped)
        return;
    pthread_mutex_lock(&otlp->lock);
    otlp->stopping = true;
    otlp->stop_by = rt_net_now() + CLOSE_WITHIN;
    pthread_cond_signal(&otlp->wake);
    pthread_mutex_unlock(&otlp->lock);
    pthread_join(otlp->thread, NULL);
    otlp->has_stopped = true;
}

struct rt_otlp_counts rt_otlp_get_counts(struct rt_otlp *otlp)
{
    pthread_mutex_lock(&otlp->lock);
    struct rt_otlp_counts counts = otlp->counts;
    pthread_mutex_unlock(&otlp->lock);
    return counts;
}

void rt_otlp_close(struct rt_otlp *otlp)
{
    if (!otlp)
        return;
    rt_otlp_stop(otlp);
    pthread_cond_destroy(&otlp->wake);
    pthread_mutex_destroy(&otlp->lock);
    free_all(otlp);
}

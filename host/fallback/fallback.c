/* The helpers of an engine: who has which, who waits for one, and the thread that keeps their
 * number. That thread forks them all, because a process that is to die with its parent dies with
 * the thread that made it, and because a page should not wait while a large process is copied. */
#include "host/fallback/fallback.h"

#include "base/error.h"
#include "host/component/watch.h"
#include "host/fallback/native.h"
#include "host/fallback/process.h"
#include "host/system/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_MAX = 200, KEEPER_STACK = 1024 * 1024 };
static const uint64_t LOOK_EACH_NS = 1000000000; /* whether one has died */

enum state { GONE, STARTING, FREE, TAKEN };

struct slot {
    struct rt_helper helper;
    enum state state;
};

/* Lives on the stack of the call that waits. */
struct waiter {
    struct waiter *next;
};

struct rt_fallback {
    const struct rt_alloc *alloc;
    struct rt_fallback_rules rules;
    struct rt_metrics *metrics;
    struct rt_events *events;
    pthread_mutex_t lock;   /* guards what follows, but not the helper of a slot that is not FREE */
    pthread_cond_t changed; /* a slot's state, the first in the queue, failed_starts */
    pthread_cond_t poked;   /* for the keeper: restock or closing */
    pthread_t keeper;
    bool has_keeper, closing;
    bool restock;           /* helpers that are missing should be started */
    uint64_t failed_starts; /* so far */
    rt_error failure;       /* of the last one */
    struct waiter *first, *last;
    struct slot slots[];
};

/* ---- life ------------------------------------------------------------------------------------ */

static void make_conditions(struct rt_fallback *f)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f->changed, &attr);
    pthread_cond_init(&f->poked, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&f->lock, NULL);
}

struct rt_fallback *rt_fallback_open(const struct rt_alloc *alloc,
                                     const struct rt_fallback_rules *rules,
                                     struct rt_metrics *metrics, struct rt_events *events)
{
    struct rt_fallback *f =
        rt_alloc_resize(alloc, NULL, sizeof *f + rules->helpers * sizeof *f->slots);
    if (!f)
        return NULL;
    memset(f, 0, sizeof *f);
    f->alloc = alloc;
    f->rules = *rules;
    f->metrics = metrics;
    f->events = events;
    if (!f->rules.extract)
        f->rules.extract = rt_native_extract_lent;
    make_conditions(f);
    for (uint32_t i = 0; i < rules->helpers; i++) {
        rt_helper_init(&f->slots[i].helper);
        f->slots[i].state = GONE;
    }
    return f;
}

void rt_fallback_close(struct rt_fallback *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->closing = true;
    pthread_cond_signal(&f->poked);
    pthread_mutex_unlock(&f->lock);
    if (f->has_keeper)
        pthread_join(f->keeper, NULL);
    for (uint32_t i = 0; i < f->rules.helpers; i++)
        rt_helper_end(&f->slots[i].helper);
    rt_metrics_set(f->metrics, RT_METRIC_HELPERS, 0, 0);
    pthread_cond_destroy(&f->changed);
    pthread_cond_destroy(&f->poked);
    pthread_mutex_destroy(&f->lock);
    rt_alloc_resize(f->alloc, f, 0);
}

void rt_fallback_abandon(struct rt_fallback *f)
{
    if (!f)
        return;
    for (uint32_t i = 0; i < f->rules.helpers; i++)
        rt_helper_abandon(&f->slots[i].helper);
    rt_alloc_resize(f->alloc, f, 0);
}

/* ---- the keeper ------------------------------------------------------------------------------ */

static uint32_t count_alive(const struct rt_fallback *f)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->rules.helpers; i++)
        n += f->slots[i].state == FREE || f->slots[i].state == TAKEN;
    return n;
}

static struct slot *find(struct rt_fallback *f, enum state state)
{
    for (uint32_t i = 0; i < f->rules.helpers; i++)
        if (f->slots[i].state == state)
            return &f->slots[i];
    return NULL;
}

/* With the lock held: FREE or GONE, which somebody may wait for. */
static void settle(struct rt_fallback *f, struct slot *slot, enum state state)
{
    slot->state = state;
    rt_metrics_set(f->metrics, RT_METRIC_HELPERS, 0, count_alive(f));
    pthread_cond_broadcast(&f->changed);
}

/* Holds the lock, but for the time that the start takes. */
static void start(struct rt_fallback *f, struct slot *slot)
{
    const struct rt_helper_rules rules = { .parent = getpid(),
                                           .memory = f->rules.memory,
                                           .extract = f->rules.extract };
    rt_error err = { RT_OK, "" };
    slot->state = STARTING;
    pthread_mutex_unlock(&f->lock);
    rt_status status = rt_helper_start(&slot->helper, &rules, &err);
    pthread_mutex_lock(&f->lock);
    if (status != RT_OK) {
        f->failed_starts++;
        f->failure = err;
        f->restock = false; /* until somebody wants one again */
    }
    settle(f, slot, status == RT_OK ? FREE : GONE);
}

static void report_loss(const struct rt_fallback *f, int signal)
{
    rt_metrics_add(f->metrics, RT_METRIC_HELPERS_DIED, 0, 1);
    if (f->events)
        rt_events_tell(f->events, RT_EVENT_HELPER_DIED, (uint64_t)signal, 0);
}

static struct slot *find_dead(struct rt_fallback *f)
{
    for (uint32_t i = 0; i < f->rules.helpers; i++)
        if (f->slots[i].state == FREE && !rt_helper_is_ready(&f->slots[i].helper))
            return &f->slots[i];
    return NULL;
}

/* Something else ended it while it waited for a page.  Where nobody waits for one it is missing
 * until somebody does: what kills them all does not make this process fork without end.  Holds the
 * lock, but for the time that the reaping takes. */
static void bury(struct rt_fallback *f, struct slot *slot)
{
    slot->state = TAKEN;
    f->restock = f->first != NULL;
    pthread_mutex_unlock(&f->lock);
    report_loss(f, rt_helper_end(&slot->helper));
    pthread_mutex_lock(&f->lock);
    settle(f, slot, GONE);
}

/* Until there is something to do; where helpers live, no longer than one may be dead unseen. */
static void rest(struct rt_fallback *f)
{
    struct timespec until = rt_clock_timespec(rt_clock_now() + LOOK_EACH_NS);
    if (count_alive(f) > 0)
        pthread_cond_timedwait(&f->poked, &f->lock, &until);
    else
        pthread_cond_wait(&f->poked, &f->lock);
}

static void *keep(void *arg)
{
    struct rt_fallback *f = arg;
    pthread_mutex_lock(&f->lock);
    while (!f->closing) {
        struct slot *missing = f->restock ? find(f, GONE) : NULL;
        struct slot *dead = find_dead(f);
        if (missing)
            start(f, missing);
        else if (dead)
            bury(f, dead);
        else
            rest(f);
    }
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

/* With the lock held.  The thread takes no signals, and neither do helpers before they are ready.
 */
static bool start_keeper(struct rt_fallback *f)
{
    sigset_t all, before;
    pthread_attr_t attr;
    if (f->has_keeper)
        return true;
    sigfillset(&all);
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, KEEPER_STACK);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    f->has_keeper = pthread_create(&f->keeper, &attr, keep, f) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    return f->has_keeper;
}

/* With the lock held. */
static bool restock(struct rt_fallback *f)
{
    f->restock = true;
    if (find(f, GONE))
        pthread_cond_signal(&f->poked);
    return start_keeper(f);
}

void rt_fallback_prepare(struct rt_fallback *f)
{
    pthread_mutex_lock(&f->lock);
    restock(f);
    pthread_mutex_unlock(&f->lock);
}

/* ---- taking and giving back ------------------------------------------------------------------ */

static void queue_add(struct rt_fallback *f, struct waiter *w)
{
    w->next = NULL;
    if (f->last)
        f->last->next = w;
    else
        f->first = w;
    f->last = w;
}

static void queue_remove(struct rt_fallback *f, const struct waiter *w)
{
    struct waiter *before = NULL;
    for (struct waiter *at = f->first; at != w; at = at->next)
        before = at;
    if (before)
        before->next = w->next;
    else
        f->first = w->next;
    if (f->last == w)
        f->last = before;
}

struct wait {
    const rt_request *request;
    uint64_t until_ns, start_ns;
    uint64_t failed_starts; /* when the wait began */
    rt_error *err;
};

/* With the lock held: why there is nothing to wait for any more, or RT_OK. */
static rt_status look(const struct rt_fallback *f, const struct wait *wait)
{
    const rt_cancel *cancel = wait->request->cancel;
    if (cancel && atomic_load_explicit(&cancel->triggered, memory_order_relaxed))
        return rt_fail(wait->err, RT_CANCELLED, "%s", rt_status_text(RT_CANCELLED));
    if (f->failed_starts != wait->failed_starts && count_alive(f) == 0)
        return rt_fail(wait->err, RT_FALLBACK_FAILED, "%s", f->failure.message);
    if (rt_clock_now() >= wait->until_ns)
        return rt_fail(wait->err, RT_POOL_EXHAUSTED,
                       "no helper process became free within %.3g s: there are %u",
                       (double)(wait->until_ns - wait->start_ns) / 1e9, count_alive(f));
    return RT_OK;
}

/* With the lock held. */
static void sleep_until(struct rt_fallback *f, const struct wait *wait)
{
    const uint64_t tick = 5000000;
    uint64_t until = wait->until_ns;
    if (wait->request->cancel && until > rt_clock_now() + tick)
        until = rt_clock_now() + tick;
    struct timespec at = rt_clock_timespec(until);
    pthread_cond_timedwait(&f->changed, &f->lock, &at);
}

/* Gives a helper back, or the place of one that is no more. */
static void give(struct rt_fallback *f, struct slot *slot)
{
    if (slot->helper.pages >= PAGES_MAX)
        rt_helper_end(&slot->helper);
    bool alive = slot->helper.pid != 0;
    pthread_mutex_lock(&f->lock);
    settle(f, slot, alive ? FREE : GONE);
    if (!alive)
        restock(f);
    pthread_mutex_unlock(&f->lock);
}

static rt_status take_any(struct rt_fallback *f, struct wait *wait, struct slot **out)
{
    struct waiter self;
    rt_status status = RT_OK;
    *out = NULL;
    pthread_mutex_lock(&f->lock);
    wait->failed_starts = f->failed_starts;
    if (!restock(f))
        status = rt_fail(wait->err, RT_FALLBACK_FAILED, "no thread for the helper processes");
    queue_add(f, &self);
    while (status == RT_OK && !*out) {
        if (f->first == &self)
            *out = find(f, FREE);
        if (*out)
            (*out)->state = TAKEN;
        else if ((status = look(f, wait)) == RT_OK)
            sleep_until(f, wait);
    }
    queue_remove(f, &self);
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
    return status;
}

uint32_t rt_fallback_waiting(struct rt_fallback *f)
{
    uint32_t n = 0;
    pthread_mutex_lock(&f->lock);
    for (const struct waiter *w = f->first; w; w = w->next)
        n++;
    pthread_mutex_unlock(&f->lock);
    return n;
}

/* Takes one that still lives: something else may have ended it meanwhile. */
static rt_status take(struct rt_fallback *f, struct wait *wait, struct slot **out)
{
    for (;;) {
        rt_status status = take_any(f, wait, out);
        if (status != RT_OK || rt_helper_is_ready(&(*out)->helper))
            return status;
        report_loss(f, rt_helper_end(&(*out)->helper));
        give(f, *out);
    }
}

rt_status rt_fallback_extract(struct rt_fallback *f, const rt_request *request,
                              uint64_t deadline_ns, struct rt_result *result, rt_error *err)
{
    struct wait wait = {
        .request = request, .until_ns = deadline_ns, .start_ns = rt_clock_now(), .err = err
    };
    struct slot *slot;
    result->extractor = RT_EXTRACTOR_NATIVE;
    result->fallback = true;
    rt_status status = rt_helper_check(request, f->rules.memory, err);
    if (status == RT_OK)
        status = take(f, &wait, &slot);
    uint64_t now = rt_clock_now();
    result->stats.wait_ns = now - wait.start_ns;
    if (status != RT_OK)
        return status;
    uint64_t left = deadline_ns > now ? deadline_ns - now : 0;
    if (left > f->rules.timeout_ns)
        left = f->rules.timeout_ns;
    const struct rt_helper_call call = {
        .request = request, .memory = f->rules.memory, .until_ns = now + left, .length_ns = left
    };
    int signal;
    status = rt_helper_ask(&slot->helper, &call, result, &signal, err);
    if (status == RT_FALLBACK_FAILED || status == RT_TIMEOUT)
        report_loss(f, signal);
    give(f, slot);
    return status;
}

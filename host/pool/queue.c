/* The queue before the sandbox: as many calls at once as there are places, first come, first
 * served. */
#include "host/pool/queue.h"

#include "base/error.h"
#include "host/system/clock.h"

#include <semaphore.h>

/* A trigger may come from a signal handler, which can set a flag and no more: who may be cancelled
 * looks at it this often. */
static const uint64_t LOOK_NS = 10 * UINT64_C(1000000);

/* Lives on the stack of the thread that waits.  The semaphore is what outlives that: unlike a
 * condition it may go as soon as its waiter is through. */
struct rt_waiter {
    struct rt_waiter *next, *before;
    sem_t call;
    bool decided, refused; /* once decided it is in the queue no more, and a call comes */
};

void rt_queue_init(struct rt_queue *queue, uint32_t places)
{
    *queue = (struct rt_queue){ .places = places, .free = places, .allowed = places };
}

static void add(struct rt_queue *queue, struct rt_waiter *w)
{
    w->before = queue->last;
    if (queue->last)
        queue->last->next = w;
    else
        queue->first = w;
    queue->last = w;
    queue->waiting++;
}

static void take_out(struct rt_queue *queue, struct rt_waiter *w)
{
    if (w->before)
        w->before->next = w->next;
    else
        queue->first = w->next;
    if (w->next)
        w->next->before = w->before;
    else
        queue->last = w->before;
    queue->waiting--;
}

static bool has_room(const struct rt_queue *queue)
{
    return queue->places - queue->free < queue->allowed;
}

bool rt_queue_try(struct rt_queue *queue)
{
    if (queue->closed || queue->first || !has_room(queue))
        return false;
    queue->free--;
    return true;
}

/* What ends the wait of one who was not called. */
static rt_status had_enough(const struct rt_watch *watch)
{
    if (rt_cancel_is_triggered(watch->cancel))
        return RT_CANCELLED;
    return rt_clock_now() >= watch->deadline_ns ? RT_POOL_EXHAUSTED : RT_OK;
}

/* True where he was called. */
static bool sleep_on(struct rt_waiter *w, const struct rt_watch *watch)
{
    uint64_t until = watch->deadline_ns;
    if (watch->cancel) {
        uint64_t look = rt_clock_now() + LOOK_NS;
        until = look < until ? look : until;
    }
    struct timespec t = rt_clock_timespec(until);
    return sem_clockwait(&w->call, CLOCK_MONOTONIC, &t) == 0;
}

/* Whoever decided is about to call. */
static void await_call(struct rt_waiter *w)
{
    while (sem_wait(&w->call) != 0) {
    }
}

/* Until he is called, or has had enough. */
static rt_status stand_in_line(struct rt_queue *queue, pthread_mutex_t *lock,
                               const struct rt_watch *watch, struct rt_waiter *w)
{
    rt_status status = RT_OK;
    bool called = false;
    add(queue, w);
    while (!w->decided && status == RT_OK) {
        pthread_mutex_unlock(lock);
        called = sleep_on(w, watch);
        status = called ? RT_OK : had_enough(watch);
        pthread_mutex_lock(lock);
    }
    if (!w->decided) {
        take_out(queue, w);
        return status;
    }
    if (!called) {
        pthread_mutex_unlock(lock);
        await_call(w);
        pthread_mutex_lock(lock);
    }
    return w->refused ? RT_POOL_EXHAUSTED : RT_OK;
}

static rt_status refuse(const struct rt_queue *queue, rt_status status,
                        const struct rt_watch *watch, rt_error *err)
{
    if (status == RT_CANCELLED)
        return rt_fail(err, status, "%s while it waited for an instance", rt_status_text(status));
    if (queue->closed)
        return rt_fail(err, status, "%s: the engine is being closed", rt_status_text(status));
    return rt_fail(err, status, "no instance became free within %.3g s: all %u are in use%s",
                   (double)watch->limit_ns / 1e9, queue->allowed,
                   queue->allowed < queue->places ? ", more are not made while memory is short"
                                                  : "");
}

rt_status rt_queue_wait(struct rt_queue *queue, pthread_mutex_t *lock, const struct rt_watch *watch,
                        rt_error *err)
{
    rt_status status = queue->closed ? RT_POOL_EXHAUSTED : had_enough(watch);
    struct rt_waiter w = { .decided = false };
    if (status == RT_OK && sem_init(&w.call, 0, 0) != 0)
        status = RT_POOL_EXHAUSTED;
    if (status == RT_OK) {
        status = stand_in_line(queue, lock, watch, &w);
        sem_destroy(&w.call);
    }
    return status == RT_OK ? RT_OK : refuse(queue, status, watch, err);
}

/* The first in line gets a place, where there is one for him. */
static struct rt_waiter *admit(struct rt_queue *queue)
{
    struct rt_waiter *w = queue->first;
    if (!w || !has_room(queue))
        return NULL;
    take_out(queue, w);
    queue->free--;
    w->decided = true;
    return w;
}

struct rt_waiter *rt_queue_leave(struct rt_queue *queue)
{
    queue->free++;
    return admit(queue);
}

void rt_queue_narrow(struct rt_queue *queue, uint32_t allowed)
{
    queue->allowed = allowed < queue->places ? allowed : queue->places;
    for (struct rt_waiter *w; (w = admit(queue)) != NULL;)
        rt_queue_call(w);
}

void rt_queue_call(struct rt_waiter *waiter)
{
    if (waiter)
        sem_post(&waiter->call);
}

void rt_queue_close(struct rt_queue *queue)
{
    queue->closed = true;
    for (struct rt_waiter *w; (w = queue->first) != NULL;) {
        take_out(queue, w);
        w->decided = w->refused = true;
        rt_queue_call(w);
    }
}

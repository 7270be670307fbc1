/* The gate before the sandbox: as many calls at once as there are instances, first come, first
 * served. */
#include "host/pool/gate.h"

#include "base/error.h"
#include "host/system/clock.h"

/* Lives on the stack of the thread that waits. */
struct rt_waiter {
    struct rt_waiter *next, *before;
    pthread_cond_t called;
    bool admitted;
};

/* ---- the queue: rules without locks ------------------------------------------------------------
 */

static void queue_add(struct rt_gate *gate, struct rt_waiter *w)
{
    w->before = gate->last;
    if (gate->last)
        gate->last->next = w;
    else
        gate->first = w;
    gate->last = w;
}

static void queue_remove(struct rt_gate *gate, struct rt_waiter *w)
{
    if (w->before)
        w->before->next = w->next;
    else
        gate->first = w->next;
    if (w->next)
        w->next->before = w->before;
    else
        gate->last = w->before;
}

/* A place goes to the first in the queue, or becomes free. */
static struct rt_waiter *pass_on(struct rt_gate *gate)
{
    struct rt_waiter *w = gate->first;
    if (!w) {
        gate->free++;
        return NULL;
    }
    queue_remove(gate, w);
    w->admitted = true;
    return w;
}

/* ---- with locks ------------------------------------------------------------------------------ */

void rt_gate_init(struct rt_gate *gate, unsigned places)
{
    *gate = (struct rt_gate){ .places = places, .free = places };
    pthread_mutex_init(&gate->lock, NULL);
}

void rt_gate_destroy(struct rt_gate *gate) { pthread_mutex_destroy(&gate->lock); }

static void wait_for_place(struct rt_gate *gate, struct rt_waiter *w, uint64_t timeout_ns)
{
    struct timespec until = rt_clock_timespec(rt_clock_now() + timeout_ns);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->called, &attr);
    pthread_condattr_destroy(&attr);
    queue_add(gate, w);
    int timed_out = 0;
    while (!w->admitted && !timed_out)
        timed_out = pthread_cond_timedwait(&w->called, &gate->lock, &until);
    if (!w->admitted)
        queue_remove(gate, w);
    pthread_cond_destroy(&w->called);
}

rt_status rt_gate_enter(struct rt_gate *gate, uint64_t timeout_ns, rt_error *err)
{
    struct rt_waiter w = { .admitted = false };
    pthread_mutex_lock(&gate->lock);
    if (gate->free > 0) {
        gate->free--;
        w.admitted = true;
    } else {
        wait_for_place(gate, &w, timeout_ns);
    }
    pthread_mutex_unlock(&gate->lock);
    if (w.admitted)
        return RT_OK;
    return rt_fail(err, RT_POOL_EXHAUSTED,
                   "no instance became free within %.3g s: all %u are in use",
                   (double)timeout_ns / 1e9, gate->places);
}

void rt_gate_leave(struct rt_gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    struct rt_waiter *w = pass_on(gate);
    if (w)
        pthread_cond_signal(&w->called);
    pthread_mutex_unlock(&gate->lock);
}

unsigned rt_gate_waiting(struct rt_gate *gate)
{
    unsigned n = 0;
    pthread_mutex_lock(&gate->lock);
    for (const struct rt_waiter *w = gate->first; w; w = w->next)
        n++;
    pthread_mutex_unlock(&gate->lock);
    return n;
}

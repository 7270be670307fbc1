#ifndef RT_HOST_GATE_H
#define RT_HOST_GATE_H

#include <riptide/riptide.h>

#include <pthread.h>

/* A semaphore that is fair: whoever asked first goes first, and nobody overtakes.  `lock` guards
 * the members below it and is held for a few instructions, never while a guest runs. */
struct rt_gate {
    unsigned places;
    pthread_mutex_t lock;
    unsigned free;
    struct rt_waiter *first, *last;
};

void rt_gate_init(struct rt_gate *gate, unsigned places);
void rt_gate_destroy(struct rt_gate *gate);

/* Takes a place, waiting at most timeout_ns.  RT_POOL_EXHAUSTED, retryable, when none became free;
 * RT_OK: give it back with rt_gate_leave(). */
rt_status rt_gate_enter(struct rt_gate *gate, uint64_t timeout_ns, rt_error *err);
void rt_gate_leave(struct rt_gate *gate);

/* How many wait. */
unsigned rt_gate_waiting(struct rt_gate *gate);

#endif

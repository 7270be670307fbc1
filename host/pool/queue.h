#ifndef RT_HOST_QUEUE_H
#define RT_HOST_QUEUE_H

#include "host/component/watch.h"

#include <pthread.h>

/* Places, and who waits for one: whoever asked first goes first, and nobody overtakes.  All but
 * rt_queue_call() is done under a lock of the owner's. */
struct rt_waiter;
struct rt_queue {
    uint32_t places, free, waiting;
    uint32_t allowed; /* of the places, now: see rt_queue_narrow() */
    bool closed;
    struct rt_waiter *first, *last;
};

void rt_queue_init(struct rt_queue *queue, uint32_t places);

/* Takes a place where one is free, which means that nobody waits. */
bool rt_queue_try(struct rt_queue *queue);
/* Waits for a place; the lock is not held while it sleeps.  RT_CANCELLED, RT_POOL_EXHAUSTED: none
 * was got. */
rt_status rt_queue_wait(struct rt_queue *queue, pthread_mutex_t *lock, const struct rt_watch *watch,
                        rt_error *err);

/* Gives a place back.  Whoever has it now, or NULL: to be called once the lock is let go, so that
 * he does not wake up to wait for it. */
struct rt_waiter *rt_queue_leave(struct rt_queue *queue);
void rt_queue_call(struct rt_waiter *waiter);

/* From now on at most so many places are taken, at least 1; who has one keeps it.  Calls those who
 * wait and find one. */
void rt_queue_narrow(struct rt_queue *queue, uint32_t allowed);

/* Refuses all who wait, and all who come. */
void rt_queue_close(struct rt_queue *queue);

#endif

#ifndef RT_HOST_TICKER_H
#define RT_HOST_TICKER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* One thread that calls `tick` every RT_TICK_MS while calls run, and sleeps while none does: an
 * idle process wakes up for nothing.  Locks: `lock` guards asleep's sleep and stop only. */
enum { RT_TICK_MS = 5 };

struct rt_ticker {
    void (*tick)(void *ctx);
    void *ctx;
    atomic_uint running; /* calls under way */
    atomic_bool asleep;
    bool stop;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
};

/* The ticker must not move afterwards.  False where no thread can be had. */
bool rt_ticker_start(struct rt_ticker *ticker, void (*tick)(void *ctx), void *ctx);
/* Ends the thread at once; nothing is running. */
void rt_ticker_stop(struct rt_ticker *ticker);

/* Round each call, from any thread. */
void rt_ticker_enter(struct rt_ticker *ticker);
void rt_ticker_leave(struct rt_ticker *ticker);

#endif

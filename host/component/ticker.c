/* The epoch ticker: the thread that makes deadlines come true. */
#include "host/component/ticker.h"

#include "host/system/clock.h"

#include <signal.h>

/* Ticks without a call before the thread sleeps: waking it costs more than a few idle ticks. */
enum { IDLE_TICKS = 20 };

static void *run(void *arg)
{
    struct rt_ticker *t = arg;
    unsigned idle = 0;
    pthread_mutex_lock(&t->lock);
    while (!t->stop) {
        if (idle >= IDLE_TICKS) {
            /* Told before asked: a call that starts now sees it and wakes us, or we see the call.
             */
            atomic_store(&t->asleep, true);
            while (!t->stop && atomic_load(&t->running) == 0)
                pthread_cond_wait(&t->wake, &t->lock);
            atomic_store(&t->asleep, false);
            idle = 0;
            continue;
        }
        struct timespec until = rt_clock_timespec(rt_clock_now() + RT_TICK_MS * 1000000u);
        pthread_cond_timedwait(&t->wake, &t->lock, &until);
        t->tick(t->ctx);
        idle = atomic_load(&t->running) == 0 ? idle + 1 : 0;
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct rt_ticker *t)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int failed = pthread_create(&t->thread, NULL, run, t);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failed;
}

bool rt_ticker_start(struct rt_ticker *ticker, void (*tick)(void *ctx), void *ctx)
{
    *ticker = (struct rt_ticker){ .tick = tick, .ctx = ctx };
    atomic_init(&ticker->running, 0);
    atomic_init(&ticker->asleep, false);
    pthread_condattr_t attr;
    if (pthread_condattr_init(&attr) != 0)
        return false;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&ticker->lock, NULL);
    pthread_cond_init(&ticker->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (start_thread(ticker) == 0)
        return true;
    pthread_cond_destroy(&ticker->wake);
    pthread_mutex_destroy(&ticker->lock);
    return false;
}

void rt_ticker_stop(struct rt_ticker *ticker)
{
    pthread_mutex_lock(&ticker->lock);
    ticker->stop = true;
    pthread_cond_signal(&ticker->wake);
    pthread_mutex_unlock(&ticker->lock);
    pthread_join(ticker->thread, NULL);
    pthread_cond_destroy(&ticker->wake);
    pthread_mutex_destroy(&ticker->lock);
}

void rt_ticker_enter(struct rt_ticker *ticker)
{
    atomic_fetch_add(&ticker->running, 1);
    if (!atomic_load(&ticker->asleep))
        return;
    pthread_mutex_lock(&ticker->lock);
    pthread_cond_signal(&ticker->wake);
    pthread_mutex_unlock(&ticker->lock);
}

void rt_ticker_leave(struct rt_ticker *ticker) { atomic_fetch_sub(&ticker->running, 1); }

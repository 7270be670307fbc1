/* A queue, its threads, and the door.
 *
 * Jobs compute, and more of them at once than there are cores end no sooner: each only ends later.
 * So the first `width` threads do them, and the others are in reserve: for each job that turns out
 * not to be quick one more takes from the queue. */
#include "service/work.h"

#include "base/alloc.h"
#include "net/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* A component needs 2.5 MiB, see riptide.h; the parsing of JSON and what is around it fit into the
 * rest. */
enum { STACK = 4 << 20, QUICK_NS = 25000000 };

struct worker {
    struct rt_work *work;
    pthread_t thread;
    bool in_reserve;
    uint64_t began_ns; /* its job; 0: it has none */
};

struct rt_work {
    pthread_mutex_t lock;
    pthread_cond_t wake, relieve; /* the first threads; those in reserve */
    struct rt_job *first, **last;
    unsigned queued;
    unsigned resting; /* of the first threads */
    bool watched;     /* by a thread in reserve, which knows when it may be needed */
    bool closing;
    unsigned limit, width;
    atomic_uint admitted;
    unsigned threads;
    struct worker worker[];
};

/* ---- the threads, with the lock held ------------------------------------------------------------
 */

/* When the reserve is needed for what is queued, if no job ends before; 0: now. */
static uint64_t time_of_need(const struct rt_work *work)
{
    uint64_t now = rt_net_now(), oldest = now;
    unsigned quick = 0; /* or about to begin: one of the first that has none takes the next */
    for (unsigned i = 0; i < work->threads; i++) {
        const struct worker *worker = &work->worker[i];
        uint64_t began = worker->began_ns;
        if (began == 0) {
            quick += !worker->in_reserve;
        } else if (now - began < QUICK_NS) {
            quick++;
            oldest = began < oldest ? began : oldest;
        }
    }
    return quick < work->width || work->closing ? 0 : oldest + QUICK_NS;
}

static void watch(struct rt_work *work, uint64_t until_ns)
{
    struct timespec until = { .tv_sec = (time_t)(until_ns / 1000000000),
                              .tv_nsec = (long)(until_ns % 1000000000) };
    work->watched = true;
    pthread_cond_timedwait(&work->relieve, &work->lock, &until);
    work->watched = false;
}

/* True: there is a job for it. */
static bool wait_in_front(struct rt_work *work)
{
    work->resting++;
    while (!work->first && !work->closing)
        pthread_cond_wait(&work->wake, &work->lock);
    work->resting--;
    return work->first != NULL;
}

static bool wait_in_reserve(struct rt_work *work)
{
    while (work->first || !work->closing) {
        uint64_t need = work->first ? time_of_need(work) : 0;
        if (work->first && need == 0)
            return true;
        if (work->first && !work->watched)
            watch(work, need);
        else
            pthread_cond_wait(&work->relieve, &work->lock);
    }
    return false;
}

/* NULL: there are no more, and none will come. */
static struct rt_job *take_job(struct worker *self)
{
    struct rt_work *work = self->work;
    if (!(self->in_reserve ? wait_in_reserve(work) : wait_in_front(work)))
        return NULL;
    struct rt_job *job = work->first;
    work->first = job->next;
    if (!work->first)
        work->last = &work->first;
    else if (!work->watched)
        pthread_cond_signal(&work->relieve);
    work->queued--;
    self->began_ns = rt_net_now();
    return job;
}

static void *run_jobs(void *ctx)
{
    struct worker *self = ctx;
    struct rt_work *work = self->work;
    pthread_mutex_lock(&work->lock);
    for (struct rt_job *job; (job = take_job(self)) != NULL;) {
        pthread_mutex_unlock(&work->lock);
        job->run(job);
        pthread_mutex_lock(&work->lock);
        self->began_ns = 0;
    }
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

/* ---- opening and closing ------------------------------------------------------------------------
 */

static void init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attr);
    pthread_condattr_destroy(&attr);
}

static bool start_thread(struct rt_work *work, const pthread_attr_t *attr)
{
    struct worker *worker = &work->worker[work->threads];
    worker->work = work;
    worker->in_reserve = work->threads >= work->width;
    if (pthread_create(&worker->thread, attr, run_jobs, worker) != 0)
        return false;
    pthread_mutex_lock(&work->lock);
    work->threads++;
    pthread_mutex_unlock(&work->lock);
    return true;
}

struct rt_work *rt_work_open(unsigned threads, unsigned width, unsigned limit)
{
    size_t size = sizeof(struct rt_work) + threads * sizeof(struct worker);
    struct rt_work *work = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    if (!work)
        return NULL;
    memset(work, 0, size);
    work->last = &work->first;
    work->limit = limit;
    work->width = width;
    pthread_mutex_init(&work->lock, NULL);
    init_condition(&work->wake);
    init_condition(&work->relieve);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    while (work->threads < threads && start_thread(work, &attr))
        continue;
    pthread_attr_destroy(&attr);
    if (work->threads == threads)
        return work;
    rt_work_close(work);
    return NULL;
}

void rt_work_close(struct rt_work *work)
{
    if (!work)
        return;
    pthread_mutex_lock(&work->lock);
    work->closing = true;
    pthread_cond_broadcast(&work->wake);
    pthread_cond_broadcast(&work->relieve);
    pthread_mutex_unlock(&work->lock);
    for (unsigned i = 0; i < work->threads; i++)
        pthread_join(work->worker[i].thread, NULL);
    pthread_cond_destroy(&work->wake);
    pthread_cond_destroy(&work->relieve);
    pthread_mutex_destroy(&work->lock);
    rt_alloc_resize(&rt_alloc_heap, work, 0);
}

/* ---- the door, and the queue --------------------------------------------------------------------
 */

bool rt_work_admit(struct rt_work *work)
{
    unsigned in = atomic_load(&work->admitted);
    do {
        if (in >= work->limit)
            return false;
    } while (!atomic_compare_exchange_weak(&work->admitted, &in, in + 1));
    return true;
}

void rt_work_release(struct rt_work *work) { atomic_fetch_sub(&work->admitted, 1); }

void rt_work_submit(struct rt_work *work, struct rt_job *job)
{
    job->next = NULL;
    job->since_ns = rt_net_now();
    pthread_mutex_lock(&work->lock);
    *work->last = job;
    work->last = &job->next;
    work->queued++;
    pthread_cond_signal(&work->wake);
    if (work->resting == 0 && !work->watched)
        pthread_cond_signal(&work->relieve);
    pthread_mutex_unlock(&work->lock);
}

unsigned rt_work_queued(struct rt_work *work)
{
    pthread_mutex_lock(&work->lock);
    unsigned queued = work->queued;
    pthread_mutex_unlock(&work->lock);
    return queued;
}

unsigned rt_work_admitted(struct rt_work *work) { return atomic_load(&work->admitted); }

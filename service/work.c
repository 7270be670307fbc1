/* A queue, its threads, and the door. */
#include "service/work.h"

#include "base/alloc.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

/* A component needs 2.5 MiB, see riptide.h; the parsing of JSON and what is around it fit into the
 * rest. */
enum { STACK = 4 << 20 };

struct rt_work {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct rt_job *first, **last;
    unsigned queued;
    bool closing;
    unsigned limit;
    atomic_uint admitted;
    unsigned threads;
    pthread_t thread[];
};

static void *run_jobs(void *ctx)
{
    struct rt_work *work = ctx;
    pthread_mutex_lock(&work->lock);
    for (;;) {
        while (!work->first && !work->closing)
            pthread_cond_wait(&work->wake, &work->lock);
        struct rt_job *job = work->first;
        if (!job)
            break;
        work->first = job->next;
        if (!work->first)
            work->last = &work->first;
        work->queued--;
        pthread_mutex_unlock(&work->lock);
        job->run(job);
        pthread_mutex_lock(&work->lock);
    }
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

struct rt_work *rt_work_open(unsigned threads, unsigned limit)
{
    size_t size = sizeof(struct rt_work) + threads * sizeof(pthread_t);
    struct rt_work *work = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    if (!work)
        return NULL;
    memset(work, 0, size);
    work->last = &work->first;
    work->limit = limit;
    pthread_mutex_init(&work->lock, NULL);
    pthread_cond_init(&work->wake, NULL);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    while (work->threads < threads &&
           pthread_create(&work->thread[work->threads], &attr, run_jobs, work) == 0)
        work->threads++;
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
    pthread_mutex_unlock(&work->lock);
    for (unsigned i = 0; i < work->threads; i++)
        pthread_join(work->thread[i], NULL);
    pthread_cond_destroy(&work->wake);
    pthread_mutex_destroy(&work->lock);
    rt_alloc_resize(&rt_alloc_heap, work, 0);
}

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
    pthread_mutex_lock(&work->lock);
    *work->last = job;
    work->last = &job->next;
    work->queued++;
    pthread_cond_signal(&work->wake);
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

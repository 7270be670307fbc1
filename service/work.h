#ifndef RT_SERVICE_WORK_H
#define RT_SERVICE_WORK_H

#include <stdbool.h>
#include <stdint.h>

/* Threads for what takes long, with a queue.  Requests are let in by rt_work_admit(): what was let
 * in may submit jobs without ever being refused, so that the bound stands at the door and not in
 * the middle of a request. */
struct rt_work;

struct rt_job {
    void (*run)(struct rt_job *job);
    struct rt_job *next; /* of the queue */
    uint64_t since_ns;   /* in the queue */
};

/* width: jobs that run at once as long as they are quick, at least 1; where they are not, up to
 * `threads` do.  limit: requests that may be in at once.  NULL without memory or
 * threads. */
struct rt_work *rt_work_open(unsigned threads, unsigned width, unsigned limit);
/* Runs what is queued, then ends the threads. */
void rt_work_close(struct rt_work *work);

/* False: it is full. */
bool rt_work_admit(struct rt_work *work);
void rt_work_release(struct rt_work *work);

/* job (kept) until it runs; it may free itself. */
void rt_work_submit(struct rt_work *work, struct rt_job *job);

/* Jobs that wait for a thread; requests that are in. */
unsigned rt_work_queued(struct rt_work *work);
unsigned rt_work_admitted(struct rt_work *work);

#endif

#ifndef RT_HOST_FUSE_H
#define RT_HOST_FUSE_H

#include "host/breaker/breaker.h"
#include "host/observe/events.h"
#include "host/settings/settings.h"

#include <pthread.h>

/* The circuit breaker as calls share it: with the clock, a lock held for a few instructions, events
 * and metrics. */
struct rt_fuse {
    struct rt_metrics *metrics; /* may be NULL */
    struct rt_events *events;   /* may be NULL */
    bool count_limits;
    pthread_mutex_t lock; /* guards the members below */
    struct rt_breaker breaker;
    uint64_t published_ns[RT_BREAKER_STATES]; /* time in each state that the metrics know of */
};

void rt_fuse_init(struct rt_fuse *fuse, const struct rt_config *config, struct rt_metrics *metrics,
                  struct rt_events *events);
void rt_fuse_destroy(struct rt_fuse *fuse);

/* Whether a call may pass; one that passed is recorded by what it ended with.  True: it was a
 * fault. */
struct rt_pass rt_fuse_allow(struct rt_fuse *fuse);
bool rt_fuse_record(struct rt_fuse *fuse, struct rt_pass pass, rt_status outcome);

rt_breaker_state rt_fuse_state(struct rt_fuse *fuse);
/* Brings the metrics of states and times up to now. */
void rt_fuse_publish(struct rt_fuse *fuse);

#endif

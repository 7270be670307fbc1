#ifndef RT_HOST_MEMORY_MANAGER_H
#define RT_HOST_MEMORY_MANAGER_H

#include "host/pool/pool.h"

#include <stdatomic.h>

/* Watches what the process holds and presses the pool accordingly.  No thread of its own: memory
 * grows by calls, so calls look, at most each RT_MEMORY_LOOK_MS.  Any thread. */
enum { RT_MEMORY_LOOK_MS = 100 };

struct rt_memory_manager {
    struct rt_pool *pool;
    struct rt_metrics *metrics; /* may be NULL */
    struct rt_events *events;   /* may be NULL */
    uint64_t limit;             /* bytes of the process at which pressure is full */
    uint64_t threshold;         /* bytes from which on the process is reported */
    _Atomic uint64_t next_ns;   /* when to look again */
    atomic_uint pressure;       /* enum rt_pressure, at the last look */
    atomic_bool reported;       /* it was worth a report then */
};

/* All (kept). */
void rt_memory_manager_init(struct rt_memory_manager *manager, const struct rt_config *config,
                            struct rt_pool *pool, struct rt_metrics *metrics,
                            struct rt_events *events);
/* After each call. */
void rt_memory_manager_look(struct rt_memory_manager *manager);

#endif

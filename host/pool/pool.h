#ifndef RT_HOST_POOL_H
#define RT_HOST_POOL_H

#include "host/component/call.h"
#include "host/component/ticker.h"
#include "host/observe/events.h"
#include "host/pool/pressure.h"
#include "host/pool/tiers.h"

/* The pool: slots that hold what may be kept between calls, and instances made ahead of them.
 * As many calls at once as RIPTIDE_WASM_MAX_POOL_SIZE says, first come, first served.  A used
 * instance is dropped, and the next one made, by a thread of the pool's own, off the path of calls.
 *
 * Locks: one, for lists and counts; never held while an instance is made, dropped or running, and
 * no other lock is taken under it. */
struct rt_pool;

/* All (kept) until the pool is closed; metrics and events may be NULL. */
struct rt_pool_parts {
    const struct rt_config *config; /* read at the start only */
    const struct rt_component *component;
    const struct rt_limits *limits;
    struct rt_ticker *ticker;
    struct rt_metrics *metrics;
    struct rt_events *events;
    const struct rt_alloc *alloc; /* NULL: the heap */
};
rt_status rt_pool_open(struct rt_pool **out, const struct rt_pool_parts *parts, rt_error *err);
/* Waits for the calls that run, refuses those that wait (RT_POOL_EXHAUSTED), drops everything. */
void rt_pool_close(struct rt_pool *pool);

/* What a call holds while it runs. */
struct rt_lease {
    struct rt_slot *slot;
    struct rt_instance *instance; /* used once; stays the slot's */
    rt_tier tier;
    uint64_t wait_ns;        /* for a free place */
    uint64_t take_ns;        /* the rest of the taking, instantiation included */
    uint64_t instantiate_ns; /* 0 where the instance was ready */
};
/* Waits until `watch` says stop.  RT_POOL_EXHAUSTED, RT_CANCELLED, RT_INSTANTIATION: nothing is
 * held.  Runs a component's start code where no instance is ready: see host/system/stack.h. */
rt_status rt_pool_take(struct rt_pool *pool, const struct rt_watch *watch, struct rt_lease *out,
                       rt_error *err);
/* Gives it back; the instance goes away.  outcome: what the call ended with. */
void rt_pool_give(struct rt_pool *pool, struct rt_lease *lease, rt_status outcome);

/* From high on idle slots beyond those kept ready are given up; at critical everything idle is,
 * none is made ahead, and one call runs at a time: the others wait. */
void rt_pool_press(struct rt_pool *pool, enum rt_pressure pressure);

struct rt_pool_state {
    uint32_t hot, warm, active, waiting, limit, hot_target, size_target;
};
void rt_pool_read(struct rt_pool *pool, struct rt_pool_state *out);

#endif

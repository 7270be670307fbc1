#ifndef RT_HOST_SLOTS_H
#define RT_HOST_SLOTS_H

#include "host/component/call.h"
#include "host/component/ticker.h"
#include "host/observe/events.h"
#include "host/pool/pool.h"
#include "host/pool/queue.h"
#include "host/pool/sizing.h"
#include "host/pool/tiers.h"

/* What the calls' side of the pool (pool.c) and its thread (preparer.c) share. */

/* Where an instance lives, which must not move. */
struct rt_box {
    struct rt_box *next;
    struct rt_instance instance;
};

struct rt_slot {
    struct rt_slot *next, *before;
    struct rt_slot_record record;
    rt_tier tier;       /* that it is in, or was taken from */
    const void *user;   /* thread that used it last */
    struct rt_box *box; /* its instance; NULL: none */
};

/* A list of slots, the one that came last first. */
struct rt_slots {
    struct rt_slot *first, *last;
    uint32_t count;
};
void rt_slots_push(struct rt_slots *list, struct rt_slot *slot);
void rt_slots_append(struct rt_slots *list, struct rt_slot *slot);
void rt_slots_remove(struct rt_slots *list, struct rt_slot *slot);

struct rt_boxes {
    struct rt_box *first;
    uint32_t count;
};
void rt_boxes_push(struct rt_boxes *list, struct rt_box *box);
struct rt_box *rt_boxes_pop(struct rt_boxes *list);

/* What the pool's thread does while it does nothing. */
enum rt_rest {
    RT_AWAKE,
    RT_NAPPING, /* for a moment, since calls go on: wake it only where it is urgent */
    RT_ASLEEP
};

/* A slot is in one of the lists, or in somebody's hands: a call's, or the preparer's.  So is a box,
 * or it is a slot's.
 *
 * There are enough of both.  A call makes a slot only where none is idle, and the preparer only
 * where the hot tier is not full: there are at most those in use, those of the hot tier and one in
 * hand. Boxes: see rt_config_instances(). */
struct rt_pool {
    struct rt_pool_parts parts;
    struct rt_tier_rules rules;
    uint32_t slot_limit; /* kept at most; 0: nothing is kept, and there is no preparer */
    bool give_back;      /* memory to the system, after each call */
    uint64_t health_ns, nap_ns;

    pthread_mutex_t lock; /* guards what follows up to `inside` */
    struct rt_queue queue;
    struct rt_slots hot, warm;
    struct rt_slots returned; /* for the preparer to find a tier for; no instance */
    struct rt_slots spare;    /* not in existence, as far as anybody outside can tell */
    struct rt_boxes used;     /* with instances to be dropped */
    struct rt_boxes empty;
    struct rt_sizing sizing;
    enum rt_pressure pressure;
    bool closing, stop;
    enum rt_rest rest;
    uint64_t last_use;   /* a take or a give */
    uint64_t fill_until; /* the whole hot tier: for a while after a take that was not hot */
    uint64_t last_check, retry_at;
    pthread_cond_t wake;
    pthread_t preparer;

    atomic_uint inside; /* threads that are in rt_pool_take(), rt_pool_give() or between */
    uint32_t capacity;
    struct rt_slot *slots; /* as many as boxes */
    struct rt_box boxes[];
};

/* What happened under the lock, told when it is let go. */
struct rt_news {
    unsigned count;
    struct {
        rt_event_kind kind;
        uint64_t value, limit;
    } at[8];
};
void rt_news_add(struct rt_news *news, rt_event_kind kind, uint64_t value, uint64_t limit);
/* Empties it. */
void rt_news_tell(struct rt_news *news, struct rt_events *events);

/* How many of each may be there now. */
struct rt_goals {
    uint32_t hot, warm, ready;
};
struct rt_goals rt_pool_goals(const struct rt_pool *pool);

/* A slot that comes into being, in the caller's hands. */
struct rt_slot *rt_pool_new_slot(struct rt_pool *pool, uint64_t now, struct rt_news *news);
/* One in the caller's hands, without an instance, is no more. */
void rt_pool_evict(struct rt_pool *pool, struct rt_slot *slot, enum rt_eviction why,
                   struct rt_news *news);
/* One that is worn is replaced by one that is new. */
void rt_pool_replace_worn(struct rt_pool *pool, struct rt_slot *slot, uint64_t now,
                          struct rt_news *news);
/* One in the caller's hands goes to its tier; cold: it is given up. */
void rt_pool_put(struct rt_pool *pool, struct rt_slot *slot, rt_tier tier, struct rt_news *news);
/* Where it may go without an instance of its own. */
rt_tier rt_pool_place_unready(const struct rt_pool *pool, const struct rt_slot *slot, uint64_t now);

/* Makes an instance.  The lock is not held. */
rt_status rt_pool_make(struct rt_pool *pool, struct rt_instance *out, rt_error *err);

/* Whether calls would wait for the preparer soon. */
bool rt_pool_urgent(const struct rt_pool *pool);

/* Brings the gauges up to date: of what there is, and of what tuning wants. */
void rt_pool_publish(const struct rt_pool *pool);
void rt_pool_publish_targets(const struct rt_pool *pool);

/* The pool's own thread; arg: the pool. */
void *rt_pool_prepare(void *arg);

#endif

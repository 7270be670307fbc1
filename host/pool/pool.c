/* The pool as calls meet it: take and give; opening and closing. */
#include "host/pool/pool.h"

#include "base/error.h"
#include "host/pool/slots.h"
#include "host/system/clock.h"
#include "host/system/memory.h"
#include "host/system/stack.h"

#include <string.h>

static const uint64_t SECOND = UINT64_C(1000000000), MS = 1000000;

/* While calls go on the preparer looks by itself, this often: waking it would cost each call more
 * than the rest of giving back. */
static const uint64_t NAP_NS = 2000000;

/* ---- open and close ------------------------------------------------------------------------- */

static void set_rules(struct rt_pool *pool, const struct rt_config *config, uint64_t now)
{
    uint32_t slots = pool->slot_limit;
    uint32_t ready = (uint32_t)config->initial_pool_size;
    pool->give_back = config->aggressive_gc;
    pool->health_ns = config->health_secs * SECOND;
    pool->nap_ns = config->hot_ms * MS / 2 < NAP_NS ? config->hot_ms * MS / 2 : NAP_NS;
    pool->rules = (struct rt_tier_rules){
        .warm_size = (uint32_t)config->warm_size,
        .keep_ready = ready < slots ? ready : slots,
        .hot_ns = config->hot_ms * MS,
        .warm_ns = config->warm_ms * MS,
        .max_age_ns = config->max_age_secs * SECOND,
        .max_uses = (uint32_t)config->max_uses,
        .max_failures = (uint32_t)config->max_failures,
    };
    uint32_t least = (uint32_t)config->adaptive_min;
    const struct rt_sizing_rules sizing = {
        .on = config->auto_tune && slots > 0,
        .min_size = least > pool->rules.keep_ready ? least : pool->rules.keep_ready,
        .max_size = slots,
        .interval_ns = config->tune_secs * SECOND,
    };
    rt_sizing_init(&pool->sizing, &sizing, (uint32_t)config->hot_size,
                   (uint32_t)(config->hot_size + config->warm_size), now);
}

static bool start(struct rt_pool *pool)
{
    pthread_condattr_t attr;
    if (pool->slot_limit == 0)
        return true;
    if (pthread_condattr_init(&attr) != 0)
        return false;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&pool->wake, &attr);
    pthread_condattr_destroy(&attr);
    if (rt_stack_thread(&pool->preparer, rt_pool_prepare, pool))
        return true;
    pthread_cond_destroy(&pool->wake);
    return false;
}

rt_status rt_pool_open(struct rt_pool **out, const struct rt_pool_parts *parts, rt_error *err)
{
    const struct rt_alloc *alloc = parts->alloc ? parts->alloc : &rt_alloc_heap;
    uint32_t capacity = rt_config_instances(parts->config);
    size_t size =
        sizeof(struct rt_pool) + capacity * (sizeof(struct rt_box) + sizeof(struct rt_slot));
    struct rt_pool *pool = rt_alloc_resize(alloc, NULL, size);
    if (!pool)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the pool");
    uint64_t now = rt_clock_now();
    memset(pool, 0, size);
    pool->parts = *parts;
    pool->parts.config = NULL;
    pool->parts.alloc = alloc;
    pool->slot_limit = rt_config_slots(parts->config);
    pool->slots = (void *)(pool->boxes + capacity);
    pool->capacity = capacity;
    pool->last_use = pool->last_check = now;
    atomic_init(&pool->inside, 0);
    set_rules(pool, parts->config, now);
    rt_queue_init(&pool->queue, (uint32_t)parts->config->pool_size);
    for (uint32_t i = 0; i < capacity; i++) {
        rt_slots_append(&pool->spare, &pool->slots[i]);
        rt_boxes_push(&pool->empty, &pool->boxes[i]);
    }
    pthread_mutex_init(&pool->lock, NULL);
    rt_pool_publish_targets(pool);
    rt_pool_publish(pool);
    if (start(pool)) {
        *out = pool;
        return RT_OK;
    }
    pthread_mutex_destroy(&pool->lock);
    rt_alloc_resize(alloc, pool, 0);
    return rt_fail(err, RT_NO_MEMORY, "no thread can be made for the pool");
}

/* Whoever is inside touches `inside` last, so that nothing but it can be waited for.  Closing is
 * rare. */
static void drain(struct rt_pool *pool)
{
    const struct timespec nap = { .tv_nsec = 1000000 };
    while (atomic_load_explicit(&pool->inside, memory_order_acquire) > 0)
        nanosleep(&nap, NULL);
}

void rt_pool_close(struct rt_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    rt_queue_close(&pool->queue);
    pthread_mutex_unlock(&pool->lock);
    drain(pool);
    if (pool->slot_limit > 0) {
        pthread_mutex_lock(&pool->lock);
        pool->stop = true;
        pthread_cond_signal(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
        pthread_join(pool->preparer, NULL);
        pthread_cond_destroy(&pool->wake);
    }
    for (struct rt_box *box = pool->used.first; box; box = box->next)
        rt_instance_drop(&box->instance);
    for (struct rt_slot *slot = pool->hot.first; slot; slot = slot->next)
        rt_instance_drop(&slot->box->instance);
    pthread_mutex_destroy(&pool->lock);
    rt_alloc_resize(pool->parts.alloc, pool, 0);
}

/* ---- take ----------------------------------------------------------------------------------- */

/* Tells threads apart. */
static const void *this_thread(void)
{
    static _Thread_local char place;
    return &place;
}

/* The one that this thread used last, else the one that came last: what is still in caches. */
static struct rt_slot *nearest(const struct rt_slots *list)
{
    const void *user = this_thread();
    for (struct rt_slot *slot = list->first; slot; slot = slot->next)
        if (slot->user == user)
            return slot;
    return list->first;
}

/* The best list that has any: those that came back and wait for the preparer are best left to it.
 */
static struct rt_slots *best(struct rt_pool *pool)
{
    if (pool->hot.first)
        return &pool->hot;
    return pool->warm.first ? &pool->warm : &pool->returned;
}

/* For the lease, which has the place already. */
static void pick(struct rt_pool *pool, struct rt_lease *lease, uint64_t now, struct rt_news *news)
{
    struct rt_slots *list = best(pool);
    struct rt_slot *slot = nearest(list);
    if (!slot) {
        slot = rt_pool_new_slot(pool, now, news);
    } else {
        rt_slots_remove(list, slot);
        if (list == &pool->returned) {
            slot->tier = RT_TIER_WARM;
            rt_pool_replace_worn(pool, slot, now, news);
        }
    }
    if (!slot->box)
        slot->box = rt_boxes_pop(&pool->empty);
    rt_sizing_took(&pool->sizing, slot->tier, now);
    pool->last_use = now;
    if (slot->tier != RT_TIER_HOT)
        pool->fill_until = now + pool->rules.warm_ns;
    lease->slot = slot;
    lease->tier = slot->tier;
    lease->instance = &slot->box->instance;
}

static void leave(struct rt_pool *pool)
{
    atomic_fetch_sub_explicit(&pool->inside, 1, memory_order_release);
}

/* Slot, box and place go back: the slot to the preparer, or where it may be without it.  Whoever
 * has the place now.  The lock is held. */
static struct rt_waiter *put_back(struct rt_pool *pool, struct rt_slot *slot, uint64_t now,
                                  struct rt_news *news)
{
    if (rt_pool_goals(pool).hot > 0) {
        rt_slots_append(&pool->returned, slot);
    } else {
        rt_pool_replace_worn(pool, slot, now, news);
        rt_pool_put(pool, slot, rt_pool_place_unready(pool, slot, now), news);
    }
    rt_sizing_returned(&pool->sizing, now);
    pool->last_use = now;
    struct rt_waiter *waiter = rt_queue_leave(&pool->queue);
    rt_pool_publish(pool);
    return waiter;
}

static rt_status make_now(struct rt_pool *pool, struct rt_lease *lease, rt_error *err)
{
    struct rt_slot *slot = lease->slot;
    uint64_t start = rt_clock_now();
    rt_status status = rt_pool_make(pool, lease->instance, err);
    uint64_t now = rt_clock_now();
    lease->instantiate_ns = now - start;
    if (status == RT_OK)
        return RT_OK;
    slot->record.failures++;
    slot->record.returned_at = now;
    struct rt_news news = { .count = 0 };
    pthread_mutex_lock(&pool->lock);
    rt_boxes_push(&pool->empty, slot->box);
    slot->box = NULL;
    struct rt_waiter *waiter = put_back(pool, slot, now, &news);
    pthread_mutex_unlock(&pool->lock);
    rt_queue_call(waiter);
    rt_news_tell(&news, pool->parts.events);
    return status;
}

static rt_status wait_for_place(struct rt_pool *pool, const struct rt_watch *watch,
                                struct rt_news *news, rt_error *err)
{
    rt_metrics_set(pool->parts.metrics, RT_METRIC_WAITING, 0, pool->queue.waiting + UINT64_C(1));
    rt_status status = rt_queue_wait(&pool->queue, &pool->lock, watch, err);
    if (status == RT_POOL_EXHAUSTED)
        rt_news_add(news, RT_EVENT_EXHAUSTED, pool->queue.waiting, pool->queue.places);
    return status;
}

static void count_take(const struct rt_pool *pool, const struct rt_lease *lease)
{
    struct rt_metrics *m = pool->parts.metrics;
    rt_metrics_add(m, RT_METRIC_TAKES, lease->tier, 1);
    rt_metrics_observe(m, RT_METRIC_TAKE_TIME, lease->tier, lease->take_ns);
    rt_metrics_observe(m, RT_METRIC_WAIT_TIME, 0, lease->wait_ns);
}

/* The part of it under the lock. */
static rt_status get_slot(struct rt_pool *pool, const struct rt_watch *watch,
                          struct rt_lease *lease, uint64_t *at, rt_error *err)
{
    struct rt_news news = { .count = 0 };
    pthread_mutex_lock(&pool->lock);
    rt_status status = RT_OK;
    if (rt_cancel_is_triggered(watch->cancel) || !rt_queue_try(&pool->queue)) {
        status = wait_for_place(pool, watch, &news, err);
        uint64_t now = rt_clock_now();
        lease->wait_ns = now - *at;
        *at = now;
    }
    if (status == RT_OK)
        pick(pool, lease, *at, &news);
    rt_pool_publish(pool);
    pthread_mutex_unlock(&pool->lock);
    rt_news_tell(&news, pool->parts.events);
    return status;
}

rt_status rt_pool_take(struct rt_pool *pool, const struct rt_watch *watch, struct rt_lease *out,
                       rt_error *err)
{
    struct rt_lease lease = { .slot = NULL };
    uint64_t at = rt_clock_now();
    atomic_fetch_add_explicit(&pool->inside, 1, memory_order_relaxed);
    rt_status status = get_slot(pool, watch, &lease, &at, err);
    if (status == RT_POOL_EXHAUSTED)
        rt_metrics_add(pool->parts.metrics, RT_METRIC_EXHAUSTED, 0, 1);
    if (status == RT_OK && lease.tier != RT_TIER_HOT)
        status = make_now(pool, &lease, err);
    if (status != RT_OK) {
        leave(pool);
        return status;
    }
    lease.take_ns = rt_clock_now() - at;
    count_take(pool, &lease);
    *out = lease;
    return RT_OK;
}

/* ---- give ----------------------------------------------------------------------------------- */

/* Whether the preparer has time for one more to drop.  Making comes first: where none is ready
 * though slots wait for theirs, each drop would keep it from that. */
static bool has_time(const struct rt_pool *pool)
{
    struct rt_goals goals = rt_pool_goals(pool);
    bool behind = !pool->hot.first && pool->returned.first;
    return goals.hot + goals.warm > 0 && !behind && pool->used.count < goals.hot + RT_POOL_BACKLOG;
}

/* The used instance goes to the preparer, or is dropped here.  The lock is held, but not while that
 * happens. */
static void give_box(struct rt_pool *pool, struct rt_box *box)
{
    if (has_time(pool)) {
        rt_boxes_push(&pool->used, box);
        return;
    }
    pthread_mutex_unlock(&pool->lock);
    rt_instance_drop(&box->instance);
    if (pool->give_back)
        rt_process_trim();
    pthread_mutex_lock(&pool->lock);
    rt_boxes_push(&pool->empty, box);
}

/* Whether the preparer is to be woken; it then is.  The lock is held. */
static bool must_wake(struct rt_pool *pool)
{
    if (pool->rest == RT_AWAKE || (pool->rest == RT_NAPPING && !rt_pool_urgent(pool)))
        return false;
    pool->rest = RT_AWAKE;
    return true;
}

void rt_pool_give(struct rt_pool *pool, struct rt_lease *lease, rt_status outcome)
{
    struct rt_slot *slot = lease->slot;
    struct rt_news news = { .count = 0 };
    uint64_t now = rt_clock_now();
    slot->record.uses++;
    slot->record.failures += rt_status_cause(outcome) == RT_CAUSE_FAULT;
    slot->record.returned_at = now;
    slot->user = this_thread();
    pthread_mutex_lock(&pool->lock);
    give_box(pool, slot->box);
    slot->box = NULL;
    struct rt_waiter *waiter = put_back(pool, slot, now, &news);
    bool wake = must_wake(pool);
    pthread_mutex_unlock(&pool->lock);
    rt_queue_call(waiter);
    if (wake)
        pthread_cond_signal(&pool->wake);
    rt_news_tell(&news, pool->parts.events);
    *lease = (struct rt_lease){ .slot = NULL };
    leave(pool);
}

/* ---- the rest ------------------------------------------------------------------------------- */

void rt_pool_press(struct rt_pool *pool, enum rt_pressure pressure)
{
    pthread_mutex_lock(&pool->lock);
    bool changed = pool->pressure != pressure;
    pool->pressure = pressure;
    rt_queue_narrow(&pool->queue, pressure == RT_PRESSURE_CRITICAL ? 1 : pool->queue.places);
    if (changed && pool->slot_limit > 0) {
        pool->rest = RT_AWAKE;
        pthread_cond_signal(&pool->wake);
    }
    pthread_mutex_unlock(&pool->lock);
}

void rt_pool_read(struct rt_pool *pool, struct rt_pool_state *out)
{
    pthread_mutex_lock(&pool->lock);
    *out = (struct rt_pool_state){
        .hot = pool->hot.count,
        .warm = pool->warm.count,
        .active = pool->queue.places - pool->queue.free,
        .waiting = pool->queue.waiting,
        .limit = pool->queue.places,
        .hot_target = pool->sizing.hot_target,
        .size_target = pool->sizing.size_target,
    };
    pthread_mutex_unlock(&pool->lock);
}

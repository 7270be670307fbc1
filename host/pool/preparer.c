/* The pool's own thread: drops what calls used, makes what the next ones need, gives up what nobody
 * does, and tunes; the urgent first, but for tuning, which costs nothing and must not starve when
 * there is always something else; a piece at a time, asleep when nothing is to be done.
 * The lock is held but while an instance is made or dropped. */
#include "host/pool/slots.h"

#include "base/prompt.h"
#include "host/system/clock.h"

/* After an instance could not be made none is made ahead for a while; calls make their own, and
 * tell why not. */
static const uint64_t RETRY_NS = UINT64_C(1000000000);

/* After so many in vain it sleeps. */
enum { NAPS = 20 };

static void lock_again(struct rt_pool *pool, struct rt_news *news)
{
    rt_news_tell(news, pool->parts.events);
    pthread_mutex_lock(&pool->lock);
}

static void drop(struct rt_pool *pool, struct rt_box *box, struct rt_news *news)
{
    pthread_mutex_unlock(&pool->lock);
    rt_instance_drop(&box->instance);
    lock_again(pool, news);
    rt_boxes_push(&pool->empty, box);
}

/* A new instance for the slot, which has none; the failure to make it is the slot's. */
static bool make(struct rt_pool *pool, struct rt_slot *slot, struct rt_news *news)
{
    struct rt_box *box = rt_boxes_pop(&pool->empty);
    pthread_mutex_unlock(&pool->lock);
    rt_status status = rt_pool_make(pool, &box->instance, NULL);
    lock_again(pool, news);
    if (status == RT_OK) {
        slot->box = box;
        return true;
    }
    rt_boxes_push(&pool->empty, box);
    slot->record.failures++;
    pool->retry_at = rt_clock_now() + RETRY_NS;
    rt_metrics_add(pool->parts.metrics, RT_METRIC_FAILURES, status, 1);
    rt_metrics_add(pool->parts.metrics, RT_METRIC_FAILURES_KEPT, status, 1);
    return false;
}

/* A slot whose instance could not be made, or is not wanted. */
static void put_unready(struct rt_pool *pool, struct rt_slot *slot, struct rt_news *news)
{
    uint64_t now = rt_clock_now();
    rt_pool_replace_worn(pool, slot, now, news);
    rt_pool_put(pool, slot, rt_pool_place_unready(pool, slot, now), news);
}

static void promote(struct rt_pool *pool, struct rt_slot *slot, struct rt_news *news)
{
    if (make(pool, slot, news))
        rt_pool_put(pool, slot, RT_TIER_HOT, news);
    else
        put_unready(pool, slot, news);
}

/* ---- the pieces: each true where it did something ------------------------------------------- */

static bool demote(struct rt_pool *pool, struct rt_slot *slot, struct rt_slots *list,
                   enum rt_eviction why, struct rt_news *news)
{
    rt_slots_remove(list, slot);
    if (slot->box) {
        struct rt_box *box = slot->box;
        slot->box = NULL;
        drop(pool, box, news);
    }
    if (why == RT_KEEP)
        rt_pool_put(pool, slot, rt_pool_place_unready(pool, slot, rt_clock_now()), news);
    else
        rt_pool_evict(pool, slot, why, news);
    return true;
}

/* More than there may be: the target shrank, or memory is short. */
static bool trim(struct rt_pool *pool, struct rt_news *news)
{
    struct rt_goals goals = rt_pool_goals(pool);
    enum rt_eviction why = pool->pressure >= RT_PRESSURE_HIGH ? RT_EVICT_MEMORY : RT_EVICT_SURPLUS;
    if (pool->warm.count > goals.warm)
        return demote(pool, pool->warm.last, &pool->warm, why, news);
    if (pool->hot.count > goals.hot)
        return demote(pool, pool->hot.last, &pool->hot, why == RT_EVICT_SURPLUS ? RT_KEEP : why,
                      news);
    return false;
}

static bool renew(struct rt_pool *pool, uint64_t now, struct rt_news *news)
{
    struct rt_slot *slot = pool->returned.first;
    if (!slot)
        return false;
    rt_slots_remove(&pool->returned, slot);
    rt_pool_replace_worn(pool, slot, now, news);
    uint32_t room = now >= pool->retry_at ? rt_pool_goals(pool).hot : 0;
    if (rt_tiers_place(&pool->rules, &slot->record, pool->hot.count, room, 0, now) == RT_TIER_HOT)
        promote(pool, slot, news);
    else
        put_unready(pool, slot, news);
    return true;
}

/* How many are to be ready though no slot came back for it: what is kept ready, of which those in
 * use will come back; the whole tier where that did not do. */
static uint32_t fill_goal(const struct rt_pool *pool, uint64_t now)
{
    struct rt_goals goals = rt_pool_goals(pool);
    uint32_t busy = pool->sizing.busy;
    if (now < pool->fill_until)
        return goals.hot;
    return goals.ready > busy ? goals.ready - busy : 0;
}

static bool fill(struct rt_pool *pool, uint64_t now, struct rt_news *news)
{
    if (pool->hot.count >= fill_goal(pool, now) || now < pool->retry_at)
        return false;
    struct rt_slot *slot = pool->warm.first;
    if (slot)
        rt_slots_remove(&pool->warm, slot);
    else
        slot = rt_pool_new_slot(pool, now, news);
    slot->record.returned_at = now;
    promote(pool, slot, news);
    return true;
}

/* After what makes instances, which takes a tenth of the time. */
static bool clear(struct rt_pool *pool, struct rt_news *news)
{
    struct rt_box *box = rt_boxes_pop(&pool->used);
    if (!box)
        return false;
    drop(pool, box, news);
    return true;
}

static bool idle_out(struct rt_pool *pool, struct rt_slots *list, rt_tier tier, uint64_t now,
                     struct rt_news *news)
{
    for (struct rt_slot *slot = list->last; slot; slot = slot->before) {
        enum rt_eviction why = rt_tiers_worn(&pool->rules, &slot->record, now);
        if (why == RT_KEEP &&
            rt_tiers_idle_out(&pool->rules, &slot->record, tier, list->count - 1, now))
            why = RT_EVICT_IDLE;
        if (why != RT_KEEP)
            return demote(pool, slot, list, why, news);
    }
    return false;
}

static uint64_t check_due(const struct rt_pool *pool)
{
    if (!pool->hot.last)
        return UINT64_MAX;
    uint64_t last = pool->last_use > pool->last_check ? pool->last_use : pool->last_check;
    return last + pool->health_ns;
}

/* Proves, while nobody calls, that instances can be made: replaces the one that is oldest. */
static bool check(struct rt_pool *pool, uint64_t now, struct rt_news *news)
{
    if (now < check_due(pool))
        return false;
    struct rt_slot *slot = pool->hot.last;
    struct rt_box *old = slot->box;
    pool->last_check = now;
    rt_slots_remove(&pool->hot, slot);
    enum rt_eviction why = RT_KEEP;
    bool made = make(pool, slot, news);
    if (!made)
        why = rt_tiers_worn(&pool->rules, &slot->record, now);
    if (!made && why != RT_KEEP)
        slot->box = NULL;
    if (made || why != RT_KEEP)
        drop(pool, old, news);
    if (why == RT_KEEP)
        rt_pool_put(pool, slot, RT_TIER_HOT, news);
    else
        rt_pool_evict(pool, slot, why, news);
    return true;
}

static bool tune(struct rt_pool *pool, uint64_t now, struct rt_news *news)
{
    if (!rt_sizing_look(&pool->sizing, now))
        return false;
    rt_news_add(news, RT_EVENT_RESIZED, pool->sizing.hot_target, pool->sizing.size_target);
    rt_pool_publish_targets(pool);
    return true;
}

/* ---- the thread ----------------------------------------------------------------------------- */

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t list_due(const struct rt_pool *pool, const struct rt_slots *list, rt_tier tier)
{
    uint64_t due = UINT64_MAX;
    for (const struct rt_slot *slot = list->first; slot; slot = slot->next)
        due = earlier(due, rt_tiers_due(&pool->rules, &slot->record, tier, list->count - 1));
    return due;
}

/* When there will be something to do, if nothing happens before; UINT64_MAX: never. */
static uint64_t next_due(const struct rt_pool *pool, uint64_t now)
{
    uint64_t due =
        earlier(list_due(pool, &pool->hot, RT_TIER_HOT), list_due(pool, &pool->warm, RT_TIER_WARM));
    due = earlier(due, check_due(pool));
    if (pool->sizing.rules.on)
        due = earlier(due, pool->sizing.since + pool->sizing.rules.interval_ns);
    if (pool->hot.count < fill_goal(pool, now))
        due = earlier(due, pool->retry_at);
    return due;
}

static bool work(struct rt_pool *pool, struct rt_news *news)
{
    uint64_t now = rt_clock_now();
    return tune(pool, now, news) || trim(pool, news) || renew(pool, now, news) ||
           fill(pool, now, news) || clear(pool, news) ||
           idle_out(pool, &pool->hot, RT_TIER_HOT, now, news) ||
           idle_out(pool, &pool->warm, RT_TIER_WARM, now, news) || check(pool, now, news);
}

/* Naps while calls go on, sleeps when there were none for a while. */
static void rest(struct rt_pool *pool)
{
    uint64_t now = rt_clock_now(), due = next_due(pool, now);
    pool->rest = RT_ASLEEP;
    if (now - pool->last_use < NAPS * pool->nap_ns) {
        pool->rest = RT_NAPPING;
        due = earlier(due, now + pool->nap_ns);
    }
    if (due == UINT64_MAX) {
        pthread_cond_wait(&pool->wake, &pool->lock);
    } else {
        struct timespec until = rt_clock_timespec(due);
        pthread_cond_timedwait(&pool->wake, &pool->lock, &until);
    }
    pool->rest = RT_AWAKE;
}

void *rt_pool_prepare(void *arg)
{
    struct rt_pool *pool = arg;
    struct rt_news news = { .count = 0 };
    rt_prompt_thread();
    pthread_mutex_lock(&pool->lock);
    while (!pool->stop) {
        bool worked = work(pool, &news);
        rt_pool_publish(pool);
        if (news.count > 0) {
            pthread_mutex_unlock(&pool->lock);
            lock_again(pool, &news);
        } else if (!worked) {
            rest(pool);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

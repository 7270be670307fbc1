/* The slots of the pool: lists, and how they come, move and go.  All but rt_news_tell() and
 * rt_pool_make() is done under the pool's lock. */
#include "host/pool/slots.h"

/* ---- lists ---------------------------------------------------------------------------------- */

void rt_slots_push(struct rt_slots *list, struct rt_slot *slot)
{
    slot->before = NULL;
    slot->next = list->first;
    if (list->first)
        list->first->before = slot;
    else
        list->last = slot;
    list->first = slot;
    list->count++;
}

void rt_slots_append(struct rt_slots *list, struct rt_slot *slot)
{
    slot->next = NULL;
    slot->before = list->last;
    if (list->last)
        list->last->next = slot;
    else
        list->first = slot;
    list->last = slot;
    list->count++;
}

void rt_slots_remove(struct rt_slots *list, struct rt_slot *slot)
{
    if (slot->before)
        slot->before->next = slot->next;
    else
        list->first = slot->next;
    if (slot->next)
        slot->next->before = slot->before;
    else
        list->last = slot->before;
    list->count--;
}

void rt_boxes_push(struct rt_boxes *list, struct rt_box *box)
{
    box->next = list->first;
    list->first = box;
    list->count++;
}

struct rt_box *rt_boxes_pop(struct rt_boxes *list)
{
    struct rt_box *box = list->first;
    if (!box)
        return NULL;
    list->first = box->next;
    list->count--;
    return box;
}

/* ---- news ----------------------------------------------------------------------------------- */

void rt_news_add(struct rt_news *news, rt_event_kind kind, uint64_t value, uint64_t limit)
{
    enum { ROOM = sizeof news->at / sizeof *news->at };
    if (news->count == ROOM)
        return;
    news->at[news->count].kind = kind;
    news->at[news->count].value = value;
    news->at[news->count++].limit = limit;
}

void rt_news_tell(struct rt_news *news, struct rt_events *events)
{
    for (unsigned i = 0; i < news->count && events; i++)
        rt_events_tell(events, news->at[i].kind, news->at[i].value, news->at[i].limit);
    news->count = 0;
}

/* ---- rules ---------------------------------------------------------------------------------- */

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

struct rt_goals rt_pool_goals(const struct rt_pool *pool)
{
    if (pool->slot_limit == 0 || pool->closing || pool->pressure == RT_PRESSURE_CRITICAL)
        return (struct rt_goals){ 0, 0, 0 };
    uint32_t ready = pool->rules.keep_ready;
    if (pool->pressure == RT_PRESSURE_HIGH)
        return (struct rt_goals){ ready, 0, ready };
    uint32_t size = pool->sizing.size_target;
    uint32_t room = size > pool->hot.count ? size - pool->hot.count : 0;
    return (struct rt_goals){
        .hot = larger(pool->sizing.hot_target, ready),
        .warm = room < pool->rules.warm_size ? room : pool->rules.warm_size,
        .ready = ready,
    };
}

bool rt_pool_urgent(const struct rt_pool *pool)
{
    struct rt_goals goals = rt_pool_goals(pool);
    return pool->hot.count < (goals.hot + 1) / 2 ||
           pool->used.count > (goals.hot + RT_POOL_BACKLOG) / 2;
}

rt_tier rt_pool_place_unready(const struct rt_pool *pool, const struct rt_slot *slot, uint64_t now)
{
    struct rt_tier_rules rules = pool->rules;
    rules.warm_size = rt_pool_goals(pool).warm;
    return rt_tiers_place(&rules, &slot->record, 0, 0, pool->warm.count, now);
}

/* ---- slots ---------------------------------------------------------------------------------- */

static uint32_t existing(const struct rt_pool *pool) { return pool->capacity - pool->spare.count; }

/* Without the tiers slots are not what anybody watches. */
static bool is_told(const struct rt_pool *pool) { return pool->slot_limit > 0; }

static void begin(struct rt_pool *pool, struct rt_slot *slot, uint64_t now, struct rt_news *news)
{
    slot->record = (struct rt_slot_record){ .made_at = now, .returned_at = now };
    slot->tier = RT_TIER_COLD;
    slot->user = NULL;
    if (is_told(pool))
        rt_news_add(news, RT_EVENT_CREATED, existing(pool), pool->sizing.size_target);
}

struct rt_slot *rt_pool_new_slot(struct rt_pool *pool, uint64_t now, struct rt_news *news)
{
    struct rt_slot *slot = pool->spare.first;
    rt_slots_remove(&pool->spare, slot);
    begin(pool, slot, now, news);
    return slot;
}

static void tell_eviction(const struct rt_pool *pool, const struct rt_slot *slot,
                          enum rt_eviction why, struct rt_news *news)
{
    if (is_told(pool))
        rt_news_add(news, RT_EVENT_EVICTED, why, slot->record.uses);
}

void rt_pool_evict(struct rt_pool *pool, struct rt_slot *slot, enum rt_eviction why,
                   struct rt_news *news)
{
    tell_eviction(pool, slot, why, news);
    rt_slots_push(&pool->spare, slot);
}

void rt_pool_replace_worn(struct rt_pool *pool, struct rt_slot *slot, uint64_t now,
                          struct rt_news *news)
{
    enum rt_eviction why = rt_tiers_worn(&pool->rules, &slot->record, now);
    if (why == RT_KEEP)
        return;
    uint64_t returned_at = slot->record.returned_at;
    tell_eviction(pool, slot, why, news);
    begin(pool, slot, now, news);
    slot->record.returned_at = returned_at;
}

void rt_pool_put(struct rt_pool *pool, struct rt_slot *slot, rt_tier tier, struct rt_news *news)
{
    if (tier == RT_TIER_COLD) {
        rt_pool_evict(pool, slot,
                      pool->pressure >= RT_PRESSURE_HIGH ? RT_EVICT_MEMORY : RT_EVICT_SURPLUS,
                      news);
        return;
    }
    rt_tier before = slot->tier;
    slot->tier = tier;
    if (tier == RT_TIER_HOT) {
        rt_slots_push(&pool->hot, slot);
        if (before != tier)
            rt_news_add(news, RT_EVENT_PROMOTED, pool->hot.count, rt_pool_goals(pool).hot);
    } else {
        rt_slots_push(&pool->warm, slot);
        if (before == RT_TIER_HOT)
            rt_news_add(news, RT_EVENT_DEMOTED, pool->warm.count, pool->rules.warm_size);
    }
}

rt_status rt_pool_make(struct rt_pool *pool, struct rt_instance *out, rt_error *err)
{
    rt_ticker_enter(pool->parts.ticker);
    rt_status status = rt_instance_make(out, pool->parts.component, pool->parts.limits, err);
    rt_ticker_leave(pool->parts.ticker);
    return status;
}

void rt_pool_publish(const struct rt_pool *pool)
{
    struct rt_metrics *m = pool->parts.metrics;
    if (!m)
        return;
    rt_metrics_set(m, RT_METRIC_SLOTS, RT_TIER_HOT, pool->hot.count);
    rt_metrics_set(m, RT_METRIC_SLOTS, RT_TIER_WARM, pool->warm.count);
    rt_metrics_set(m, RT_METRIC_ACTIVE, 0, pool->queue.places - pool->queue.free);
    rt_metrics_set(m, RT_METRIC_WAITING, 0, pool->queue.waiting);
}

void rt_pool_publish_targets(const struct rt_pool *pool)
{
    struct rt_metrics *m = pool->parts.metrics;
    rt_metrics_set(m, RT_METRIC_POOL_LIMIT, 0, pool->queue.places);
    rt_metrics_set(m, RT_METRIC_HOT_TARGET, 0, pool->sizing.hot_target);
    rt_metrics_set(m, RT_METRIC_SIZE_TARGET, 0, pool->sizing.size_target);
}

/* How large the hot tier and the pool should be, by what calls found in the last interval. */
#include "host/pool/sizing.h"

/* Percent, but for the first. */
enum { ENOUGH_TAKES = 100, HOT_LOW = 70, HOT_HIGH = 90, USE_HIGH = 80, USE_LOW = 20 };

void rt_sizing_init(struct rt_sizing *sizing, const struct rt_sizing_rules *rules,
                    uint32_t hot_target, uint32_t size_target, uint64_t now)
{
    uint32_t size = size_target;
    if (size > rules->max_size)
        size = rules->max_size;
    if (size < rules->min_size)
        size = rules->min_size;
    *sizing = (struct rt_sizing){
        .rules = *rules,
        .hot_target = hot_target < size ? hot_target : size,
        .size_target = size,
        .since = now,
        .at = now,
    };
}

static void count_busy(struct rt_sizing *sizing, uint64_t now)
{
    if (now <= sizing->at)
        return;
    sizing->busy_ns += sizing->busy * (now - sizing->at);
    sizing->at = now;
}

void rt_sizing_took(struct rt_sizing *sizing, unsigned tier, uint64_t now)
{
    uint64_t *const takes[] = { &sizing->hot, &sizing->warm, &sizing->cold };
    ++*takes[tier < 2 ? tier : 2];
    count_busy(sizing, now);
    sizing->busy++;
}

void rt_sizing_returned(struct rt_sizing *sizing, uint64_t now)
{
    count_busy(sizing, now);
    if (sizing->busy > 0)
        sizing->busy--;
}

/* A quarter of the slots is left for the warm tier: without room there a slot that comes back when
 * the hot tier is full would be given up, and another one made for it the moment after. */
static bool may_grow(const struct rt_sizing *sizing)
{
    return (sizing->hot_target + 1) * 4 <= sizing->size_target * 3;
}

static void tune_hot(struct rt_sizing *sizing)
{
    uint64_t takes = sizing->hot + sizing->warm + sizing->cold;
    if (takes < ENOUGH_TAKES)
        return;
    if (sizing->hot * 100 < takes * HOT_LOW)
        sizing->hot_target += may_grow(sizing);
    else if (sizing->hot * 100 > takes * HOT_HIGH && sizing->hot_target > 1)
        sizing->hot_target--;
}

static void tune_size(struct rt_sizing *sizing, uint64_t length)
{
    uint64_t percent = length / 100 * sizing->size_target;
    if (sizing->busy_ns >= percent * USE_HIGH) {
        if (sizing->size_target < sizing->rules.max_size)
            sizing->size_target++;
    } else if (sizing->busy_ns <= percent * USE_LOW) {
        if (sizing->size_target > sizing->rules.min_size)
            sizing->size_target--;
    }
}

bool rt_sizing_look(struct rt_sizing *sizing, uint64_t now)
{
    if (!sizing->rules.on || now < sizing->since || now - sizing->since < sizing->rules.interval_ns)
        return false;
    uint32_t hot_before = sizing->hot_target, size_before = sizing->size_target;
    count_busy(sizing, now);
    tune_hot(sizing);
    tune_size(sizing, now - sizing->since);
    if (sizing->hot_target > sizing->size_target)
        sizing->hot_target = sizing->size_target;
    sizing->since = now;
    sizing->hot = sizing->warm = sizing->cold = sizing->busy_ns = 0;
    return sizing->hot_target != hot_before || sizing->size_target != size_before;
}

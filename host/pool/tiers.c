/* The tiers: when a slot is worn, where one that comes back goes, and when an idle one goes away.
 */
#include "host/pool/tiers.h"

static uint64_t passed(uint64_t from, uint64_t now) { return now > from ? now - from : 0; }

enum rt_eviction rt_tiers_worn(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                               uint64_t now)
{
    if (slot->failures >= rules->max_failures)
        return RT_EVICT_FAILURES;
    if (slot->uses >= rules->max_uses)
        return RT_EVICT_USES;
    return passed(slot->made_at, now) >= rules->max_age_ns ? RT_EVICT_AGE : RT_KEEP;
}

rt_tier rt_tiers_place(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                       uint32_t hot, uint32_t hot_target, uint32_t warm, uint64_t now)
{
    uint64_t waited = passed(slot->returned_at, now);
    if (hot < hot_target && waited <= rules->hot_ns)
        return RT_TIER_HOT;
    return warm < rules->warm_size && waited < rules->warm_ns ? RT_TIER_WARM : RT_TIER_COLD;
}

static uint64_t idle_until(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                           rt_tier tier, uint32_t others)
{
    if (tier == RT_TIER_HOT && others < rules->keep_ready)
        return UINT64_MAX;
    return slot->returned_at + rules->warm_ns;
}

bool rt_tiers_idle_out(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                       rt_tier tier, uint32_t others, uint64_t now)
{
    return now >= idle_until(rules, slot, tier, others);
}

uint64_t rt_tiers_due(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                      rt_tier tier, uint32_t others)
{
    uint64_t idle = idle_until(rules, slot, tier, others);
    uint64_t aged = slot->made_at + rules->max_age_ns;
    return idle < aged ? idle : aged;
}

const char *rt_tier_label(rt_tier tier)
{
    static const char *const labels[RT_TIERS] = { "hot", "warm", "cold" };
    return (unsigned)tier < RT_TIERS ? labels[tier] : "unknown";
}

#ifndef RT_HOST_TIERS_H
#define RT_HOST_TIERS_H

#include <stdbool.h>
#include <stdint.h>

/* Rules about slots: which tier one is in, when it moves and when it goes.  Time comes in; no lock.
 */
typedef enum rt_tier {
    RT_TIER_HOT,  /* its next instance is ready */
    RT_TIER_WARM, /* no instance, but its place in memory is kept */
    RT_TIER_COLD, /* made when wanted */
    RT_TIERS
} rt_tier;

struct rt_tier_rules {
    uint32_t warm_size;
    uint32_t keep_ready;      /* hot slots that stay however long they are idle */
    uint64_t hot_ns, warm_ns; /* see tables/settings.def */
    uint64_t max_age_ns;
    uint32_t max_uses, max_failures;
};

/* What a slot has been through. */
struct rt_slot_record {
    uint64_t made_at, returned_at; /* ns */
    uint32_t uses, failures;
};

/* Why one is given up; the number is the value of RT_EVENT_EVICTED. */
enum rt_eviction {
    RT_KEEP,
    RT_EVICT_USES,
    RT_EVICT_FAILURES,
    RT_EVICT_AGE,
    RT_EVICT_IDLE,
    RT_EVICT_SURPLUS, /* there is no room for it in a tier */
    RT_EVICT_MEMORY   /* the process's memory is short */
};
/* Asked when a slot comes back. */
enum rt_eviction rt_tiers_worn(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                               uint64_t now);

/* Where a slot that came back goes: hot where there is room and it is made ready in time, warm
 * where there is room, else cold: it is given up.  hot, warm: how many there are besides it. */
rt_tier rt_tiers_place(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                       uint32_t hot, uint32_t hot_target, uint32_t warm, uint64_t now);

/* Whether an idle slot of the tier is given up by now; `others`: those of its tier besides it. */
bool rt_tiers_idle_out(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                       rt_tier tier, uint32_t others, uint64_t now);

/* When an idle slot goes at the latest, idle or aged, if nobody takes it. */
uint64_t rt_tiers_due(const struct rt_tier_rules *rules, const struct rt_slot_record *slot,
                      rt_tier tier, uint32_t others);

/* (borrowed, static) "hot" ... */
const char *rt_tier_label(rt_tier tier);

#endif

#ifndef RT_HOST_SIZING_H
#define RT_HOST_SIZING_H

#include <stdbool.h>
#include <stdint.h>

/* How large the hot tier and the pool should be: looked at once an interval.  No lock, no clock. */
struct rt_sizing_rules {
    bool on;
    uint32_t min_size, max_size; /* of the pool, in slots */
    uint64_t interval_ns;
};

/* What calls found since the last look. */
struct rt_sizing {
    struct rt_sizing_rules rules;
    uint32_t hot_target, size_target;
    uint64_t since;           /* the interval began */
    uint64_t hot, warm, cold; /* takes */
    uint64_t busy_ns, at;     /* sum over time of slots in use; last change of `busy` */
    uint32_t busy;
};

void rt_sizing_init(struct rt_sizing *sizing, const struct rt_sizing_rules *rules,
                    uint32_t hot_target, uint32_t size_target, uint64_t now);
/* A slot was taken from a tier (enum rt_tier), or came back. */
void rt_sizing_took(struct rt_sizing *sizing, unsigned tier, uint64_t now);
void rt_sizing_returned(struct rt_sizing *sizing, uint64_t now);

/* At the end of an interval: after at least 100 takes the hot target grows by one below 70 % hot,
 * up to three quarters of the size, and shrinks by one above 90 %, down to 1; the size grows by one
 * at 80 % use of it and shrinks by one at 20 %, within its range, and the hot target with it.  True
 * where one changed. */
bool rt_sizing_look(struct rt_sizing *sizing, uint64_t now);

#endif

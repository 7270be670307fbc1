#ifndef RT_NET_PACE_H
#define RT_NET_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Whether an answer comes fast enough: `least` bytes more in each window of time. */
struct rt_pace {
    uint64_t since_ns, bytes; /* of the last time that it did; since_ns 0: nothing came yet */
};

/* bytes: so far. */
static inline bool rt_pace_holds(struct rt_pace *pace, uint64_t bytes, uint64_t now_ns,
                                 uint64_t window_ns, uint64_t least)
{
    if (bytes == 0)
        return true;
    if (pace->since_ns == 0 || bytes - pace->bytes >= least) {
        pace->since_ns = now_ns;
        pace->bytes = bytes;
    }
    return now_ns - pace->since_ns < window_ns;
}

#endif

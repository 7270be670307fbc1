#ifndef RT_NET_RETRY_H
#define RT_NET_RETRY_H

#include "net/fetch.h"

/* Whether a request is worth another try, and when.  Rules without clock or dice. */
struct rt_retry {
    unsigned retries;        /* allowed */
    uint64_t backoff_ms;     /* before the first; doubled for each further one */
    enum rt_fetch_failure failure;
    unsigned retried;        /* so far */
    bool was_told;           /* the answer had a Retry-After */
    uint64_t told_ms;
    uint64_t now_ns, deadline_ns;
    uint32_t random;         /* any */
};

/* True, and when, where the time until the deadline suffices. */
bool rt_retry_when(const struct rt_retry *retry, uint64_t *at_ns);

/* Of a Retry-After in seconds; false for one that is a date, or nonsense. */
bool rt_retry_seconds(rt_str value, uint64_t *ms);

#endif

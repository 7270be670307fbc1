/* Exponential back-off with jitter; a host that says when is believed. */
#include "net/retry.h"

#include "base/str.h"

static const uint64_t MS = 1000000;
static const uint64_t LONGEST_MS = 30000;

/* A host that is slow, refuses, or sends too much does so again; one that was away may be back. */
static bool is_worth_it(enum rt_fetch_failure failure)
{
    switch (failure) {
    case RT_FETCH_DNS:
    case RT_FETCH_CONNECT:
    case RT_FETCH_PROTOCOL:
    case RT_FETCH_HTTP_BUSY:
    case RT_FETCH_HTTP_SERVER: return true;
    default: return false;
    }
}

bool rt_retry_when(const struct rt_retry *retry, uint64_t *at_ns)
{
    if (retry->retried >= retry->retries || !is_worth_it(retry->failure))
        return false;
    uint64_t wait = retry->backoff_ms;
    for (unsigned i = 0; i < retry->retried && wait < LONGEST_MS; i++)
        wait *= 2;
    wait = wait < LONGEST_MS ? wait : LONGEST_MS;
    /* Between a half and the whole of it; the jitter also on top of what the host asked for. */
    uint64_t half = wait / 2 * MS, jitter = (half >> 16) * (retry->random >> 16);
    uint64_t ns = wait * MS - half + jitter;
    uint64_t left = retry->deadline_ns > retry->now_ns ? retry->deadline_ns - retry->now_ns : 0;
    if (retry->was_told) {
        if (retry->told_ms >= left / MS)
            return false;
        ns = retry->told_ms * MS + jitter;
    }
    *at_ns = retry->now_ns + ns;
    return ns < left;
}

bool rt_retry_seconds(rt_str value, uint64_t *ms)
{
    value = rt_str_trim(value);
    *ms = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!rt_is_digit(value.at[i]))
            return false;
        if (*ms < UINT64_MAX / 100)
            *ms = *ms * 10 + (uint64_t)(value.at[i] - '0') * 1000;
    }
    return value.len > 0;
}

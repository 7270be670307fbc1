#ifndef RT_HOST_FALLBACK_H
#define RT_HOST_FALLBACK_H

#include "host/content/result.h"
#include "host/observe/events.h"

/* The native core in guarded helper processes: what serves calls while the breaker is open.  A
 * helper has memory and CPU limits, no file system, no network and only the system calls it needs;
 * a crash there is one page's error.  What it sends back is checked as if it came from an attacker.
 * A helper serves pages one after the other and is replaced after 200.  It is a copy of the host at
 * the time of the fork, made by a thread of the fallback's own and dying with it.  On Linux
 * from 5.3 on the host program sees none of it: no SIGCHLD, nothing for a wait() for any child.
 *
 * Locks: one, for the helpers' states and the queue; never held while a process is started, asked
 * or ended, and no other lock is taken under it. */
struct rt_fallback;

struct rt_fallback_rules {
    uint32_t helpers;
    uint64_t memory;     /* bytes that one may take for pages */
    uint64_t timeout_ns; /* of one page, in wall and CPU time */
    /* What a helper runs; NULL: the native core.  Tests put a failing one in its place. */
    rt_status (*extract)(const rt_request *request, struct rt_result *result, rt_error *err);
};
/* NULL without memory.  Starts no process yet.  metrics, events (kept) may be NULL. */
struct rt_fallback *rt_fallback_open(const struct rt_alloc *alloc,
                                     const struct rt_fallback_rules *rules,
                                     struct rt_metrics *metrics, struct rt_events *events);
/* Ends the helpers; no call is running. */
void rt_fallback_close(struct rt_fallback *fallback);

/* Starts the helpers that are missing: at the first fault, so that they stand ready before the
 * breaker can be open.  Any thread. */
void rt_fallback_prepare(struct rt_fallback *fallback);

/* Extracts the page in a helper and marks the result so; the request is valid, its cancel is
 * watched. deadline_ns: of rt_clock_now().  The statuses of the core; RT_TIMEOUT; RT_CANCELLED;
 * RT_POOL_EXHAUSTED where no helper became free in time; RT_FALLBACK_FAILED where the helper
 * crashed, broke its limits or sent nonsense, or none could be started; RT_NO_MEMORY for the
 * answer.  For the helper that is lost RT_EVENT_HELPER_DIED is told: value is the signal, 0 where
 * it was ended for its answer or the time it took.  Any thread. */
rt_status rt_fallback_extract(struct rt_fallback *fallback, const rt_request *request,
                              uint64_t deadline_ns, struct rt_result *result, rt_error *err);

/* How many calls wait for a helper. */
uint32_t rt_fallback_waiting(struct rt_fallback *fallback);

/* In the child of a fork(), instead of rt_fallback_close(): lets go of the parent's helpers, which
 * go on, and of the memory. */
void rt_fallback_abandon(struct rt_fallback *fallback);

#endif

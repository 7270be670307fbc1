#ifndef RT_HOST_EVENTS_H
#define RT_HOST_EVENTS_H

#include "host/observe/metrics.h"

/* From where something happens to the observers: a ring that never blocks.  A full ring loses the
 * event and counts it.  One thread, made with the first observer, hands events out in order. */
struct rt_events;

/* NULL without memory.  alloc and metrics (kept); metrics may be NULL. */
struct rt_events *rt_events_open(const struct rt_alloc *alloc, struct rt_metrics *metrics);
/* Hands out what is in the ring, then ends the thread; what is emitted from now on is counted, but
 * goes nowhere.  Until it returns observers may do all that they ever may. */
void rt_events_end(struct rt_events *events);
/* Ends it, if that was not done, and frees it.  Nobody emits any more.  NULL is allowed. */
void rt_events_close(struct rt_events *events);

/* See rt_engine_observe(). */
rt_status rt_events_observe(struct rt_events *events, const rt_observer *observer, rt_error *err);

/* Copies out who observes and tells how many: for an engine that begins anew in the child of a
 * fork(), where the thread is gone and close would wait for it.  Takes no lock. */
enum { RT_OBSERVERS = 8 };
size_t rt_events_observers(const struct rt_events *events, rt_observer out[RT_OBSERVERS]);

/* Whether anybody wants the kind: what only the report needs can be left out otherwise. */
bool rt_events_wanted(const struct rt_events *events, rt_event_kind kind);
/* Counts the event (RT_METRIC_EVENTS) and queues a copy; fills in time_ns.  Any thread. */
void rt_events_emit(struct rt_events *events, const rt_event *event);
/* The same for one with nothing but its kind and the two numbers. */
void rt_events_tell(struct rt_events *events, rt_event_kind kind, uint64_t value, uint64_t limit);

#endif

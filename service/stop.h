#ifndef RT_SERVICE_STOP_H
#define RT_SERVICE_STOP_H

#include <riptide/riptide.h>
#include <stdatomic.h>

/* What ends the work for one request early: calls of the engine by their own means, fetches by
 * asking, since a cancel cannot be asked whether it was triggered. */
struct rt_stop {
    rt_cancel *call; /* NULL without memory */
    atomic_bool triggered;
};

static inline bool rt_stop_init(struct rt_stop *stop)
{
    stop->call = rt_cancel_new();
    return stop->call != NULL;
}

static inline void rt_stop_free(struct rt_stop *stop) { rt_cancel_free(stop->call); }

/* Any thread, any number of times. */
static inline void rt_stop_trigger(struct rt_stop *stop)
{
    atomic_store(&stop->triggered, true);
    rt_cancel_trigger(stop->call);
}

/* For the fetcher, which hands it back to rt_service_is_cancelled() and does nothing else with it.
 */
static inline const rt_cancel *rt_stop_of_fetch(const struct rt_stop *stop)
{
    return (const rt_cancel *)(const void *)stop;
}

#endif

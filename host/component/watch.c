/* What can stop a call: its caller, or its time. */
#include "host/component/watch.h"

#include "base/alloc.h"
#include "host/system/clock.h"

rt_cancel *rt_cancel_new(void)
{
    rt_cancel *cancel = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *cancel);
    if (cancel)
        atomic_init(&cancel->triggered, false);
    return cancel;
}

void rt_cancel_free(rt_cancel *cancel) { rt_alloc_resize(&rt_alloc_heap, cancel, 0); }

void rt_cancel_trigger(rt_cancel *cancel)
{
    if (cancel)
        atomic_store_explicit(&cancel->triggered, true, memory_order_relaxed);
}

bool rt_cancel_is_triggered(const rt_cancel *cancel)
{
    return cancel && atomic_load_explicit(&cancel->triggered, memory_order_relaxed);
}

rt_status rt_watch_look(const struct rt_watch *watch, bool *told)
{
    if (rt_cancel_is_triggered(watch->cancel))
        return RT_CANCELLED;
    uint64_t now = rt_clock_now();
    if (now >= watch->deadline_ns)
        return RT_TIMEOUT;
    if (!*told && now >= watch->soft_ns) {
        *told = true;
        rt_event event = watch->report;
        event.kind = RT_EVENT_SLOW_CALL;
        event.value = watch->limit_ns - (watch->deadline_ns - now);
        event.limit = watch->limit_ns - (watch->deadline_ns - watch->soft_ns);
        if (watch->events)
            rt_events_emit(watch->events, &event);
    }
    return RT_OK;
}

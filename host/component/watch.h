#ifndef RT_HOST_WATCH_H
#define RT_HOST_WATCH_H

#include "host/observe/events.h"

#include <stdatomic.h>

struct rt_cancel {
    atomic_bool triggered;
};

/* What can stop a call, or have it reported, while it waits and while it runs.  Belongs to the
 * call's thread but for the cancel. */
struct rt_watch {
    const rt_cancel *cancel;  /* NULL: nobody will */
    uint64_t deadline_ns;     /* of rt_clock_now() */
    uint64_t limit_ns;        /* the same as a length of time, for messages */
    uint64_t soft_ns;         /* when to tell that the call is slow; of rt_clock_now() */
    struct rt_events *events; /* NULL: nobody listens */
    rt_event report;          /* of the call, for that event */
};

/* Whether the call may go on: RT_OK, RT_CANCELLED or RT_TIMEOUT.  Tells once that it is slow; *told
 * remembers that. */
rt_status rt_watch_look(const struct rt_watch *watch, bool *told);

#endif

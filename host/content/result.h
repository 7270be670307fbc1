#ifndef RT_HOST_RESULT_H
#define RT_HOST_RESULT_H

#include "base/arena.h"
#include "core/extract.h"

#include <riptide/riptide.h>
#include <time.h>

/* One page's content, and whatever its strings point into. */
struct rt_result {
    rt_content content;
    rt_stats stats;
    rt_extractor extractor;    /* who made the content */
    bool fallback;             /* the fallback stood in for the component: the JSON says so */
    struct rt_link_list links; /* in the arena; at is NULL where nobody asked for them */
    const struct rt_alloc *alloc;
    struct rt_arena arena; /* of the native core */
    void *held;            /* of the component, with the way to let it go */
    void (*let_go)(void *held, const struct rt_alloc *alloc);
};

/* NULL without memory.  rt_result_free() frees it, its arena and what it holds. */
struct rt_result *rt_result_new(const struct rt_alloc *alloc);

/* The core has no clock: a date more than a day after `now` (a day, because the page's zone is
 * often not told) is dropped here. */
void rt_result_drop_future(rt_content *content, time_t now);

/* rt_result_json() with a heap of the caller's. */
rt_status rt_result_write(const struct rt_result *result, rt_str id, const struct rt_alloc *alloc,
                          rt_text *out, rt_error *err);

#endif

#ifndef RT_CORE_EXTRACT_H
#define RT_CORE_EXTRACT_H

#include "base/arena.h"

#include <riptide/riptide.h>

struct rt_link_list {
    const rt_link *at;
    size_t len;
};

/* What the guest and the native road ask for.  url is checked to be http or https by the caller
 * or here: "Invalid URL format". */
struct rt_core_request {
    rt_str html, url;
    rt_mode mode;
    rt_str_list selectors;
    struct rt_link_list *link_details;  /* to be filled, too, or NULL: the component never asks */
};

struct rt_core_stats {
    uint32_t nodes, links, images;
};

/* HTML in, content out: the one entry of the core.  Pure: no clock, no file, no environment, no
 * thread; the same request gives the same bytes.  content and what it points to live in the arena
 * (or are the request's own bytes).  Fails with the statuses of tables/wit_errors.def. */
rt_status rt_core_extract(const struct rt_core_request *request, struct rt_arena *arena,
                          rt_content *content, struct rt_core_stats *stats, rt_error *err);

#endif

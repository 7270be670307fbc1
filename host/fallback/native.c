/* The core without a sandbox around it: for comparison in this process, for use in a helper. */
#include "host/fallback/native.h"

#include "base/error.h"
#include "core/extract.h"
#include "host/system/clock.h"

rt_status rt_native_extract_lent(const rt_request *request, struct rt_result *result, rt_error *err)
{
    struct rt_link_list links = { NULL, 0 };
    struct rt_core_request core = { .html = request->html,
                                    .url = request->url,
                                    .mode = request->mode,
                                    .selectors = request->selectors,
                                    .link_details = request->link_details ? &links : NULL };
    struct rt_core_stats stats = { 0 };
    uint64_t start = rt_clock_now();
    rt_status status = rt_core_extract(&core, &result->arena, &result->content, &stats, err);
    result->stats.call_ns = rt_clock_now() - start;
    result->stats.memory_peak = result->arena.used;
    result->stats.nodes = stats.nodes;
    result->links = links;
    return status;
}

rt_status rt_native_extract(const rt_request *request, struct rt_result *result, rt_error *err)
{
    struct rt_arena *arena = &result->arena;
    /* Content may point into the page, and the result outlives the request. */
    rt_request own = *request;
    own.html = rt_arena_copy(arena, request->html);
    own.url = rt_arena_copy(arena, request->url);
    if (arena->refused)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a page of %zu bytes", request->html.len);
    return rt_native_extract_lent(&own, result, err);
}

/* Stands before the real core: a page may ask for a fault by the way it begins. */
#include "base/str.h"
#include "core/extract.h"

#include <stdint.h>

rt_status __real_rt_core_extract(const struct rt_core_request *request, struct rt_arena *arena,
                                 rt_content *content, struct rt_core_stats *stats, rt_error *err);
rt_status __wrap_rt_core_extract(const struct rt_core_request *request, struct rt_arena *arena,
                                 rt_content *content, struct rt_core_stats *stats, rt_error *err);

rt_status __wrap_rt_core_extract(const struct rt_core_request *request, struct rt_arena *arena,
                                 rt_content *content, struct rt_core_stats *stats, rt_error *err)
{
    if (rt_str_starts(request->html, RT_LIT("<!--fault:trap-->")))
        __builtin_trap();
    for (volatile uint32_t n = 0; rt_str_starts(request->html, RT_LIT("<!--fault:loop-->"));)
        n = n + 1;
    if (rt_str_starts(request->html, RT_LIT("<!--fault:eat-->")))
        while (rt_arena_take(arena, 1 << 20))
            ;
    return __real_rt_core_extract(request, arena, content, stats, err);
}

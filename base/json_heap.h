#ifndef RT_BASE_JSON_HEAP_H
#define RT_BASE_JSON_HEAP_H

#include "base/alloc.h"

#include <string.h>
#include <yyjson.h>

/* yyjson on a heap of ours. */

static inline void *rt_json_heap_malloc(void *ctx, size_t size)
{
    return rt_alloc_resize(ctx, NULL, size);
}

static inline void *rt_json_heap_realloc(void *ctx, void *p, size_t old_size, size_t size)
{
    (void)old_size;
    return rt_alloc_resize(ctx, p, size);
}

static inline void rt_json_heap_free(void *ctx, void *p) { rt_alloc_resize(ctx, p, 0); }

/* alloc (borrowed) while documents on it live. */
static inline yyjson_alc rt_json_heap(const struct rt_alloc *alloc)
{
    yyjson_alc heap = { rt_json_heap_malloc, rt_json_heap_realloc, rt_json_heap_free, NULL };
    memcpy(&heap.ctx, &alloc, sizeof alloc); /* which yyjson has without const */
    return heap;
}

#endif

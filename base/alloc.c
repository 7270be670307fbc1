/* The C library's heap behind struct rt_alloc. */
#include "base/alloc.h"

#include <stdlib.h>

static void *heap_resize(void *ctx, void *p, size_t size)
{
    (void)ctx;
    if (size == 0) {
        free(p);
        return NULL;
    }
    return realloc(p, size);
}

const struct rt_alloc rt_alloc_heap = { heap_resize, NULL, false, NULL };

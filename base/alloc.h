#ifndef RT_BASE_ALLOC_H
#define RT_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

/* The only door to the heap: tests put a counting or failing one in its place.
 * resize(ctx, NULL, n) allocates, resize(ctx, p, n) moves, resize(ctx, p, 0) frees and gives NULL.
 * NULL for n > 0 means that there is no memory; p is then untouched.
 * seamless: nothing is ever freed, so that pieces that lie side by side may be taken for one.
 * aside(ctx, n), of a seamless one: for what may never be touched, apart from the rest. */
struct rt_alloc {
    void *(*resize)(void *ctx, void *p, size_t size);
    void *ctx;
    bool seamless;
    void *(*aside)(void *ctx, size_t size);
};

/* The C library's heap. */
extern const struct rt_alloc rt_alloc_heap;

static inline void *rt_alloc_resize(const struct rt_alloc *alloc, void *p, size_t size)
{
    return alloc->resize(alloc->ctx, p, size);
}

#endif

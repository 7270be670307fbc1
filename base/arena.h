#ifndef RT_BASE_ARENA_H
#define RT_BASE_ARENA_H

#include "base/alloc.h"

#include <riptide/content.h>
#include <stddef.h>

/* Memory with one page's lifetime: everything that is made while a page is extracted comes from
 * here and goes at once in rt_arena_free().  Belongs to one thread.  ceiling bounds the total. */
struct rt_arena {
    const struct rt_alloc *alloc;
    struct rt_arena_block *newest;
    char *at, *end;     /* what pieces are taken from: of the newest block, or a range */
    size_t used;        /* bytes of all blocks */
    size_t ceiling;
    struct rt_arena_range *ranges;      /* given by rt_arena_reuse(), not used yet */
    void *reserve;      /* set aside by rt_arena_hold_reserve() */
    size_t reserve_size;
    bool refused;       /* memory gave out: the page ends as RT_RESOURCE_LIMIT */
};

void rt_arena_init(struct rt_arena *arena, const struct rt_alloc *alloc, size_t ceiling);
/* Frees all that was taken; the arena can be used again. */
void rt_arena_free(struct rt_arena *arena);

/* Sets `size` bytes aside.  When memory gives out, `refused` is set and allocations are served from
 * there once more: for code that cannot bear a refusal, but is asked often whether to go on.  False
 * without memory for it. */
bool rt_arena_hold_reserve(struct rt_arena *arena, size_t size);

/* Aligned for any type.  NULL past the ceiling or without memory; then `refused` is set. */
void *rt_arena_take(struct rt_arena *arena, size_t size);
/* The same for count * size bytes, zeroed. */
void *rt_arena_zeroed(struct rt_arena *arena, size_t count, size_t size);
/* Lengthens p in place; false where p was not the last one taken or its block is full. */
bool rt_arena_extend(struct rt_arena *arena, void *p, size_t old_size, size_t size);
/* Grows p from old_size to size, in place where that goes. */
void *rt_arena_grow(struct rt_arena *arena, void *p, size_t old_size, size_t size);
/* Takes the bytes, of a piece, for later pieces: their owner has no use for them. */
void rt_arena_reuse(struct rt_arena *arena, void *p, size_t size);
/* Makes p's bytes free again if it was the last one taken; else does nothing. */
void rt_arena_give_back(struct rt_arena *arena, void *p, size_t size);

/* A copy of s, NUL-terminated for convenience; absent stays absent.  Absent without memory. */
rt_str rt_arena_copy(struct rt_arena *arena, rt_str s);
/* The parts one after the other. */
rt_str rt_arena_join(struct rt_arena *arena, const rt_str *parts, size_t count, rt_str separator);

#endif

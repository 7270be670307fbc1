/* lexbor's memory port: the four functions that its ports/posix/lexbor/core/memory.c would define,
 * over the page's arena.  Each piece carries its capacity in front, for realloc and free. */
#include "core/lexbor_port.h"

#include "base/poison.h"

#include <lexbor/core/base.h>
#include <stdint.h>
#include <string.h>

/* HEADER keeps the alignment of the arena.  A piece of more than LARGE bytes that has to move gets
 * twice the room: lexbor grows its buffers by fixed steps, and the arena takes nothing back. */
enum { HEADER = 16, LARGE = 32 * 1024 };

/* lexbor has no place to hang an allocator on a document. */
static _Thread_local struct rt_arena *current;

struct rt_arena *rt_lexbor_use(struct rt_arena *arena)
{
    struct rt_arena *before = current;
    current = arena;
    return before;
}

static size_t capacity_of(const void *p)
{
    size_t capacity;
    memcpy(&capacity, (const char *)p - HEADER, sizeof capacity);
    return capacity;
}

static void *with_header(char *whole, size_t capacity)
{
    if (!whole)
        return NULL;
    memcpy(whole, &capacity, sizeof capacity);
    return whole + HEADER;
}

void *lexbor_malloc(size_t size)
{
    if (size > SIZE_MAX - HEADER)
        return NULL;
    return with_header(current ? rt_arena_take(current, size + HEADER)
                               : rt_alloc_resize(&rt_alloc_heap, NULL, size + HEADER), size);
}

void *lexbor_calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *p = lexbor_malloc(total);
    return p ? memset(p, 0, total) : NULL;
}

static void *move_in_arena(char *whole, size_t old_capacity, size_t size)
{
    if (rt_arena_extend(current, whole, old_capacity + HEADER, size + HEADER))
        return with_header(whole, size);
    size_t capacity = size > LARGE && size <= SIZE_MAX / 4 ? size * 2 : size;
    char *moved = lexbor_malloc(capacity);
    if (!moved)
        return NULL;
    memcpy(moved, whole + HEADER, old_capacity);
    rt_poison(whole, old_capacity + HEADER);
    return moved;
}

void *lexbor_realloc(void *p, size_t size)
{
    if (!p)
        return lexbor_malloc(size);
    if (size > SIZE_MAX - HEADER)
        return NULL;
    char *whole = (char *)p - HEADER;
    if (!current)
        return with_header(rt_alloc_resize(&rt_alloc_heap, whole, size + HEADER), size);
    return size <= capacity_of(p) ? p : move_in_arena(whole, capacity_of(p), size);
}

void *lexbor_free(void *p)
{
    if (!p)
        return NULL;
    char *whole = (char *)p - HEADER;
    if (!current) {
        rt_alloc_resize(&rt_alloc_heap, whole, 0);
        return NULL;
    }
    size_t size = capacity_of(p) + HEADER;
    rt_poison(whole, size);
    rt_arena_give_back(current, whole, size);
    return NULL;
}

/* A bump allocator over a chain of growing blocks, and over what rt_arena_reuse() was told of them.
 * In the sandbox blocks lie side by side, so that a new one mostly only lengthens the old. */
#include "base/arena.h"

#include "base/poison.h"

#include <stdint.h>
#include <string.h>

enum { ALIGN = 16, FIRST_BLOCK = 64 * 1024, LARGEST_STEP = 1024 * 1024, SMALLEST_RANGE = 1024 };

/* Behind each piece, where a sanitizer watches it. */
enum { GAP = RT_POISON ? ALIGN : 0 };

struct rt_arena_block {
    struct rt_arena_block *older;
    size_t size;        /* with this header */
};

/* Where allocations may start in a block. */
enum { HEADER = (sizeof(struct rt_arena_block) + ALIGN - 1) / ALIGN * ALIGN };

/* Of a block, but free. */
struct rt_arena_range {
    struct rt_arena_range *next;
    char *end;
};

void rt_arena_init(struct rt_arena *arena, const struct rt_alloc *alloc, size_t ceiling)
{
    *arena = (struct rt_arena){ .alloc = alloc, .ceiling = ceiling };
}

static void free_blocks(const struct rt_alloc *alloc, struct rt_arena_block *newest)
{
    for (struct rt_arena_block *b = newest, *older; b; b = older) {
        older = b->older;
        rt_unpoison(b, b->size);
        rt_alloc_resize(alloc, b, 0);
    }
}

void rt_arena_free(struct rt_arena *arena)
{
    free_blocks(arena->alloc, arena->newest);
    rt_alloc_resize(arena->alloc, arena->reserve, 0);
    rt_arena_init(arena, arena->alloc, arena->ceiling);
}

static size_t rounded(size_t size)
{
    if (size > SIZE_MAX - ALIGN - GAP)
        return SIZE_MAX;
    return (size == 0 ? ALIGN : (size + ALIGN - 1) / ALIGN * ALIGN) + GAP;
}

/* Blocks that lie side by side need not grow. */
static size_t block_size(const struct rt_arena *arena, size_t need)
{
    size_t step = arena->alloc->seamless ? 0 : arena->used / 2;
    if (step < FIRST_BLOCK)
        step = FIRST_BLOCK;
    if (step > LARGEST_STEP)
        step = LARGEST_STEP;
    if (step > arena->ceiling - arena->used)
        step = 0;
    return need > step ? need : step;
}

static void allocate_from(struct rt_arena *arena, void *p, size_t size)
{
    struct rt_arena_block *b = p;
    *b = (struct rt_arena_block){ .older = arena->newest, .size = size };
    arena->newest = b;
    arena->at = (char *)b + HEADER;
    arena->end = (char *)b + b->size;
    rt_poison(arena->at, b->size - HEADER);
}

static bool use_range(struct rt_arena *arena, size_t need)
{
    struct rt_arena_range **at = &arena->ranges, *range;
    while ((range = *at) != NULL && (size_t)(range->end - (char *)range) < need)
        at = &range->next;
    if (!range)
        return false;
    *at = range->next;
    arena->at = (char *)range;
    arena->end = range->end;
    rt_poison(arena->at, (size_t)(arena->end - arena->at));
    return true;
}

/* What is free ends where the newest block does, and may go on behind it. */
static bool may_lengthen(const struct rt_arena *arena)
{
    const struct rt_arena_block *block = arena->newest;
    return arena->alloc->seamless && block && arena->end == (const char *)block + block->size;
}

/* Lengthens the newest block, or makes a new one. */
static bool add_block(struct rt_arena *arena, size_t need)
{
    if (need > SIZE_MAX / 2 || need + HEADER > arena->ceiling - arena->used)
        return false;
    size_t size = block_size(arena, need + HEADER);
    struct rt_arena_block *b = rt_alloc_resize(arena->alloc, NULL, size);
    if (!b)
        return false;
    arena->used += size;
    if (may_lengthen(arena) && (char *)b == arena->end) {
        arena->newest->size += size;
        arena->end += size;
        rt_poison(b, size);
        return true;
    }
    allocate_from(arena, b, size);
    return true;
}

bool rt_arena_hold_reserve(struct rt_arena *arena, size_t size)
{
    if (size > arena->ceiling - arena->used)
        return false;
    const struct rt_alloc *alloc = arena->alloc;
    arena->reserve =
        alloc->aside ? alloc->aside(alloc->ctx, size) : rt_alloc_resize(alloc, NULL, size);
    if (!arena->reserve)
        return false;
    arena->used += size;
    arena->reserve_size = size;
    return true;
}

/* Memory gave out: the last that there is. */
static bool break_reserve(struct rt_arena *arena, size_t need)
{
    arena->refused = true;
    if (!arena->reserve || need > arena->reserve_size - HEADER)
        return false;
    allocate_from(arena, arena->reserve, arena->reserve_size);
    arena->reserve = NULL;
    return true;
}

void *rt_arena_take(struct rt_arena *arena, size_t size)
{
    size_t need = rounded(size);
    if ((size_t)(arena->end - arena->at) < need && !use_range(arena, need) &&
        !add_block(arena, need) && !break_reserve(arena, need))
        return NULL;
    void *p = arena->at;
    arena->at += need;
    rt_unpoison(p, size);
    return p;
}

void *rt_arena_zeroed(struct rt_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) {
        arena->refused = true;
        return NULL;
    }
    void *p = rt_arena_take(arena, total);
    return p ? memset(p, 0, total) : NULL;
}

void rt_arena_reuse(struct rt_arena *arena, void *p, size_t size)
{
    size_t skipped = (ALIGN - (uintptr_t)p % ALIGN) % ALIGN;
    if (size < SMALLEST_RANGE)
        return;
    struct rt_arena_range *range = (void *)((char *)p + skipped);
    rt_unpoison(range, sizeof *range);
    *range = (struct rt_arena_range){ .next = arena->ranges, .end = (char *)p + size };
    arena->ranges = range;
}

void rt_arena_give_back(struct rt_arena *arena, void *p, size_t size)
{
    if (!p || (char *)p + rounded(size) != arena->at)
        return;
    rt_poison(p, size);
    arena->at = p;
}

/* More memory right behind what is free; what lies elsewhere is not lost. */
static bool lengthen(struct rt_arena *arena, size_t more)
{
    const struct rt_arena_block *block = arena->newest;
    return may_lengthen(arena) && add_block(arena, more) && arena->newest == block;
}

bool rt_arena_extend(struct rt_arena *arena, void *p, size_t old_size, size_t size)
{
    if (size <= rounded(old_size) - GAP) {
        rt_unpoison(p, size);
        return true;
    }
    if ((char *)p + rounded(old_size) != arena->at || size > SIZE_MAX / 2)
        return false;
    size_t more = rounded(size) - rounded(old_size);
    if ((size_t)(arena->end - arena->at) < more && !lengthen(arena, more))
        return false;
    arena->at += more;
    rt_unpoison(p, size);
    return true;
}

void *rt_arena_grow(struct rt_arena *arena, void *p, size_t old_size, size_t size)
{
    if (p && rt_arena_extend(arena, p, old_size, size))
        return p;
    void *moved = rt_arena_take(arena, size);
    if (!moved || !p)
        return moved;
    memcpy(moved, p, old_size);
    rt_poison(p, old_size);
    return moved;
}

rt_str rt_arena_copy(struct rt_arena *arena, rt_str s)
{
    if (!s.at)
        return s;
    char *p = rt_arena_take(arena, s.len + 1);
    if (!p)
        return (rt_str){ NULL, 0 };
    memcpy(p, s.at, s.len);
    p[s.len] = '\0';
    return (rt_str){ p, s.len };
}

rt_str rt_arena_join(struct rt_arena *arena, const rt_str *parts, size_t count, rt_str separator)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++)
        len += parts[i].len + (i ? separator.len : 0);
    char *p = rt_arena_take(arena, len + 1), *to = p;
    if (!p)
        return (rt_str){ NULL, 0 };
    for (size_t i = 0; i < count; i++) {
        if (i && separator.len)
            to = (char *)memcpy(to, separator.at, separator.len) + separator.len;
        if (parts[i].len)
            to = (char *)memcpy(to, parts[i].at, parts[i].len) + parts[i].len;
    }
    *to = '\0';
    return (rt_str){ p, len };
}

/* The component's memory: a pointer that moves up through linear memory, which grows when it has
 * to; first from the stack to the static data, which is what the host keeps mapped, then behind.
 * Nothing is given back before the call ends, because the instance goes with it.  A host that keeps
 * the instance finds all of it free again in the next call.  A refused growth is told to the caller
 * as NULL.  malloc() and its kin are for the few parts of libraries that know nothing of arenas. */
#include "guest/memory.h"

#include <stddef.h>
#include <string.h>

enum { PAGE = 65536, STEP = 16, ALIGN = 16 };

/* Made by the linker: the first bytes after the stack, of static data, and after that. */
extern unsigned char __stack_high, __global_base, __heap_base;

static uintptr_t front, top; /* free memory before and behind the static data; 0: all of it */
static bool refused;

static uintptr_t aligned(uintptr_t at)
{
    return (at + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);
}

uint64_t rt_memory_size(void)
{
    return (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
}

/* Makes the memory reach up to `end`; in larger steps where the host agrees. */
static bool reach(uint64_t end)
{
    uint64_t size = rt_memory_size();
    if (end <= size)
        return true;
    uint64_t pages = (end - size + PAGE - 1) / PAGE;
    if (size + pages * PAGE > UINT32_MAX) {
        refused = true;
        return false;
    }
    if (pages < STEP && __builtin_wasm_memory_grow(0, STEP) != SIZE_MAX)
        return true;
    if (__builtin_wasm_memory_grow(0, (size_t)pages) != SIZE_MAX)
        return true;
    refused = true;
    return false;
}

static void *take_behind(size_t size)
{
    if (!top)
        top = aligned((uintptr_t)&__heap_base);
    uint64_t end = (uint64_t)top + (((uint64_t)size + ALIGN - 1) & ~(uint64_t)(ALIGN - 1));
    if (!reach(end))
        return NULL;
    uintptr_t at = top;
    top = (uintptr_t)end;
    return (void *)at;
}

/* What does not fit in front ends it: pieces that come one after the other lie side by side. */
static void *take(size_t size)
{
    const uintptr_t end = (uintptr_t)&__global_base;
    if (!front)
        front = aligned((uintptr_t)&__stack_high);
    if (size > end - front || aligned(size) > end - front) {
        front = end;
        return take_behind(size);
    }
    uintptr_t at = front;
    front += aligned(size);
    return (void *)at;
}

void rt_memory_reset(void)
{
    front = top = 0;
    refused = false;
}

bool rt_memory_refused(void)
{
    return refused;
}

static void *take_block(void *ctx, void *p, size_t size)
{
    (void)ctx;
    return p || size == 0 ? NULL : take(size);
}

static void *take_aside(void *ctx, size_t size)
{
    (void)ctx;
    return take_behind(size);
}

const struct rt_alloc rt_memory_blocks = { take_block, NULL, true, take_aside };

/* ---- the C library's names ------------------------------------------------------------------ */

void *malloc(size_t size);
void free(void *p);
void *calloc(size_t count, size_t size);
void *realloc(void *p, size_t size);

/* A piece carries its size in front of it. */
void *malloc(size_t size)
{
    if (size > SIZE_MAX - 2 * ALIGN)
        return NULL;
    char *whole = take(size + ALIGN);
    if (!whole)
        return NULL;
    memcpy(whole, &size, sizeof size);
    return whole + ALIGN;
}

void free(void *p)
{
    (void)p;
}

void *calloc(size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    void *p = malloc(total);
    return p ? memset(p, 0, total) : NULL;
}

void *realloc(void *p, size_t size)
{
    size_t old = 0;
    if (p)
        memcpy(&old, (const char *)p - ALIGN, sizeof old);
    if (p && size <= old)
        return p;
    void *moved = malloc(size);
    if (moved && p)
        memcpy(moved, p, old);
    return moved;
}

/* ---- the host's name ------------------------------------------------------------------------ */

void *rt_memory_for_host(void *p, size_t old_size, size_t align, size_t size);

/* Where the host puts the arguments of a call.  The canonical ABI knows no refusal here: without
 * memory for them the call traps.  A host that wants a better answer compares the size of the page
 * with its limit before it calls. */
__attribute__((export_name("cabi_realloc")))
void *rt_memory_for_host(void *p, size_t old_size, size_t align, size_t size)
{
    if (align > ALIGN)
        __builtin_trap();
    if (p && size <= old_size)
        return p;
    if (size == 0)
        return (void *)align;
    void *moved = take(size);
    if (!moved)
        __builtin_trap();
    return p ? memcpy(moved, p, old_size) : moved;
}

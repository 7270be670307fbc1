#ifndef RT_TESTS_CORE_ARENA_FIXTURE_H
#define RT_TESTS_CORE_ARENA_FIXTURE_H

#include "base/arena.h"

/* An arena for a test file, opened before each test or group and freed after it. */
static struct rt_arena arena;

static int open_arena(void **state)
{
    (void)state;
    rt_arena_init(&arena, &rt_alloc_heap, (size_t)256 << 20);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    rt_arena_free(&arena);
    return 0;
}

#endif

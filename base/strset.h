#ifndef RT_BASE_STRSET_H
#define RT_BASE_STRSET_H

#include "base/arena.h"

#include <riptide/content.h>
#include <stdbool.h>

/* Strings without repeats, in the order in which they came.  The cost of a string is bounded by its
 * own length, whatever the others are: no page can make it slow.  Failure is sticky: add freely, ask
 * for `failed` once at the end. */
struct rt_strset {
    struct rt_arena *arena;
    rt_str *items;
    struct rt_strset_fork *forks;   /* one less than items */
    size_t len, room;
    uint32_t top;
    bool failed;
};

void rt_strset_init(struct rt_strset *set, struct rt_arena *arena);

/* True where s is new.  The bytes are (kept): they live as long as the set.  False where s is there
 * already, is absent, or the arena gave out. */
bool rt_strset_add(struct rt_strset *set, rt_str s);

bool rt_strset_has(const struct rt_strset *set, rt_str s);

/* (borrowed) all strings, until the next rt_strset_add(). */
rt_str_list rt_strset_list(const struct rt_strset *set);

#endif

#ifndef RT_CORE_LEXBOR_PORT_H
#define RT_CORE_LEXBOR_PORT_H

#include "base/arena.h"

/* All that lexbor allocates on this thread comes from `arena` until the next call; NULL: from the
 * heap.  Returns the arena before, which the caller puts back.  Nothing is freed one by one: the
 * arena goes as a whole. */
struct rt_arena *rt_lexbor_use(struct rt_arena *arena);

#endif

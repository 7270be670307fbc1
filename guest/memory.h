#ifndef RT_GUEST_MEMORY_H
#define RT_GUEST_MEMORY_H

#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>

/* For the arena: pieces lie side by side, so that the arena lengthens its block instead of adding
 * one.  Gives out new pieces only: it neither moves nor frees. */
extern const struct rt_alloc rt_memory_blocks;

/* The end of a call: all that was given out is free at once. */
void rt_memory_reset(void);

/* The host refused to grow the memory since the last reset. */
bool rt_memory_refused(void);

/* Linear memory in bytes, now. */
uint64_t rt_memory_size(void);

#endif

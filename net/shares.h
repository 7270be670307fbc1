#ifndef RT_NET_SHARES_H
#define RT_NET_SHARES_H

#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>

/* What the callers of a fetcher have to share: its slots, of which each request under way has one,
 * and room for bodies, in bytes.  Nothing is taken back from who has it, so that all depends on what
 * is handed out.
 *
 * The rule, for slots and for bytes: who holds none gets what is free; who holds some gets more as
 * long as he then holds at most three times what is left.  One caller alone comes to three quarters,
 * n of them to 3 / (3n + 1) each, and 1 / (3n + 1) stays free for who comes next: it takes a crowd,
 * and not one or two, to make a newcomer wait. */
struct rt_shares;

/* A caller as long as there is something of his.  Any thread. */
struct rt_holder;

/* NULL without memory. */
struct rt_shares *rt_shares_new(const struct rt_alloc *alloc, uint64_t slots, uint64_t bytes);
/* It lives on as long as one of its holders. */
void rt_shares_close(struct rt_shares *shares);

/* owner: 16 bytes that tell him from others.  NULL without memory; else as often as he joined he has
 * to leave, and has given back everything before the last time. */
struct rt_holder *rt_shares_join(struct rt_shares *shares, const uint8_t owner[16]);
void rt_holder_leave(struct rt_holder *holder);

/* Takes a slot and room; false, and neither: it is not his turn. */
bool rt_holder_begin(struct rt_holder *holder, uint64_t bytes);
void rt_holder_end(struct rt_holder *holder); /* gives back the slot */
/* Takes more room; false where his share is used up. */
bool rt_holder_grow(struct rt_holder *holder, uint64_t bytes);
void rt_holder_shrink(struct rt_holder *holder, uint64_t bytes);

/* Keeps so much of the room that is left, or will be, from everybody until rt_shares_release(), for
 * a caller who needs it at once: else he waits behind all who need less.  False, and nothing is
 * kept, where he waits for a slot, or for himself, since it would be more than his share. */
bool rt_holder_reserve(struct rt_holder *holder, uint64_t bytes);
void rt_shares_release(struct rt_shares *shares);

uint64_t rt_holder_slots(struct rt_holder *holder);

#endif

#ifndef RT_NET_STORE_H
#define RT_NET_STORE_H

#include "base/alloc.h"

#include <riptide/content.h>

/* Values by name, at most so many bytes of them: what was not asked for longest goes first.  Names
 * are kept in order, so that nobody gains by choosing them.  Belongs to one thread. */
struct rt_store {
    const struct rt_alloc *alloc;
    uint64_t max_bytes, bytes;
    struct rt_stored **items; /* by name */
    size_t len, room;
    struct rt_stored *newest, *oldest;
};

void rt_store_init(struct rt_store *store, const struct rt_alloc *alloc, uint64_t max_bytes);
void rt_store_free(struct rt_store *store);

/* (borrowed) until the next rt_store_put() or _drop(); NULL where there is none.  It is then the
 * newest. */
void *rt_store_find(struct rt_store *store, rt_str name);
/* A zeroed value of that size in the place of the one that the name had.  NULL where it is larger
 * than the store or there is no memory; the name then has none.  (borrowed) as above. */
void *rt_store_put(struct rt_store *store, rt_str name, size_t size);
void rt_store_drop(struct rt_store *store, rt_str name);

/* The i-th by name, i < store->len. */
void *rt_store_at(const struct rt_store *store, size_t i, rt_str *name);

#endif

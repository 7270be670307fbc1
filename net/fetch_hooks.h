#ifndef RT_NET_FETCH_HOOKS_H
#define RT_NET_FETCH_HOOKS_H

#include "base/alloc.h"
#include "net/fetch.h"

#include <sys/socket.h>

/* What tests put in the place of the world.  Called on the fetcher's thread; a NULL stands for what
 * is done otherwise. */
struct rt_fetch_hooks {
    const struct rt_alloc *alloc; /* on the C library's heap in the end: rt_text_free() frees results */
    /* The addresses of a name now, as text, parted by commas; NULL: ask the system. */
    const char *(*resolve)(void *ctx, const char *host);
    /* Another place to connect to, once the address passed the check. */
    void (*connect)(void *ctx, struct sockaddr *address);
    void *ctx;
};

/* hooks (borrowed) until the fetcher is closed. */
rt_status rt_fetcher_open_with(struct rt_fetcher **out, const struct rt_fetch_rules *rules,
                               const struct rt_fetch_hooks *hooks, rt_error *err);

#endif

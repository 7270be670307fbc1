#ifndef RT_NET_HOSTS_H
#define RT_NET_HOSTS_H

#include "net/store.h"

#include <stdbool.h>

/* How often and how many at once each host is asked.  Rules without a clock: time comes in, in
 * nanoseconds. */
struct rt_hosts {
    unsigned per_host;
    struct rt_store store;
    size_t look_at; /* so many hosts, and the idle ones are forgotten */
};

#define RT_HOSTS_WHEN_ONE_ENDS UINT64_MAX

void rt_hosts_init(struct rt_hosts *hosts, unsigned per_host, const struct rt_alloc *alloc);
void rt_hosts_free(struct rt_hosts *hosts);

/* From when on a request may begin, as things are: a time up to now for at once. */
uint64_t rt_hosts_when(struct rt_hosts *hosts, rt_str host);
/* The same for one that waits for no delay: what a page needs before it, or the next hop of it. */
uint64_t rt_hosts_when_hurried(struct rt_hosts *hosts, rt_str host);

/* It begins; the next one may do so delay_ns later.  False where there is no memory. */
bool rt_hosts_begin(struct rt_hosts *hosts, rt_str host, uint64_t now, uint64_t delay_ns);
void rt_hosts_end(struct rt_hosts *hosts, rt_str host);

#endif

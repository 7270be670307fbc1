/* Per host: how many requests are under way, and when the next may begin. */
#include "net/hosts.h"

struct host {
    unsigned active;
    uint64_t next_ns;
};

enum { FEW = 64 };

void rt_hosts_init(struct rt_hosts *hosts, unsigned per_host, const struct rt_alloc *alloc)
{
    hosts->per_host = per_host;
    hosts->look_at = FEW;
    rt_store_init(&hosts->store, alloc, UINT64_MAX);
}

void rt_hosts_free(struct rt_hosts *hosts) { rt_store_free(&hosts->store); }

uint64_t rt_hosts_when_hurried(struct rt_hosts *hosts, rt_str host)
{
    const struct host *found = rt_store_find(&hosts->store, host);
    return found && found->active >= hosts->per_host ? RT_HOSTS_WHEN_ONE_ENDS : 0;
}

uint64_t rt_hosts_when(struct rt_hosts *hosts, rt_str host)
{
    const struct host *found = rt_store_find(&hosts->store, host);
    if (!found)
        return 0;
    return found->active >= hosts->per_host ? RT_HOSTS_WHEN_ONE_ENDS : found->next_ns;
}

/* Once there are twice as many as the last time, so that each costs a look or two. */
static void forget_idle(struct rt_hosts *hosts, uint64_t now)
{
    if (hosts->store.len < hosts->look_at)
        return;
    for (size_t i = hosts->store.len; i-- > 0;) {
        rt_str name;
        const struct host *host = rt_store_at(&hosts->store, i, &name);
        if (host->active == 0 && host->next_ns <= now)
            rt_store_drop(&hosts->store, name);
    }
    hosts->look_at = 2 * hosts->store.len + FEW;
}

bool rt_hosts_begin(struct rt_hosts *hosts, rt_str host, uint64_t now, uint64_t delay_ns)
{
    struct host *found = rt_store_find(&hosts->store, host);
    if (!found) {
        forget_idle(hosts, now);
        found = rt_store_put(&hosts->store, host, sizeof *found);
    }
    if (!found)
        return false;
    found->active++;
    if (found->next_ns < now + delay_ns)
        found->next_ns = now + delay_ns;
    return true;
}

void rt_hosts_end(struct rt_hosts *hosts, rt_str host)
{
    struct host *found = rt_store_find(&hosts->store, host);
    if (found && found->active > 0)
        found->active--;
}

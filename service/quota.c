/* A small hash table of those who are there, with open addressing and no tombstones. */
#include "service/quota.h"

#include "base/alloc.h"
#include "base/hash.h"

#include <pthread.h>

struct row {
    uint8_t client[16];
    unsigned count; /* 0: a free row */
};

struct rt_quota {
    pthread_mutex_t lock;
    unsigned limit;
    size_t mask, used, most;
    struct row rows[];
};

struct rt_quota *rt_quota_open(unsigned limit, unsigned clients)
{
    size_t room = 16;
    while (room < 2 * (size_t)clients)
        room *= 2;
    size_t size = sizeof(struct rt_quota) + (limit ? room : 1) * sizeof(struct row);
    struct rt_quota *quota = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    if (!quota)
        return NULL;
    memset(quota, 0, size);
    pthread_mutex_init(&quota->lock, NULL);
    quota->limit = limit;
    quota->mask = room - 1;
    quota->most = clients;
    return quota;
}

void rt_quota_close(struct rt_quota *quota)
{
    if (!quota)
        return;
    pthread_mutex_destroy(&quota->lock);
    rt_alloc_resize(&rt_alloc_heap, quota, 0);
}

void rt_quota_widen(uint8_t address[16])
{
    static const uint8_t mapped[12] = { [10] = 0xFF, [11] = 0xFF };
    if (memcmp(address, mapped, sizeof mapped) != 0)
        memset(address + 8, 0, 8);
}

static size_t home_of(const struct rt_quota *quota, const uint8_t client[16])
{
    return rt_hash((rt_str){ (const char *)client, 16 }, 0) & quota->mask;
}

/* Its row, or the free one where it belongs. */
static size_t find(const struct rt_quota *quota, const uint8_t client[16])
{
    size_t i = home_of(quota, client);
    while (quota->rows[i].count && memcmp(quota->rows[i].client, client, 16) != 0)
        i = (i + 1) & quota->mask;
    return i;
}

/* Closes the gap: rows behind it that are not at home move up. */
static void remove_row(struct rt_quota *quota, size_t gap)
{
    quota->rows[gap].count = 0;
    for (size_t i = (gap + 1) & quota->mask; quota->rows[i].count; i = (i + 1) & quota->mask) {
        size_t home = home_of(quota, quota->rows[i].client);
        if (((i - home) & quota->mask) < ((i - gap) & quota->mask))
            continue;
        quota->rows[gap] = quota->rows[i];
        quota->rows[i].count = 0;
        gap = i;
    }
}

bool rt_quota_enter(struct rt_quota *quota, const uint8_t client[16])
{
    if (!quota->limit)
        return true;
    pthread_mutex_lock(&quota->lock);
    struct row *row = &quota->rows[find(quota, client)];
    bool in = row->count ? row->count < quota->limit : quota->used < quota->most;
    if (in && !row->count) {
        memcpy(row->client, client, 16);
        quota->used++;
    }
    row->count += in;
    pthread_mutex_unlock(&quota->lock);
    return in;
}

void rt_quota_leave(struct rt_quota *quota, const uint8_t client[16])
{
    if (!quota->limit)
        return;
    pthread_mutex_lock(&quota->lock);
    size_t i = find(quota, client);
    if (quota->rows[i].count && --quota->rows[i].count == 0) {
        remove_row(quota, i);
        quota->used--;
    }
    pthread_mutex_unlock(&quota->lock);
}

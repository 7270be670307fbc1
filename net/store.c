/* A sorted array of what is kept and a list of it by age. */
#include "net/store.h"

#include "base/str.h"

#include <stdalign.h>
#include <stdbool.h>

/* Value and name follow in the same piece of memory. */
struct rt_stored {
    struct rt_stored *newer, *older;
    size_t size, name_len;
    alignas(max_align_t) char bytes[];
};

static rt_str name_of(const struct rt_stored *item)
{
    return (rt_str){ item->bytes + item->size, item->name_len };
}

static uint64_t weight_of(const struct rt_stored *item)
{
    return sizeof *item + sizeof(void *) + item->size + item->name_len;
}

void rt_store_init(struct rt_store *store, const struct rt_alloc *alloc, uint64_t max_bytes)
{
    *store = (struct rt_store){ .alloc = alloc, .max_bytes = max_bytes };
}

void rt_store_free(struct rt_store *store)
{
    for (size_t i = 0; i < store->len; i++)
        rt_alloc_resize(store->alloc, store->items[i], 0);
    rt_alloc_resize(store->alloc, store->items, 0);
    rt_store_init(store, store->alloc, store->max_bytes);
}

static int compare(rt_str a, rt_str b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len ? memcmp(a.at, b.at, len) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Where the name is, or would be. */
static size_t place_of(const struct rt_store *store, rt_str name, bool *found)
{
    size_t low = 0, high = store->len;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name_of(store->items[middle]), name);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void unlink_item(struct rt_store *store, struct rt_stored *item)
{
    *(item->newer ? &item->newer->older : &store->newest) = item->older;
    *(item->older ? &item->older->newer : &store->oldest) = item->newer;
}

static void link_newest(struct rt_store *store, struct rt_stored *item)
{
    item->newer = NULL;
    item->older = store->newest;
    *(store->newest ? &store->newest->newer : &store->oldest) = item;
    store->newest = item;
}

static void remove_at(struct rt_store *store, size_t i)
{
    struct rt_stored *item = store->items[i];
    unlink_item(store, item);
    store->bytes -= weight_of(item);
    store->len--;
    memmove(store->items + i, store->items + i + 1, (store->len - i) * sizeof *store->items);
    rt_alloc_resize(store->alloc, item, 0);
}

void *rt_store_find(struct rt_store *store, rt_str name)
{
    bool found;
    size_t i = place_of(store, name, &found);
    if (!found)
        return NULL;
    unlink_item(store, store->items[i]);
    link_newest(store, store->items[i]);
    return store->items[i]->bytes;
}

void rt_store_drop(struct rt_store *store, rt_str name)
{
    bool found;
    size_t i = place_of(store, name, &found);
    if (found)
        remove_at(store, i);
}

static bool make_room(struct rt_store *store)
{
    if (store->len < store->room)
        return true;
    size_t room = store->room ? 2 * store->room : 16;
    void *items = rt_alloc_resize(store->alloc, store->items, room * sizeof *store->items);
    if (!items)
        return false;
    store->items = items;
    store->room = room;
    return true;
}

void *rt_store_put(struct rt_store *store, rt_str name, size_t size)
{
    bool found;
    rt_store_drop(store, name);
    uint64_t weight = sizeof(struct rt_stored) + sizeof(void *) + (uint64_t)size + name.len;
    if (weight > store->max_bytes || weight > SIZE_MAX / 2 || !make_room(store))
        return NULL;
    struct rt_stored *item = rt_alloc_resize(store->alloc, NULL, (size_t)weight);
    if (!item)
        return NULL;
    *item = (struct rt_stored){ .size = size, .name_len = name.len };
    memset(item->bytes, 0, size);
    if (name.len)
        memcpy(item->bytes + size, name.at, name.len);
    while (store->bytes + weight > store->max_bytes)
        rt_store_drop(store, name_of(store->oldest));
    size_t i = place_of(store, name, &found);
    memmove(store->items + i + 1, store->items + i, (store->len - i) * sizeof *store->items);
    store->items[i] = item;
    store->len++;
    store->bytes += weight;
    link_newest(store, item);
    return item->bytes;
}

void *rt_store_at(const struct rt_store *store, size_t i, rt_str *name)
{
    *name = name_of(store->items[i]);
    return store->items[i]->bytes;
}

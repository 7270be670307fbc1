/* Open addressing over FNV-1a, at most half full. */
#include "id_set.h"

#include "cli.h"

#include <string.h>

static size_t hash(rt_str s)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.at[i]) * 1099511628211u;
    return (size_t)(h ^ h >> 32);
}

/* Where id stands or would stand. */
static struct rt_id_slot *find(const struct rt_id_set *set, rt_str id)
{
    size_t i = hash(id) & (set->slot_count - 1);
    for (;; i = (i + 1) & (set->slot_count - 1)) {
        struct rt_id_slot *slot = &set->slots[i];
        if (slot->len_1 == 0)
            return slot;
        if (slot->len_1 == id.len + 1 && memcmp(set->bytes + slot->at, id.at, id.len) == 0)
            return slot;
    }
}

static bool grow_slots(struct rt_id_set *set)
{
    struct rt_id_set bigger = *set;
    bigger.slot_count = set->slot_count ? set->slot_count * 2 : 1024;
    bigger.slots = rt_cli_heap(NULL, bigger.slot_count * sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    memset(bigger.slots, 0, bigger.slot_count * sizeof *bigger.slots);
    for (size_t i = 0; i < set->slot_count; i++) {
        struct rt_id_slot slot = set->slots[i];
        if (slot.len_1)
            *find(&bigger, (rt_str){ set->bytes + slot.at, slot.len_1 - 1 }) = slot;
    }
    rt_cli_heap(set->slots, 0);
    *set = bigger;
    return true;
}

static bool grow_bytes(struct rt_id_set *set, size_t more)
{
    if (more <= set->room - set->used)
        return true;
    size_t room = set->room * 2 + more + 4096;
    char *bytes = rt_cli_heap(set->bytes, room);
    if (!bytes)
        return false;
    set->bytes = bytes;
    set->room = room;
    return true;
}

bool rt_id_set_add(struct rt_id_set *set, rt_str id)
{
    if (set->count * 2 >= set->slot_count && !grow_slots(set))
        return false;
    struct rt_id_slot *slot = find(set, id);
    if (slot->len_1)
        return true;
    if (!grow_bytes(set, id.len + 1))
        return false;
    if (id.len)
        memcpy(set->bytes + set->used, id.at, id.len);
    *slot = (struct rt_id_slot){ set->used, id.len + 1 };
    set->used += id.len;
    set->count++;
    return true;
}

bool rt_id_set_has(const struct rt_id_set *set, rt_str id)
{
    return set->count && find(set, id)->len_1 != 0;
}

void rt_id_set_free(struct rt_id_set *set)
{
    rt_cli_heap(set->bytes, 0);
    rt_cli_heap(set->slots, 0);
    *set = (struct rt_id_set){ 0 };
}

/* A set of strings as a binary trie that branches only where two of them differ.  A hash table would
 * need a secret to be safe from a page that is made of collisions, and the core has none. */
#include "base/strset.h"

#include <string.h>

/* Parts the strings below it by one bit of the symbol at `at`.  A child is the number of a fork, or
 * LEAF and the number of a string. */
struct rt_strset_fork {
    uint32_t at;
    uint32_t bit;
    uint32_t child[2];
};

#define LEAF 0x80000000u

/* A symbol is a byte with bit 8 set, or 0 behind the end: so no string is the beginning of another. */
static uint32_t symbol_at(rt_str s, size_t i)
{
    return i < s.len ? 0x100u | (unsigned char)s.at[i] : 0;
}

static unsigned side_of(const struct rt_strset_fork *fork, rt_str s)
{
    return (symbol_at(s, fork->at) & fork->bit) != 0;
}

void rt_strset_init(struct rt_strset *set, struct rt_arena *arena)
{
    *set = (struct rt_strset){ .arena = arena };
}

rt_str_list rt_strset_list(const struct rt_strset *set)
{
    return (rt_str_list){ set->items, set->len };
}

/* The one string that s may be equal to. */
static rt_str nearest(const struct rt_strset *set, rt_str s)
{
    uint32_t child = set->top;
    while (!(child & LEAF))
        child = set->forks[child].child[side_of(&set->forks[child], s)];
    return set->items[child & ~LEAF];
}

static size_t first_difference(rt_str a, rt_str b)
{
    size_t i = 0, shorter = a.len < b.len ? a.len : b.len;
    for (uint64_t x, y; shorter - i >= 8; i += 8) {
        memcpy(&x, a.at + i, 8);
        memcpy(&y, b.at + i, 8);
        if (x != y)
            break;
    }
    while (i < shorter && a.at[i] == b.at[i])
        i++;
    return i;
}

bool rt_strset_has(const struct rt_strset *set, rt_str s)
{
    if (set->len == 0 || !s.at)
        return false;
    rt_str other = nearest(set, s);
    return other.len == s.len && first_difference(other, s) == s.len;
}

static bool make_room(struct rt_strset *set)
{
    if (set->len < set->room)
        return true;
    size_t room = set->room ? set->room * 2 : 64;
    rt_str *items = NULL;
    struct rt_strset_fork *forks = NULL;
    if (room < LEAF && room <= SIZE_MAX / sizeof *items) {
        items = rt_arena_grow(set->arena, set->items, set->room * sizeof *items,
                              room * sizeof *items);
        forks = rt_arena_grow(set->arena, set->forks, set->room * sizeof *forks,
                              room * sizeof *forks);
    }
    if (!items || !forks) {
        set->failed = true;
        return false;
    }
    set->items = items;
    set->forks = forks;
    set->room = room;
    return true;
}

/* Forks come in the order of (position, bit from the highest down) on every way from the top. */
static bool comes_before(const struct rt_strset_fork *fork, size_t at, uint32_t bit)
{
    return fork->at < at || (fork->at == at && fork->bit > bit);
}

/* other: the one nearest to s, which differs from it at `at` for the first time. */
static void insert_fork(struct rt_strset *set, rt_str s, rt_str other, size_t at)
{
    uint32_t bit = 0x100, differing = symbol_at(s, at) ^ symbol_at(other, at);
    while (!(differing & bit))
        bit >>= 1;
    uint32_t *link = &set->top;
    while (!(*link & LEAF) && comes_before(&set->forks[*link], at, bit))
        link = &set->forks[*link].child[side_of(&set->forks[*link], s)];
    struct rt_strset_fork fork = { (uint32_t)at, bit, { *link, *link } };
    fork.child[side_of(&fork, s)] = LEAF | (uint32_t)set->len;
    uint32_t number = (uint32_t)set->len - 1;
    set->forks[number] = fork;
    *link = number;
}

bool rt_strset_add(struct rt_strset *set, rt_str s)
{
    if (set->failed || !s.at || s.len > UINT32_MAX)
        return false;
    rt_str other = set->len ? nearest(set, s) : (rt_str){ NULL, 0 };
    size_t at = first_difference(s, other);
    if ((set->len && at == s.len && s.len == other.len) || !make_room(set))
        return false;
    if (set->len == 0)
        set->top = LEAF;
    else
        insert_fork(set, s, other, at);
    set->items[set->len++] = s;
    return true;
}

/* The callers in a list under one lock: there are as many as have something running. */
#include "net/shares.h"

#include <pthread.h>
#include <string.h>

enum thing { SLOTS, BYTES, THINGS };

struct rt_shares {
    const struct rt_alloc *alloc;
    pthread_mutex_t lock;
    struct rt_holder *first;
    uint64_t left[THINGS];
    uint64_t room;     /* of bytes, in all */
    uint64_t reserved; /* of the bytes that are left */
    bool closed;
};

struct rt_holder {
    struct rt_holder *next;
    struct rt_shares *shares;
    uint8_t owner[16];
    unsigned users;
    uint64_t held[THINGS];
};

struct rt_shares *rt_shares_new(const struct rt_alloc *alloc, uint64_t slots, uint64_t bytes)
{
    struct rt_shares *shares = rt_alloc_resize(alloc, NULL, sizeof *shares);
    if (!shares)
        return NULL;
    *shares = (struct rt_shares){ .alloc = alloc, .left = { slots, bytes }, .room = bytes };
    pthread_mutex_init(&shares->lock, NULL);
    return shares;
}

/* The fetcher's allocator may be gone with it; all is on the C library's heap in the end. */
static void free_shares(struct rt_shares *shares)
{
    pthread_mutex_destroy(&shares->lock);
    rt_alloc_resize(&rt_alloc_heap, shares, 0);
}

void rt_shares_close(struct rt_shares *shares)
{
    if (!shares)
        return;
    pthread_mutex_lock(&shares->lock);
    shares->closed = true;
    bool is_last = !shares->first;
    pthread_mutex_unlock(&shares->lock);
    if (is_last)
        free_shares(shares);
}

/* ---- callers ------------------------------------------------------------------------------------
 */

static struct rt_holder *find_or_make(struct rt_shares *shares, const uint8_t owner[16])
{
    struct rt_holder *holder = shares->first;
    while (holder && memcmp(holder->owner, owner, sizeof holder->owner) != 0)
        holder = holder->next;
    if (holder)
        return holder;
    holder = rt_alloc_resize(shares->alloc, NULL, sizeof *holder);
    if (!holder)
        return NULL;
    *holder = (struct rt_holder){ .next = shares->first, .shares = shares };
    memcpy(holder->owner, owner, sizeof holder->owner);
    shares->first = holder;
    return holder;
}

struct rt_holder *rt_shares_join(struct rt_shares *shares, const uint8_t owner[16])
{
    pthread_mutex_lock(&shares->lock);
    struct rt_holder *holder = find_or_make(shares, owner);
    if (holder)
        holder->users++;
    pthread_mutex_unlock(&shares->lock);
    return holder;
}

void rt_holder_leave(struct rt_holder *holder)
{
    if (!holder)
        return;
    struct rt_shares *shares = holder->shares;
    pthread_mutex_lock(&shares->lock);
    if (--holder->users == 0) {
        struct rt_holder **link = &shares->first;
        while (*link != holder)
            link = &(*link)->next;
        *link = holder->next;
        rt_alloc_resize(&rt_alloc_heap, holder, 0);
    }
    bool is_last = shares->closed && !shares->first;
    pthread_mutex_unlock(&shares->lock);
    if (is_last)
        free_shares(shares);
}

/* ---- what they hold -----------------------------------------------------------------------------
 */

static bool is_due(const struct rt_holder *holder, enum thing thing, uint64_t more)
{
    const struct rt_shares *shares = holder->shares;
    uint64_t left = shares->left[thing], held = holder->held[thing];
    uint64_t reserved = thing == BYTES ? shares->reserved : 0;
    if (left < reserved || more > left - reserved)
        return false;
    return held == 0 || (held + more + 2) / 3 <= left - reserved - more;
}

static void hand(struct rt_holder *holder, enum thing thing, uint64_t more)
{
    holder->held[thing] += more;
    holder->shares->left[thing] -= more;
}

static void give_back(struct rt_holder *holder, enum thing thing, uint64_t amount)
{
    pthread_mutex_lock(&holder->shares->lock);
    holder->held[thing] -= amount;
    holder->shares->left[thing] += amount;
    pthread_mutex_unlock(&holder->shares->lock);
}

bool rt_holder_begin(struct rt_holder *holder, uint64_t bytes)
{
    pthread_mutex_lock(&holder->shares->lock);
    bool is_turn = is_due(holder, SLOTS, 1) && is_due(holder, BYTES, bytes);
    if (is_turn) {
        hand(holder, SLOTS, 1);
        hand(holder, BYTES, bytes);
    }
    pthread_mutex_unlock(&holder->shares->lock);
    return is_turn;
}

void rt_holder_end(struct rt_holder *holder) { give_back(holder, SLOTS, 1); }

bool rt_holder_grow(struct rt_holder *holder, uint64_t bytes)
{
    pthread_mutex_lock(&holder->shares->lock);
    bool has_room = is_due(holder, BYTES, bytes);
    if (has_room)
        hand(holder, BYTES, bytes);
    pthread_mutex_unlock(&holder->shares->lock);
    return has_room;
}

void rt_holder_shrink(struct rt_holder *holder, uint64_t bytes)
{
    give_back(holder, BYTES, bytes);
}

bool rt_holder_reserve(struct rt_holder *holder, uint64_t bytes)
{
    struct rt_shares *shares = holder->shares;
    pthread_mutex_lock(&shares->lock);
    uint64_t held = holder->held[BYTES];
    bool lacks_room_only =
        is_due(holder, SLOTS, 1) && (held == 0 || held + bytes <= shares->room / 4 * 3);
    if (lacks_room_only)
        shares->reserved = bytes;
    pthread_mutex_unlock(&shares->lock);
    return lacks_room_only;
}

void rt_shares_release(struct rt_shares *shares)
{
    pthread_mutex_lock(&shares->lock);
    shares->reserved = 0;
    pthread_mutex_unlock(&shares->lock);
}

uint64_t rt_holder_slots(struct rt_holder *holder)
{
    pthread_mutex_lock(&holder->shares->lock);
    uint64_t slots = holder->held[SLOTS];
    pthread_mutex_unlock(&holder->shares->lock);
    return slots;
}

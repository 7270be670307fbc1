/* A growing byte string in an arena. */
#include "base/buf.h"

bool rt_buf_reserve(struct rt_buf *b, size_t n)
{
    if (b->failed)
        return false;
    if (n <= b->room - b->len)
        return true;
    size_t room = b->room ? b->room + b->room / 2 : 256;
    size_t wanted;
    if (__builtin_add_overflow(b->len, n, &wanted)) {
        b->failed = true;
        return false;
    }
    if (room < wanted)
        room = wanted;
    char *p = rt_arena_grow(b->arena, b->at, b->room, room);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->at = p;
    b->room = room;
    return true;
}

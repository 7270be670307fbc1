#ifndef RT_BASE_BUF_H
#define RT_BASE_BUF_H

#include "base/arena.h"

#include <riptide/content.h>
#include <stdbool.h>
#include <string.h>

/* A growing byte string in an arena with a sticky failure: append freely, ask once at the end. */
struct rt_buf {
    struct rt_arena *arena;
    char *at;
    size_t len, room;
    bool failed;
};

static inline void rt_buf_init(struct rt_buf *b, struct rt_arena *arena)
{
    *b = (struct rt_buf){ .arena = arena };
}

/* Makes room for n more bytes; false, and failed for good, where there is none. */
bool rt_buf_reserve(struct rt_buf *b, size_t n);

static inline void rt_buf_add(struct rt_buf *b, const char *text, size_t n)
{
    if (n == 0 || (n > b->room - b->len && !rt_buf_reserve(b, n)))
        return;
    memcpy(b->at + b->len, text, n);
    b->len += n;
}

static inline void rt_buf_byte(struct rt_buf *b, char c)
{
    rt_buf_add(b, &c, 1);
}

static inline void rt_buf_str(struct rt_buf *b, rt_str s)
{
    rt_buf_add(b, s.at, s.len);
}

/* A string literal. */
#define rt_buf_lit(b, literal) rt_buf_add((b), "" literal, sizeof(literal) - 1)

/* What was written; lives in the arena.  Never absent unless failed. */
static inline rt_str rt_buf_get(const struct rt_buf *b)
{
    if (b->failed)
        return (rt_str){ NULL, 0 };
    return (rt_str){ b->at ? b->at : "", b->len };
}

#endif

#ifndef RT_TESTS_CORE_PAGE_FIXTURE_H
#define RT_TESTS_CORE_PAGE_FIXTURE_H

#include "base/arena.h"
#include "base/str.h"
#include "core/lexbor_port.h"
#include "core/page.h"

/* A page for a test, with the arena that it lives in. */
struct page_fixture {
    struct rt_arena arena;
    struct rt_arena *before;
    struct rt_page page;
};

static inline void page_fixture_init(struct page_fixture *f)
{
    rt_arena_init(&f->arena, &rt_alloc_heap, (size_t)256 << 20);
    f->before = rt_lexbor_use(&f->arena);
}

static inline rt_status page_fixture_parse(struct page_fixture *f, rt_str html,
                                           enum rt_page_attrs attrs)
{
    rt_error err;
    return rt_page_parse(&f->page, &f->arena, html, RT_LIT("https://example.com/a/page"), attrs,
                         &err);
}

/* As custom mode parses it.  html (borrowed) until the teardown.  The status is that of
 * rt_page_parse(). */
static inline rt_status page_fixture_open_all(struct page_fixture *f, rt_str html)
{
    page_fixture_init(f);
    return page_fixture_parse(f, html, RT_PAGE_ATTRS_ALL);
}

/* As all other modes parse it: attributes that no step is said to read are not there.  The first
 * token is lexbor's, which keeps all: it is a comment here. */
static inline rt_status page_fixture_open(struct page_fixture *f, rt_str html)
{
    const rt_str parts[] = { RT_LIT("<!---->"), html };
    page_fixture_init(f);
    return page_fixture_parse(f, rt_arena_join(&f->arena, parts, 2, RT_LIT("")),
                              RT_PAGE_ATTRS_READ);
}

/* So many bytes are left, in a new block. */
static inline void page_fixture_limit(struct page_fixture *f, size_t room)
{
    f->arena.ceiling = f->arena.used + room;
    f->arena.at = f->arena.end;
    f->arena.ranges = NULL;
}

static inline void page_fixture_close(struct page_fixture *f)
{
    rt_lexbor_use(f->before);
    rt_arena_free(&f->arena);
}

#endif

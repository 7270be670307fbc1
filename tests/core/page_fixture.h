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

/* html (borrowed) until the teardown.  The status is that of rt_page_parse(). */
static inline rt_status page_fixture_open_with(struct page_fixture *f, rt_str html,
                                               enum rt_page_attrs attrs)
{
    rt_error err;
    rt_arena_init(&f->arena, &rt_alloc_heap, (size_t)256 << 20);
    f->before = rt_lexbor_use(&f->arena);
    return rt_page_parse(&f->page, &f->arena, html, RT_LIT("https://example.com/a/page"), attrs,
                         &err);
}

static inline rt_status page_fixture_open(struct page_fixture *f, rt_str html)
{
    return page_fixture_open_with(f, html, RT_PAGE_ATTRS_ALL);
}

static inline void page_fixture_close(struct page_fixture *f)
{
    rt_lexbor_use(f->before);
    rt_arena_free(&f->arena);
}

#endif

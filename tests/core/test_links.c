/* The links of a page. */
#include "core/links.h"
#include "page_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *html, *expected;    /* the addresses, a space between them */
} cases[] = {
    { "<a href=b>1</a><a href=/c>2</a><a href=b>3</a>", "https://example.com/a/b https://example.com/c" },
    { "<a href='#x'>1</a><a href=' #y '>2</a>", "" },
    { "<a href='https://example.com/a/page#z'>1</a><a href='page#z'>2</a>", "" },
    { "<a href='page'>1</a>", "https://example.com/a/page" },
    { "<a href='other#z'>1</a>", "https://example.com/a/other#z" },
    { "<a href='mailto:a@b.c'>1</a><a href='javascript:void(0)'>2</a><a href='tel:1'>3</a>", "" },
    { "<a name=x>1</a><a>2</a>", "" },
    { "<map><area href=/area></map>", "https://example.com/area" },
    { "<base href='https://other.org/dir/'><a href=x>1</a>", "https://other.org/dir/x" },
    { "<base href='/root/'><a href=x>1</a><a href='#f'>2</a>", "https://example.com/root/x" },
    { "<nav hidden><a href=/menu>1</a></nav>", "https://example.com/menu" },
};

static void finds_each_once_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page_fixture f;
        rt_str_list links;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(cases[i].html)), RT_OK);
        struct rt_url_resolver *resolver = rt_url_resolver_new(&f.arena, f.page.base);
        assert_true(rt_links_find(&f.page, resolver, &links));
        rt_str got = rt_arena_join(&f.arena, links.at, links.len, RT_LIT(" "));
        if (!rt_str_eq(got, rt_str_from_c(cases[i].expected)))
            fail_msg("%s: %.*s", cases[i].html, (int)got.len, got.at);
        page_fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(finds_each_once_in_order) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

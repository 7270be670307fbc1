/* The links of a page. */
#include "base/buf.h"
#include "core/links.h"
#include "page_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

static const struct {
    const char *html, *expected; /* the addresses, a space between them */
} cases[] = {
    { "<a href=b>1</a><a href=/c>2</a><a href=b>3</a>",
      "https://example.com/a/b https://example.com/c" },
    { "<a href='#x'>1</a><a href=' #y '>2</a>", "" },
    { "<a href='https://example.com/a/page#z'>1</a><a href='page#z'>2</a>", "" },
    { "<a href='page'>1</a>", "https://example.com/a/page" },
    { "<a href='other#z'>1</a>", "https://example.com/a/other#z" },
    { "<a href='mailto:a@b.c'>1</a><a href='javascript:void(0)'>2</a><a href='tel:1'>3</a>", "" },
    { "<a name=x>1</a><a>2</a>", "" },
    { "<map><area href=/area></map>", "https://example.com/area" },
    { "<base href='https://other.org/dir/'><a href=x>1</a>", "https://other.org/dir/x" },
    { "<base href='/dir/'><a href=x>1</a><a href='#f'>2</a>", "https://example.com/dir/x" },
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
        assert_true(rt_links_find(&f.page, resolver, &links, NULL));
        rt_str got = rt_arena_join(&f.arena, links.at, links.len, RT_LIT(" "));
        if (!rt_str_eq(got, rt_str_from_c(cases[i].expected)))
            fail_msg("%s: %.*s", cases[i].html, (int)got.len, got.at);
        page_fixture_close(&f);
    }
}

/* What is known of each link: "path|text|rel|hreflang", a line each; rel is n, u and s. */
static const struct {
    const char *html, *expected;
} details[] = {
    { "<a href=/b rel=nofollow hreflang=de>one</a>", "b|one|n|de" },
    { "<a href=/b rel=' noopener  UGC NoFollow\nsponsored '>one</a>", "b|one|nus|-" },
    { "<a href=/b rel='nofollowing ugcs sponsoredx'>one</a>", "b|one||-" },
    { "<a href=/b hreflang=' en-GB '>x</a><a href=/c hreflang=' '>y</a>", "b|x||en-GB\nc|y||-" },
    { "<a href=/b hreflang='de, fr'>x</a><a href=/c hreflang=pt_BR>y</a>", "b|x||-\nc|y||pt_BR" },
    { "<a href=/b>first</a><a href=/b rel=ugc hreflang=fr>second</a>", "b|first||-" },
    { "<a href=#x rel=ugc>in here</a><a href=mailto:x>mail</a><a href=/b>b</a>", "b|b||-" },
    /* texts */
    { "<a href=/b>\n two \t <b>words</b>&nbsp; and\fmore </a>", "b|two words and more||-" },
    { "<a href=/b>a<b>b</b><br>c<div>d</div><p>e</p>f</a>", "b|ab c d e f||-" },
    { "<a href=/b><img src=/i alt=picture></a>", "b|||-" },
    { "<a href=/b>z\u200Be\u202Ero \u2003 \u00DC</a>", "b|zero \u00DC||-" },
    { "<a href=/b>shown<span hidden>hidden</span><script>x</script></a>", "b|shown||-" },
    { "<nav hidden><a href=/b>menu <i>item</i><style>x</style></a> x</nav>", "b|menu item||-" },
    { "<a href=/b>out<span hidden><object><a href=/c>in</a></object></span></a><a href=/d>d</a>",
      "b|out||-\nc|in||-\nd|d||-" },
    { "<a href=/b>1</a> between <a href=/c>2</a>", "b|1||-\nc|2||-" },
    { "<map><area href=/b alt=' the  east ' rel=ugc></map>", "b|the east|u|-" },
    /* links in links, which the standard allows in cells */
    { "<a href=/b>1<table><tr><td>2 <a href=/c>3 </a>4</table>5</a>", "b|1 2 3 4 5||-\nc|3||-" },
};

static rt_str show(struct rt_arena *arena, const struct rt_link_list *links)
{
    struct rt_buf out;
    rt_buf_init(&out, arena);
    for (size_t i = 0; i < links->len; i++) {
        const rt_link *link = &links->at[i];
        if (i > 0)
            rt_buf_byte(&out, '\n');
        rt_buf_str(&out, rt_str_from(link->url, strlen("https://example.com/")));
        rt_buf_byte(&out, '|');
        assert_non_null(link->text.at);
        rt_buf_str(&out, link->text);
        rt_buf_byte(&out, '|');
        rt_buf_add(&out, "n", link->nofollow);
        rt_buf_add(&out, "u", link->ugc);
        rt_buf_add(&out, "s", link->sponsored);
        rt_buf_byte(&out, '|');
        rt_buf_str(&out, link->hreflang.at ? link->hreflang : RT_LIT("-"));
    }
    return rt_buf_get(&out);
}

static void open_details(struct page_fixture *f, rt_str html, struct rt_link_list *out)
{
    rt_str_list links;
    assert_int_equal(page_fixture_open(f, html), RT_OK);
    struct rt_url_resolver *resolver = rt_url_resolver_new(&f->arena, f->page.base);
    assert_true(rt_links_find(&f->page, resolver, &links, out));
    assert_non_null(out->at);
    assert_int_equal(out->len, links.len);
    for (size_t i = 0; i < links.len; i++)
        assert_true(rt_str_eq(out->at[i].url, links.at[i]));
}

static void tells_what_the_first_of_each_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof details / sizeof *details; i++) {
        struct page_fixture f;
        struct rt_link_list links;
        open_details(&f, rt_str_from_c(details[i].html), &links);
        rt_str got = show(&f.arena, &links);
        if (!rt_str_eq(got, rt_str_from_c(details[i].expected)))
            fail_msg("%s: %.*s", details[i].html, (int)got.len, got.at);
        page_fixture_close(&f);
    }
}

static void a_page_without_links_has_no_details(void **state)
{
    (void)state;
    struct page_fixture f;
    struct rt_link_list links;
    open_details(&f, RT_LIT("<p>text"), &links);
    assert_int_equal(links.len, 0);
    page_fixture_close(&f);
}

static rt_str repeat(struct rt_arena *arena, const char *before, const char *unit, size_t count,
                     const char *after)
{
    struct rt_buf out;
    rt_buf_init(&out, arena);
    rt_buf_str(&out, rt_str_from_c(before));
    for (size_t i = 0; i < count; i++)
        rt_buf_str(&out, rt_str_from_c(unit));
    rt_buf_str(&out, rt_str_from_c(after));
    return rt_buf_get(&out);
}

static void what_is_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, SIZE_MAX);
    struct page_fixture f;
    struct rt_link_list links;
    rt_str html = repeat(&arena, "<a href=/b hreflang=", "x", RT_LINKS_LANGUAGE_CAP + 1, ">ab");
    html = rt_arena_join(
        &arena, (rt_str[]){ html, repeat(&arena, "", "\u20AC", RT_LINKS_TEXT_CAP, "</a>") }, 2,
        RT_LIT(""));
    open_details(&f, html, &links);
    assert_int_equal(links.len, 1);
    assert_null(links.at[0].hreflang.at);
    assert_int_equal(links.at[0].text.len, RT_LINKS_TEXT_CAP - (RT_LINKS_TEXT_CAP - 2) % 3);
    assert_true(rt_str_starts(links.at[0].text, RT_LIT("ab\u20AC\u20AC")));
    assert_true(rt_str_ends(links.at[0].text, RT_LIT("\u20AC")));
    page_fixture_close(&f);
    rt_arena_free(&arena);
}

/* Many megabytes inside many links: fine as long as it is not a walk for each. */
static void links_in_links_share_their_text(void **state)
{
    (void)state;
    enum { DEPTH = 90, SPACE = 4 << 20 };
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, SIZE_MAX);
    struct rt_buf html;
    rt_buf_init(&html, &arena);
    for (int i = 0; i < DEPTH; i++) {
        char tag[48];
        rt_buf_add(&html, tag, (size_t)snprintf(tag, sizeof tag, "<table><tr><td><a href=/%d>", i));
    }
    rt_buf_str(&html, repeat(&arena, "in", " ", SPACE, "most"));
    struct page_fixture f;
    struct rt_link_list links;
    open_details(&f, rt_buf_get(&html), &links);
    assert_int_equal(links.len, DEPTH);
    for (size_t i = 0; i < DEPTH; i++)
        assert_true(rt_str_eq(links.at[i].text, RT_LIT("in most")));
    page_fixture_close(&f);
    rt_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_once_in_order),
        cmocka_unit_test(tells_what_the_first_of_each_says),
        cmocka_unit_test(a_page_without_links_has_no_details),
        cmocka_unit_test(what_is_too_long_is_cut_between_characters),
        cmocka_unit_test(links_in_links_share_their_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

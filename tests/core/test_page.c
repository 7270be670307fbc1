/* What stands between bytes and tree: the bounds on the parser, skipped scripts, <base>, visibility. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/page_fixture.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *repeat(const char *head, const char *unit, size_t times, const char *tail)
{
    size_t room = strlen(head) + strlen(unit) * times + strlen(tail) + 1;
    char *html = malloc(room), *at = html;
    assert_non_null(html);
    at = stpcpy(at, head);
    for (size_t i = 0; i < times; i++)
        at = stpcpy(at, unit);
    stpcpy(at, tail);
    return html;
}

static size_t depth_of(const struct rt_page *page)
{
    size_t deepest = 0;
    for (rt_node *n = page->root; n; n = rt_node_next(n, page->root)) {
        size_t depth = 0;
        for (const rt_node *up = n; up; up = up->parent)
            depth++;
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

/* The text of the body, in order: what is shown, or what is hidden. */
static rt_str text_of(const struct rt_page *page, bool hidden)
{
    rt_str parts[64];
    size_t count = 0;
    for (rt_node *n = page->body; n; n = rt_node_next(n, page->body))
        if (rt_node_is_text(n) && count < 64 && rt_page_has(page, n, RT_NODE_HIDDEN) == hidden)
            parts[count++] = rt_node_data(n);
    return rt_arena_join(page->arena, parts, count, RT_LIT(""));
}

static void nesting_is_capped(void **state)
{
    (void)state;
    static const struct { const char *unit, *tail; } cases[] = {
        { "<div>", "end" }, { "<b>", "end" }, { "<ul><li>", "end" }, { "<a><i><b><u>", "end" },
        { "<table><tr><td>", "end" }, { "<svg><g>", "end" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *html = repeat("<body>", cases[i].unit, 2000, cases[i].tail);
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(html)), RT_OK);
        assert_in_range(depth_of(&f.page), 2, RT_PAGE_MAX_DEPTH + 16);
        assert_true(rt_str_has(text_of(&f.page, false), RT_LIT("end")));
        page_fixture_close(&f);
        free(html);
    }
}

static void scripts_stay_scripts_at_any_depth(void **state)
{
    (void)state;
    char *html = repeat("<body>", "<div>", 2000, "<script>if (a < b) c = '<p>no';</script>yes");
    struct page_fixture f;
    assert_int_equal(page_fixture_open(&f, rt_str_from_c(html)), RT_OK);
    assert_false(rt_str_has(text_of(&f.page, false), RT_LIT("no")));
    assert_true(rt_str_has(text_of(&f.page, false), RT_LIT("yes")));
    page_fixture_close(&f);
    free(html);
}

static void raw_text_ends_where_it_ends_in_browsers(void **state)
{
    (void)state;
    static const struct { const char *html, *shown, *hidden; } cases[] = {
        { "<body>a<script>var x = 1 < 2;</script>b", "ab", "" },
        { "<body>a<script></script>b", "ab", "" },
        { "<body>a<script><</script>b", "ab", "" },
        { "<body>a<script>x = '<p>c</p>'</script>b", "ab", "" },
        { "<body>a<script>'</scripty>'</SCRIPT >b", "ab", "" },
        { "<body>a<script><!-- <script> </script> --></script>b", "ab",
          "<!-- <script> </script> -->" },
        { "<body>a<script>x\r\ny</script>b", "ab", "" },
        { "<body>a<script>never closed", "a", "" },
        { "<body>a<script", "a", "" },
        { "<body>a<style>p > b { color: red }</style>b", "ab", "" },
        { "<body>a<style><!-- p {} --></style>b", "ab", "" },
        { "<body>a<style>never closed", "a", "" },
        { "<body>a<script type='application/ld+json'>{\"a\": 1}</script>b", "ab", "{\"a\": 1}" },
        { "<body>a<script type=math/tex>x^2</script>b", "ab", "x^2" },
        { "<body>a<svg><style>p</style></svg>b", "apb", "" },
        { "<body>a<textarea>x < y</textarea>b", "ab", "x < y" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(cases[i].html)), RT_OK);
        rt_str shown = text_of(&f.page, false), hidden = text_of(&f.page, true);
        if (!rt_str_eq(shown, rt_str_from_c(cases[i].shown)) ||
            !rt_str_eq(hidden, rt_str_from_c(cases[i].hidden)))
            fail_msg("%s: shown \"%.*s\", hidden \"%.*s\"", cases[i].html, (int)shown.len, shown.at,
                     (int)hidden.len, hidden.at);
        page_fixture_close(&f);
    }
}

static void attributes_are_bounded(void **state)
{
    (void)state;
    char many[20000], *at = stpcpy(many, "<body><p id=first ");
    for (int i = 0; i < 1000; i++)
        at += snprintf(at, 16, "a%d=1 ", i);
    stpcpy(at, ">text</p>");
    struct page_fixture f;
    assert_int_equal(page_fixture_open_all(&f, rt_str_from_c(many)), RT_OK);
    size_t count = 0;
    for (rt_node *n = f.page.body; n; n = rt_node_next(n, f.page.body)) {
        if (rt_node_tag(n) != LXB_TAG_P)
            continue;
        assert_true(rt_str_eq(rt_node_attr(n, "id"), RT_LIT("first")));
        for (const lxb_dom_attr_t *a = rt_node_attrs(n); a; a = a->next)
            count++;
    }
    assert_in_range(count, 100, 256);
    page_fixture_close(&f);
}

static void attributes_that_nobody_reads_are_dropped(void **state)
{
    (void)state;
    struct page_fixture f;
    rt_str html = RT_LIT("<body><p onclick=x CLASS=a data-x='>' data-src=b aria-busy hidden>text");
    for (int all = 0; all <= 1; all++) {
        assert_int_equal((all ? page_fixture_open_all : page_fixture_open)(&f, html), RT_OK);
        const rt_node *p = f.page.body->first_child;
        assert_true(rt_str_eq(rt_node_attr(p, "class"), RT_LIT("a")));
        assert_true(rt_str_eq(rt_node_attr(p, "data-src"), RT_LIT("b")));
        assert_non_null(rt_node_attr(p, "hidden").at);
        assert_int_equal(rt_node_attr(p, "data-x").at != NULL, all);
        assert_int_equal(rt_node_attr(p, "onclick").at != NULL, all);
        assert_true(rt_str_eq(text_of(&f.page, true), RT_LIT("text")));
        page_fixture_close(&f);
    }
}

static void space_between_blocks_is_dropped(void **state)
{
    (void)state;
    static const struct { const char *html, *text; } cases[] = {
        { "<body>\n<ul>\n <li>a</li>\n <li>b</li>\n</ul>\n<p>c</p>", "abc" },
        { "<body><p>a</p> b <i>c</i> <b>d</b> <p>e", "a b c d e" },
        { "<body><pre>\n\n <div> <p> </pre> <p>a", "\n   a" },
        { "<body><p><b>a</p> <p>b", "a b" },
        { "<body><div>a</div> <span> <p>b</p> </span>", "a b " },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(cases[i].html)), RT_OK);
        rt_str text = text_of(&f.page, false);
        if (!rt_str_eq(text, rt_str_from_c(cases[i].text)))
            fail_msg("%s: \"%.*s\"", cases[i].html, (int)text.len, text.at);
        page_fixture_close(&f);
    }
}

static void base_is_found(void **state)
{
    (void)state;
    static const struct { const char *html, *want; } cases[] = {
        { "<base href='https://cdn.example/x/'><p>a", "https://cdn.example/x/" },
        { "<base target=_top><base href=/y/><p>a", "https://example.com/y/" },
        { "<base href='javascript:alert(1)'><p>a", "https://example.com/a/page" },
        { "<p>a", "https://example.com/a/page" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(cases[i].html)), RT_OK);
        if (!rt_str_eq(f.page.base, rt_str_from_c(cases[i].want)))
            fail_msg("%s: base %.*s", cases[i].html, (int)f.page.base.len, f.page.base.at);
        page_fixture_close(&f);
    }
}

static void hidden_is_told_from_markup(void **state)
{
    (void)state;
    static const struct { const char *open; bool hidden; } cases[] = {
        { "<p>", false }, { "<p hidden>", true }, { "<p hidden=until-found>", true },
        { "<p aria-hidden=true>", true }, { "<p aria-hidden=false>", false },
        { "<p style='display:none'>", true }, { "<p style='color:red; DISPLAY : None !important'>", true },
        { "<p style='visibility:hidden'>", true }, { "<p style='display:block'>", false },
        { "<p style='position:absolute;left:-9999px'>", true }, { "<p style='left:-10px'>", false },
        { "<p style='text-indent:-999em'>", true }, { "<p style='left:-100%'>", false },
        { "<p style='opacity:0'>", false }, { "<dialog>", true }, { "<dialog open>", false },
        { "<template>", true }, { "<div hidden><p>", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char html[200];
        snprintf(html, sizeof html, "<body>%ssecret", cases[i].open);
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(html)), RT_OK);
        bool shown = false;
        for (rt_node *n = f.page.body; n; n = rt_node_next(n, f.page.body))
            shown |= rt_node_is_text(n) && !rt_page_has(&f.page, n, RT_NODE_HIDDEN);
        if (shown == cases[i].hidden)
            fail_msg("%s: %s", cases[i].open, shown ? "shown" : "hidden");
        page_fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_is_capped),
        cmocka_unit_test(scripts_stay_scripts_at_any_depth),
        cmocka_unit_test(raw_text_ends_where_it_ends_in_browsers),
        cmocka_unit_test(attributes_are_bounded),
        cmocka_unit_test(attributes_that_nobody_reads_are_dropped),
        cmocka_unit_test(space_between_blocks_is_dropped),
        cmocka_unit_test(base_is_found),
        cmocka_unit_test(hidden_is_told_from_markup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The page's form: what it sends, who may send it, and the pages that answer it. */
#include "service/form.h"
#include "service/routes.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct rt_arena arena;

static int open_arena(void **state)
{
    (void)state;
    rt_arena_init(&arena, &rt_alloc_heap, 1 << 24);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    rt_arena_free(&arena);
    return 0;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static const struct {
    const char *body, *url, *html; /* NULL: absent */
    rt_mode mode;
    size_t selectors;
} good[] = {
    { "url=https%3A%2F%2Fa.example%2Fx%3Fy%3D1%26z", "https://a.example/x?y=1&z", NULL,
      RT_MODE_ARTICLE, 0 },
    { "source=url&url=https://a.example/&html=&mode=article&selectors=", "https://a.example/", NULL,
      RT_MODE_ARTICLE, 0 },
    { "source=url&url=+https://a.example/+&html=%3Cp%3E&mode=full", "https://a.example/", NULL,
      RT_MODE_FULL, 0 },
    { "source=html&url=&html=%3Cp%3Ea+b%2Bc%0D%0A&mode=metadata", NULL, "<p>a b+c\r\n",
      RT_MODE_METADATA, 0 },
    { "html=x&url=https://a.example/", "https://a.example/", "x", RT_MODE_ARTICLE, 0 },
    { "html=%e2%82%AC", NULL, "\xe2\x82\xac", RT_MODE_ARTICLE, 0 },
    { "html=100%&mode=full", NULL, "100%", RT_MODE_FULL, 0 },
    { "html=%zz%4&mode=full", NULL, "%zz%4", RT_MODE_FULL, 0 },
    { "html=a=b=c", NULL, "a=b=c", RT_MODE_ARTICLE, 0 },
    { "&&html=x&", NULL, "x", RT_MODE_ARTICLE, 0 },
    { "%68tml=x", NULL, "x", RT_MODE_ARTICLE, 0 },
    { "html=x&mode=custom&selectors=p%0D%0A+div+%3E+a,+b+%0D%0A%0D%0A", NULL, "x", RT_MODE_CUSTOM,
      2 },
    { "selectors=p&mode=custom&html=x", NULL, "x", RT_MODE_CUSTOM, 1 },
    { "html=x&mode=article&selectors=p", NULL, "x", RT_MODE_ARTICLE, 0 },
};

static void assert_text(rt_str s, const char *want)
{
    if (!want) {
        assert_null(s.at);
        return;
    }
    assert_non_null(s.at);
    assert_int_equal(s.len, strlen(want));
    assert_memory_equal(s.at, want, s.len);
}

static void forms_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct rt_page_options options;
        struct rt_form form;
        rt_error err = { RT_OK, "" };
        rt_page_options_init(&options, &arena);
        if (rt_form_read(rt_str_from_c(good[i].body), &arena, &options, &form, &err) != RT_OK)
            fail_msg("%s: %s", good[i].body, err.message);
        assert_text(form.url, good[i].url);
        assert_text(form.html, good[i].html);
        assert_int_equal(options.mode, good[i].mode);
        assert_int_equal(options.selectors.len, good[i].selectors);
    }
}

static void selectors_are_lines(void **state)
{
    (void)state;
    struct rt_page_options options;
    struct rt_form form;
    rt_page_options_init(&options, &arena);
    rt_str body = RT_LIT("html=x&mode=custom&selectors=%20h1, h2%20%0D%0Ap.a+%3E+b");
    assert_int_equal(rt_form_read(body, &arena, &options, &form, NULL), RT_OK);
    assert_int_equal(options.selectors.len, 2);
    assert_text(options.selectors.at[0], "h1, h2");
    assert_text(options.selectors.at[1], "p.a > b");
}

static const struct {
    const char *body, *says;
} bad[] = {
    { "", "a page or its address" },
    { "url=&html=", "a page or its address" },
    { "source=url&html=x", "a page or its address" },
    { "source=html&url=https://a.example/", "html: expected a page" },
    { "source=file&url=https://a.example/", "source: expected" },
    { "html=x&mode=all", "mode" },
    { "html=x&html=y", "html twice" },
    { "html=x&stats=1", "expected source" },
    { "html", "a page or its address" },
    { "=x", "expected source" },
    { "url=%ff", "url: expected UTF-8" },
};

static void what_is_wrong_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct rt_page_options options;
        struct rt_form form;
        rt_error err = { RT_OK, "" };
        rt_page_options_init(&options, &arena);
        rt_status s = rt_form_read(rt_str_from_c(bad[i].body), &arena, &options, &form, &err);
        assert_true(s == RT_INVALID_ARGUMENT || s == RT_UNSUPPORTED_MODE);
        if (!strstr(err.message, bad[i].says))
            fail_msg("%s: %s", bad[i].body, err.message);
    }
}

static void too_little_memory_is_told(void **state)
{
    (void)state;
    struct rt_arena small;
    struct rt_page_options options;
    struct rt_form form;
    rt_error err;
    static char body[200000] = "html=";
    memset(body + 5, 'x', sizeof body - 5);
    rt_arena_init(&small, &rt_alloc_heap, 100000);
    rt_page_options_init(&options, &small);
    assert_int_equal(rt_form_read((rt_str){ body, sizeof body }, &small, &options, &form, &err),
                     RT_NO_MEMORY);
    const rt_content content = { .markdown = { body, sizeof body } };
    assert_null(rt_form_answer(&content, NULL, &small).at);
    rt_arena_free(&small);
}

/* ---- who sends it ------------------------------------------------------------------------------
 */

static const struct {
    const char *fetch_site, *origin, *host;
    bool ours;
} senders[] = {
    { NULL, NULL, "a.example", true },
    { NULL, NULL, NULL, true },
    { "same-origin", "http://a.example", "a.example", true },
    { "none", NULL, "a.example", true },
    { "same-site", "http://a.example", "a.example", false },
    { "cross-site", NULL, "a.example", false },
    { "", NULL, "a.example", false },
    { NULL, "http://a.example:8080", "a.example:8080", true },
    { NULL, "https://A.example", "a.example", true },
    { NULL, "http://a.example", "a.example:8080", false },
    { NULL, "http://b.example", "a.example", false },
    { NULL, "http://a.example.b.example", "a.example", false },
    { NULL, "null", "a.example", false },
    { NULL, "http://", "", false },
    { NULL, "ftp://a.example", "a.example", false },
};

static void other_sites_send_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof senders / sizeof *senders; i++)
        if (rt_form_is_ours(rt_str_from_c(senders[i].fetch_site), rt_str_from_c(senders[i].origin),
                            rt_str_from_c(senders[i].host)) != senders[i].ours)
            fail_msg("sender %zu", i);
}

/* ---- the answers -------------------------------------------------------------------------------
 */

static bool has(rt_str page, const char *text) { return rt_str_has(page, rt_str_from_c(text)); }

static void nothing_of_a_page_is_markup(void **state)
{
    (void)state;
    static const rt_str categories[] = { { "<i>", 3 }, { "b", 1 } };
    const rt_content content = {
        .url = RT_LIT("https://a.example/?a&b\"c"),
        .title = RT_LIT("</title><script>alert(1)</script>"),
        .byline = RT_LIT("<img src=x onerror=alert(1)>"),
        .markdown = RT_LIT("\n</pre><script>alert(2)</script> &amp;"),
        .categories = { categories, 2 },
        .word_count = { true, 7 },
    };
    const rt_stats stats = {
        .call_ns = 1500000, .fuel_used = 42, .memory_peak = 8 << 20, .tier = 1
    };
    rt_str page = rt_form_answer(&content, &stats, &arena);
    assert_true(
        has(page,
            "<pre class=\"raw\">\n\n&lt;/pre&gt;&lt;script&gt;alert(2)&lt;/script&gt; &amp;amp;"));
    assert_true(has(page, "&lt;img src=x onerror=alert(1)&gt;"));
    assert_true(has(page, "<td>&lt;i&gt;, b</td>"));
    assert_true(has(page, "https://a.example/?a&amp;b&quot;c"));
    assert_true(has(page, "<dd>1.50 ms</dd>") && has(page, "<dd>42</dd>"));
    assert_true(has(page, "<dd>8.0 MiB</dd>") && has(page, "<dd>warm</dd>"));
    assert_false(has(page, "<script") || has(page, "<img"));
    assert_false(has(page, "Minutes to read"));
}

/* The policy has the hash of the page's style only. */
static void answers_have_the_style_of_the_page(void **state)
{
    (void)state;
    rt_str page = rt_asset_page.bytes;
    size_t begin = rt_str_find(page, RT_LIT("<style>")),
           end = rt_str_find(page, RT_LIT("</style>"));
    rt_str style = rt_str_first(rt_str_from(page, begin), end - begin);
    assert_true(style.len > 100);
    assert_true(rt_str_has(rt_form_answer(&(rt_content){ 0 }, NULL, &arena), style));
}

static void problems_are_pages_too(void **state)
{
    (void)state;
    struct rt_problem problem = rt_problem_of_fetch(RT_FETCH_DNS);
    rt_str page = rt_form_problem(&problem, RT_LIT("<b>.example"), "id-1", &arena);
    assert_true(has(page, "&lt;b&gt;.example") && has(page, "id-1") && has(page, problem.code));
    assert_true(has(page, "<td>502</td>"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_read),
        cmocka_unit_test(selectors_are_lines),
        cmocka_unit_test(what_is_wrong_is_told),
        cmocka_unit_test(too_little_memory_is_told),
        cmocka_unit_test(other_sites_send_none),
        cmocka_unit_test(nothing_of_a_page_is_markup),
        cmocka_unit_test(answers_have_the_style_of_the_page),
        cmocka_unit_test(problems_are_pages_too),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

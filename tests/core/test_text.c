/* White space of plain text: what CSS shows, and words that are neither glued nor cut. */
#include "page_fixture.h"

#include "core/select.h"
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const struct {
    const char *what, *html, *text;
} examples[] = {
    { "runs of white space", "<p> a \n\t b&nbsp; c </p>", "a b c" },
    { "over inline elements", "<p>a <b> b</b> c<i>d</i>", "a b cd" },
    { "blocks", "<h1>a</h1>b<p>c</p><div><div>d</div></div>", "a\n\nb\n\nc\n\nd" },
    { "breaks", "<p>a<br>b<br><br>c", "a\nb\n\nc" },
    { "lists", "<p>a<ul><li>b<li><p>c</p><ul><li>d</ul></ul><p>e", "a\n\nb\nc\nd\n\ne" },
    { "cells", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td" },
    { "verbatim", "<p>a<pre>\n  b\n\n\tc  \n</pre>d", "a\n\n  b\n\n\tc\n\nd" },
    { "lines of code as elements", "<pre><div>a</div><div>b\n</div><div>c</div></pre>", "a\nb\nc" },
    { "images part words", "<p>a<img src=x>b", "a b" },
    { "no line numbers", "<pre><span class=lineno>1</span>a</pre>", "a" },
    { "formulas", "<p>a <math><msup><mi>x</mi><mn>2</mn></msup></math>", "a {x}^{2}" },
    { "hidden", "<p>a<script>b</script><span hidden>c</span><svg><text>d</text></svg>", "a" },
    { "zero width, bidi, tags",
      "<p>a\xE2\x80\x8B" "b\xE2\x80\xAE" "c\xF3\xA0\x81\x81" "d\xC2\xAD" "e",
      "abcde" },
    { "joiners of emoji and scripts stay",
      "<p>\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE",
      "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB \xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE" },
    { "joiners of nothing go", "<p>a\xE2\x80\x8D" "b\xD9\x85\xE2\x80\x8C\xE2\x80\x8C\xD9\x85",
      "ab\xD9\x85\xE2\x80\x8C\xD9\x85" },
    { "bytes that are not UTF-8", "<p>a\xFF b\xC3", "a\xEF\xBF\xBD b\xEF\xBF\xBD" },
    { "nothing", "<p> <br> </p>", "" },
};

static void test_examples(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(examples[i].html)), RT_OK);
        rt_select_full(&f.page, RT_LIT(""));
        rt_str got = rt_text_render(&f.page);
        if (!got.at || !rt_str_eq(got, rt_str_from_c(examples[i].text))) {
            print_error("%s:\n%.*s\nnot:\n%s\n", examples[i].what, (int)got.len, got.at,
                        examples[i].text);
            wrong++;
        }
        page_fixture_close(&f);
    }
    assert_int_equal(wrong, 0);
}

static void test_only_what_is_kept(void **state)
{
    (void)state;
    struct page_fixture f;
    assert_int_equal(page_fixture_open(&f, RT_LIT("<p>a<p>b")), RT_OK);
    rt_page_keep(&f.page, f.page.body->last_child->first_child);
    rt_str got = rt_text_render(&f.page);
    assert_true(rt_str_eq(got, RT_LIT("b")));
    page_fixture_close(&f);
}

static void test_absent_without_memory(void **state)
{
    (void)state;
    struct page_fixture f;
    assert_int_equal(page_fixture_open(&f, RT_LIT("<p>a")), RT_OK);
    rt_select_full(&f.page, RT_LIT(""));
    page_fixture_limit(&f, 0);
    assert_null(rt_text_render(&f.page).at);
    page_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_only_what_is_kept),
        cmocka_unit_test(test_absent_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

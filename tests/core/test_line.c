/* Clean lines, and names out of bylines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/arena_fixture.h"

#include "core/author_name.h"
#include "core/line.h"
#include "page_fixture.h"

static void assert_line(const char *what, rt_str got, const char *want)
{
    if (!want ? got.at != NULL : !rt_str_eq(got, rt_str_from_c(want)))
        fail_msg("%s: '%.*s', expected '%s'", what, (int)got.len, got.at ? got.at : "",
                 want ? want : "(absent)");
}

static void lines_are_cleaned(void **state)
{
    (void)state;
    static const struct { const char *in; size_t cap; const char *want; } cases[] = {
        { "  a \n\t b  ", 100, "a b" },
        { "a\xc2\xa0" "b", 100, "a b" },
        { "a\xe2\x80\x8b\xe2\x80\xae" "b\xef\xbb\xbf", 100, "ab" },
        { "so\xc2\xad" "ft", 100, "soft" },
        { "bell\x07", 100, "bell" },
        { "abc def", 5, "abc d" },
        { "ab\xc3\xa9", 3, "ab" },
        { "a\xff" "b", 100, "ab" },
        { "\xef\xbf\xbd", 100, "\xef\xbf\xbd" },
        { "null", 100, NULL }, { "Undefined", 100, NULL }, { "by [object Object]", 100, NULL },
        { " \n ", 100, NULL }, { "", 100, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_line(cases[i].in,
                    rt_line_clean(&arena, rt_str_from_c(cases[i].in), cases[i].cap),
                    cases[i].want);
}

static void references_are_decoded_once(void **state)
{
    (void)state;
    static const struct { const char *in, *want; } cases[] = {
        { "A &amp; B", "A & B" },
        { "&amp;amp;", "&amp;" },
        { "It&#39;s &quot;so&quot;", "It's \"so\"" },
        { "&#x2019;", "\xe2\x80\x99" },
        { "&uuml;&nbsp;&Uuml;", "\xc3\xbc \xc3\x9c" },
        { "AT&T &unknown; &#0; &#xd800; &#99999999;", "AT&T &unknown; &#0; &#xd800; &#99999999;" },
        { "&", "&" }, { "&;", "&;" }, { "&#;", "&#;" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_line(cases[i].in, rt_line_decode(&arena, rt_str_from_c(cases[i].in), 100),
                    cases[i].want);
}

static void comparison_forgets_marks_and_case(void **state)
{
    (void)state;
    assert_true(rt_line_same(RT_LIT("The Example-News!"), RT_LIT("the example news")));
    assert_true(rt_line_same(RT_LIT("\xc3\x84rger"), RT_LIT("\xc3\xa4rger")));
    assert_false(rt_line_same(RT_LIT("a"), RT_LIT("b")));
    assert_false(rt_line_same(RT_LIT("..."), RT_LIT("-")));
    assert_true(rt_line_has(RT_LIT("A day | Example"), RT_LIT("example")));
    assert_false(rt_line_has(RT_LIT("Example"), RT_LIT("")));
}

static void lines_of_a_node_end_at_blocks(void **state)
{
    (void)state;
    struct page_fixture f;
    assert_int_equal(page_fixture_open(&f, RT_LIT("<div>By <b>Ann</b> Lee<p>Editor"
                                                  "<span hidden>no</span></p>tail<br>end</div>")),
                     RT_OK);
    rt_str lines[8];
    size_t count = rt_lines_of_node(&f.page, f.page.body, 100, lines, 8);
    assert_int_equal(count, 4);
    static const char *const want[] = { "By Ann Lee", "Editor", "tail", "end" };
    for (size_t i = 0; i < count; i++)
        assert_line("line", lines[i], want[i]);
    assert_line("whole", rt_line_of_node(&f.page, f.page.body, 100), "By Ann Lee Editor tail end");
    page_fixture_close(&f);
}

static void names_come_out_of_bylines(void **state)
{
    (void)state;
    static const struct { const char *in, *want; } cases[] = {
        { "By Ann Lee", "Ann Lee" },
        { "byAnn Lee", "Ann Lee" },
        { "Byron Lee", "Byron Lee" },
        { "Von Roland Brock", "Roland Brock" },
        { "Par Lo\xc3\xafs Le Clerc", "Lo\xc3\xafs Le Clerc" },
        { "Written by: Ann Lee", "Ann Lee" },
        { "Posted by Ann Lee on May 5, 2024", "Ann Lee" },
        { "Ann Lee, Dec 5, 2024", "Ann Lee" },
        { "Ann Lee | Staff", "Ann Lee" },
        { "Ann Lee, Bo Day", "Ann Lee, Bo Day" },
        { "Ann Lee and Bo Day", "Ann Lee and Bo Day" },
        { "Ann Lee Last updated today", "Ann Lee" },
        { "View all posts by Ann Lee", "Ann Lee" },
        { "admin", NULL }, { "By", NULL }, { "https://example.org/ann", NULL },
        { "www.example.org", NULL }, { "ann@example.org", NULL }, { "page.head.author", NULL },
        { "December", NULL }, { "12345", NULL }, { "{{ author }}", NULL }, { "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_line(cases[i].in, rt_author_name(&arena, rt_str_from_c(cases[i].in)),
                    cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_cleaned),
        cmocka_unit_test(references_are_decoded_once),
        cmocka_unit_test(comparison_forgets_marks_and_case),
        cmocka_unit_test(lines_of_a_node_end_at_blocks),
        cmocka_unit_test(names_come_out_of_bylines),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

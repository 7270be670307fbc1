/* Content types, and pages without one. */
#include "net/media_type.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void parses(void **state)
{
    (void)state;
    static const struct {
        const char *value, *name, *charset; /* NULL: absent */
        bool html;
    } cases[] = {
        { "text/html", "text/html", NULL, true },
        { "Text/HTML;charset=utf-8", "Text/HTML", "utf-8", true },
        { "text/html ; a=b; CHARSET = \"x y\" ; charset=z", "text/html", "x y", true },
        { "text/html; charset=\"open", "text/html", "open", true },
        { "text/html; charset=", "text/html", "", true },
        { "text/html; charset", "text/html", NULL, true },
        { "application/xhtml+xml", "application/xhtml+xml", NULL, true },
        { "application/xml", "application/xml", NULL, false },
        { "text/htmlx", "text/htmlx", NULL, false },
        { "text/plain", "text/plain", NULL, false },
        { "", "", NULL, false },
        { ";charset=a", "", "a", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_media_type type = rt_media_type_parse(rt_str_from_c(cases[i].value));
        assert_true(rt_str_eq(type.name, rt_str_from_c(cases[i].name)));
        assert_true(!type.charset.at == !cases[i].charset);
        assert_true(rt_str_eq(type.charset, rt_str_from_c(cases[i].charset)));
        assert_int_equal(rt_media_type_is_html(type.name), cases[i].html);
    }
    assert_null(rt_media_type_parse((rt_str){ NULL, 0 }).name.at);
}

static void looks(void **state)
{
    (void)state;
    static const char *const html[] = { "<html", "\n\t <!doctype", "\xEF\xBB\xBF<!-- -->", "<p>",
                                        "<?xml version" };
    static const char *const other[] = { "",          "<",        "< p>", "text",
                                         "{\"a\":1}", "%PDF-1.4", "</p>", "\x89PNG" };
    for (size_t i = 0; i < sizeof html / sizeof *html; i++)
        assert_true(rt_looks_like_html(rt_str_from_c(html[i])));
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_false(rt_looks_like_html(rt_str_from_c(other[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(looks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

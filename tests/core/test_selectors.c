/* Custom selections. */
#include "core/selectors.h"
#include "page_fixture.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void checks_what_it_is_given(void **state)
{
    static const struct {
        const char *selector, *message;     /* NULL: fine */
    } cases[] = {
        { "p", NULL }, { "main > p.a, #b [data-x='1']", NULL }, { "li:nth-child(2n+1)", NULL },
        { "div:has(> img)", NULL }, { " p ", NULL },
        { "", "Invalid custom selector: ''" }, { "  ", "Invalid custom selector: '  '" },
        { "p[", "Invalid custom selector: 'p['" }, { "p >", "Invalid custom selector: 'p >'" },
        { "###", "Invalid custom selector: '###'" }, { "a,,b", "Invalid custom selector: 'a,,b'" },
        { "p {}", "Invalid custom selector: 'p {}'" },
    };
    (void)state;
    rt_error err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_str selector = rt_str_from_c(cases[i].selector);
        rt_status s = rt_selectors_check((rt_str_list){ &selector, 1 }, &err);
        if ((s == RT_OK) != !cases[i].message)
            fail_msg("'%s': %d", cases[i].selector, s);
        if (s != RT_OK)
            assert_string_equal(err.message, cases[i].message);
    }
    assert_int_equal(rt_selectors_check((rt_str_list){ NULL, 0 }, &err), RT_INVALID_ARGUMENT);
    assert_string_equal(err.message, "Empty custom selectors provided");
}

static void bounds_number_and_length(void **state)
{
    static char longest[1002];
    static rt_str many[101];
    (void)state;
    rt_error err;
    memset(longest, 'p', sizeof longest);
    rt_str selector = { longest, 1001 };
    assert_int_equal(rt_selectors_check((rt_str_list){ &selector, 1 }, &err), RT_INVALID_ARGUMENT);
    for (size_t i = 0; i < 101; i++)
        many[i] = RT_LIT("p");
    assert_int_equal(rt_selectors_check((rt_str_list){ many, 100 }, &err), RT_OK);
    assert_int_equal(rt_selectors_check((rt_str_list){ many, 101 }, &err), RT_INVALID_ARGUMENT);
}

static void keeps_the_union_in_document_order(void **state)
{
    static const struct {
        const char *selectors[3], *text;
    } cases[] = {
        { { "p" }, "1245" }, { { "#x", "p" }, "12345" }, { { "div p" }, "12" }, { { "div", "p" }, "12345" },
        { { "i, b" }, "3" }, { { "p:first-child" }, "14" }, { { "html" }, "0123457" }, { { "h6" }, "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct page_fixture f;
        rt_str_list list = { (rt_str[3]){ { NULL, 0 } }, 0 };
        rt_str selectors[3];
        for (; list.len < 3 && cases[i].selectors[list.len]; list.len++)
            selectors[list.len] = rt_str_from_c(cases[i].selectors[list.len]);
        list.at = selectors;
        char text[32];
        size_t len = 0;
        assert_int_equal(page_fixture_open_all(&f, RT_LIT("<body>0<div id=x><p>1</p><p>2</p><b>3</b></div>"
                                                          "<section><p>4</p><p>5</p></section>"
                                                          "<p hidden>6</p><em>7</em>")), RT_OK);
        assert_int_equal(rt_selectors_select(&f.page, list, NULL), RT_OK);
        for (rt_node *n = f.page.root; n; n = rt_node_next(n, f.page.root))
            if (rt_node_is_text(n) && rt_page_has(&f.page, n, RT_NODE_KEEP)) {
                assert_true(rt_page_has(&f.page, n->parent, RT_NODE_KEEP));
                text[len++] = rt_node_data(n).at[0];
            }
        text[len] = '\0';
        assert_string_equal(text, cases[i].text);
        page_fixture_close(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_what_it_is_given),
        cmocka_unit_test(bounds_number_and_length),
        cmocka_unit_test(keeps_the_union_in_document_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

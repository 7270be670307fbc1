/* The input check: the specification's texts, letter for letter. */
#include "fixture.h"

#include "host/checks/validate.h"

static const struct rt_input_rules rules = { true, 100, 40 };

#define LONG_URL "https://example.org/0123456789012345678901"

static const struct {
    const char *html, *url;
    rt_status status;
    const char *message;
} cases[] = {
    { "<p>x", "https://example.org/", RT_OK, "" },
    { "<p>x", "HTTP://example.org/", RT_OK, "" },
    { "", "https://example.org/", RT_INVALID_INPUT, "HTML content is empty" },
    { " \t\r\n\f", "https://example.org/", RT_INVALID_INPUT, "HTML content is empty" },
    { "<p>x", "ftp://example.org/", RT_INVALID_INPUT,
      "Invalid URL scheme: 'ftp://example.org/' (must start with http:// or https://)" },
    { "<p>x", "", RT_INVALID_INPUT,
      "Invalid URL scheme: '' (must start with http:// or https://)" },
    { "<p>x", LONG_URL, RT_INVALID_INPUT, "URL too long: 42 characters (max: 40 characters)" },
    { "a\xFF", "https://example.org/", RT_INVALID_ENCODING,
      "HTML is not UTF-8: byte 0xFF at offset 1" },
    { "a\xED\xA0\x80", "https://example.org/", RT_INVALID_ENCODING,
      "HTML is not UTF-8: byte 0xED at offset 1" },
    { "a\xC0\x80", "https://example.org/", RT_INVALID_ENCODING,
      "HTML is not UTF-8: byte 0xC0 at offset 1" },
    { "<p>x", "https://e\xE9.org/", RT_INVALID_ENCODING,
      "URL is not UTF-8: byte 0xE9 at offset 9" },
};

static void texts_are_those_of_the_specification(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_request request = RT_REQUEST_INIT;
        rt_error err = { RT_OK, "" };
        request.html = rt_str_from_c(cases[i].html);
        request.url = rt_str_from_c(cases[i].url);
        assert_int_equal(rt_validate_request(&rules, &request, &err), cases[i].status);
        assert_string_equal(err.message, cases[i].message);
    }
}

static void too_large_says_both_sizes(void **state)
{
    (void)state;
    char page[101];
    memset(page, 'x', sizeof page);
    rt_request request = RT_REQUEST_INIT;
    rt_error err;
    request.html = (rt_str){ page, sizeof page };
    request.url = RT_LIT("https://example.org/");
    assert_int_equal(rt_validate_request(&rules, &request, &err), RT_TOO_LARGE);
    assert_string_equal(err.message, "HTML content too large: 101 bytes (max: 100 bytes)");
    request.html.len = 100;
    assert_int_equal(rt_validate_request(&rules, &request, &err), RT_OK);
}

static void modes_go_by_name(void **state)
{
    (void)state;
    rt_mode mode;
    rt_error err;
    for (unsigned i = RT_MODE_ARTICLE; i <= RT_MODE_CUSTOM; i++) {
        assert_ok(rt_mode_parse(rt_str_from_c(rt_mode_label((rt_mode)i)), &mode, &err), err);
        assert_int_equal(mode, i);
    }
    assert_int_equal(rt_mode_parse(RT_LIT("everything"), &mode, &err), RT_UNSUPPORTED_MODE);
    assert_string_equal(err.message, "Unsupported extraction mode: 'everything'");
    rt_request request = RT_REQUEST_INIT;
    request.html = RT_LIT("<p>x");
    request.url = RT_LIT("https://example.org/");
    request.mode = (rt_mode)9;
    assert_int_equal(rt_validate_request(&rules, &request, &err), RT_UNSUPPORTED_MODE);
    assert_string_equal(err.message, "Unsupported extraction mode: '9'");
}

static void selectors_are_checked_in_custom_mode(void **state)
{
    (void)state;
    rt_request request = RT_REQUEST_INIT;
    rt_error err;
    request.html = RT_LIT("<p>x");
    request.url = RT_LIT("https://example.org/");
    request.mode = RT_MODE_CUSTOM;
    assert_int_not_equal(rt_validate_request(&rules, &request, &err), RT_OK);
    assert_string_equal(err.message, "Empty custom selectors provided");
    rt_str bad = RT_LIT("p[[");
    request.selectors = (rt_str_list){ &bad, 1 };
    assert_int_not_equal(rt_validate_request(&rules, &request, &err), RT_OK);
    assert_string_equal(err.message, "Invalid custom selector: 'p[['");
    rt_str broken = RT_LIT("p\xFF");
    request.selectors = (rt_str_list){ &broken, 1 };
    assert_int_equal(rt_validate_request(&rules, &request, &err), RT_INVALID_ENCODING);
    rt_str good = RT_LIT("article > p");
    request.selectors = (rt_str_list){ &good, 1 };
    assert_int_equal(rt_validate_request(&rules, &request, &err), RT_OK);
}

static void utf8_is_checked_even_when_the_rest_is_off(void **state)
{
    (void)state;
    const struct rt_input_rules off = { false, 1, 1 };
    rt_request request = RT_REQUEST_INIT;
    rt_error err;
    request.html = RT_LIT("  ");
    request.url = RT_LIT("about:blank");
    assert_int_equal(rt_validate_request(&off, &request, &err), RT_OK);
    request.html = RT_LIT("\x80");
    assert_int_equal(rt_validate_request(&off, &request, &err), RT_INVALID_ENCODING);
    request.html = RT_LIT("x");
    request.url = RT_LIT("\x80");
    assert_int_equal(rt_validate_request(&off, &request, &err), RT_INVALID_ENCODING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_those_of_the_specification),
        cmocka_unit_test(too_large_says_both_sizes),
        cmocka_unit_test(modes_go_by_name),
        cmocka_unit_test(selectors_are_checked_in_custom_mode),
        cmocka_unit_test(utf8_is_checked_even_when_the_rest_is_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

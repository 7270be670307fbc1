/* Rules that no service is opened with. */
#include "service/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Which messages show in another way. */
static bool has_controls(const char *text) { return strpbrk(text, "\r\n\x01") != NULL; }

static void an_origin_is_one_as_browsers_write_it(void **state)
{
    static const char *const good[] = { "*",
                                        "https://app.example",
                                        "http://localhost:3000",
                                        "http://127.0.0.1:1",
                                        "http://[::1]",
                                        "http://[2001:db8::1]:65535",
                                        "https://xn--caf-dma.example",
                                        "chrome-extension://abcdefgh" };
    static const char *const bad[] = { "",
                                       "null",
                                       "app.example",
                                       "https://",
                                       "://app.example",
                                       "https://app.example/",
                                       "https://app.example/a",
                                       "https://app.example?a",
                                       "https://app.example#a",
                                       "https://u@app.example",
                                       "https://App.example",
                                       "HTTPS://app.example",
                                       "https://app.example:",
                                       "https://app.example:0",
                                       "https://app.example:65536",
                                       "https://app.example:80a",
                                       "https://app.example:80:80",
                                       "https://a.example,https://b.example",
                                       "https://a.example https://b.example",
                                       " https://app.example",
                                       "https://app.example\r\nX: y",
                                       "https://app.example\x01",
                                       "https://[::1",
                                       "https://[]",
                                       "https://[::1]a",
                                       "https://*.example",
                                       "**" };
    rt_error err;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (rt_service_rules_check(&(struct rt_service_rules){ .cors_origin = good[i] }, &err))
            fail_msg("%s: %s", good[i], err.message);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct rt_service_rules rules = { .cors_origin = bad[i] };
        if (rt_service_rules_check(&rules, &err) != RT_INVALID_SETTING)
            fail_msg("%s is taken", bad[i]);
        assert_non_null(strstr(err.message, "RIPTIDE_CORS_ORIGIN=\""));
        assert_true(has_controls(bad[i]) || strstr(err.message, bad[i]));
        assert_non_null(strstr(err.message, "expected *, or SCHEME://HOST"));
    }
}

static void what_is_not_given_is_not_wrong(void **state)
{
    (void)state;
    assert_int_equal(rt_service_rules_check(&(struct rt_service_rules){ 0 }, NULL), RT_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_origin_is_one_as_browsers_write_it),
        cmocka_unit_test(what_is_not_given_is_not_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is taken for a proxy. */
#include "net/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Which messages show in another way. */
static bool has_controls(const char *text) { return strpbrk(text, "\r\n\x01") != NULL; }

static void checks_addresses(void **state)
{
    static const struct {
        const char *proxy;
        bool good;
    } cases[] = {
        { "http://proxy.example:3128", true },
        { "http://proxy.example:3128/", true },
        { "https://proxy.example", true },
        { "HTTP://127.0.0.1:1", true },
        { "http://[::1]:3128", true },
        { "http://user:pass@proxy.example:3128", true },
        { "socks4://proxy.example:1080", true },
        { "socks4a://proxy.example:1080", true },
        { "socks5://proxy.example:1080", true },
        { "socks5h://proxy.example:1080", true },
        { "", false },
        { "proxy.example", false },
        { "proxy.example:3128", false },
        { "ftp://proxy.example", false },
        { "file:///etc/passwd", false },
        { "socks6://proxy.example", false },
        { "http://", false },
        { "http:///", false },
        { "http://:3128", false },
        { "http://proxy.example:port", false },
        { "http://proxy.example:65536", false },
        { "http://proxy.example:3128/a", false },
        { "http://proxy.example:3128?a", false },
        { "http://proxy.example:3128#a", false },
        { "http://proxy example:3128", false },
        { "http://proxy.example:3128\r\nX: y", false },
        { "http://proxy.example\x01", false },
        { "http://a.example,http://b.example", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_error err;
        rt_status s = rt_proxy_check(cases[i].proxy, &err);
        if (s != (cases[i].good ? RT_OK : RT_INVALID_SETTING))
            fail_msg("\"%s\"", cases[i].proxy);
        if (cases[i].good)
            continue;
        assert_non_null(strstr(err.message, "RIPTIDE_FETCH_PROXY=\""));
        assert_true(has_controls(cases[i].proxy) || strstr(err.message, cases[i].proxy));
        assert_non_null(strstr(err.message, "expected SCHEME://HOST:PORT"));
    }
}

static void credentials_are_not_told(void **state)
{
    rt_error err;
    (void)state;
    assert_int_equal(rt_proxy_check("ftp://user:s3cret@proxy.example", &err), RT_INVALID_SETTING);
    assert_null(strstr(err.message, "s3cret"));
    assert_non_null(strstr(err.message, "@proxy.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(checks_addresses),
                                        cmocka_unit_test(credentials_are_not_told) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Addresses by the WHATWG rules. */
#include "base/str.h"
#include "core/lexbor_port.h"
#include "core/url.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *base, *href, *expected;
} cases[] = {
    { "https://example.com/a/b", "c", "https://example.com/a/c" },
    { "https://example.com/a/b", "/c?d=1#e", "https://example.com/c?d=1#e" },
    { "https://example.com/a/b", "../../../c", "https://example.com/c" },
    { "https://example.com/a/b", "/x/../c", "https://example.com/c" },
    { "https://example.com/a/b", "/x/%2e%2e/c", "https://example.com/c" },
    { "https://example.com/a/b?q", "", "https://example.com/a/b?q" },
    { "https://example.com/a/b?q", "?z", "https://example.com/a/b?z" },
    { "https://example.com/a/b", "//other.org", "https://other.org/" },
    { "https://example.com:8443/a", "/b", "https://example.com:8443/b" },
    { "https://example.com:443/a", "/b", "https://example.com/b" },
    { "https://example.com/", "HTTPS://Example.COM", "https://example.com/" },
    { "https://example.com/", "https://example.com/a b", "https://example.com/a%20b" },
    { "https://example.com/", "/\xC3\xA9", "https://example.com/%C3%A9" },
    { "https://example.com/", "https://b\xC3\xBC" "cher.de/", "https://xn--bcher-kva.de/" },
    { "https://example.com/", "http://1.2.3/", "http://1.2.0.3/" },
    { "https://example.com/", "http://a..b/", "http://a..b/" },
    { "https://example.com/", "\\\\other.org\\a", "https://other.org/a" },
    { "https://example.com/", "a\nb", "https://example.com/ab" },
    { "https://example.com/", "mailto:a@example.com", NULL },
    { "https://example.com/", "javascript:alert(1)", NULL },
    { "https://example.com/", "data:text/plain,a", NULL },
    { "https://example.com/", "http://", NULL },
    { "https://example.com/", "http://[::1", NULL },
    { "not an address", "a", NULL },
    { "not an address", "http://example.com/a", "http://example.com/a" },
    { "ftp://example.com/", "a", NULL },
};

static void resolves_as_the_standard_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_arena arena;
        rt_arena_init(&arena, &rt_alloc_heap, 4 << 20);
        struct rt_arena *before = rt_lexbor_use(&arena);
        struct rt_url_resolver *resolver =
            rt_url_resolver_new(&arena, rt_str_from_c(cases[i].base));
        assert_non_null(resolver);
        rt_str got = rt_url_resolve(resolver, rt_str_from_c(cases[i].href));
        rt_str expected = rt_str_from_c(cases[i].expected);
        if (!rt_str_eq(got, expected) || !got.at != !expected.at)
            fail_msg("%s + %s: %.*s", cases[i].base, cases[i].href, (int)got.len, got.at);
        rt_lexbor_use(before);
        rt_arena_free(&arena);
    }
}

static void uses_its_memory_again(void **state)
{
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 64 << 20);
    struct rt_arena *before = rt_lexbor_use(&arena);
    struct rt_url_resolver *resolver =
        rt_url_resolver_new(&arena, RT_LIT("https://example.com/a/b"));
    for (int i = 0; i < 100000; i++)
        assert_int_equal(rt_url_resolve(resolver, RT_LIT("../x y")).len, 25);
    assert_true(arena.used < (size_t)8 << 20);
    rt_lexbor_use(before);
    rt_arena_free(&arena);
}

static void refuses_hosts_that_no_host_has(void **state)
{
    static char href[4096] = "http://";
    (void)state;
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 4 << 20);
    struct rt_arena *before = rt_lexbor_use(&arena);
    memset(href + 7, 'a', sizeof href - 7);
    struct rt_url_resolver *resolver = rt_url_resolver_new(&arena, RT_LIT("https://example.com/"));
    assert_null(rt_url_resolve(resolver, (rt_str){ href, sizeof href }).at);
    rt_lexbor_use(before);
    rt_arena_free(&arena);
}

static void finds_the_host(void **state)
{
    static const char *const table[][2] = {
        { "https://www.example.org:8080/a", "www.example.org" },
        { "http://user:pw@example.org?x", "example.org" },
        { "http://[::1]:80/", "[::1]" },
        { "http://[::1]/", "[::1]" },
        { "example.org/a", NULL },
        { "http://", NULL },
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        rt_str host = rt_url_host(rt_str_from_c(table[i][0]));
        assert_true(rt_str_eq(host, rt_str_from_c(table[i][1])));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolves_as_the_standard_says),
        cmocka_unit_test(uses_its_memory_again),
        cmocka_unit_test(refuses_hosts_that_no_host_has),
        cmocka_unit_test(finds_the_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

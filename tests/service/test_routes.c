/* The table of routes, and what is found in it. */
#include "service/routes.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *method, *path, *want, *allow;
} cases[] = {
    { "POST", "/extract", "/extract", NULL },
    { "POST", "/v1/extract", "/extract", NULL },
    { "POST", "/crawl", "/crawl", NULL },
    { "GET", "/health", "/health", NULL },
    { "HEAD", "/health", "/health", NULL },
    { "GET", "/v1/livez", "/livez", NULL },
    { "GET", "/extract", NULL, "POST" },
    { "HEAD", "/extract", NULL, "POST" },
    { "POST", "/health", NULL, "GET, HEAD" },
    { "get", "/health", NULL, "GET, HEAD" },
    { "GET", "/v1", NULL, "" },
    { "GET", "/v1health", NULL, "" },
    { "GET", "/v1/v1/health", NULL, "" },
    { "GET", "/health/", NULL, "" },
    { "GET", "", NULL, "" },
    { "GET", "*", NULL, "" },
};

static void each_path_has_its_route(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char allow[RT_ALLOW_ROOM];
        const struct rt_route *route =
            rt_route_find(rt_str_from_c(cases[i].method), rt_str_from_c(cases[i].path), allow);
        if (!route != !cases[i].want || (route && strcmp(route->path, cases[i].want) != 0))
            fail_msg("%s %s", cases[i].method, cases[i].path);
        if (cases[i].allow)
            assert_string_equal(allow, cases[i].allow);
    }
}

static void every_row_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < rt_route_count; i++) {
        const struct rt_route *row = &rt_routes[i];
        char allow[RT_ALLOW_ROOM], path[64];
        bool there = !row->asset || row->asset->bytes.len > 0;
        snprintf(path, sizeof path, "/v1%s", row->path);
        assert_ptr_equal(rt_route_find(rt_str_from_c(row->method), rt_str_from_c(path), allow),
                         there ? row : NULL);
        assert_string_equal(rt_route_labels[i], row->path);
        assert_non_null(row->handle);
    }
    assert_string_equal(rt_route_labels[rt_route_count], "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_path_has_its_route),
                                        cmocka_unit_test(every_row_is_found) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The table of routes, and finding one. */
#include "service/routes.h"

#include "base/str.h"
#include "service/form.h"
#include "service/inside.h"

#include <stdio.h>

static const char *const pages[] = { "text/html", "application/xhtml+xml", "application/json",
                                     RT_FORM_TYPE, NULL };
static const char *const json[] = { "application/json", NULL };

static const char *const extracted[] = { "application/json", "text/markdown", "text/plain", NULL };
static const char *const crawled[] = { "application/json", "application/x-ndjson", NULL };
static const char *const scraped[] = { "text/plain", "application/openmetrics-text", NULL };

#define ROUTES(R)                                                                                  \
    R("POST", "/extract", rt_handle_extract, .takes = pages, .answers = extracted, .heavy = true)  \
    R("POST", "/crawl", rt_handle_crawl, .takes = json, .answers = crawled, .heavy = true)         \
    R("GET", "/health", rt_handle_health, .open = false)                                           \
    R("GET", "/livez", rt_handle_live, .open = true)                                               \
    R("GET", "/healthz", rt_handle_live, .open = true)                                             \
    R("GET", "/readyz", rt_handle_ready, .open = true)                                             \
    R("GET", "/metrics", rt_handle_metrics, .answers = scraped)                                    \
    R("GET", "/problems", rt_handle_problems, .open = true)                                        \
    R("GET", "/openapi.json", rt_handle_asset, .open = true, .asset = &rt_asset_openapi)           \
    R("GET", "/", rt_handle_asset, .open = true, .asset = &rt_asset_page)

const struct rt_route rt_routes[] = {
#define ROUTE(its_method, its_path, handler, ...)                                                  \
    { .method = its_method, .path = its_path, .handle = handler, __VA_ARGS__ },
    ROUTES(ROUTE)
#undef ROUTE
};
const size_t rt_route_count = sizeof rt_routes / sizeof *rt_routes;

const char *const rt_route_labels[] = {
#define ROUTE(its_method, its_path, handler, ...) its_path,
    ROUTES(ROUTE)
#undef ROUTE
        "none"
};

static rt_str without_version(rt_str path)
{
    static const rt_str version = { "/v1", 3 };
    rt_str rest = rt_str_from(path, version.len);
    return rt_str_starts(path, version) && rt_str_starts(rest, RT_LIT("/")) ? rest : path;
}

static void add_method(char allow[RT_ALLOW_ROOM], const char *method)
{
    size_t len = strlen(allow);
    snprintf(allow + len, RT_ALLOW_ROOM - len, "%s%s", len ? ", " : "", method);
}

const struct rt_route *rt_route_find(rt_str method, rt_str path, char allow[RT_ALLOW_ROOM])
{
    bool is_head = rt_str_eq(method, RT_LIT("HEAD"));
    allow[0] = '\0';
    path = without_version(path);
    for (size_t i = 0; i < rt_route_count; i++) {
        const struct rt_route *route = &rt_routes[i];
        if (!rt_str_eq(path, rt_str_from_c(route->path)) ||
            (route->asset && route->asset->bytes.len == 0))
            continue;
        bool is_get = strcmp(route->method, "GET") == 0;
        if (rt_str_eq(method, rt_str_from_c(route->method)) || (is_head && is_get))
            return route;
        add_method(allow, route->method);
        if (is_get)
            add_method(allow, "HEAD");
    }
    return NULL;
}

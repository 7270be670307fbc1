#ifndef RT_SERVICE_ROUTES_H
#define RT_SERVICE_ROUTES_H

#include "service/http.h"

/* The routes: everything that the service answers stands in one table in routes.c. */
struct rt_asset {
    const char *type;
    rt_str bytes;       /* empty: the route is not there */
    const char *policy; /* Content-Security-Policy, or NULL for the strictest */
};

struct rt_route {
    const char *method, *path;
    void (*handle)(struct rt_exchange *x);
    const char *const *takes; /* media types of the body, up to NULL; NULL: it has none */
    const char *const
        *answers; /* media types to choose from by Accept, up to NULL; NULL: one only */
    bool open;    /* needs no API key */
    bool heavy;   /* counts for a client's quota */
    const struct rt_asset *asset;
};
extern const struct rt_route rt_routes[];
extern const size_t rt_route_count;
/* The paths, for labels, and behind them "none". */
extern const char *const rt_route_labels[];

enum { RT_ALLOW_ROOM = 64 };

/* The route of a path, with or without /v1 before it; HEAD is answered where GET is.  NULL where
 * there is none: allow then lists the methods that the path has, "" for an unknown path.  Pure. */
const struct rt_route *rt_route_find(rt_str method, rt_str path, char allow[RT_ALLOW_ROOM]);

/* (borrowed, static) the rows of / and /openapi.json. */
extern const struct rt_asset rt_asset_page, rt_asset_openapi;

#endif

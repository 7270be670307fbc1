#ifndef RT_CORE_URL_H
#define RT_CORE_URL_H

#include "core/page.h"

/* Resolves addresses by the WHATWG URL rules against one base that is parsed once. */
struct rt_url_resolver;

/* Lives in the arena; NULL where it gave out.  A base that is no URL makes every relative address
 * absent. */
struct rt_url_resolver *rt_url_resolver_new(struct rt_arena *arena, rt_str base);

/* The absolute http or https address that href names; absent for anything else. */
rt_str rt_url_resolve(struct rt_url_resolver *resolver, rt_str href);

/* "https://www.example.org:8080/a" -> "www.example.org"; absent where there is none. */
rt_str rt_url_host(rt_str url);

#endif

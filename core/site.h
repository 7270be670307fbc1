#ifndef RT_CORE_SITE_H
#define RT_CORE_SITE_H

#include "core/jsonld.h"
#include "core/meta_scan.h"

/* The name of the site as the page declares it: og:site_name, the publisher, application-name.
 * Absent where it does not. */
rt_str rt_site_declared(const struct rt_page *page, const struct rt_meta_scan *scan,
                        const struct rt_jsonld *jsonld);

/* The host or a name made of it is what s says: "Example" for www.example.org. */
bool rt_site_is_host(rt_str url, rt_str s);

#endif

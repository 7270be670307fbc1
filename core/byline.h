#ifndef RT_CORE_BYLINE_H
#define RT_CORE_BYLINE_H

#include "core/jsonld.h"
#include "core/meta_scan.h"

/* Who wrote it: names joined by ", ", or absent.  Never the site, an address, a feed.
 * scan->main_heading is set. */
rt_str rt_byline_find(const struct rt_page *page, const struct rt_meta_scan *scan,
                      const struct rt_jsonld *jsonld, rt_str site);

#endif

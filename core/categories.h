#ifndef RT_CORE_CATEGORIES_H
#define RT_CORE_CATEGORIES_H

#include "core/jsonld.h"
#include "core/meta_scan.h"

/* Sections, tags, keywords where they are few, breadcrumbs without "home" and without the page
 * itself; no repeats whatever the case.  Lives in the arena. */
rt_str_list rt_categories_find(const struct rt_page *page, const struct rt_meta_scan *scan,
                               const struct rt_jsonld *jsonld, rt_str title, rt_str site);

#endif

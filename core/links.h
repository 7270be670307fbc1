#ifndef RT_CORE_LINKS_H
#define RT_CORE_LINKS_H

#include "core/page.h"
#include "core/url.h"

/* Every a[href] and area[href] of the page: absolute, http(s) only, those that only name a fragment
 * of the page dropped, order of first occurrence, no repeats.  list->at == NULL and false where the
 * arena gave out. */
bool rt_links_find(const struct rt_page *page, struct rt_url_resolver *resolver, rt_str_list *out);

#endif

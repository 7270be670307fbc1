#ifndef RT_CORE_LINKS_H
#define RT_CORE_LINKS_H

#include "core/extract.h"
#include "core/page.h"
#include "core/url.h"

/* Longest text of a link, and longest hreflang that is taken for one, in bytes. */
enum { RT_LINKS_TEXT_CAP = 1000, RT_LINKS_LANGUAGE_CAP = 64 };

/* Every a[href] and area[href] of the page: absolute, http(s) only, those that only name a fragment
 * of the page dropped, order of first occurrence, no repeats.  list->at == NULL and false where the
 * arena gave out.
 * details: what the element says that each was found at first, or NULL, which saves a walk over the
 * links.  Its text has the characters of the text renderer, in one line.  Text that is hidden
 * inside a visible link is left out; that of a hidden link is taken.  An area's text is its alt. */
bool rt_links_find(const struct rt_page *page, struct rt_url_resolver *resolver, rt_str_list *out,
                   struct rt_link_list *details);

#endif

#ifndef RT_CORE_TITLE_H
#define RT_CORE_TITLE_H

#include "core/jsonld.h"
#include "core/meta_scan.h"

/* The title of the page without the site's name, and what <title> has beside it.  Sets
 * scan->main_heading.
 * site  of rt_site_declared(), or absent
 * tail  the part of <title> that names the site, absent where none does */
rt_str rt_title_find(const struct rt_page *page, struct rt_meta_scan *scan,
                     const struct rt_jsonld *jsonld, rt_str site, rt_str *tail);

/* title without the parts that name the site: "A day | Example News" -> "A day". */
rt_str rt_title_cut(rt_str title, rt_str site, rt_str url);

#endif

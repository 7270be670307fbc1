#ifndef RT_CORE_PUBLISHED_H
#define RT_CORE_PUBLISHED_H

#include "core/jsonld.h"
#include "core/meta_scan.h"

/* When the page was published, in the form of rt_date_format(), or absent.  Not the date of an
 * update where both are known.  scan->main_heading is set. */
rt_str rt_published_find(const struct rt_page *page, const struct rt_meta_scan *scan,
                         const struct rt_jsonld *jsonld, rt_str language);

#endif

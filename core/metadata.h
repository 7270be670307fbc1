#ifndef RT_CORE_METADATA_H
#define RT_CORE_METADATA_H

#include "core/page.h"

/* Fills title, byline, published_iso, language (as declared), categories, site_name and
 * description of *content.  False where the arena gave out. */
bool rt_metadata_read(const struct rt_page *page, rt_content *content);

#endif

#ifndef RT_CORE_SELECT_H
#define RT_CORE_SELECT_H

#include "core/page.h"

/* Which nodes are content: each function marks them with RT_NODE_KEEP and returns false where the
 * arena gave out. */

/* The main content of the page, whatever its kind.  title: of the page, or absent. */
bool rt_select_article(struct rt_page *page, rt_str title);
/* All that a reader can see, the main content that he has to unfold included. */
bool rt_select_full(struct rt_page *page, rt_str title);

#endif

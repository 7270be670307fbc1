#ifndef RT_CORE_VISIBILITY_H
#define RT_CORE_VISIBILITY_H

#include "core/page.h"

/* Not shown: the hidden attribute, aria-hidden="true", <dialog> that is not open; display:none,
 * visibility:hidden or a place far off the screen in the style attribute.  Looks at this node
 * alone; style sheets are not known. */
bool rt_node_is_hidden(const struct rt_page *page, const rt_node *node);

#endif

#ifndef RT_CORE_SELECTORS_H
#define RT_CORE_SELECTORS_H

#include "core/page.h"

/* RT_INVALID_ARGUMENT with "Invalid custom selector: '...'" or "Empty custom selectors provided". */
rt_status rt_selectors_check(rt_str_list selectors, rt_error *err);

/* Marks what the selectors match, and all that is inside it, with RT_NODE_KEEP: union, document
 * order, nested matches once.  Hidden nodes stay out. */
rt_status rt_selectors_select(struct rt_page *page, rt_str_list selectors, rt_error *err);

#endif

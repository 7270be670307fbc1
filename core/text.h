#ifndef RT_CORE_TEXT_H
#define RT_CORE_TEXT_H

#include "core/page.h"

/* The kept nodes as plain text: white space as CSS would render it, blocks parted by one empty
 * line.  Absent where the arena gave out. */
rt_str rt_text_render(const struct rt_page *page);

#endif

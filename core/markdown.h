#ifndef RT_CORE_MARKDOWN_H
#define RT_CORE_MARKDOWN_H

#include "core/page.h"

/* The kept nodes as GitHub Flavored Markdown.  Absent where the arena gave out. */
rt_str rt_markdown_render(const struct rt_page *page);

#endif

#ifndef RT_CORE_LABELS_H
#define RT_CORE_LABELS_H

#include "core/facts.h"

/* Headings, the title among them, and what short texts say of themselves and of what follows.
 * Fills heading, next_heading, heading_level, phrases, under and title_* of the blocks' facts,
 * title and h1 of the page's.  title: of the page, or absent. */
void rt_labels_read(struct rt_facts *facts, const struct rt_names *names, rt_str title);

#endif

#ifndef RT_CORE_FOOTNOTES_H
#define RT_CORE_FOOTNOTES_H

#include "core/page.h"

/* Notes that are referred to from the kept text and are kept themselves, numbered in the order in
 * which they are first referred to. */
struct rt_footnotes;

/* Lives in the arena; NULL where it gave out. */
struct rt_footnotes *rt_footnotes_find(const struct rt_page *page);

/* The <a> looks like a reference to a note. */
bool rt_footnotes_is_reference(const rt_node *a);

/* The number of the note that the <a> refers to, or that the element holds; 0 for none. */
uint32_t rt_footnotes_reference(const struct rt_footnotes *notes, const rt_node *a);
uint32_t rt_footnotes_definition(const struct rt_footnotes *notes, const rt_node *element);

/* The <a> leads from a note back to where it is referred to. */
bool rt_footnotes_is_backlink(const rt_node *a);

#endif

#ifndef RT_CORE_REFERENCES_H
#define RT_CORE_REFERENCES_H

#include <riptide/content.h>

/* Reads the character reference that s begins with: "&amp;", "&#8217;", "&#x2019;", "&uuml;" (the
 * names of Latin-1 and of common punctuation).  Returns its length, 0 where it is none. */
size_t rt_reference_read(rt_str s, uint32_t *c);

#endif

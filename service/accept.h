#ifndef RT_SERVICE_ACCEPT_H
#define RT_SERVICE_ACCEPT_H

#include <riptide/content.h>

/* Content negotiation, RFC 9110 section 12.5.1.  Pure. */

/* Which of the offered types ("text/markdown") the client likes best: the place in offers, of
 * equals the first; -1: none.  An absent header, or an empty one, takes anything.  What is
 * malformed in it counts as not written. */
int rt_accept_choose(rt_str header, const char *const *offers, int count);

#endif

#ifndef RT_NET_ROBOTS_H
#define RT_NET_ROBOTS_H

#include <riptide/content.h>
#include <stdbool.h>

/* robots.txt, RFC 9309: whether `agent` (a product token, "riptide") may get the path with its query.
 * file: at most the first 500 KiB are read; any bytes will do.  The longest match wins, allow before
 * disallow; * and $ as in the RFC, in linear time.  *delay_ms: of Crawl-delay for the group, or 0.
 * Pure. */
bool rt_robots_allows(rt_str file, rt_str agent, rt_str path, unsigned *delay_ms);

#endif

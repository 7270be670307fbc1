#ifndef RT_NET_MEDIA_TYPE_H
#define RT_NET_MEDIA_TYPE_H

#include <riptide/content.h>

/* Of Content-Type: "text/html" and the value of its charset, without quotes; absent where there is
 * none.  (borrowed) from the value. */
struct rt_media_type {
    rt_str name, charset;
};
struct rt_media_type rt_media_type_parse(rt_str value);

/* text/html or application/xhtml+xml. */
bool rt_media_type_is_html(rt_str name);

/* For a page without Content-Type: the first thing in it, behind a byte order mark and white space,
 * is a tag, a comment, or a declaration. */
bool rt_looks_like_html(rt_str bytes);

#endif

#ifndef RT_CORE_DECODE_H
#define RT_CORE_DECODE_H

#include "base/alloc.h"

#include <riptide/riptide.h>

/* Turns a page's bytes into UTF-8: byte order mark, then charset (a label, or absent), then the page's
 * own <meta>, then detection.  Bytes that do not decode become U+FFFD.  A page that calls itself UTF-8
 * and plainly is not is detected.
 * out  (owned) NUL-terminated, from alloc; out_len does not count the NUL
 * RT_NO_MEMORY is the only failure. */
rt_status rt_decode_html(rt_str bytes, rt_str charset, const struct rt_alloc *alloc, char **out,
                         size_t *out_len, rt_error *err);

#endif

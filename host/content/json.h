#ifndef RT_HOST_JSON_H
#define RT_HOST_JSON_H

#include "base/alloc.h"

#include <riptide/riptide.h>
#include <yyjson.h>

/* yyjson's writer with our heap and our strings. */

/* NULL without memory; free it with yyjson_mut_doc_free(). */
yyjson_mut_doc *rt_json_new(const struct rt_alloc *alloc);
/* A string that lends s; null where s is absent. */
yyjson_mut_val *rt_json_str(yyjson_mut_doc *doc, rt_str s);
/* A string from anywhere: bytes that are not UTF-8 become U+FFFD. */
yyjson_mut_val *rt_json_any_str(yyjson_mut_doc *doc, rt_str s);
/* The document on one line.  out (owned): rt_text_free() where alloc is rt_alloc_heap. */
rt_status rt_json_write(const yyjson_mut_doc *doc, const struct rt_alloc *alloc, rt_text *out,
                        rt_error *err);

#endif

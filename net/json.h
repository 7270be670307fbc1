#ifndef RT_NET_JSON_H
#define RT_NET_JSON_H

#include "base/alloc.h"

#include <riptide/riptide.h>
#include <yyjson.h>

/* Writing JSON on our own heap with a sticky failure: add freely, ask once at the end. */
struct rt_net_json {
    const struct rt_alloc *alloc;
    yyjson_mut_doc *doc; /* NULL without memory */
    bool failed;
};

void rt_net_json_open(struct rt_net_json *json, const struct rt_alloc *alloc);
/* Writes the document from root on, frees it.  *out (owned): alloc's. */
rt_status rt_net_json_close(struct rt_net_json *json, yyjson_mut_val *root, rt_text *out,
                            rt_error *err);

yyjson_mut_val *rt_net_json_object(struct rt_net_json *json);
yyjson_mut_val *rt_net_json_array(struct rt_net_json *json);
/* The text, UTF-8, is copied. */
yyjson_mut_val *rt_net_json_text(struct rt_net_json *json, const char *text);
/* As text, as the protocol has numbers of 64 bits. */
yyjson_mut_val *rt_net_json_number(struct rt_net_json *json, uint64_t number);
/* key (borrowed) until the end. */
void rt_net_json_put(struct rt_net_json *json, yyjson_mut_val *object, const char *key,
                     yyjson_mut_val *val);
void rt_net_json_append(struct rt_net_json *json, yyjson_mut_val *array, yyjson_mut_val *val);

/* An attribute of the protocol: {"key": ..., "value": {...}}, appended to the array. */
void rt_net_json_attribute_text(struct rt_net_json *json, yyjson_mut_val *array, const char *key,
                                const char *text);
void rt_net_json_attribute_number(struct rt_net_json *json, yyjson_mut_val *array, const char *key,
                                  uint64_t number);

#endif

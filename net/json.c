/* JSON through yyjson, as the exporter needs it. */
#include "net/json.h"

#include "base/error.h"
#include "base/json_heap.h"

#include <inttypes.h>
#include <stdio.h>

void rt_net_json_open(struct rt_net_json *json, const struct rt_alloc *alloc)
{
    yyjson_alc alc = rt_json_heap(alloc);
    *json = (struct rt_net_json){ .alloc = alloc, .doc = yyjson_mut_doc_new(&alc) };
    json->failed = !json->doc;
}

rt_status rt_net_json_close(struct rt_net_json *json, yyjson_mut_val *root, rt_text *out,
                            rt_error *err)
{
    yyjson_alc alc = rt_json_heap(json->alloc);
    size_t len = 0;
    char *at = NULL;
    if (!json->failed)
        at = yyjson_mut_val_write_opts(root, 0, &alc, &len, NULL);
    yyjson_mut_doc_free(json->doc);
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a JSON text");
    *out = (rt_text){ at, len };
    return RT_OK;
}

static yyjson_mut_val *made(struct rt_net_json *json, yyjson_mut_val *val)
{
    if (!val)
        json->failed = true;
    return val;
}

yyjson_mut_val *rt_net_json_object(struct rt_net_json *json)
{
    return made(json, yyjson_mut_obj(json->doc));
}

yyjson_mut_val *rt_net_json_array(struct rt_net_json *json)
{
    return made(json, yyjson_mut_arr(json->doc));
}

yyjson_mut_val *rt_net_json_text(struct rt_net_json *json, const char *text)
{
    return made(json, yyjson_mut_strcpy(json->doc, text));
}

yyjson_mut_val *rt_net_json_number(struct rt_net_json *json, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    return rt_net_json_text(json, text);
}

void rt_net_json_put(struct rt_net_json *json, yyjson_mut_val *object, const char *key,
                     yyjson_mut_val *val)
{
    if (!yyjson_mut_obj_add_val(json->doc, object, key, val))
        json->failed = true;
}

void rt_net_json_append(struct rt_net_json *json, yyjson_mut_val *array, yyjson_mut_val *val)
{
    if (!yyjson_mut_arr_append(array, val))
        json->failed = true;
}

static void attribute(struct rt_net_json *json, yyjson_mut_val *array, const char *key,
                      const char *kind, yyjson_mut_val *val)
{
    yyjson_mut_val *pair = rt_net_json_object(json);
    yyjson_mut_val *typed = rt_net_json_object(json);
    rt_net_json_put(json, typed, kind, val);
    rt_net_json_put(json, pair, "key", rt_net_json_text(json, key));
    rt_net_json_put(json, pair, "value", typed);
    rt_net_json_append(json, array, pair);
}

void rt_net_json_attribute_text(struct rt_net_json *json, yyjson_mut_val *array, const char *key,
                                const char *text)
{
    attribute(json, array, key, "stringValue", rt_net_json_text(json, text));
}

void rt_net_json_attribute_number(struct rt_net_json *json, yyjson_mut_val *array, const char *key,
                                  uint64_t number)
{
    attribute(json, array, key, "intValue", rt_net_json_number(json, number));
}

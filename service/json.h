#ifndef RT_SERVICE_JSON_H
#define RT_SERVICE_JSON_H

#include "net/json.h"

/* What answers need beyond net/json.h.  All of it fails by json->failed, asked once at the end. */
static inline void rt_json_put_text(struct rt_net_json *json, yyjson_mut_val *object,
                                    const char *key, rt_str text)
{
    yyjson_mut_val *val =
        text.at ? yyjson_mut_strncpy(json->doc, text.at, text.len) : yyjson_mut_null(json->doc);
    rt_net_json_put(json, object, key, val);
}

static inline void rt_json_put_uint(struct rt_net_json *json, yyjson_mut_val *object,
                                    const char *key, uint64_t number)
{
    rt_net_json_put(json, object, key, yyjson_mut_uint(json->doc, number));
}

static inline void rt_json_put_real(struct rt_net_json *json, yyjson_mut_val *object,
                                    const char *key, double number)
{
    rt_net_json_put(json, object, key, yyjson_mut_real(json->doc, number));
}

static inline void rt_json_put_bool(struct rt_net_json *json, yyjson_mut_val *object,
                                    const char *key, bool value)
{
    rt_net_json_put(json, object, key, yyjson_mut_bool(json->doc, value));
}

/* text: JSON, (borrowed) until the end. */
static inline void rt_json_put_raw(struct rt_net_json *json, yyjson_mut_val *object,
                                   const char *key, rt_str text)
{
    rt_net_json_put(json, object, key, yyjson_mut_rawn(json->doc, text.at, text.len));
}

#endif

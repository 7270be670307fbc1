/* Any component value as JSON, for the functions that people ask: health-check, get-info. */
#include "host/boundary/boundary.h"

#include "base/error.h"
#include "host/content/json.h"

#include <string.h>

typedef wasmtime_component_val_t value;

/* The interface's own answers are three deep; a foreign one is cut here. */
enum { DEPTH = 16 };

static yyjson_mut_val *convert(yyjson_mut_doc *doc, const value *v, int depth);

static yyjson_mut_val *string(yyjson_mut_doc *doc, const wasm_name_t *s)
{
    return yyjson_mut_strncpy(doc, s->size ? s->data : "", s->size);
}

static yyjson_mut_val *snake(yyjson_mut_doc *doc, const wasm_name_t *s)
{
    yyjson_mut_val *name = string(doc, s);
    if (!name)
        return NULL;
    /* The document owns the copy, so writing to it is ours to do. */
    char *at;
    const char *text = yyjson_mut_get_str(name);
    memcpy(&at, &text, sizeof at);
    for (size_t i = 0; i < s->size; i++)
        if (at[i] == '-')
            at[i] = '_';
    return name;
}

static yyjson_mut_val *array(yyjson_mut_doc *doc, const value *at, size_t count, int depth)
{
    yyjson_mut_val *out = yyjson_mut_arr(doc);
    for (size_t i = 0; i < count && out; i++)
        if (!yyjson_mut_arr_append(out, convert(doc, &at[i], depth)))
            out = NULL;
    return out;
}

static yyjson_mut_val *object(yyjson_mut_doc *doc, const wasmtime_component_valrecord_t *record,
                              int depth)
{
    yyjson_mut_val *out = yyjson_mut_obj(doc);
    for (size_t i = 0; i < record->size && out; i++)
        if (!yyjson_mut_obj_add(out, snake(doc, &record->data[i].name),
                                convert(doc, &record->data[i].val, depth)))
            out = NULL;
    return out;
}

static yyjson_mut_val *number(yyjson_mut_doc *doc, const value *v)
{
    switch (v->kind) {
    case WASMTIME_COMPONENT_S8: return yyjson_mut_sint(doc, v->of.s8);
    case WASMTIME_COMPONENT_S16: return yyjson_mut_sint(doc, v->of.s16);
    case WASMTIME_COMPONENT_S32: return yyjson_mut_sint(doc, v->of.s32);
    case WASMTIME_COMPONENT_S64: return yyjson_mut_sint(doc, v->of.s64);
    case WASMTIME_COMPONENT_U8: return yyjson_mut_uint(doc, v->of.u8);
    case WASMTIME_COMPONENT_U16: return yyjson_mut_uint(doc, v->of.u16);
    case WASMTIME_COMPONENT_U32: return yyjson_mut_uint(doc, v->of.u32);
    case WASMTIME_COMPONENT_U64: return yyjson_mut_uint(doc, v->of.u64);
    default: return yyjson_mut_null(doc);
    }
}

static yyjson_mut_val *convert(yyjson_mut_doc *doc, const value *v, int depth)
{
    if (depth == 0)
        return yyjson_mut_null(doc);
    depth--;
    switch (v->kind) {
    case WASMTIME_COMPONENT_BOOL: return yyjson_mut_bool(doc, v->of.boolean);
    case WASMTIME_COMPONENT_STRING: return string(doc, &v->of.string);
    case WASMTIME_COMPONENT_ENUM: return string(doc, &v->of.enumeration);
    case WASMTIME_COMPONENT_LIST: return array(doc, v->of.list.data, v->of.list.size, depth);
    case WASMTIME_COMPONENT_TUPLE: return array(doc, v->of.tuple.data, v->of.tuple.size, depth);
    case WASMTIME_COMPONENT_RECORD: return object(doc, &v->of.record, depth);
    case WASMTIME_COMPONENT_OPTION:
        return v->of.option ? convert(doc, v->of.option, depth) : yyjson_mut_null(doc);
    default: return number(doc, v);
    }
}

static rt_status refuse(const value *v, rt_error *err)
{
    const wasm_name_t none = { 0 };
    const wasm_name_t *name = &none, *text = &none;
    if (v && v->kind == WASMTIME_COMPONENT_VARIANT) {
        name = &v->of.variant.discriminant;
        if (v->of.variant.val && v->of.variant.val->kind == WASMTIME_COMPONENT_STRING)
            text = &v->of.variant.val->of.string;
    }
    rt_str a = { name->data, name->size }, b = { text->data, text->size };
    return rt_fail(err, RT_INVALID_OUTPUT, "the component answers with an error: %.*s: %.*s",
                   RT_SHOW(a), RT_SHOW(b));
}

rt_status rt_boundary_json(const wasmtime_component_val_t *answer, const struct rt_alloc *alloc,
                           rt_text *out, rt_error *err)
{
    const value *v = answer;
    if (v->kind == WASMTIME_COMPONENT_RESULT) {
        if (!v->of.result.is_ok)
            return refuse(v->of.result.val, err);
        v = v->of.result.val;
    }
    yyjson_mut_doc *doc = rt_json_new(alloc);
    yyjson_mut_val *root = doc ? (v ? convert(doc, v, DEPTH) : yyjson_mut_null(doc)) : NULL;
    rt_status status = RT_NO_MEMORY;
    if (root) {
        yyjson_mut_doc_set_root(doc, root);
        status = rt_json_write(doc, alloc, out, err);
    } else {
        rt_fail(err, status, "no memory for the component's answer");
    }
    yyjson_mut_doc_free(doc);
    return status;
}

/* The type boundary: requests down, content up, field by field from one table. */
#include "host/boundary/boundary.h"

#include "base/error.h"
#include "base/str.h"
#include "host/checks/validate.h"

#include <string.h>

typedef wasmtime_component_val_t value;

static const char *const kinds[] = {
    [WASMTIME_COMPONENT_BOOL] = "bool",       [WASMTIME_COMPONENT_S8] = "s8",
    [WASMTIME_COMPONENT_U8] = "u8",           [WASMTIME_COMPONENT_S16] = "s16",
    [WASMTIME_COMPONENT_U16] = "u16",         [WASMTIME_COMPONENT_S32] = "s32",
    [WASMTIME_COMPONENT_U32] = "u32",         [WASMTIME_COMPONENT_S64] = "s64",
    [WASMTIME_COMPONENT_U64] = "u64",         [WASMTIME_COMPONENT_F32] = "f32",
    [WASMTIME_COMPONENT_F64] = "f64",         [WASMTIME_COMPONENT_CHAR] = "char",
    [WASMTIME_COMPONENT_STRING] = "string",   [WASMTIME_COMPONENT_LIST] = "list",
    [WASMTIME_COMPONENT_RECORD] = "record",   [WASMTIME_COMPONENT_TUPLE] = "tuple",
    [WASMTIME_COMPONENT_VARIANT] = "variant", [WASMTIME_COMPONENT_ENUM] = "enum",
    [WASMTIME_COMPONENT_OPTION] = "option",   [WASMTIME_COMPONENT_RESULT] = "result",
    [WASMTIME_COMPONENT_FLAGS] = "flags",     [WASMTIME_COMPONENT_RESOURCE] = "resource",
    [WASMTIME_COMPONENT_MAP] = "map",
};

const char *rt_boundary_kind(wasmtime_component_valkind_t kind)
{
    return kind < sizeof kinds / sizeof *kinds ? kinds[kind] : "unknown";
}

/* ---- request down ---------------------------------------------------------------------------- */

/* Wasmtime copies arguments and never writes to them, though its type says so. */
static wasm_name_t lend(rt_str s)
{
    wasm_name_t name = { .size = s.len };
    memcpy(&name.data, &s.at, sizeof name.data);
    return name;
}

static value lend_string(rt_str s)
{
    return (value){ .kind = WASMTIME_COMPONENT_STRING, .of.string = lend(s) };
}

rt_status rt_boundary_lower(struct rt_lowered *out, const rt_request *request,
                            const struct rt_alloc *alloc, rt_error *err)
{
    *out = (struct rt_lowered){ .alloc = alloc };
    out->args[0] = lend_string(request->html);
    out->args[1] = lend_string(request->url);
    value *mode = &out->args[2];
    mode->kind = WASMTIME_COMPONENT_VARIANT;
    mode->of.variant.discriminant = lend(rt_str_from_c(rt_mode_label(request->mode)));
    if (request->mode != RT_MODE_CUSTOM)
        return RT_OK;

    size_t count = request->selectors.len;
    out->list.kind = WASMTIME_COMPONENT_LIST;
    mode->of.variant.val = &out->list;
    if (count == 0)
        return RT_OK;
    size_t size;
    value *at = __builtin_mul_overflow(count, sizeof *at, &size)
                    ? NULL
                    : rt_alloc_resize(alloc, NULL, size);
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for %zu selectors", count);
    for (size_t i = 0; i < count; i++)
        at[i] = lend_string(request->selectors.at[i]);
    out->list.of.list = (wasmtime_component_vallist_t){ count, at };
    return RT_OK;
}

void rt_boundary_lower_done(struct rt_lowered *lowered)
{
    rt_alloc_resize(lowered->alloc, lowered->list.of.list.data, 0);
    lowered->list.of.list.data = NULL;
}

/* ---- answer up ------------------------------------------------------------------------------- */

struct lifting {
    const char *field; /* that is being read, by its WIT name */
    rt_str *next;      /* free place for the entries of lists */
    rt_error *err;
};

static rt_status wrong(const struct lifting *l, const char *expected, const value *found)
{
    return rt_fail(l->err, RT_INVALID_OUTPUT,
                   "the component's answer, field %s: expected %s, found %s", l->field, expected,
                   rt_boundary_kind(found->kind));
}

static rt_str slice(const wasm_name_t *name)
{
    return (rt_str){ name->size ? name->data : "", name->size };
}

static rt_status lift_STR(struct lifting *l, const value *v, rt_str *out)
{
    if (v->kind != WASMTIME_COMPONENT_STRING)
        return wrong(l, "a string", v);
    *out = slice(&v->of.string);
    return RT_OK;
}

static rt_status lift_OPT_STR(struct lifting *l, const value *v, rt_str *out)
{
    if (v->kind != WASMTIME_COMPONENT_OPTION)
        return wrong(l, "an option<string>", v);
    *out = (rt_str){ NULL, 0 };
    return v->of.option ? lift_STR(l, v->of.option, out) : RT_OK;
}

static rt_status lift_OPT_U32(struct lifting *l, const value *v, rt_opt_u32 *out)
{
    if (v->kind != WASMTIME_COMPONENT_OPTION)
        return wrong(l, "an option<u32>", v);
    *out = (rt_opt_u32){ false, 0 };
    if (!v->of.option)
        return RT_OK;
    if (v->of.option->kind != WASMTIME_COMPONENT_U32)
        return wrong(l, "a u32", v->of.option);
    *out = (rt_opt_u32){ true, v->of.option->of.u32 };
    return RT_OK;
}

static rt_status lift_OPT_U8(struct lifting *l, const value *v, rt_opt_u8 *out)
{
    if (v->kind != WASMTIME_COMPONENT_OPTION)
        return wrong(l, "an option<u8>", v);
    *out = (rt_opt_u8){ false, 0 };
    if (!v->of.option)
        return RT_OK;
    if (v->of.option->kind != WASMTIME_COMPONENT_U8)
        return wrong(l, "a u8", v->of.option);
    *out = (rt_opt_u8){ true, v->of.option->of.u8 };
    return RT_OK;
}

static rt_status lift_STR_LIST(struct lifting *l, const value *v, rt_str_list *out)
{
    if (v->kind != WASMTIME_COMPONENT_LIST)
        return wrong(l, "a list<string>", v);
    *out = (rt_str_list){ l->next, v->of.list.size };
    for (size_t i = 0; i < v->of.list.size; i++) {
        rt_status status = lift_STR(l, &v->of.list.data[i], l->next++);
        if (status != RT_OK)
            return status;
    }
    return RT_OK;
}

/* The fields' names, in the order of the interface. */
static const char *const names[] = {
#define RT_FIELD(kind, field, wit) wit,
#include "tables/content.def"
#undef RT_FIELD
};
enum { FIELDS = sizeof names / sizeof *names };

static rt_status check_names(const value *record, rt_error *err)
{
    if (record->kind != WASMTIME_COMPONENT_RECORD)
        return rt_fail(err, RT_INVALID_OUTPUT,
                       "the component's answer: expected a record, found %s",
                       rt_boundary_kind(record->kind));
    if (record->of.record.size != FIELDS)
        return rt_fail(err, RT_INVALID_OUTPUT,
                       "the component's answer: expected a record of %d fields, found %zu",
                       (int)FIELDS, record->of.record.size);
    for (size_t i = 0; i < FIELDS; i++) {
        rt_str found = slice(&record->of.record.data[i].name);
        if (!rt_str_eq(found, rt_str_from_c(names[i])))
            return rt_fail(err, RT_INVALID_OUTPUT,
                           "the component's answer: expected the field %s, found %.*s", names[i],
                           RT_SHOW(found));
    }
    return RT_OK;
}

/* How many entries the lists of the record have in all. */
static rt_status count_entries(const value *record, size_t *total, rt_error *err)
{
    *total = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        const value *v = &record->of.record.data[i].val;
        if (v->kind != WASMTIME_COMPONENT_LIST)
            continue;
        if (v->of.list.size > RT_BOUNDARY_MAX_LIST)
            return rt_fail(err, RT_INVALID_OUTPUT,
                           "the component's answer, field %s: %zu entries (max: %d)", names[i],
                           v->of.list.size, (int)RT_BOUNDARY_MAX_LIST);
        *total += v->of.list.size;
    }
    return RT_OK;
}

static rt_status lift_fields(struct lifting *l, const value *record, rt_content *content)
{
    const wasmtime_component_valrecord_entry_t *entry = record->of.record.data;
    rt_status status;
#define RT_FIELD(kind, name, wit)                                                                  \
    l->field = wit;                                                                                \
    status = lift_##kind(l, &entry++->val, &content->name);                                        \
    if (status != RT_OK)                                                                           \
        return status;
#include "tables/content.def"
#undef RT_FIELD
    if (content->quality_score.set && content->quality_score.value > 100)
        return rt_fail(l->err, RT_INVALID_OUTPUT,
                       "the component's answer, field quality-score: expected 0 to 100, found %u",
                       (unsigned)content->quality_score.value);
    return RT_OK;
}

static rt_status lift_content(struct rt_lifted *out, const value *record, rt_error *err)
{
    size_t total;
    rt_status status = check_names(record, err);
    if (status == RT_OK)
        status = count_entries(record, &total, err);
    if (status != RT_OK)
        return status;
    if (total > 0) {
        out->strings = rt_alloc_resize(out->alloc, NULL, total * sizeof *out->strings);
        if (!out->strings)
            return rt_fail(err, RT_NO_MEMORY, "no memory for %zu links and media", total);
    }
    struct lifting l = { .next = out->strings, .err = err };
    return lift_fields(&l, record, &out->content);
}

static const value *member(const value *record, const char *name, wasmtime_component_valkind_t kind)
{
    if (record->kind != WASMTIME_COMPONENT_RECORD)
        return NULL;
    for (size_t i = 0; i < record->of.record.size; i++) {
        const wasmtime_component_valrecord_entry_t *entry = &record->of.record.data[i];
        if (entry->val.kind == kind && rt_str_eq(slice(&entry->name), rt_str_from_c(name)))
            return &entry->val;
    }
    return NULL;
}

/* What the component counted: a courtesy, so nothing fails over it. */
static void lift_stats(struct rt_lifted *out, const value *stats)
{
    const value *memory = member(stats, "memory-used", WASMTIME_COMPONENT_U64);
    if (memory)
        out->memory_used = memory->of.u64;
    const value *nodes = member(stats, "nodes-processed", WASMTIME_COMPONENT_OPTION);
    if (nodes && nodes->of.option && nodes->of.option->kind == WASMTIME_COMPONENT_U32)
        out->nodes = nodes->of.option->of.u32;
}

static const struct error_row {
    const char *name;
    rt_status status;
} errors[] = {
#define RT_WIT_ERROR(status, wit) { wit, RT_##status },
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
};
enum { ERRORS = sizeof errors / sizeof *errors };

static rt_status lift_error(const value *v, rt_error *err)
{
    if (!v || v->kind != WASMTIME_COMPONENT_VARIANT)
        return rt_fail(err, RT_INVALID_OUTPUT,
                       "the component's error: expected a variant, found %s",
                       v ? rt_boundary_kind(v->kind) : "nothing");
    rt_str name = slice(&v->of.variant.discriminant);
    const value *text = v->of.variant.val;
    if (!text || text->kind != WASMTIME_COMPONENT_STRING)
        return rt_fail(err, RT_INVALID_OUTPUT,
                       "the component's error %.*s: expected a string, found %s", RT_SHOW(name),
                       text ? rt_boundary_kind(text->kind) : "nothing");
    rt_str message = rt_str_first(slice(&text->of.string), sizeof err->message);
    for (size_t i = 0; i < ERRORS; i++)
        if (rt_str_eq(name, rt_str_from_c(errors[i].name)))
            return rt_fail(err, errors[i].status, "%.*s", (int)message.len, message.at);
    return rt_fail(err, RT_INVALID_OUTPUT, "the component's error: no such case: %.*s",
                   RT_SHOW(name));
}

rt_status rt_boundary_lift(struct rt_lifted *out, const wasmtime_component_val_t *answer,
                           const struct rt_alloc *alloc, rt_error *err)
{
    if (answer->kind != WASMTIME_COMPONENT_RESULT)
        return rt_fail(err, RT_INVALID_OUTPUT,
                       "the component's answer: expected a result, found %s",
                       rt_boundary_kind(answer->kind));
    const value *v = answer->of.result.val;
    if (!answer->of.result.is_ok)
        return lift_error(v, err);
    if (!v)
        return rt_fail(err, RT_INVALID_OUTPUT,
                       "the component's answer: expected a record, found nothing");
    struct rt_lifted lifted = { .alloc = alloc };
    if (v->kind == WASMTIME_COMPONENT_TUPLE && v->of.tuple.size == 2) {
        lift_stats(&lifted, &v->of.tuple.data[1]);
        v = &v->of.tuple.data[0];
    }
    rt_status status = lift_content(&lifted, v, err);
    if (status != RT_OK) {
        rt_boundary_lift_done(&lifted);
        return status;
    }
    *out = lifted;
    return RT_OK;
}

void rt_boundary_lift_done(struct rt_lifted *lifted)
{
    rt_alloc_resize(lifted->alloc, lifted->strings, 0);
    lifted->strings = NULL;
}

/* ---- the other ways -------------------------------------------------------------------------- */

static value boxed_option(value inner)
{
    return (value){ .kind = WASMTIME_COMPONENT_OPTION,
                    .of.option = wasmtime_component_val_new(&inner) };
}

static const value none = { .kind = WASMTIME_COMPONENT_OPTION };

static value lower_STR(rt_str s)
{
    value v = { .kind = WASMTIME_COMPONENT_STRING };
    wasm_byte_vec_new(&v.of.string, s.len, s.len ? s.at : "");
    return v;
}

static value lower_OPT_STR(rt_str s) { return s.at ? boxed_option(lower_STR(s)) : none; }

static value lower_OPT_U32(rt_opt_u32 n)
{
    return n.set ? boxed_option((value){ .kind = WASMTIME_COMPONENT_U32, .of.u32 = n.value })
                 : none;
}

static value lower_OPT_U8(rt_opt_u8 n)
{
    return n.set ? boxed_option((value){ .kind = WASMTIME_COMPONENT_U8, .of.u8 = n.value }) : none;
}

static value lower_STR_LIST(rt_str_list list)
{
    value v = { .kind = WASMTIME_COMPONENT_LIST };
    wasmtime_component_vallist_new_uninit(&v.of.list, list.len);
    for (size_t i = 0; i < list.len; i++)
        v.of.list.data[i] = lower_STR(list.at[i]);
    return v;
}

static value result_of(bool is_ok, value inner)
{
    return (value){ .kind = WASMTIME_COMPONENT_RESULT,
                    .of.result = { is_ok, wasmtime_component_val_new(&inner) } };
}

void rt_boundary_lower_content(wasmtime_component_val_t *answer, const rt_content *content)
{
    value record = { .kind = WASMTIME_COMPONENT_RECORD };
    wasmtime_component_valrecord_new_uninit(&record.of.record, FIELDS);
    wasmtime_component_valrecord_entry_t *entry = record.of.record.data;
#define RT_FIELD(kind, field, wit)                                                                 \
    wasm_byte_vec_new(&entry->name, sizeof wit - 1, wit);                                          \
    entry++->val = lower_##kind(content->field);
#include "tables/content.def"
#undef RT_FIELD
    *answer = result_of(true, record);
}

void rt_boundary_lower_error(wasmtime_component_val_t *answer, rt_status status, rt_str message)
{
    value text = lower_STR(message);
    value v = { .kind = WASMTIME_COMPONENT_VARIANT };
    for (size_t i = 0; i < ERRORS; i++)
        if (errors[i].status == status)
            wasm_byte_vec_new(&v.of.variant.discriminant, strlen(errors[i].name), errors[i].name);
    v.of.variant.val = wasmtime_component_val_new(&text);
    *answer = result_of(false, v);
}

/* The schema check, one type at a time: what the WIT says against what the component has. */
#include "host/checks/schema_types.h"

#include "base/error.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>

typedef wasmtime_component_valtype_t valtype;

/* ---- findings -------------------------------------------------------------------------------- */

rt_str rt_findings_text(struct rt_findings *f, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    rt_str copy = rt_arena_copy(f->arena, (rt_str){ text, len });
    return copy.at ? copy : RT_LIT("");
}

static void add_line(struct rt_buf *b, unsigned number, rt_str text)
{
    char start[24];
    int n = snprintf(start, sizeof start, "  %u. ", number);
    rt_buf_add(b, start, n > 0 ? (size_t)n : 0);
    rt_buf_str(b, text);
    rt_buf_byte(b, '\n');
}

void rt_findings_error(struct rt_findings *f, rt_str place, rt_str expected, rt_str found,
                       const char *mend)
{
    rt_str line = rt_findings_text(f, "%.*s: expected %.*s, found %.*s; %s", RT_SHOW(place),
                                   RT_SHOW(expected), RT_SHOW(found), mend);
    if (f->error_count++ == 0)
        f->first = line;
    add_line(&f->errors, f->error_count, line);
}

void rt_findings_warn(struct rt_findings *f, rt_str text)
{
    add_line(&f->warnings, ++f->warning_count, text);
}

/* ---- the component's types as text ----------------------------------------------------------- */

/* Wasmtime's numbers of the plain types, in the order of the WIT's own. */
static const struct {
    wasmtime_component_valtype_kind_t theirs;
    enum rt_wit_kind ours;
} plain[] = {
    { WASMTIME_COMPONENT_VALTYPE_BOOL, RT_WIT_BOOL },
    { WASMTIME_COMPONENT_VALTYPE_S8, RT_WIT_S8 },
    { WASMTIME_COMPONENT_VALTYPE_S16, RT_WIT_S16 },
    { WASMTIME_COMPONENT_VALTYPE_S32, RT_WIT_S32 },
    { WASMTIME_COMPONENT_VALTYPE_S64, RT_WIT_S64 },
    { WASMTIME_COMPONENT_VALTYPE_U8, RT_WIT_U8 },
    { WASMTIME_COMPONENT_VALTYPE_U16, RT_WIT_U16 },
    { WASMTIME_COMPONENT_VALTYPE_U32, RT_WIT_U32 },
    { WASMTIME_COMPONENT_VALTYPE_U64, RT_WIT_U64 },
    { WASMTIME_COMPONENT_VALTYPE_F32, RT_WIT_F32 },
    { WASMTIME_COMPONENT_VALTYPE_F64, RT_WIT_F64 },
    { WASMTIME_COMPONENT_VALTYPE_CHAR, RT_WIT_CHAR },
    { WASMTIME_COMPONENT_VALTYPE_STRING, RT_WIT_STRING },
    { WASMTIME_COMPONENT_VALTYPE_LIST, RT_WIT_LIST },
    { WASMTIME_COMPONENT_VALTYPE_RECORD, RT_WIT_RECORD },
    { WASMTIME_COMPONENT_VALTYPE_TUPLE, RT_WIT_TUPLE },
    { WASMTIME_COMPONENT_VALTYPE_VARIANT, RT_WIT_VARIANT },
    { WASMTIME_COMPONENT_VALTYPE_ENUM, RT_WIT_ENUM },
    { WASMTIME_COMPONENT_VALTYPE_OPTION, RT_WIT_OPTION },
    { WASMTIME_COMPONENT_VALTYPE_RESULT, RT_WIT_RESULT },
    { WASMTIME_COMPONENT_VALTYPE_FLAGS, RT_WIT_FLAGS },
};

/* RT_WIT_KIND_COUNT for what the WIT of an extractor cannot say: resources, streams. */
static enum rt_wit_kind kind_of(const valtype *type)
{
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].theirs == type->kind)
            return plain[i].ours;
    return RT_WIT_KIND_COUNT;
}

/* list<string>, option<record>: as far as a reader needs it to see the difference. */
static rt_str describe(struct rt_findings *f, const valtype *type, int depth)
{
    enum rt_wit_kind kind = kind_of(type);
    valtype inner;
    rt_str text =
        rt_str_from_c(kind == RT_WIT_KIND_COUNT ? "another kind of type" : rt_wit_kind_name(kind));
    if (depth == 0 || (kind != RT_WIT_LIST && kind != RT_WIT_OPTION))
        return text;
    if (kind == RT_WIT_LIST)
        wasmtime_component_list_type_element(type->of.list, &inner);
    else
        wasmtime_component_option_type_ty(type->of.option, &inner);
    rt_str of = describe(f, &inner, depth - 1);
    wasmtime_component_valtype_delete(&inner);
    return rt_findings_text(f, "%s<%.*s>", rt_wit_kind_name(kind), RT_SHOW(of));
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void wrong_type(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                       const valtype *found)
{
    rt_findings_error(f, place, rt_wit_type_text(expected, f->arena), describe(f, found, 4),
                      "give it the expected type");
}

/* How a record, variant, enum, flags or tuple names its nth member; false past the end.  *type is
 * (owned) where *has_type. */
static bool nth_member(const valtype *type, size_t n, rt_str *name, bool *has_type, valtype *inner)
{
    const char *at = "";
    size_t len = 0;
    bool found = false;
    *has_type = true;
    switch (type->kind) {
    case WASMTIME_COMPONENT_VALTYPE_RECORD:
        found = wasmtime_component_record_type_field_nth(type->of.record, n, &at, &len, inner);
        break;
    case WASMTIME_COMPONENT_VALTYPE_VARIANT:
        found = wasmtime_component_variant_type_case_nth(type->of.variant, n, &at, &len, has_type,
                                                         inner);
        break;
    case WASMTIME_COMPONENT_VALTYPE_TUPLE:
        found = wasmtime_component_tuple_type_types_nth(type->of.tuple, n, inner);
        break;
    case WASMTIME_COMPONENT_VALTYPE_ENUM:
        found = wasmtime_component_enum_type_names_nth(type->of.enum_, n, &at, &len);
        *has_type = false;
        break;
    case WASMTIME_COMPONENT_VALTYPE_FLAGS:
        found = wasmtime_component_flags_type_names_nth(type->of.flags, n, &at, &len);
        *has_type = false;
        break;
    default: break;
    }
    *name = (rt_str){ at, len };
    return found;
}

static const char *member_word(enum rt_wit_kind kind)
{
    return kind == RT_WIT_VARIANT ? "case" : kind == RT_WIT_RECORD ? "field" : "member";
}

static void compare_payload(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                            bool has_type, const valtype *found)
{
    if (expected && has_type)
        rt_schema_compare(f, place, expected, found);
    else if (expected)
        rt_findings_error(f, place, rt_wit_type_text(expected, f->arena), RT_LIT("no payload"),
                          "give it the expected payload");
    else if (has_type)
        rt_findings_error(f, place, RT_LIT("no payload"), describe(f, found, 4),
                          "take the payload away");
}

/* The nth member's own type against the expected one. */
static void compare_nth(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                        const valtype *type, size_t n)
{
    rt_str name;
    bool has_type;
    valtype inner;
    if (!nth_member(type, n, &name, &has_type, &inner))
        return;
    compare_payload(f, place, expected, has_type, &inner);
    if (has_type)
        wasmtime_component_valtype_delete(&inner);
}

/* The members that the component has, and those that it should have. */
struct members {
    struct rt_findings *f;
    rt_str place;
    const char *word;
    const struct rt_wit_type *expected;
    const valtype *type;
    rt_str names; /* of the component's, as the bytes of slices */
    size_t count;
};

static rt_str found_name(const struct members *m, size_t n)
{
    rt_str name;
    memcpy(&name, m->names.at + n * sizeof name, sizeof name);
    return name;
}

static size_t find_found(const struct members *m, rt_str name)
{
    for (size_t i = 0; i < m->count; i++)
        if (rt_str_eq(found_name(m, i), name))
            return i;
    return RT_NPOS;
}

static const struct rt_wit_member *find_expected(const struct members *m, rt_str name)
{
    const struct rt_wit_member *e = m->expected->members;
    while (e && !rt_str_eq(e->name, name))
        e = e->next;
    return e;
}

static rt_str nth_place(const struct members *m, size_t n)
{
    return rt_findings_text(m->f, "%.*s, %s %zu", RT_SHOW(m->place), m->word, n + 1);
}

/* In the place of a member that is not there stands one that nobody asked for. */
static bool is_renamed(const struct members *m, size_t n, const struct rt_wit_member *expected)
{
    return n < m->count && find_found(m, expected->name) == RT_NPOS &&
           !find_expected(m, found_name(m, n));
}

/* Where the nth expected member is found; the answer is the next one's `from`. */
static size_t compare_member(const struct members *m, const struct rt_wit_member *expected,
                             size_t n, size_t from)
{
    size_t at = find_found(m, expected->name);
    rt_str place = rt_findings_text(m->f, "%.*s, %s %.*s", RT_SHOW(m->place), m->word,
                                    RT_SHOW(expected->name));
    if (is_renamed(m, n, expected)) {
        rt_findings_error(m->f, nth_place(m, n), expected->name, found_name(m, n), "rename it");
        at = n;
    } else if (at == RT_NPOS) {
        rt_findings_error(m->f, nth_place(m, n), expected->name, RT_LIT("nothing"), "add it");
        return from;
    } else if (at < from) {
        rt_findings_error(m->f, place, rt_findings_text(m->f, "%s %zu", m->word, n + 1),
                          rt_findings_text(m->f, "%s %zu", m->word, at + 1),
                          "the order is that of the interface");
    }
    compare_nth(m->f, place, expected->type, m->type, at);
    return at < from ? from : at;
}

/* By name: what is too much or missing says nothing about what comes behind it. */
static void compare_named(const struct members *m)
{
    size_t n = 0, from = 0;
    const struct rt_wit_member *e = m->expected->members;
    for (; e; e = e->next, n++)
        from = compare_member(m, e, n, from);
    e = m->expected->members;
    for (size_t i = 0; i < m->count; i++) {
        if (!find_expected(m, found_name(m, i)) && !(e && is_renamed(m, i, e)))
            rt_findings_error(m->f, nth_place(m, i), RT_LIT("nothing"), found_name(m, i),
                              "take it away");
        e = e ? e->next : NULL;
    }
}

static void compare_by_place(const struct members *m)
{
    size_t n = 0;
    for (const struct rt_wit_member *e = m->expected->members; e; e = e->next, n++) {
        if (n < m->count)
            compare_nth(m->f, nth_place(m, n), e->type, m->type, n);
        else
            rt_findings_error(m->f, nth_place(m, n), rt_wit_type_text(e->type, m->f->arena),
                              RT_LIT("nothing"), "add it");
    }
    for (; n < m->count; n++)
        rt_findings_error(m->f, nth_place(m, n), RT_LIT("nothing"), RT_LIT("one more"),
                          "take it away");
}

static void compare_members(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                            const valtype *type)
{
    struct members m = { f, place, member_word(expected->kind), expected, type, { NULL, 0 }, 0 };
    struct rt_buf names;
    rt_str name;
    bool has_type;
    valtype inner;
    rt_buf_init(&names, f->arena);
    for (; nth_member(type, m.count, &name, &has_type, &inner); m.count++) {
        rt_buf_add(&names, (const char *)&name, sizeof name);
        if (has_type)
            wasmtime_component_valtype_delete(&inner);
    }
    m.names = rt_buf_get(&names);
    if (names.failed)
        return;
    if (expected->kind == RT_WIT_TUPLE)
        compare_by_place(&m);
    else
        compare_named(&m);
}

static void compare_result(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                           const valtype *type)
{
    valtype inner;
    bool has = wasmtime_component_result_type_ok(type->of.result, &inner);
    compare_payload(f, rt_findings_text(f, "%.*s, ok", RT_SHOW(place)), expected->first, has,
                    &inner);
    if (has)
        wasmtime_component_valtype_delete(&inner);
    has = wasmtime_component_result_type_err(type->of.result, &inner);
    compare_payload(f, rt_findings_text(f, "%.*s, error", RT_SHOW(place)), expected->second, has,
                    &inner);
    if (has)
        wasmtime_component_valtype_delete(&inner);
}

/* list<a> against list<b>: told as a whole where a and b are plain, else further down. */
static void compare_inner(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                          const valtype *type)
{
    valtype inner;
    if (expected->kind == RT_WIT_LIST)
        wasmtime_component_list_type_element(type->of.list, &inner);
    else
        wasmtime_component_option_type_ty(type->of.option, &inner);
    const struct rt_wit_type *wanted = rt_wit_resolve(expected->first);
    if (wanted && kind_of(&inner) != wanted->kind)
        wrong_type(f, place, expected, type);
    else
        rt_schema_compare(f, place, wanted, &inner);
    wasmtime_component_valtype_delete(&inner);
}

void rt_schema_compare(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                       const wasmtime_component_valtype_t *found)
{
    const struct rt_wit_type *wanted = rt_wit_resolve(expected);
    if (!wanted)
        return;
    if (kind_of(found) != wanted->kind) {
        wrong_type(f, place, expected, found);
        return;
    }
    switch (wanted->kind) {
    case RT_WIT_LIST:
    case RT_WIT_OPTION: compare_inner(f, place, wanted, found); break;
    case RT_WIT_RESULT: compare_result(f, place, wanted, found); break;
    case RT_WIT_TUPLE:
    case RT_WIT_RECORD:
    case RT_WIT_VARIANT:
    case RT_WIT_ENUM:
    case RT_WIT_FLAGS: compare_members(f, place, wanted, found); break;
    default: break;
    }
}

/* A reader for the WIT of the extractor interface: tokens, then one function for each construct. */
#include "host/checks/wit_parser.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

#include <string.h>

enum { MAX_TYPE_DEPTH = 16, MAX_NAMES = 1024 };

static const char *const kind_names[RT_WIT_KIND_COUNT] = {
    [RT_WIT_BOOL] = "bool",       [RT_WIT_S8] = "s8",       [RT_WIT_S16] = "s16",
    [RT_WIT_S32] = "s32",         [RT_WIT_S64] = "s64",     [RT_WIT_U8] = "u8",
    [RT_WIT_U16] = "u16",         [RT_WIT_U32] = "u32",     [RT_WIT_U64] = "u64",
    [RT_WIT_F32] = "f32",         [RT_WIT_F64] = "f64",     [RT_WIT_CHAR] = "char",
    [RT_WIT_STRING] = "string",   [RT_WIT_LIST] = "list",   [RT_WIT_OPTION] = "option",
    [RT_WIT_RESULT] = "result",   [RT_WIT_TUPLE] = "tuple", [RT_WIT_RECORD] = "record",
    [RT_WIT_VARIANT] = "variant", [RT_WIT_ENUM] = "enum",   [RT_WIT_FLAGS] = "flags",
    [RT_WIT_NAMED] = "name",
};

const char *rt_wit_kind_name(enum rt_wit_kind kind)
{
    return (unsigned)kind < RT_WIT_KIND_COUNT ? kind_names[kind] : "unknown";
}

/* ---- tokens ---------------------------------------------------------------------------------- */

/* A named type, by the block that it was defined in. */
struct definition {
    rt_str name;
    struct rt_wit_type *type;
    unsigned block;
};

struct parser {
    rt_str rest;
    rt_str token;  /* empty: the end */
    unsigned line; /* of the token */
    struct rt_arena *arena;
    struct rt_wit *wit;
    unsigned block; /* that is being read: an interface or a world */
    struct rt_wit_function **tail;
    struct definition *names;
    size_t name_count;
    struct rt_wit_type **open; /* named types to be resolved at the end of the block */
    size_t open_count;
    rt_str exported;  /* interface that a world exports */
    rt_status status; /* sticky: after a failure every step does nothing */
    rt_error *err;
};

static bool is_word(char c)
{
    return rt_is_alpha(c) || rt_is_digit(c) || c == '-' || c == '_' || c == '%';
}

/* Behind white space and comments. */
static void skip_blank(struct parser *p)
{
    rt_str s = p->rest;
    while (s.len > 0) {
        if (rt_is_space(*s.at)) {
            p->line += *s.at == '\n';
            s = rt_str_from(s, 1);
        } else if (rt_str_starts(s, RT_LIT("//"))) {
            size_t end = rt_str_find_byte(s, '\n');
            s = rt_str_from(s, end == RT_NPOS ? s.len : end);
        } else if (rt_str_starts(s, RT_LIT("/*"))) {
            size_t end = rt_str_find(s, RT_LIT("*/"));
            size_t past = end == RT_NPOS ? s.len : end + 2;
            for (size_t i = 0; i < past; i++)
                p->line += s.at[i] == '\n';
            s = rt_str_from(s, past);
        } else {
            break;
        }
    }
    p->rest = s;
}

static void advance(struct parser *p)
{
    skip_blank(p);
    rt_str s = p->rest;
    size_t len = s.len > 0;
    if (rt_str_starts(s, RT_LIT("->")))
        len = 2;
    else if (s.len > 0 && is_word(*s.at))
        while (len < s.len && is_word(s.at[len]))
            len++;
    p->token = rt_str_first(s, len);
    p->rest = rt_str_from(s, len);
}

static void fail(struct parser *p, const char *expected)
{
    if (p->status != RT_OK)
        return;
    rt_str found = p->token.len > 0 ? p->token : RT_LIT("the end");
    p->status = rt_fail(p->err, RT_INVALID_SETTING, "WIT, line %u: expected %s, found %.*s",
                        p->line, expected, RT_SHOW(found));
}

static bool at(const struct parser *p, const char *token)
{
    return p->status == RT_OK && rt_str_eq(p->token, rt_str_from_c(token));
}

static bool take(struct parser *p, const char *token)
{
    if (!at(p, token))
        return false;
    advance(p);
    return true;
}

static void want(struct parser *p, const char *token)
{
    if (!take(p, token))
        fail(p, token);
}

/* An identifier; a leading % only says that it is no keyword. */
static rt_str take_name(struct parser *p)
{
    rt_str name = p->token;
    if (p->status != RT_OK || name.len == 0 || !is_word(*name.at)) {
        fail(p, "a name");
        return (rt_str){ "", 0 };
    }
    advance(p);
    return *name.at == '%' ? rt_str_from(name, 1) : name;
}

static void *make(struct parser *p, size_t size)
{
    void *new = rt_arena_zeroed(p->arena, 1, size);
    if (!new && p->status == RT_OK)
        p->status = rt_fail(p->err, RT_NO_MEMORY, "no memory for the WIT text");
    return new;
}

/* ---- types ----------------------------------------------------------------------------------- */

static struct rt_wit_type *parse_type(struct parser *p, int depth);

static struct rt_wit_member *add_member(struct parser *p, struct rt_wit_member ***tail, rt_str name)
{
    struct rt_wit_member *m = make(p, sizeof *m);
    if (m) {
        m->name = name;
        **tail = m;
        *tail = &m->next;
    }
    return m;
}

static void parse_arguments(struct parser *p, struct rt_wit_type *type, int depth)
{
    if (type->kind == RT_WIT_RESULT && !at(p, "<"))
        return;
    want(p, "<");
    if (type->kind == RT_WIT_TUPLE) {
        struct rt_wit_member **tail = &type->members;
        do {
            struct rt_wit_member *m = add_member(p, &tail, (rt_str){ "", 0 });
            if (m)
                m->type = parse_type(p, depth);
            type->count++;
        } while (take(p, ",") && !at(p, ">"));
    } else {
        if (!(type->kind == RT_WIT_RESULT && take(p, "_")))
            type->first = parse_type(p, depth);
        if (type->kind == RT_WIT_RESULT && take(p, ","))
            type->second = parse_type(p, depth);
    }
    want(p, ">");
}

static enum rt_wit_kind kind_of(rt_str word)
{
    for (unsigned i = 0; i <= RT_WIT_TUPLE; i++)
        if (rt_str_eq(word, rt_str_from_c(kind_names[i])))
            return (enum rt_wit_kind)i;
    return RT_WIT_NAMED;
}

/* Of the next name that stands for a type: it may be defined further down. */
static void leave_open(struct parser *p, struct rt_wit_type *type)
{
    if (p->open_count == MAX_NAMES)
        fail(p, "fewer names");
    else
        p->open[p->open_count++] = type;
}

static struct rt_wit_type *parse_type(struct parser *p, int depth)
{
    struct rt_wit_type *type = make(p, sizeof *type);
    if (depth == 0)
        fail(p, "a type that is not so deep");
    if (!type || p->status != RT_OK)
        return NULL;
    type->line = p->line;
    type->name = take_name(p);
    type->kind = kind_of(type->name);
    if (type->kind == RT_WIT_NAMED)
        leave_open(p, type);
    else if (type->kind >= RT_WIT_LIST)
        parse_arguments(p, type, depth - 1);
    return type;
}

/* { name: type, … } of a record, { name(type), … } of a variant, { name, … } of enum and flags. */
static void parse_members(struct parser *p, struct rt_wit_type *type)
{
    struct rt_wit_member **tail = &type->members;
    want(p, "{");
    while (p->status == RT_OK && !at(p, "}")) {
        struct rt_wit_member *m = add_member(p, &tail, take_name(p));
        if (!m)
            return;
        type->count++;
        if (type->kind == RT_WIT_RECORD) {
            want(p, ":");
            m->type = parse_type(p, MAX_TYPE_DEPTH);
        } else if (type->kind == RT_WIT_VARIANT && take(p, "(")) {
            m->type = parse_type(p, MAX_TYPE_DEPTH);
            want(p, ")");
        }
        if (!take(p, ","))
            break;
    }
    want(p, "}");
}

static void define(struct parser *p, rt_str name, struct rt_wit_type *type)
{
    if (p->name_count == MAX_NAMES)
        fail(p, "fewer definitions");
    else
        p->names[p->name_count++] = (struct definition){ name, type, p->block };
}

/* type, record, variant, enum, flags; false: none of them. */
static bool parse_definition(struct parser *p)
{
    if (take(p, "type")) {
        rt_str name = take_name(p);
        want(p, "=");
        define(p, name, parse_type(p, MAX_TYPE_DEPTH));
        want(p, ";");
        return true;
    }
    for (unsigned i = RT_WIT_RECORD; i <= RT_WIT_FLAGS; i++) {
        if (!take(p, kind_names[i]))
            continue;
        struct rt_wit_type *type = make(p, sizeof *type);
        if (!type)
            return true;
        type->kind = (enum rt_wit_kind)i;
        type->name = take_name(p);
        define(p, type->name, type);
        parse_members(p, type);
        return true;
    }
    return false;
}

static void fail_at(struct parser *p, const struct rt_wit_type *type, const char *expected)
{
    p->line = type->line;
    p->token = type->name;
    fail(p, expected);
}

static void resolve_names(struct parser *p)
{
    for (size_t i = 0; i < p->open_count && p->status == RT_OK; i++) {
        struct rt_wit_type *type = p->open[i];
        for (size_t k = 0; k < p->name_count && !type->first; k++)
            if (p->names[k].block == p->block && rt_str_eq(p->names[k].name, type->name))
                type->first = p->names[k].type;
        if (!type->first)
            fail_at(p, type, "a type");
    }
    for (size_t i = 0; i < p->open_count && p->status == RT_OK; i++)
        if (rt_wit_resolve(p->open[i])->kind == RT_WIT_NAMED)
            fail_at(p, p->open[i], "a type that is not a name for itself");
    p->open_count = 0;
}

const struct rt_wit_type *rt_wit_resolve(const struct rt_wit_type *type)
{
    for (int i = 0; type && type->kind == RT_WIT_NAMED && i < MAX_NAMES; i++)
        type = type->first;
    return type;
}

/* ---- functions, interfaces, worlds ----------------------------------------------------------- */

/* func(name: type, …) -> type; */
static void parse_function(struct parser *p, rt_str name)
{
    struct rt_wit_function *f = make(p, sizeof *f);
    if (!f)
        return;
    f->name = name;
    want(p, "func");
    want(p, "(");
    struct rt_wit_member **tail = &f->params;
    while (p->status == RT_OK && !at(p, ")")) {
        struct rt_wit_member *m = add_member(p, &tail, take_name(p));
        want(p, ":");
        if (m)
            m->type = parse_type(p, MAX_TYPE_DEPTH);
        f->param_count++;
        if (!take(p, ","))
            break;
    }
    want(p, ")");
    if (take(p, "->"))
        f->result = parse_type(p, MAX_TYPE_DEPTH);
    want(p, ";");
    *p->tail = f;
    p->tail = &f->next;
    p->wit->function_count++;
}

static void parse_interface(struct parser *p)
{
    rt_str name = take_name(p);
    if (p->wit->functions) {
        fail(p, "one interface with functions");
        return;
    }
    want(p, "{");
    p->block++;
    while (p->status == RT_OK && !take(p, "}"))
        if (!parse_definition(p)) {
            rt_str function = take_name(p);
            want(p, ":");
            parse_function(p, function);
        }
    resolve_names(p);
    if (p->wit->functions)
        p->wit->interface = name;
}

static void parse_world(struct parser *p)
{
    take_name(p);
    want(p, "{");
    p->block++;
    while (p->status == RT_OK && !take(p, "}")) {
        if (parse_definition(p))
            continue;
        want(p, "export");
        rt_str name = take_name(p);
        if (take(p, ":"))
            parse_function(p, name);
        else
            want(p, ";");
    }
    resolve_names(p);
}

/* package namespace:name@version; */
static void parse_package(struct parser *p)
{
    const char *start = p->token.at;
    take_name(p);
    want(p, ":");
    rt_str name = take_name(p);
    p->wit->package = (rt_str){ start, (size_t)(name.at + name.len - start) };
    if (at(p, "@")) {
        size_t len = 0;
        while (len < p->rest.len && p->rest.at[len] != ';' && !rt_is_space(p->rest.at[len]))
            len++;
        p->wit->version = rt_str_first(p->rest, len);
        p->rest = rt_str_from(p->rest, len);
        advance(p);
    }
    want(p, ";");
}

static void parse_file(struct parser *p)
{
    advance(p);
    want(p, "package");
    parse_package(p);
    while (p->status == RT_OK && p->token.len > 0) {
        if (take(p, "interface"))
            parse_interface(p);
        else if (take(p, "world"))
            parse_world(p);
        else
            fail(p, "interface or world");
    }
    if (p->status == RT_OK && !p->wit->functions)
        fail(p, "a function");
}

rt_status rt_wit_parse(rt_str text, struct rt_arena *arena, struct rt_wit *out, rt_error *err)
{
    struct rt_wit wit = { .functions = NULL };
    struct parser p = { .rest = text, .line = 1, .arena = arena, .wit = &wit, .err = err };
    p.tail = &wit.functions;
    p.names = rt_arena_zeroed(arena, MAX_NAMES, sizeof *p.names);
    p.open = rt_arena_zeroed(arena, MAX_NAMES, sizeof(struct rt_wit_type *));
    if (!p.names || !p.open)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the WIT text");
    parse_file(&p);
    if (p.status == RT_OK)
        *out = wit;
    return p.status;
}

/* ---- as text --------------------------------------------------------------------------------- */

static void write_type(struct rt_buf *b, const struct rt_wit_type *type)
{
    if (!type) {
        rt_buf_lit(b, "_");
        return;
    }
    if (type->kind == RT_WIT_NAMED || type->kind >= RT_WIT_RECORD) {
        rt_buf_str(b, type->name);
        return;
    }
    rt_buf_str(b, rt_str_from_c(kind_names[type->kind]));
    if (type->kind < RT_WIT_LIST || (type->kind == RT_WIT_RESULT && !type->first && !type->second))
        return;
    rt_buf_lit(b, "<");
    if (type->kind == RT_WIT_TUPLE) {
        for (const struct rt_wit_member *m = type->members; m; m = m->next) {
            write_type(b, m->type);
            if (m->next)
                rt_buf_lit(b, ", ");
        }
    } else {
        write_type(b, type->first);
        if (type->second) {
            rt_buf_lit(b, ", ");
            write_type(b, type->second);
        }
    }
    rt_buf_lit(b, ">");
}

rt_str rt_wit_type_text(const struct rt_wit_type *type, struct rt_arena *arena)
{
    struct rt_buf b;
    rt_buf_init(&b, arena);
    write_type(&b, type);
    return rt_buf_get(&b);
}

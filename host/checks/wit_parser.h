#ifndef RT_HOST_WIT_PARSER_H
#define RT_HOST_WIT_PARSER_H

#include "base/arena.h"

#include <riptide/riptide.h>

/* WIT, as far as the interface of an extractor needs it: one package; interfaces; worlds that
 * export an interface or functions; type, record, variant, enum, flags; list, option, result, tuple
 * and the plain types; comments.  No use, include, import or resource. */

enum rt_wit_kind {
    RT_WIT_BOOL,
    RT_WIT_S8,
    RT_WIT_S16,
    RT_WIT_S32,
    RT_WIT_S64,
    RT_WIT_U8,
    RT_WIT_U16,
    RT_WIT_U32,
    RT_WIT_U64,
    RT_WIT_F32,
    RT_WIT_F64,
    RT_WIT_CHAR,
    RT_WIT_STRING,
    RT_WIT_LIST,    /* first: element */
    RT_WIT_OPTION,  /* first: inner */
    RT_WIT_RESULT,  /* first, second: ok and error; NULL: none */
    RT_WIT_TUPLE,   /* members without names */
    RT_WIT_RECORD,  /* members: fields */
    RT_WIT_VARIANT, /* members: cases; type NULL: without payload */
    RT_WIT_ENUM,    /* members without types */
    RT_WIT_FLAGS,   /* members without types */
    RT_WIT_NAMED,   /* first: what the name stands for, once all is read */
    RT_WIT_KIND_COUNT
};
/* (borrowed, static) "u32", "list". */
const char *rt_wit_kind_name(enum rt_wit_kind kind);

struct rt_wit_type {
    enum rt_wit_kind kind;
    rt_str name; /* of a named type */
    unsigned line;
    struct rt_wit_type *first, *second;
    struct rt_wit_member *members;
    size_t count;
};

struct rt_wit_member {
    rt_str name;
    struct rt_wit_type *type;
    struct rt_wit_member *next;
};

struct rt_wit_function {
    rt_str name;
    struct rt_wit_member *params;
    size_t param_count;
    struct rt_wit_type *result; /* NULL: none */
    struct rt_wit_function *next;
};

/* What a component must offer. */
struct rt_wit {
    rt_str package;   /* "riptide:extractor" */
    rt_str version;   /* "0.2.0", or absent */
    rt_str interface; /* "extractor"; absent where the functions are exports of the world */
    struct rt_wit_function *functions;
    size_t function_count;
};

/* Reads the text, which must outlive *out; all else lives in the arena.  RT_INVALID_SETTING names
 * the line, what was expected and what was found; RT_NO_MEMORY. */
rt_status rt_wit_parse(rt_str text, struct rt_arena *arena, struct rt_wit *out, rt_error *err);

/* The type as WIT writes it, a definition by its name.  Lives in the arena. */
rt_str rt_wit_type_text(const struct rt_wit_type *type, struct rt_arena *arena);

/* What a name stands for, however many names lead there. */
const struct rt_wit_type *rt_wit_resolve(const struct rt_wit_type *type);

#endif

#ifndef RT_HOST_SCHEMA_TYPES_H
#define RT_HOST_SCHEMA_TYPES_H

#include "base/buf.h"
#include "host/checks/wit_parser.h"

#include <wasmtime/component.h>

/* What a comparison found: numbered lines, errors and warnings apart, and where it is just now. */
struct rt_findings {
    struct rt_buf errors, warnings;
    unsigned error_count, warning_count;
    rt_str first; /* error, without its number */
    struct rt_arena *arena;
};

/* place: "function extract, result"; all lend until the arena goes. */
void rt_findings_error(struct rt_findings *f, rt_str place, rt_str expected, rt_str found,
                       const char *mend);
void rt_findings_warn(struct rt_findings *f, rt_str text);

/* printf() into the arena; never absent. */
rt_str rt_findings_text(struct rt_findings *f, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Compares the type that is expected with the component's own, all the way down. */
void rt_schema_compare(struct rt_findings *f, rt_str place, const struct rt_wit_type *expected,
                       const wasmtime_component_valtype_t *found);

#endif

#ifndef RT_HOST_BOUNDARY_H
#define RT_HOST_BOUNDARY_H

#include "base/alloc.h"

#include <riptide/riptide.h>
#include <wasmtime/component.h>

/* THE TYPE BOUNDARY: the host's values on one side, the component's on the other.  No type of
 * Wasmtime or of the WIT is seen beyond the files that include this header.  Strings cross without
 * a copy on this side, in both directions. */

/* The three parameters of extract(). */
struct rt_lowered {
    wasmtime_component_val_t args[3];
    wasmtime_component_val_t list; /* of the selectors, for custom */
    const struct rt_alloc *alloc;
};

/* Fills *out with values that lend the request's bytes: both must outlive the values, and the
 * values are never given to wasmtime_component_val_delete().  The request is valid (validate.h).
 * out does not move until rt_boundary_lower_done().  RT_NO_MEMORY leaves nothing to free. */
rt_status rt_boundary_lower(struct rt_lowered *out, const rt_request *request,
                            const struct rt_alloc *alloc, rt_error *err);
void rt_boundary_lower_done(struct rt_lowered *lowered);

/* What a component answered. */
struct rt_lifted {
    rt_content content;   /* its strings are the answer's own */
    uint64_t memory_used; /* of extraction-stats; 0 where the function gives none */
    uint32_t nodes;
    rt_str *strings; /* the lists' entries, one block */
    const struct rt_alloc *alloc;
};

/* Most entries that one list of an answer may have. */
enum { RT_BOUNDARY_MAX_LIST = 1 << 20 };

/* Takes apart the answer of extract() or extract-with-stats(), trusting nothing but that its
 * strings are UTF-8, which Wasmtime has checked.  The answer must outlive *out.
 * RT_OK: give *out to rt_boundary_lift_done().
 * One of tables/wit_errors.def: what the component itself reported, its text in err.
 * RT_INVALID_OUTPUT names the field, what was expected and what was found.  RT_NO_MEMORY. */
rt_status rt_boundary_lift(struct rt_lifted *out, const wasmtime_component_val_t *answer,
                           const struct rt_alloc *alloc, rt_error *err);
void rt_boundary_lift_done(struct rt_lifted *lifted);

/* The other ways, which tests of the boundary need: an answer made of content or of an error (a
 * status of tables/wit_errors.def).  (owned) give it to wasmtime_component_val_delete(). */
void rt_boundary_lower_content(wasmtime_component_val_t *answer, const rt_content *content);
void rt_boundary_lower_error(wasmtime_component_val_t *answer, rt_status status, rt_str message);

/* "string": what a value is, for messages.  (borrowed, static) */
const char *rt_boundary_kind(wasmtime_component_valkind_t kind);

/* Any answer as JSON, names in snake case; an option without a value is null.
 * RT_INVALID_OUTPUT for an error result, with its text. */
rt_status rt_boundary_json(const wasmtime_component_val_t *answer, const struct rt_alloc *alloc,
                           rt_text *out, rt_error *err);

#endif

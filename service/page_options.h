#ifndef RT_SERVICE_PAGE_OPTIONS_H
#define RT_SERVICE_PAGE_OPTIONS_H

#include "base/arena.h"

#include <riptide/riptide.h>
#include <yyjson.h>

/* What a request wants done with a page, from a query or from JSON: "mode", "selectors" (in a query
 * "selector", once for each), "timeout_ms", "stats". */
struct rt_page_options {
    struct rt_arena *arena;
    rt_mode mode;
    bool has_mode, stats;
    rt_str_list selectors;
    uint64_t timeout_ms; /* 0: not given */
};

enum { RT_PAGE_SELECTORS = 100, RT_PAGE_TIMEOUT_MS = 600000 };

/* Several times as many as the largest request has. */
enum { RT_JSON_VALUES = 1000 };

/* arena (kept): what is given is copied there. */
void rt_page_options_init(struct rt_page_options *options, struct rt_arena *arena);

/* Takes one part of a query, or one member of an object.  *known: false where it is none of these,
 * and nothing is done.  RT_INVALID_ARGUMENT says what was given and what was expected. */
rt_status rt_page_options_query(struct rt_page_options *options, rt_str name, rt_str value,
                                bool *known, rt_error *err);
rt_status rt_page_options_member(struct rt_page_options *options, rt_str name, yyjson_val *value,
                                 bool *known, rt_error *err);
/* What holds between them; selectors without a mode mean custom. */
rt_status rt_page_options_complete(struct rt_page_options *options, rt_error *err);

/* Reads a body that has to be a JSON object.  *out (owned) yyjson_doc_free(). */
rt_status rt_read_object(rt_str body, yyjson_doc **out, rt_error *err);

#endif

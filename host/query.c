/* What the component says about itself, with what only the host can know. */
#include "base/error.h"
#include "host/content/json.h"
#include "host/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static rt_status use_query(const struct rt_turn *turn, const struct rt_call *call, rt_error *err)
{
    return rt_call_query(call, turn->function, turn->text, err);
}

/* ---- the host's part: a fresh instance has counted nothing ----------------------------------- */

static bool put_counts(struct rt_runtime *runtime, yyjson_mut_doc *doc)
{
    yyjson_mut_val *root = yyjson_mut_doc_get_root(doc);
    uint64_t memory = atomic_load(&runtime->last_memory);
    yyjson_mut_obj_put(root, yyjson_mut_str(doc, "extraction_count"),
                       yyjson_mut_uint(doc, atomic_load(&runtime->extractions)));
    return memory == 0 || yyjson_mut_obj_put(root, yyjson_mut_str(doc, "memory_usage"),
                                             yyjson_mut_uint(doc, memory));
}

static bool reset_counts(struct rt_runtime *runtime, yyjson_mut_doc *doc)
{
    char text[512];
    const char *said = yyjson_mut_get_str(yyjson_mut_doc_get_root(doc));
    uint64_t count = atomic_exchange(&runtime->extractions, 0);
    atomic_store(&runtime->last_memory, 0);
    snprintf(text, sizeof text, "%.300s; the host's count of %" PRIu64 " reset", said ? said : "",
             count);
    yyjson_mut_val *answer = yyjson_mut_strcpy(doc, text);
    yyjson_mut_doc_set_root(doc, answer);
    return answer != NULL;
}

static const struct function {
    const char *name;
    bool (*complete)(struct rt_runtime *runtime, yyjson_mut_doc *doc); /* NULL: nothing to add */
} functions[] = {
    { "health-check", put_counts },
    { "get-info", NULL },
    { "get-modes", NULL },
    { "reset-state", reset_counts },
};

static const struct function *find_function(const char *name)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].name, name) == 0)
            return &functions[i];
    return NULL;
}

static rt_status complete(const struct function *function, struct rt_runtime *runtime,
                          const rt_text *said, rt_text *out, rt_error *err)
{
    yyjson_doc *read = yyjson_read(said->at, said->len, 0);
    yyjson_mut_doc *doc = read ? yyjson_doc_mut_copy(read, NULL) : NULL;
    bool good = doc && function->complete(runtime, doc);
    rt_status status = good ? rt_json_write(doc, &rt_alloc_heap, out, err)
                            : rt_fail(err, RT_NO_MEMORY, "no memory for the answer");
    yyjson_mut_doc_free(doc);
    yyjson_doc_free(read);
    return status;
}

rt_status rt_engine_query(rt_engine *engine, const char *function, rt_text *out, rt_error *err)
{
    if (!engine || !function || !out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_query: an argument is NULL");
    const struct function *known = find_function(function);
    if (!known)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "%.80s: expected health-check, get-info, "
                       "get-modes or reset-state",
                       function);
    struct rt_runtime *runtime;
    rt_status status = rt_engine_runtime(engine, &runtime, err);
    if (status != RT_OK)
        return status;
    rt_stats stats = { 0 };
    rt_text said = { NULL, 0 };
    struct rt_watch watch = rt_runtime_watch(runtime, NULL);
    const struct rt_turn turn = {
        .use = use_query, .watch = &watch, .stats = &stats, .function = function, .text = &said
    };
    status = rt_runtime_run(runtime, &turn, err);
    if (status != RT_OK || !known->complete) {
        if (status == RT_OK)
            *out = said;
        return status;
    }
    status = complete(known, runtime, &said, out, err);
    rt_text_free(&said);
    return status;
}

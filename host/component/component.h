#ifndef RT_HOST_COMPONENT_H
#define RT_HOST_COMPONENT_H

#include "host/checks/schema.h"
#include "host/component/cache.h"
#include "host/component/sandbox.h"
#include "host/system/warning.h"

#include <wasmtime/component.h>

/* Of a component that is composed of several. */
enum { RT_MEMORIES_MAX = 16 };

/* A component, compiled and linked: all that calls share.  Read only once opened. */
struct rt_component {
    wasm_engine_t *engine;
    wasmtime_component_t *code;
    wasmtime_component_linker_t *linker;
    wasmtime_component_export_index_t *interface; /* NULL: the functions are at the root */
    wasmtime_component_export_index_t *extract;
    bool with_stats;   /* extract is extract-with-stats */
    bool wasi;         /* stores need an (empty) WASI */
    uint32_t memories; /* that an instance has, 1 to RT_MEMORIES_MAX: they share its limit */
    bool pooling, cache_hit;
    enum rt_cache_result cache_result;
    struct rt_schema_summary schema;
};

/* The bytes of a component and what to call it. */
struct rt_component_source {
    rt_str wasm;
    const char *label; /* its path, or "embedded" or "embedded-nosimd"; (owned) with file */
    char *file;        /* (owned) the bytes, where they came from a file */
    uint64_t in_use;   /* bytes of linear memory before the first call; 0: not known */
};

/* The one that the settings name; path: another one instead, or NULL.  RT_IO_ERROR names the file.
 * Close it with rt_component_source_close(). */
rt_status rt_component_source_open(struct rt_component_source *out, const struct rt_config *config,
                                   const char *path, rt_error *err);
void rt_component_source_close(struct rt_component_source *source);

/* Compiles it, or takes it from the cache; checks it; links it.  The source may go afterwards. */
rt_status rt_component_open(struct rt_component *out, const struct rt_component_source *source,
                            const struct rt_config *config, struct rt_warning *warning,
                            rt_error *err);
void rt_component_close(struct rt_component *component);

/* Compiles only: for the check of a component that is not to be run.  (owned) engine and code. */
rt_status rt_component_compile(struct rt_component *out, const struct rt_component_source *source,
                               const struct rt_config *config, rt_error *err);

/* The function's index, at the interface or at the root; NULL: not there.  (owned). */
wasmtime_component_export_index_t *rt_component_find(const struct rt_component *component,
                                                     const char *function);

#endif

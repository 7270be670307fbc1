#ifndef RT_HOST_SCHEMA_H
#define RT_HOST_SCHEMA_H

#include "host/settings/settings.h"

#include <wasmtime/component.h>

/* The check of a component's real type against the WIT text: package, version, every export,
 * parameter, result, field and case, in order and type. */

/* How many imports the component has; `first` gets the name of one. */
size_t rt_schema_imports(const wasm_engine_t *engine, const wasmtime_component_t *code, char *first,
                         size_t room);

/* Compares, and writes the report: "WIT Interface Validation Errors:" and a numbered line for each,
 * warnings apart.  RT_INVALID_COMPONENT where there are errors; RT_IO_ERROR or RT_INVALID_SETTING
 * for a WIT file that cannot be read or understood.  report (owned): rt_text_free(). */
rt_status rt_schema_report(const wasm_engine_t *engine, const wasmtime_component_t *code,
                           const struct rt_config *config, rt_text *report, rt_error *err);

/* What a check found, and the time it took. */
struct rt_schema_summary {
    uint64_t ns; /* 0: it is turned off */
    uint32_t errors, warnings;
    bool kept; /* the result of an earlier check of the same bytes */
};

/* The component that is to be loaded. */
struct rt_schema_subject {
    const wasm_engine_t *engine;
    const wasmtime_component_t *code;
    rt_str wasm; /* what it was compiled from: a result is kept by the hash of that */
    const char *label;
};

/* The same for loading: err tells how many faults there are and the first of them.  The summary is
 * filled on RT_OK and RT_INVALID_COMPONENT. */
rt_status rt_schema_require(const struct rt_schema_subject *subject, const struct rt_config *config,
                            struct rt_schema_summary *summary, rt_error *err);

#endif

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

/* The same for loading: err tells how many faults there are and the first of them. */
rt_status rt_schema_require(const wasm_engine_t *engine, const wasmtime_component_t *code,
                            const struct rt_config *config, const char *label, rt_error *err);

#endif

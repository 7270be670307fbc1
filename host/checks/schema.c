/* The schema check: the component's exports and imports against the WIT, all faults in one report.
 */
#include "host/checks/schema.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "host/checks/schema_kept.h"
#include "host/checks/schema_types.h"
#include "host/system/clock.h"
#include "host/system/slurp.h"

#include <stdio.h>
#include <string.h>

extern const char rt_wit_text[], rt_wit_text_end[];

/* A report is text for people: a component with a million wrong names gets a short one. */
enum { REPORT_CEILING = 16 << 20, MAX_WIT = 1 << 20 };

typedef wasmtime_component_item_t item;

/* The component's type, and where its functions are. */
struct subject {
    const wasm_engine_t *engine;
    wasmtime_component_type_t *type;
    item instance; /* the interface; kind COMPONENT: functions are at the root */
    struct rt_findings *f;
    const struct rt_wit *wit;
};

static bool at_root(const struct subject *s)
{
    return s->instance.kind != WASMTIME_COMPONENT_ITEM_COMPONENT_INSTANCE;
}

size_t rt_schema_imports(const wasm_engine_t *engine, const wasmtime_component_t *code, char *first,
                         size_t room)
{
    wasmtime_component_type_t *type = wasmtime_component_type(code);
    size_t count = wasmtime_component_type_import_count(type, engine);
    const char *name;
    size_t len;
    item found;
    if (room > 0)
        first[0] = '\0';
    if (count > 0 && wasmtime_component_type_import_nth(type, engine, 0, &name, &len, &found)) {
        rt_str s = { name, len };
        snprintf(first, room, "%.*s", RT_SHOW(s));
        wasmtime_component_item_delete(&found);
    }
    wasmtime_component_type_delete(type);
    return count;
}

/* ---- functions ------------------------------------------------------------------------------- */

/* "3 (html, url, mode)" */
static rt_str expected_params(struct rt_findings *f, const struct rt_wit_function *function)
{
    struct rt_buf b;
    rt_buf_init(&b, f->arena);
    for (const struct rt_wit_member *m = function->params; m; m = m->next) {
        if (m != function->params)
            rt_buf_lit(&b, ", ");
        rt_buf_str(&b, m->name);
    }
    rt_str names = rt_buf_get(&b);
    return rt_findings_text(f, "%zu parameter%s (%.*s)", function->param_count,
                            function->param_count == 1 ? "" : "s", RT_SHOW(names));
}

static void compare_params(struct subject *s, rt_str place, const struct rt_wit_function *wanted,
                           const wasmtime_component_func_type_t *type)
{
    size_t count = wasmtime_component_func_type_param_count(type);
    if (count != wanted->param_count)
        rt_findings_error(s->f, place, expected_params(s->f, wanted),
                          rt_findings_text(s->f, "%zu", count),
                          "take the parameters of the interface");
    const struct rt_wit_member *m = wanted->params;
    for (size_t i = 0; i < count && m; i++, m = m->next) {
        const char *at;
        size_t len;
        wasmtime_component_valtype_t param;
        if (!wasmtime_component_func_type_param_nth(type, i, &at, &len, &param))
            continue;
        rt_str name = { at, len };
        if (!rt_str_eq(name, m->name))
            rt_findings_error(s->f,
                              rt_findings_text(s->f, "%.*s, parameter %zu", RT_SHOW(place), i + 1),
                              m->name, name, "rename it");
        rt_schema_compare(
            s->f, rt_findings_text(s->f, "%.*s, parameter %.*s", RT_SHOW(place), RT_SHOW(m->name)),
            m->type, &param);
        wasmtime_component_valtype_delete(&param);
    }
}

static void compare_function(struct subject *s, const struct rt_wit_function *wanted,
                             const wasmtime_component_func_type_t *type)
{
    rt_str place = rt_findings_text(s->f, "function %.*s", RT_SHOW(wanted->name));
    if (wasmtime_component_func_type_async(type))
        rt_findings_error(s->f, place, RT_LIT("a plain function"), RT_LIT("an async one"),
                          "take async away");
    compare_params(s, place, wanted, type);
    wasmtime_component_valtype_t result;
    bool has = wasmtime_component_func_type_result(type, &result);
    place = rt_findings_text(s->f, "%.*s, result", RT_SHOW(place));
    if (has && wanted->result)
        rt_schema_compare(s->f, place, wanted->result, &result);
    else if (has)
        rt_findings_error(s->f, place, RT_LIT("none"), RT_LIT("one"), "take it away");
    else if (wanted->result)
        rt_findings_error(s->f, place, rt_wit_type_text(wanted->result, s->f->arena),
                          RT_LIT("none"), "add it");
    if (has)
        wasmtime_component_valtype_delete(&result);
}

static bool find_export(const struct subject *s, rt_str name, item *out)
{
    if (at_root(s))
        return wasmtime_component_type_export_get(s->type, s->engine, name.at, name.len, out);
    return wasmtime_component_instance_type_export_get(s->instance.of.component_instance, s->engine,
                                                       name.at, name.len, out);
}

static bool nth_export(const struct subject *s, size_t n, rt_str *name, item *out)
{
    return at_root(s)
               ? wasmtime_component_type_export_nth(s->type, s->engine, n, &name->at, &name->len,
                                                    out)
               : wasmtime_component_instance_type_export_nth(
                     s->instance.of.component_instance, s->engine, n, &name->at, &name->len, out);
}

static void compare_functions(struct subject *s)
{
    for (const struct rt_wit_function *w = s->wit->functions; w; w = w->next) {
        rt_str place = rt_findings_text(s->f, "function %.*s", RT_SHOW(w->name));
        item found;
        if (!find_export(s, w->name, &found)) {
            rt_findings_error(s->f, place, RT_LIT("an export"), RT_LIT("nothing"), "export it");
            continue;
        }
        if (found.kind == WASMTIME_COMPONENT_ITEM_COMPONENT_FUNC)
            compare_function(s, w, found.of.component_func);
        else
            rt_findings_error(s->f, place, RT_LIT("a function"), RT_LIT("something else"),
                              "export a function of this name");
        wasmtime_component_item_delete(&found);
    }
}

static bool is_expected(const struct subject *s, rt_str name)
{
    for (const struct rt_wit_function *w = s->wit->functions; w; w = w->next)
        if (rt_str_eq(w->name, name))
            return true;
    return false;
}

static void warn_of_more(struct subject *s)
{
    rt_str name;
    item found;
    for (size_t n = 0; nth_export(s, n, &name, &found); n++) {
        if (found.kind == WASMTIME_COMPONENT_ITEM_COMPONENT_FUNC && !is_expected(s, name))
            rt_findings_warn(s->f, rt_findings_text(s->f,
                                                    "function %.*s: not in the interface; it is "
                                                    "never called",
                                                    RT_SHOW(name)));
        wasmtime_component_item_delete(&found);
    }
}

/* ---- interface, version, imports ------------------------------------------------------------- */

/* "riptide:extractor/extractor", with "@0.2.0" where the WIT has a version. */
static rt_str interface_name(struct subject *s, bool with_version)
{
    const struct rt_wit *wit = s->wit;
    bool version = with_version && wit->version.at;
    return rt_findings_text(s->f, "%.*s/%.*s%s%.*s", RT_SHOW(wit->package), RT_SHOW(wit->interface),
                            version ? "@" : "", version ? (int)wit->version.len : 0,
                            version ? wit->version.at : "");
}

/* The same interface in another version: told as such, and compared all the same. */
static bool find_other_version(struct subject *s)
{
    rt_str prefix = interface_name(s, false), name;
    item found;
    for (size_t n = 0;
         wasmtime_component_type_export_nth(s->type, s->engine, n, &name.at, &name.len, &found);
         n++) {
        if (found.kind == WASMTIME_COMPONENT_ITEM_COMPONENT_INSTANCE &&
            rt_str_starts(name, prefix) && (name.len == prefix.len || name.at[prefix.len] == '@')) {
            rt_findings_error(s->f, RT_LIT("interface"), interface_name(s, true),
                              rt_findings_text(s->f, "%.*s", RT_SHOW(name)),
                              "build the component against this version of the WIT");
            s->instance = found;
            return true;
        }
        wasmtime_component_item_delete(&found);
    }
    return false;
}

/* Finds where the functions are; false where there is nothing to compare. */
static bool find_functions(struct subject *s)
{
    item found;
    if (s->wit->interface.at) {
        rt_str name = interface_name(s, true);
        if (wasmtime_component_type_export_get(s->type, s->engine, name.at, name.len, &found)) {
            if (found.kind == WASMTIME_COMPONENT_ITEM_COMPONENT_INSTANCE) {
                s->instance = found;
                return true;
            }
            wasmtime_component_item_delete(&found);
        }
        if (find_other_version(s))
            return true;
    }
    for (const struct rt_wit_function *w = s->wit->functions; w; w = w->next)
        if (find_export(s, w->name, &found)) {
            wasmtime_component_item_delete(&found);
            return true;
        }
    rt_findings_error(s->f, RT_LIT("exports"),
                      s->wit->interface.at ? rt_findings_text(s->f, "the interface %.*s",
                                                              RT_SHOW(interface_name(s, true)))
                                           : RT_LIT("the functions of the world"),
                      RT_LIT("neither it nor its functions at the root"),
                      "export the interface from the component's world");
    return false;
}

static void check_imports(struct subject *s, bool allow_wasi)
{
    rt_str name;
    item found;
    for (size_t n = 0;
         wasmtime_component_type_import_nth(s->type, s->engine, n, &name.at, &name.len, &found);
         n++) {
        wasmtime_component_item_delete(&found);
        if (allow_wasi && rt_str_starts(name, RT_LIT("wasi:")))
            rt_findings_warn(
                s->f, rt_findings_text(s->f, "import %.*s: it gets an empty one", RT_SHOW(name)));
        else
            rt_findings_error(s->f, RT_LIT("imports"), RT_LIT("none"), name,
                              rt_str_starts(name, RT_LIT("wasi:"))
                                  ? "build without it, or set RIPTIDE_WASM_ALLOW_WASI=true"
                                  : "build without it");
    }
}

/* ---- the report ------------------------------------------------------------------------------ */

static rt_status read_wit(const struct rt_config *config, rt_str *text, char **owned, rt_error *err)
{
    *owned = NULL;
    if (!config->wit_schema) {
        *text = (rt_str){ rt_wit_text, (size_t)(rt_wit_text_end - rt_wit_text) };
        return RT_OK;
    }
    rt_status status = rt_slurp(config->wit_schema, MAX_WIT, text, owned, err);
    if (status == RT_OK && rt_utf8_check(*text) != text->len)
        status = rt_fail(err, RT_INVALID_SETTING, "the WIT file %.200s is not UTF-8",
                         config->wit_schema);
    return status;
}

static void compare(struct rt_findings *f, const struct rt_wit *wit, const wasm_engine_t *engine,
                    const wasmtime_component_t *code, bool allow_wasi)
{
    struct subject s = {
        .engine = engine, .type = wasmtime_component_type(code), .f = f, .wit = wit
    };
    if (find_functions(&s)) {
        compare_functions(&s);
        warn_of_more(&s);
    }
    check_imports(&s, allow_wasi);
    if (!at_root(&s))
        wasmtime_component_item_delete(&s.instance);
    wasmtime_component_type_delete(s.type);
}

static rt_status write_report(struct rt_findings *f, const struct rt_wit *wit, rt_text *report,
                              rt_error *err)
{
    struct rt_buf b;
    rt_buf_init(&b, f->arena);
    if (f->error_count > 0) {
        rt_buf_lit(&b, "WIT Interface Validation Errors:\n");
        rt_buf_str(&b, rt_buf_get(&f->errors));
    } else {
        rt_buf_str(&b, rt_findings_text(f, "%.*s@%.*s: all %zu functions match\n",
                                        RT_SHOW(wit->package), RT_SHOW(wit->version),
                                        wit->function_count));
    }
    if (f->warning_count > 0) {
        rt_buf_lit(&b, "WIT Interface Validation Warnings:\n");
        rt_buf_str(&b, rt_buf_get(&f->warnings));
    }
    rt_str text = rt_buf_get(&b);
    char *at =
        text.at && !f->arena->refused ? rt_alloc_resize(&rt_alloc_heap, NULL, text.len + 1) : NULL;
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the report");
    memcpy(at, text.at, text.len);
    at[text.len] = '\0';
    *report = (rt_text){ at, text.len };
    return RT_OK;
}

/* A check from the text of the WIT to all that is to be said. */
struct check {
    struct rt_arena arena;
    struct rt_wit wit;
    struct rt_findings found;
};

/* Whatever the answer, check_free(). */
static rt_status check_run(struct check *check, rt_str wit, const wasm_engine_t *engine,
                           const wasmtime_component_t *code, bool allow_wasi, rt_error *err)
{
    rt_arena_init(&check->arena, &rt_alloc_heap, REPORT_CEILING);
    rt_status status = rt_wit_parse(wit, &check->arena, &check->wit, err);
    if (status != RT_OK)
        return status;
    check->found = (struct rt_findings){ .arena = &check->arena };
    rt_buf_init(&check->found.errors, &check->arena);
    rt_buf_init(&check->found.warnings, &check->arena);
    compare(&check->found, &check->wit, engine, code, allow_wasi);
    if (check->arena.refused)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the report");
    return RT_OK;
}

static void check_free(struct check *check) { rt_arena_free(&check->arena); }

/* The message for errors, the first of them at its end. */
static rt_status refuse(unsigned errors, rt_str first, const char *label, rt_error *err)
{
    rt_str shown = rt_str_first(first, 360);
    return rt_fail(err, RT_INVALID_COMPONENT,
                   "%.100s%s%u error%s against the interface; the first: %.*s", label,
                   *label ? ": " : "", errors, errors == 1 ? "" : "s", (int)shown.len, shown.at);
}

rt_status rt_schema_report(const wasm_engine_t *engine, const wasmtime_component_t *code,
                           const struct rt_config *config, rt_text *report, rt_error *err)
{
    rt_str wit;
    char *owned;
    rt_status status = read_wit(config, &wit, &owned, err);
    if (status == RT_OK) {
        struct check check;
        status = check_run(&check, wit, engine, code, config->allow_wasi, err);
        if (status == RT_OK)
            status = write_report(&check.found, &check.wit, report, err);
        if (status == RT_OK && check.found.error_count > 0)
            status = refuse(check.found.error_count, check.found.first, "", err);
        check_free(&check);
    }
    rt_alloc_resize(&rt_alloc_heap, owned, 0);
    return status;
}

/* From an earlier check of the same bytes, or from one that is made now. */
static rt_status find_verdict(const struct rt_schema_subject *subject, rt_str wit, bool allow_wasi,
                              struct rt_schema_verdict *out, rt_error *err)
{
    struct rt_schema_key key = rt_schema_key_of(subject->wasm, wit, allow_wasi);
    if (rt_schema_recall(&key, out))
        return RT_OK;
    struct check check;
    rt_status status = check_run(&check, wit, subject->engine, subject->code, allow_wasi, err);
    if (status == RT_OK) {
        const struct rt_findings *found = &check.found;
        rt_str first = rt_str_first(found->first, sizeof out->first - 1);
        *out = (struct rt_schema_verdict){ .summary = { .errors = found->error_count,
                                                        .warnings = found->warning_count } };
        if (first.len > 0)
            memcpy(out->first, first.at, first.len);
        rt_schema_remember(&key, out);
    }
    check_free(&check);
    return status;
}

rt_status rt_schema_require(const struct rt_schema_subject *subject, const struct rt_config *config,
                            struct rt_schema_summary *summary, rt_error *err)
{
    uint64_t start = rt_clock_now();
    rt_str wit;
    char *owned;
    struct rt_schema_verdict verdict;
    rt_status status = read_wit(config, &wit, &owned, err);
    if (status == RT_OK)
        status = find_verdict(subject, wit, config->allow_wasi, &verdict, err);
    rt_alloc_resize(&rt_alloc_heap, owned, 0);
    if (status != RT_OK)
        return status;
    *summary = verdict.summary;
    summary->ns = rt_clock_now() - start;
    if (summary->errors == 0)
        return RT_OK;
    return refuse(summary->errors, rt_str_from_c(verdict.first), subject->label, err);
}

/* riptide doctor: does RipTide work here?  Every line is something that was tried. */
#include "cli.h"
#include "machine.h"

#include "base/str.h"

#include <stdarg.h>
#include <string.h>

enum finding { FINE, WARNING, FAULT };

struct doctor {
    rt_settings *settings;
    unsigned faults;
};

static void say(struct doctor *d, enum finding finding, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
static void say(struct doctor *d, enum finding finding, const char *what, const char *fmt, ...)
{
    static const char *const words[] = { "ok", "warning", "FAULT" };
    va_list ap;
    va_start(ap, fmt);
    printf("%-8s %-10s ", words[finding], what);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    d->faults += finding == FAULT;
}

static bool is_on(const struct doctor *d, const char *name)
{
    rt_setting row;
    for (size_t i = 0; rt_settings_at(d->settings, i, &row); i++)
        if (strcmp(row.name, name) == 0)
            return strcmp(row.value, "true") == 0;
    return false;
}

static void look_at_machine(struct doctor *d)
{
    struct rt_machine machine;
    rt_machine_read(&machine);
    say(d, FINE, "program", "riptide %s, libriptide %s, Wasmtime %s, %s", RT_VERSION, rt_version(),
        RIPTIDE_WASMTIME_VERSION, machine.compiler);
    say(d, FINE, "machine", "%s, %ld cores, %s, address space %s", machine.cpu, machine.cores,
        machine.kernel, machine.address_space);
}

static void try_schema(struct doctor *d)
{
    rt_error err = { RT_OK, "" };
    rt_text report = { NULL, 0 };
    if (rt_check_component(d->settings, NULL, &report, &err) == RT_OK)
        say(d, FINE, "interface", "the component is what riptide:extractor@0.2.0 asks for");
    else
        say(d, FAULT, "interface", "%s\n%.*s", err.message, (int)report.len,
            report.at ? report.at : "");
    rt_text_free(&report);
}

static rt_engine *try_engine(struct doctor *d)
{
    rt_error err = { RT_OK, "" };
    rt_engine *engine = NULL;
    if (rt_engine_open(d->settings, &engine, &err) != RT_OK) {
        say(d, FAULT, "engine", "%s", err.message);
        return NULL;
    }
    const rt_engine_info *info = rt_engine_get_info(engine);
    say(d, FINE, "engine", "component %s, %zu bytes, ready in %.1f ms, %s", info->component,
        info->component_bytes, (double)info->load_ns / 1e6,
        info->cache_hit ? "from the cache" : "compiled");
    if (*info->warning)
        say(d, WARNING, "engine", "%s", info->warning);
    say(d, info->pooling ? FINE : WARNING, "memory", "%s",
        info->pooling ? "pooled" : "mapped on demand: calls cost some more");
    return engine;
}

/* A second engine must find what the first one kept. */
static void try_cache(struct doctor *d)
{
    if (!is_on(d, "RIPTIDE_WASM_ENABLE_AOT_CACHE")) {
        say(d, WARNING, "cache", "off by RIPTIDE_WASM_ENABLE_AOT_CACHE: every start compiles");
        return;
    }
    rt_error err = { RT_OK, "" };
    rt_engine *engine = NULL;
    if (rt_engine_open(d->settings, &engine, &err) != RT_OK) {
        say(d, FAULT, "cache", "%s", err.message);
        return;
    }
    const rt_engine_info *info = rt_engine_get_info(engine);
    if (info->cache_hit)
        say(d, FINE, "cache", "a second start takes the compiled code in %.2f ms",
            (double)info->load_ns / 1e6);
    else
        say(d, WARNING, "cache", "nothing is kept, every start compiles: %s",
            *info->warning ? info->warning : "no reason given");
    rt_engine_close(engine);
}

static const char trial_page[] =
    "<!DOCTYPE html><html lang=en><title>A trial page</title><main><h1>A trial page</h1>"
    "<p>This page is inside the program.  It is extracted to see whether extraction works here, in "
    "the sandbox and outside of it, and whether both roads give the same bytes.</p></main>";

static bool extract_trial(struct doctor *d, rt_engine *engine, rt_extractor extractor,
                          rt_text *json)
{
    rt_error err = { RT_OK, "" };
    rt_result *result = NULL;
    const rt_str no_id = { NULL, 0 };
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ trial_page, sizeof trial_page - 1 };
    request.url = RT_LIT(RT_CLI_NO_URL);
    request.extractor = extractor;
    rt_status s = rt_extract(engine, &request, &result, &err);
    if (s == RT_OK)
        s = rt_result_json(result, no_id, json, &err);
    rt_result_free(result);
    if (s != RT_OK)
        say(d, FAULT, "trial", "%s: %s",
            extractor == RT_EXTRACTOR_NATIVE ? "native core" : "sandbox", err.message);
    return s == RT_OK;
}

static void try_extraction(struct doctor *d, rt_engine *engine)
{
    rt_text sandbox = { NULL, 0 }, native = { NULL, 0 };
    if (extract_trial(d, engine, RT_EXTRACTOR_COMPONENT, &sandbox) &&
        extract_trial(d, engine, RT_EXTRACTOR_NATIVE, &native)) {
        bool same = sandbox.len == native.len && memcmp(sandbox.at, native.at, native.len) == 0;
        bool right = rt_str_has((rt_str){ sandbox.at, sandbox.len }, RT_LIT("A trial page"));
        if (!right)
            say(d, FAULT, "trial", "the trial page lost its title: %.*s", (int)sandbox.len,
                sandbox.at);
        else if (!same)
            /* another component may well give other content */
            say(d, WARNING, "trial", "extracted, but the native core gives other bytes");
        else
            say(d, FINE, "trial", "extracted; sandbox and native core give the same bytes");
    }
    rt_text_free(&sandbox);
    rt_text_free(&native);
}

static void show_settings(const struct doctor *d)
{
    rt_setting row;
    printf("\nSettings in force:\n");
    for (size_t i = 0; rt_settings_at(d->settings, i, &row); i++)
        printf("  %-44s %-24s %s\n", row.name, *row.value ? row.value : "\"\"", row.source);
}

int rt_cmd_doctor(const struct rt_options *options)
{
    struct doctor d = { NULL, 0 };
    rt_error err = { RT_OK, "" };
    look_at_machine(&d);
    if (rt_cli_settings(options, &d.settings, &err) != RT_OK) {
        say(&d, FAULT, "settings", "%s", err.message);
        return RT_EXIT_SOME_FAILED;
    }
    say(&d, FINE, "settings", "every value is allowed");
    try_schema(&d);
    rt_engine *engine = try_engine(&d);
    if (engine) {
        try_extraction(&d, engine);
        rt_engine_close(engine);
        try_cache(&d);
    }
    show_settings(&d);
    rt_settings_free(d.settings);
    printf("\n%s\n", d.faults ? "RipTide does not work here; the lines marked FAULT say why."
                              : "RipTide works here.");
    return d.faults ? RT_EXIT_SOME_FAILED : RT_EXIT_OK;
}

/* riptide doctor: does RipTide work here?  Every line is something that was tried. */
#include "doctor.h"
#include "machine.h"
#include "serve_plan.h"

#include "base/str.h"
#include "service/auth.h"

#include <stdarg.h>
#include <string.h>

void rt_doctor_say(struct rt_doctor *d, enum rt_finding finding, const char *what, const char *fmt,
                   ...)
{
    static const char *const words[] = { "ok", "warning", "FAULT" };
    va_list ap;
    va_start(ap, fmt);
    printf("%-8s %-10s ", words[finding], what);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    d->faults += finding == RT_FAULT;
}

static void look_at_machine(struct rt_doctor *d)
{
    struct rt_machine machine;
    rt_machine_read(&machine);
    rt_doctor_say(d, RT_FINE, "program", "riptide %s, libriptide %s, Wasmtime %s, %s", RT_VERSION,
                  rt_version(), RIPTIDE_WASMTIME_VERSION, machine.compiler);
    rt_doctor_say(d, RT_FINE, "machine", "%s, %u cores, %s, address space %s", machine.cpu,
                  machine.cores, machine.kernel, machine.address_space);
}

static void try_schema(struct rt_doctor *d)
{
    rt_error err = { RT_OK, "" };
    rt_text report = { NULL, 0 };
    if (rt_check_component(d->settings, NULL, &report, &err) == RT_OK)
        rt_doctor_say(d, RT_FINE, "interface",
                      "the component is what riptide:extractor@0.2.0 asks for");
    else
        rt_doctor_say(d, RT_FAULT, "interface", "%s\n%.*s", err.message, (int)report.len,
                      report.at ? report.at : "");
    rt_text_free(&report);
}

static void show_health(struct rt_doctor *d, rt_engine *engine)
{
    rt_error err = { RT_OK, "" };
    rt_engine_health health;
    const rt_engine_info *info = rt_engine_get_info(engine);
    if (rt_engine_get_health(engine, &health, &err) != RT_OK) {
        rt_doctor_say(d, RT_FAULT, "health", "%s", err.message);
        return;
    }
    rt_doctor_say(d, info->pooling ? RT_FINE : RT_WARNING, "memory",
                  "%s; the process has %.1f MiB, pressure is %s",
                  info->pooling ? "pooled" : "mapped on demand: calls cost some more",
                  (double)health.resident_bytes / (1 << 20), health.pressure);
    rt_doctor_say(d, RT_FINE, "pool", "%u calls at once; instances that are ready: %u",
                  (unsigned)health.pool_limit, (unsigned)health.hot);
    rt_doctor_say(d, RT_FINE, "breaker", "%s; opens at %s faults in %s calls; fallback: %s",
                  health.breaker, rt_cli_setting(d->settings, "RIPTIDE_BREAKER_FAILURES"),
                  rt_cli_setting(d->settings, "RIPTIDE_BREAKER_WINDOW"),
                  rt_cli_setting(d->settings, "RIPTIDE_FALLBACK"));
}

/* A contradiction between settings is found only here. */
static rt_engine *try_engine(struct rt_doctor *d)
{
    rt_error err = { RT_OK, "" };
    rt_engine *engine = NULL;
    rt_status status = rt_engine_open(d->settings, &engine, &err);
    if (status == RT_INVALID_SETTING) {
        rt_doctor_say(d, RT_FAULT, "settings", "%s", err.message);
        return NULL;
    }
    rt_doctor_check_settings(d);
    if (status != RT_OK) {
        rt_doctor_say(d, RT_FAULT, "engine", "%s", err.message);
        return NULL;
    }
    const rt_engine_info *info = rt_engine_get_info(engine);
    rt_doctor_say(d, RT_FINE, "engine", "component %s, %zu bytes, ready in %.1f ms, %s",
                  info->component, info->component_bytes, (double)info->load_ns / 1e6,
                  info->cache_hit ? "from the cache" : "compiled");
    if (*info->warning)
        rt_doctor_say(d, RT_WARNING, "engine", "%s", info->warning);
    show_health(d, engine);
    return engine;
}

/* A second engine must find what the first one kept. */
static void try_cache(struct rt_doctor *d)
{
    if (!rt_cli_setting_is(d->settings, "RIPTIDE_WASM_ENABLE_AOT_CACHE", "true")) {
        rt_doctor_say(d, RT_WARNING, "cache",
                      "off by RIPTIDE_WASM_ENABLE_AOT_CACHE: every start compiles");
        return;
    }
    rt_error err = { RT_OK, "" };
    rt_engine *engine = NULL;
    if (rt_engine_open(d->settings, &engine, &err) != RT_OK) {
        rt_doctor_say(d, RT_FAULT, "cache", "%s", err.message);
        return;
    }
    const rt_engine_info *info = rt_engine_get_info(engine);
    if (info->cache_hit)
        rt_doctor_say(d, RT_FINE, "cache", "a second start takes the compiled code in %.2f ms",
                      (double)info->load_ns / 1e6);
    else
        rt_doctor_say(d, RT_WARNING, "cache", "nothing is kept, every start compiles: %s",
                      *info->warning ? info->warning : "no reason given");
    rt_engine_close(engine);
}

static const char trial_page[] =
    "<!DOCTYPE html><html lang=en><title>A trial page</title><main><h1>A trial page</h1>"
    "<p>This page is inside the program.  It is extracted to see whether extraction works here, in "
    "the sandbox and outside of it, and whether both roads give the same bytes.</p></main>";

static bool extract_trial(struct rt_doctor *d, rt_engine *engine, rt_extractor extractor,
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
        rt_doctor_say(d, RT_FAULT, "trial", "%s: %s",
                      extractor == RT_EXTRACTOR_NATIVE ? "native core" : "sandbox", err.message);
    return s == RT_OK;
}

static void try_extraction(struct rt_doctor *d, rt_engine *engine)
{
    rt_text sandbox = { NULL, 0 }, native = { NULL, 0 };
    if (extract_trial(d, engine, RT_EXTRACTOR_COMPONENT, &sandbox) &&
        extract_trial(d, engine, RT_EXTRACTOR_NATIVE, &native)) {
        bool same = sandbox.len == native.len && memcmp(sandbox.at, native.at, native.len) == 0;
        bool right = rt_str_has((rt_str){ sandbox.at, sandbox.len }, RT_LIT("A trial page"));
        if (!right)
            rt_doctor_say(d, RT_FAULT, "trial", "the trial page lost its title: %.*s",
                          (int)sandbox.len, sandbox.at);
        else if (!same)
            /* another component may well give other content */
            rt_doctor_say(d, RT_WARNING, "trial",
                          "extracted, but the native core gives other bytes");
        else
            rt_doctor_say(d, RT_FINE, "trial",
                          "extracted; sandbox and native core give the same bytes");
    }
    rt_text_free(&sandbox);
    rt_text_free(&native);
}

/* What `riptide serve` would refuse before it listens. */
static void try_service(struct rt_doctor *d)
{
    rt_error err = { RT_OK, "" };
    struct rt_auth *auth = NULL;
    struct rt_serve_plan plan = { .options = d->options, .settings = d->settings };
    rt_status s = rt_serve_plan_make(&plan, &err);
    if (s == RT_OK)
        s = rt_auth_open(&auth, plan.service.api_keys, plan.service.api_keys_file, &err);
    if (s == RT_OK)
        rt_doctor_say(d, RT_FINE, "service", "riptide serve would listen on %s; %s",
                      plan.service.listen,
                      rt_auth_has_keys(auth) ? "an API key is needed" : "no API key is needed");
    else
        rt_doctor_say(d, RT_FAULT, "service", "%s", err.message);
    rt_auth_close(auth);
}

int rt_cmd_doctor(const struct rt_options *options)
{
    struct rt_doctor d = { options, NULL, 0 };
    rt_error err = { RT_OK, "" };
    look_at_machine(&d);
    if (rt_cli_settings(options, &d.settings, &err) != RT_OK) {
        rt_doctor_say(&d, RT_FAULT, "settings", "%s", err.message);
        return RT_EXIT_SOME_FAILED;
    }
    rt_engine *engine = try_engine(&d);
    try_schema(&d);
    if (engine) {
        try_extraction(&d, engine);
        rt_engine_close(engine);
        try_cache(&d);
    }
    try_service(&d);
    rt_doctor_show_settings(&d);
    rt_settings_free(d.settings);
    printf("\n%s\n", d.faults ? "RipTide does not work here; the lines marked FAULT say why."
                              : "RipTide works here.");
    return d.faults ? RT_EXIT_SOME_FAILED : RT_EXIT_OK;
}

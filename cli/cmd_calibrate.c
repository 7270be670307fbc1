/* riptide calibrate: what pages take of the instruction budget, and which budget fits them. */
#include "calibrate.h"

#include "input.h"
#include "source.h"

#include "base/error.h"
#include "base/str.h"

#include <inttypes.h>
#include <string.h>

/* Without --selector: what a user of custom mode may ask for. */
static const rt_str default_selectors[] = {
    { "main", 4 }, { "article p", 9 }, { "h1, h2, h3", 10 }, { "a[href]", 7 }
};

/* No page ends at a limit; nothing stands in for the component. */
static const struct {
    const char *name, *value;
} wide_open[] = {
    { "RIPTIDE_WASM_FUEL_LIMIT", "1000000000000000" },
    { "RIPTIDE_WASM_FUEL_PER_KB", "1000000000000" },
    { "RIPTIDE_WASM_TIMEOUT_SECS", "600" },
    { "RIPTIDE_WASM_SOFT_TIMEOUT_MS", "600000" },
    { "RIPTIDE_WASM_MEMORY_LIMIT_MB", "1024" },
    { "RIPTIDE_WASM_MAX_MEMORY_PAGES", "16384" },
    { "RIPTIDE_BREAKER_WINDOW", "1000" },
    { "RIPTIDE_BREAKER_FAILURES", "1000" },
    { "RIPTIDE_FALLBACK", "off" },
};

static bool keep(struct rt_usages *usages, struct rt_usage usage)
{
    if (usages->len == usages->room) {
        size_t room = usages->room ? usages->room * 2 : 64;
        struct rt_usage *at = rt_cli_heap(usages->at, room * sizeof *at);
        if (!at)
            return false;
        usages->at = at;
        usages->room = room;
    }
    usages->at[usages->len++] = usage;
    return true;
}

/* A page that the component has no content for counts in no mode. */
static rt_status measure(struct rt_calibration *c, rt_engine *engine, rt_request *request,
                         rt_error *err)
{
    for (unsigned mode = 0; mode < RT_CALIBRATE_MODES; mode++) {
        rt_result *result = NULL;
        rt_error ignored;
        request->mode = (rt_mode)mode;
        if (rt_extract(engine, request, &result, &ignored) != RT_OK)
            continue;
        const struct rt_usage usage = { request->html.len, rt_result_stats(result)->fuel_used };
        rt_result_free(result);
        if (!keep(&c->of[mode], usage))
            return rt_fail(err, RT_NO_MEMORY, "no memory for the figures");
    }
    return RT_OK;
}

static rt_status one_page(struct rt_calibration *c, rt_engine *engine, const struct rt_entry *entry,
                          size_t max_size, struct rt_input *input, rt_error *err)
{
    rt_error page_error = { RT_OK, "" };
    rt_text html = { NULL, 0 };
    const rt_str no_charset = { NULL, 0 };
    rt_status s = rt_input_read(input, entry->path, max_size, &page_error);
    if (s == RT_OK)
        s = rt_decode((rt_str){ input->at ? input->at : "", input->len }, no_charset, &html,
                      &page_error);
    if (s != RT_OK) {
        c->unread++;
        fprintf(stderr, "riptide calibrate: %.*s: %s\n", RT_SHOW(entry->id), page_error.message);
        return RT_OK;
    }
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ html.at, html.len };
    request.url = entry->url;
    request.selectors = (rt_str_list){ c->selectors, c->selector_count };
    c->pages++;
    c->bytes += html.len;
    s = measure(c, engine, &request, err);
    rt_text_free(&html);
    return s;
}

static rt_status all_pages(struct rt_calibration *c, rt_engine *engine, size_t max_size,
                           rt_error *err)
{
    struct rt_source source = { .fd = -1 };
    struct rt_entry entry = { 0 };
    struct rt_input input = { 0 };
    bool got = false;
    rt_status s = rt_source_open(&source, c->options, err);
    while (s == RT_OK && (s = rt_source_next(&source, &entry, &got, err)) == RT_OK && got) {
        s = one_page(c, engine, &entry, max_size, &input, err);
        rt_entry_free(&entry);
    }
    rt_input_free(&input);
    rt_source_close(&source);
    size_t measured = 0;
    for (size_t i = 0; i < RT_CALIBRATE_MODES; i++)
        measured += c->of[i].len;
    if (s == RT_OK && measured == 0)
        s = rt_fail(err, RT_INVALID_INPUT, "none of %" PRIu64 " pages has content to measure",
                    c->pages + c->unread);
    return s;
}

static rt_status open_wide(rt_settings *settings, rt_engine **out, rt_error *err)
{
    rt_status s = RT_OK;
    for (size_t i = 0; s == RT_OK && i < sizeof wide_open / sizeof *wide_open; i++)
        s = rt_settings_set(settings, wide_open[i].name, wide_open[i].value, err);
    return s == RT_OK ? rt_engine_open(settings, out, err) : s;
}

static rt_status calibrate(struct rt_calibration *c, rt_error *err)
{
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    rt_status s = rt_cli_settings(c->options, &settings, err);
    if (s == RT_OK) {
        size_t max_size = rt_cli_setting_number(settings, "RIPTIDE_MAX_HTML_SIZE", 10000000);
        c->fuel_limit = rt_cli_setting_number(settings, "RIPTIDE_WASM_FUEL_LIMIT", 0);
        c->fuel_per_kb = rt_cli_setting_number(settings, "RIPTIDE_WASM_FUEL_PER_KB", 0);
        s = open_wide(settings, &engine, err);
        if (s == RT_OK) {
            c->component = rt_engine_get_info(engine)->component;
            s = all_pages(c, engine, max_size, err);
        }
        if (s == RT_OK)
            rt_calibration_markdown(c, stdout);
    }
    rt_engine_close(engine);
    rt_settings_free(settings);
    return s;
}

int rt_cmd_calibrate(const struct rt_options *options)
{
    struct rt_calibration c = { .options = options,
                                .selectors = default_selectors,
                                .selector_count =
                                    sizeof default_selectors / sizeof *default_selectors };
    rt_error err = { RT_OK, "" };
    rt_status s = RT_OK;
    rt_str *given = NULL;
    if (options->selectors.len) {
        given = rt_cli_heap(NULL, options->selectors.len * sizeof *given);
        if (!given)
            s = rt_fail(&err, RT_NO_MEMORY, "no memory for the selectors");
        for (size_t i = 0; given && i < options->selectors.len; i++)
            given[i] = rt_str_from_c(options->selectors.at[i]);
        c.selectors = given;
        c.selector_count = options->selectors.len;
    }
    if (s == RT_OK)
        s = calibrate(&c, &err);
    for (size_t i = 0; i < RT_CALIBRATE_MODES; i++)
        rt_cli_heap(c.of[i].at, 0);
    rt_cli_heap(given, 0);
    if (s != RT_OK)
        return rt_cli_fail(options, &err);
    return c.unread ? RT_EXIT_SOME_FAILED : RT_EXIT_OK;
}

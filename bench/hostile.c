/* Times the pages of tests/hostile at full size, natively and in the sandbox, and prints a Markdown
 * table.  A page that the sandbox refuses is shown with the reason. */
#include "hostile/hostile_pages.h"

#include <riptide/riptide.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

struct timing {
    double ms;
    const char *outcome;
};

static struct timing run(rt_engine *engine, const char *html, size_t len, rt_extractor extractor)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ html, len };
    request.url = (rt_str){ "https://example.org/", 20 };
    request.extractor = extractor;
    rt_result *result = NULL;
    double before = now_ms();
    rt_status s = rt_extract(engine, &request, &result, NULL);
    double ms = now_ms() - before;
    if (s == RT_OK)
        rt_result_free(result);
    return (struct timing){ ms, rt_status_label(s) };
}

int main(void)
{
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    rt_error err = { RT_OK, "" };
    if (rt_settings_new(&settings, &err) != RT_OK || rt_settings_load_env(settings, &err) != RT_OK ||
        rt_engine_open(settings, &engine, &err) != RT_OK) {
        fprintf(stderr, "hostile: %s\n", err.message);
        rt_settings_free(settings);
        return 1;
    }
    printf("# Hostile pages\n\nMade by `make hostile` with riptide %s. Times in ms, one run each.\n\n"
           "| page | MB | native | per MB | sandbox | per MB | outcome in the sandbox |\n"
           "| --- | --: | --: | --: | --: | --: | --- |\n", rt_version());
    for (size_t i = 0; i < hostile_page_count; i++) {
        size_t len;
        char *html = hostile_page_make(&hostile_pages[i], hostile_pages[i].bytes, &len);
        if (!html)
            continue;
        double mb = (double)len / 1e6;
        struct timing native = run(engine, html, len, RT_EXTRACTOR_NATIVE);
        struct timing sandbox = run(engine, html, len, RT_EXTRACTOR_COMPONENT);
        printf("| %s | %.1f | %.0f | %.0f | %.0f | %.0f | %s |\n", hostile_pages[i].name, mb,
               native.ms, native.ms / mb, sandbox.ms, sandbox.ms / mb, sandbox.outcome);
        fflush(stdout);
        free(html);
    }
    rt_engine_close(engine);
    rt_settings_free(settings);
    return 0;
}

/* riptide-outage COMPONENT: a component that begins to trap and later stops, seen by its observers.
 * COMPONENT is tests/guests/faulty.wasm: the real one, which fails on demand.  Calls come every 20
 * ms; those from the second on to the fourth second trap.  Prints a Markdown report: each
 * transition of the breaker, who served calls in between, and the metrics at the end.  Ends with 1
 * where the breaker does not open within 10 calls, the fallback does not serve, or it does not
 * recover. */
#include "pages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SENTENCE                                                                                   \
    "The river rose in the night, and by the morning the lower meadows lay under water. "
#define PAGE                                                                                       \
    "<title>Water</title><article><h1>Water</h1><p>" SENTENCE SENTENCE "</p><p>" SENTENCE SENTENCE \
    "</p></article>"
static const char good[] = PAGE, bad[] = "<!--fault:trap-->" PAGE;

enum { STEP_MS = 20, FAULTS_FROM_MS = 1000, FAULTS_TO_MS = 3000, END_MS = 16000 };

static uint64_t start;

static void tell(void *ctx, const rt_event *event)
{
    unsigned *seen = ctx;
    if (event->kind < RT_EVENT_BREAKER_OPEN || event->kind > RT_EVENT_BREAKER_CLOSED)
        return;
    seen[event->kind - RT_EVENT_BREAKER_OPEN]++;
    printf("| %.2f s | event `%s` |\n", (double)(bench_now() - start) / 1e9,
           rt_event_label(event->kind));
}

/* Who answered, and how. */
struct counts {
    unsigned component, fallback, failed;
};

static void show(const char *phase, struct counts *counts)
{
    printf("| %.2f s | %s: %u by the component, %u by the fallback, %u faults |\n",
           (double)(bench_now() - start) / 1e9, phase, counts->component, counts->fallback,
           counts->failed);
}

static void call(rt_engine *engine, const char *html, struct counts *counts)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ html, strlen(html) };
    request.url = (rt_str){ "https://example.org/", 20 };
    rt_result *result = NULL;
    if (rt_extract(engine, &request, &result, NULL) != RT_OK)
        counts->failed++;
    else if (rt_result_extractor(result) == RT_EXTRACTOR_NATIVE)
        counts->fallback++;
    else
        counts->component++;
    rt_result_free(result);
}

static void show_metrics(rt_engine *engine)
{
    rt_text text;
    if (rt_engine_metrics(engine, RT_METRICS_TEXT, &text, NULL) != RT_OK)
        return;
    printf("\n```\n");
    for (const char *line = text.at; *line; line += strcspn(line, "\n") + 1)
        if (strncmp(line, "riptide_wasm_circuit_breaker", 28) == 0 ||
            strncmp(line, "riptide_wasm_recovery_time_seconds_sum", 38) == 0 ||
            strncmp(line, "riptide_wasm_failures_by_reason", 31) == 0 ||
            strncmp(line, "riptide_fallback_calls", 22) == 0)
            printf("%.*s\n", (int)strcspn(line, "\n"), line);
    printf("```\n");
    rt_text_free(&text);
}

int main(int argc, char **argv)
{
    char component[4200];
    unsigned seen[3] = { 0 };
    if (argc != 2) {
        fprintf(stderr, "usage: riptide-outage COMPONENT\n");
        return 2;
    }
    snprintf(component, sizeof component, "RIPTIDE_COMPONENT=%s", argv[1]);
    rt_engine *engine = bench_engine((const char *const[]){ component, NULL });
    rt_observer observer = RT_OBSERVER_INIT;
    observer.tell = tell;
    observer.ctx = seen;
    printf("# An outage\n\nMade by `make outage` with riptide %s: a call each %d ms; those from %d "
           "s to "
           "%d s meet a component that traps.\n\n| at | what |\n| --- | --- |\n",
           rt_version(), STEP_MS, FAULTS_FROM_MS / 1000, FAULTS_TO_MS / 1000);
    if (rt_engine_observe(engine, &observer, NULL) != RT_OK)
        return 1;
    struct counts before = { 0 }, during = { 0 }, after = { 0 };
    start = bench_now();
    for (unsigned ms = 0; ms < END_MS; ms += STEP_MS) {
        bool faulty = ms >= FAULTS_FROM_MS && ms < FAULTS_TO_MS;
        call(engine, faulty ? bad : good, faulty ? &during : ms < FAULTS_TO_MS ? &before : &after);
        if (ms == FAULTS_FROM_MS - STEP_MS)
            show("before", &before);
        if (ms == FAULTS_TO_MS - STEP_MS)
            show("while it traps", &during);
        const struct timespec pause = { 0, STEP_MS * 1000000L };
        nanosleep(&pause, NULL);
    }
    show("afterwards", &after);
    show_metrics(engine);
    rt_engine_close(engine);
    return !(during.failed <= 10 && after.fallback > 0 && after.component > 0 && seen[0] > 0 &&
             seen[1] > 0 && seen[2] > 0);
}

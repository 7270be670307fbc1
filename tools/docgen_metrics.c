/* docgen metrics | events: the pages about what an engine tells while it runs. */
#include "docgen.h"

#include "host/observe/event_table.h"
#include "host/observe/metrics_table.h"

#include <stdio.h>
#include <string.h>

/* What a reader wants to know, in the order of tables/metrics.def: each begins with a metric. */
static const struct section {
    enum rt_metric first;
    const char *title, *text;
} sections[] = {
    { RT_METRIC_EXTRACTIONS, "Extractions",
      "What callers get.  Rate, errors and duration are all in the first one: its `_count` by "
      "`outcome`\n"
      "is the rate of answers and of errors, its buckets give percentiles.  Outcomes are the codes "
      "of\n"
      "[errors.md](errors.md): those of the caller and of the page are no fault of the service, "
      "those of\n"
      "the component and of this machine are.  A request that the check of the input refuses is "
      "not\n"
      "among them: it never became a call." },
    { RT_METRIC_TAKES, "Pool",
      "Whether calls find an instance ready.  Under steady load 50 to 70 % of the takes are hot "
      "and less\n"
      "than 10 % cold.  Waiting that grows while `riptide_pool_active` stands at "
      "`riptide_pool_limit`\n"
      "says that more calls arrive than the processors can serve, or that pages became slower." },
    { RT_METRIC_FUEL, "Instructions and memory of the sandbox",
      "What pages cost.  Refused growth means that a page needed more than the limit and its call "
      "ended as\n"
      "`resource_limit`: a few are hostile or huge pages, many ask for a higher limit.  Pressure "
      "is of the\n"
      "whole process; from `high` on the pool gives idle slots up." },
    { RT_METRIC_BREAKER_STATE, "Circuit breaker and fallback",
      "Whether the component works.  Only faults of the system open the breaker: traps, invalid "
      "output, no\n"
      "instance.  While it is open the fallback serves, and `riptide_wasm_failures_total` says "
      "what broke.\n"
      "Helpers die of single pages; many that die say that somebody sends pages made to hurt." },
    { RT_METRIC_COLD_START_MS, "Start, cache and interface",
      "What happened when the engine opened.  A miss in the cache costs the time of compiling, "
      "once; a miss\n"
      "at each start means that the cache cannot be written or is thrown away." },
    { RT_METRIC_EVENTS, "Events",
      "How often each of [events.md](events.md) happened, whether or not anybody observes them." },
    { RT_METRIC_CPU, "Process",
      "What the operating system says, under the names that all clients of Prometheus use." },
};
enum { SECTIONS = sizeof sections / sizeof *sections };

static void print_labels(const struct rt_metric_row *row)
{
    const char *parting = "";
    if (row->pool) {
        printf("`pool_id`");
        parting = ", ";
    }
    for (unsigned i = 0; i < 2 && row->labels->names[i]; i++, parting = ", ")
        printf("%s`%s`", parting, row->labels->names[i]);
}

static void print_metric(const struct rt_metric_row *row)
{
    static const char *const kinds[] = { "counter", "gauge", "histogram" };
    printf("| `%s` | %s | ", row->name, kinds[row->kind]);
    print_labels(row);
    printf(" | %s |\n", row->help);
}

/* The values of a label, as they come; each once. */
static void print_values(const struct rt_metric_labels *labels, unsigned which)
{
    const char *last = "";
    for (unsigned s = 0; s < labels->series; s++) {
        const char *value = labels->value(s, which);
        if (s > 0 && (strcmp(value, last) == 0 || strcmp(value, labels->value(0, which)) == 0))
            continue;
        printf("%s`%s`", s > 0 ? ", " : "", value);
        last = value;
    }
}

static void print_label_table(void)
{
    const char *seen[32];
    unsigned count = 0;
    printf("\n## Labels\n\n| label | values |\n| --- | --- |\n| `pool_id` | `default` |\n");
    for (enum rt_metric m = 0; m < RT_METRIC_COUNT; m++) {
        const struct rt_metric_labels *labels = rt_metric_rows[m].labels;
        for (unsigned i = 0; i < 2 && labels->names[i]; i++) {
            unsigned at = 0;
            while (at < count && strcmp(seen[at], labels->names[i]) != 0)
                at++;
            if (at < count || count == sizeof seen / sizeof *seen)
                continue;
            seen[count++] = labels->names[i];
            printf("| `%s` | ", labels->names[i]);
            if (strcmp(labels->names[i], "version") == 0)
                printf("of the library");
            else if (strcmp(labels->names[i], "wasmtime") == 0)
                printf("version of Wasmtime");
            else if (strcmp(labels->names[i], "reason") == 0 ||
                     strcmp(labels->names[i], "outcome") == 0)
                printf("the codes of [errors.md](errors.md)");
            else if (strcmp(labels->names[i], "event") == 0)
                printf("the labels of [events.md](events.md)");
            else
                print_values(labels, i);
            printf(" |\n");
        }
    }
}

static void print_service(void)
{
    static const struct {
        const char *name, *kind, *labels, *help;
    } rows[] = {
        { "riptide_http_request_duration_seconds", "histogram", "`route`, `code`",
          "Time from the headers of a request to the end of its answer, by route and status" },
        { "riptide_fetches_total", "counter", "`outcome`",
          "Pages that were asked for, by how it ended" },
#define COUNTER "counter"
#define GAUGE "gauge"
#define RT_SERVICE_METRIC(NAME, kind, name, help) { name, kind, "", help },
#include "service/metrics.def"
#undef RT_SERVICE_METRIC
    };
    printf("\n## The service\n\n"
           "`GET /metrics` of `riptide serve` writes these behind those of its engine.\n\n"
           "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        printf("| `%s` | %s | %s | %s |\n", rows[i].name, rows[i].kind, rows[i].labels,
               rows[i].help);
}

static void print_formats(void)
{
    printf(
        "\n## Formats\n\n"
        "`rt_engine_metrics()` writes Prometheus' text format 0.0.4 or OpenMetrics 1.0.0.  Series\n"
        "that were never touched are left out of those with `reason`, `outcome`, `mode` or "
        "`event`;\n"
        "all others are there from the start.  Times are exact to the nanosecond.\n"
        "\nThe buckets of all histograms, in seconds:");
    for (unsigned i = 0; i < RT_BUCKETS; i++)
        printf("%s %s", i > 0 ? "," : "", rt_bucket_labels[i]);
    printf(".\n\nSome names are kept for those who watch them already, although they break the "
           "rules of\n"
           "Prometheus.  Counters among them have no `_total`: OpenMetrics knows no such counter "
           "and gets\n"
           "them as `unknown`.  Watch their twins instead.\n\n| kept | instead |\n| --- | --- |\n");
    for (enum rt_metric m = 0; m < RT_METRIC_COUNT; m++) {
        const char *twin = strstr(rt_metric_rows[m].help, "(kept name; see ");
        if (twin) {
            twin += strlen("(kept name; see ");
            printf("| `%s` | `%.*s` |\n", rt_metric_rows[m].name, (int)strcspn(twin, ")"), twin);
        }
    }
}

int rt_docgen_metrics(void)
{
    printf("# Metrics\n\n");
    rt_docgen_notice("tables/metrics.def and service/metrics.def");
    printf(
        "What an engine counts and measures, unless `RIPTIDE_WASM_ENABLE_METRICS` is false: see\n"
        "`rt_engine_metrics()`.  [deploy/alerts.yml](../deploy/alerts.yml) has rules for alerts "
        "over\n"
        "them, [deploy/grafana.json](../deploy/grafana.json) is a dashboard.\n");
    for (unsigned s = 0; s < SECTIONS; s++) {
        enum rt_metric end = s + 1 < SECTIONS ? sections[s + 1].first : RT_METRIC_COUNT;
        printf("\n## %s\n\n%s\n\n| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n",
               sections[s].title, sections[s].text);
        for (enum rt_metric m = sections[s].first; m < end; m++)
            print_metric(&rt_metric_rows[m]);
    }
    print_service();
    print_label_table();
    print_formats();
    return 0;
}

int rt_docgen_events(void)
{
    printf("# Events\n\n");
    rt_docgen_notice("tables/events.def");
    printf("What an engine tells its observers (`rt_engine_observe()`), on a thread of its own and "
           "in\n"
           "order.  Calls never wait for an observer: one that is slow loses events, which\n"
           "`riptide_events_lost_total` counts.  The number is that of `rt_event_kind` and never "
           "changes;\n"
           "every event is counted in `riptide_events_total{event}`, observed or not.\n\n"
           "| event | number | when | `value` | `limit` |\n| --- | ---: | --- | --- | --- |\n");
    for (unsigned k = 0; k < RT_EVENTS; k++)
        printf("| `%s` | %u | %s | %s | %s |\n", rt_event_label((rt_event_kind)k), k,
               rt_event_text((rt_event_kind)k), rt_event_value_text((rt_event_kind)k),
               rt_event_limit_text((rt_event_kind)k));
    printf("\n`call`, `slow_call` and `fallback` carry the call's status, mode, extractor, costs\n"
           "(`rt_stats`), size of the page and `traceparent`, too; `slow_call` without status and\n"
           "costs, since the call goes on.  `RT_OBSERVER_INIT` asks for all but `call`: it comes "
           "with\n"
           "every page, and only who asks for it pays for it.\n");
    return 0;
}

/* The text of a scrape is what Prometheus reads, in both of its formats. */
#include "metrics_fixture.h"

#include "host/breaker/breaker.h"
#include "host/component/cache.h"
#include "host/pool/pressure.h"

/* ---- the text -------------------------------------------------------------------------------- */

/* One registry for the lines below: a line is there in the formats that it is said to be in. */
static void fill(struct rt_metrics *m)
{
    rt_metrics_add(m, RT_METRIC_GROW_FAILED, 0, 12);
    rt_metrics_add(m, RT_METRIC_FAILURES, RT_TRAP, 3);
    rt_metrics_add(m, RT_METRIC_FAILURES_KEPT, RT_TRAP, 3);
    rt_metrics_add(m, RT_METRIC_CACHE_HITS_KEPT, 0, 1);
    rt_metrics_add(m, RT_METRIC_CACHE_LOOKUPS, RT_CACHE_MISS, 1);
    rt_metrics_add(m, RT_METRIC_BREAKER_TIME, RT_BREAKER_OPEN, 5250000000);
    rt_metrics_set(m, RT_METRIC_BREAKER_STATE, RT_BREAKER_HALF_OPEN, 1);
    rt_metrics_set(m, RT_METRIC_PRESSURE, RT_PRESSURE_CRITICAL, 1);
    rt_metrics_set(m, RT_METRIC_COLD_START, 0, 12345678);
    rt_metrics_set(m, RT_METRIC_COLD_START_MS, 0, 12345678);
    rt_metrics_set(m, RT_METRIC_START_TIME, 0, 1700000000010000000);
    rt_metrics_set(m, RT_METRIC_SCHEMA_TIME, 0, 3000000000);
    rt_metrics_set(m, RT_METRIC_MEMORY, 0, 131073);
    rt_metrics_set(m, RT_METRIC_PAGES, 0, 131073);
    rt_metrics_set(m, RT_METRIC_PEAK_PAGES, 0, 131072);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, rt_metric_call(RT_MODE_ARTICLE, RT_OK), 10000);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, rt_metric_call(RT_MODE_ARTICLE, RT_OK), 999999999);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, rt_metric_call(RT_MODE_ARTICLE, RT_OK),
                       60000000001);
    rt_metrics_add(m, RT_METRIC_EVENTS, RT_EVENT_SLOW_CALL, UINT64_MAX);
}

enum { TEXT = 1, OPEN = 2, BOTH = TEXT | OPEN };

static const struct {
    int formats;
    const char *line;
} lines[] = {
    { BOTH, "# HELP riptide_wasm_cold_start_seconds Time that the engine took to open" },
    { OPEN, "# UNIT riptide_wasm_cold_start_seconds seconds" },
    { OPEN, "# UNIT riptide_wasm_memory_bytes bytes" },
    /* Counters lose their ending in the names of OpenMetrics' families. */
    { TEXT, "# TYPE riptide_wasm_grow_failed_total counter" },
    { OPEN, "# TYPE riptide_wasm_grow_failed counter" },
    { TEXT,
      "# HELP riptide_wasm_grow_failed_total Calls that ended because more memory was refused" },
    { OPEN, "# HELP riptide_wasm_grow_failed Calls that ended because more memory was refused" },
    { BOTH, "riptide_wasm_grow_failed_total 12" },
    { OPEN, "# UNIT riptide_wasm_circuit_breaker_state_seconds seconds" },
    /* Kept ones have none to lose. */
    { TEXT, "# TYPE riptide_wasm_failures_by_reason counter" },
    { OPEN, "# TYPE riptide_wasm_failures_by_reason unknown" },
    { BOTH, "riptide_wasm_failures_by_reason{pool_id=\"default\",reason=\"trap\"} 3" },
    { BOTH, "riptide_wasm_failures_total{pool_id=\"default\",reason=\"trap\"} 3" },
    { OPEN, "# TYPE riptide_wasm_aot_cache_hits unknown" },
    { BOTH, "riptide_wasm_aot_cache_hits 1" },
    { BOTH, "riptide_wasm_aot_cache_lookups_total{result=\"hit\"} 0" },
    { BOTH, "riptide_wasm_aot_cache_lookups_total{result=\"miss\"} 1" },
    { BOTH,
      "riptide_wasm_circuit_breaker_state_seconds_total{pool_id=\"default\",state=\"open\"} 5.25" },
    { BOTH, "# TYPE riptide_wasm_circuit_breaker_state gauge" },
    { BOTH, "riptide_wasm_circuit_breaker_state{pool_id=\"default\",state=\"closed\"} 0" },
    { BOTH, "riptide_wasm_circuit_breaker_state{pool_id=\"default\",state=\"half_open\"} 1" },
    { BOTH, "riptide_memory_pressure{level=\"critical\"} 1" },
    { BOTH, "riptide_memory_pressure{level=\"low\"} 0" },
    { BOTH, "riptide_pool_slots{pool_id=\"default\",tier=\"hot\"} 0" },
    { BOTH, "riptide_pool_active{pool_id=\"default\"} 0" },
    /* Numbers are exact, however long. */
    { BOTH, "riptide_wasm_cold_start_seconds 0.012345678" },
    { BOTH, "riptide_wasm_cold_start_time_ms 12.345678" },
    { BOTH, "process_start_time_seconds 1700000000.01" },
    { BOTH, "riptide_schema_check_seconds 3" },
    { BOTH, "process_cpu_seconds_total 0" },
    { BOTH, "riptide_events_total{event=\"slow_call\"} 18446744073709551615" },
    { BOTH, "riptide_wasm_memory_bytes 131073" },
    { BOTH, "riptide_wasm_memory_pages 3" },
    { BOTH, "riptide_wasm_peak_memory_pages 2" },
    /* A bound belongs to its bucket. */
    { BOTH,
      "riptide_extract_duration_seconds_bucket{mode=\"article\",outcome=\"ok\",le=\"1e-05\"} 1" },
    { BOTH,
      "riptide_extract_duration_seconds_bucket{mode=\"article\",outcome=\"ok\",le=\"0.5\"} 1" },
    { TEXT, "riptide_extract_duration_seconds_bucket{mode=\"article\",outcome=\"ok\",le=\"1\"} 2" },
    { OPEN,
      "riptide_extract_duration_seconds_bucket{mode=\"article\",outcome=\"ok\",le=\"1.0\"} 2" },
    { TEXT,
      "riptide_extract_duration_seconds_bucket{mode=\"article\",outcome=\"ok\",le=\"60\"} 2" },
    { BOTH,
      "riptide_extract_duration_seconds_bucket{mode=\"article\",outcome=\"ok\",le=\"+Inf\"} 3" },
    { BOTH, "riptide_extract_duration_seconds_sum{mode=\"article\",outcome=\"ok\"} 61.00001" },
    { BOTH, "riptide_extract_duration_seconds_count{mode=\"article\",outcome=\"ok\"} 3" },
    { BOTH, "riptide_pool_wait_duration_seconds_bucket{pool_id=\"default\",le=\"0.001\"} 0" },
    { BOTH, "riptide_pool_take_duration_seconds_count{pool_id=\"default\",tier=\"cold\"} 0" },
    { TEXT, "# TYPE riptide_build_info gauge" },
    { OPEN, "# TYPE riptide_build info" },
    { OPEN, "# EOF" },
};

static bool ends(const char *name, const char *ending)
{
    return rt_str_ends(rt_str_from_c(name), rt_str_from_c(ending));
}

static bool has_line(const char *text, const char *line)
{
    size_t len = strlen(line);
    for (const char *at = text; (at = strstr(at, line)); at += len)
        if ((at == text || at[-1] == '\n') && at[len] == '\n')
            return true;
    return false;
}

static void lines_are_where_they_belong(void **state)
{
    (void)state;
    struct rt_metrics *m = open_metrics();
    fill(m);
    rt_text text = write_metrics(m, RT_METRICS_TEXT),
            open = write_metrics(m, RT_METRICS_OPENMETRICS);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (has_line(text.at, lines[i].line) != ((lines[i].formats & TEXT) != 0))
            fail_msg("text format 0.0.4: %s", lines[i].line);
        if (has_line(open.at, lines[i].line) != ((lines[i].formats & OPEN) != 0))
            fail_msg("OpenMetrics: %s", lines[i].line);
    }
    /* What never happened is not written where there would be much of it. */
    assert_null(strstr(text.at, "reason=\"timeout\""));
    assert_null(strstr(text.at, "mode=\"full\""));
    assert_null(strstr(text.at, "event=\"call\""));
    rt_text_free(&text);
    rt_text_free(&open);
    rt_metrics_close(m);
}

static void the_pool_id_is_escaped(void **state)
{
    (void)state;
    struct rt_metrics *m = rt_metrics_open(&rt_alloc_heap, "a\"b\\c\nd");
    rt_text text = write_metrics(m, RT_METRICS_TEXT);
    assert_true(has_line(text.at, "riptide_pool_active{pool_id=\"a\\\"b\\\\c\\nd\"} 0"));
    rt_text_free(&text);
    rt_metrics_close(m);
}

static void an_unknown_format_is_refused(void **state)
{
    (void)state;
    struct rt_metrics *m = open_metrics();
    rt_text text = { NULL, 0 };
    rt_error err;
    assert_int_equal(rt_metrics_write(m, (rt_metrics_format)7, &rt_alloc_heap, &text, &err),
                     RT_INVALID_ARGUMENT);
    assert_null(text.at);
    rt_metrics_close(m);
}

/* ---- the grammar of every line --------------------------------------------------------------- */

struct reader {
    bool open;                               /* OpenMetrics */
    char family[128], type[16], seen[65536]; /* seen: " family family ... " */
    uint64_t below;                          /* of the histogram that is being read */
};

static void begin_family(struct reader *r, const char *line)
{
    char name[128], key[140];
    assert_int_equal(sscanf(line, "# HELP %127s", name), 1);
    snprintf(key, sizeof key, " %s ", name);
    if (strstr(r->seen, key))
        fail_msg("%s comes twice", name);
    assert_true(strlen(r->seen) + sizeof key < sizeof r->seen);
    memcpy(r->seen + strlen(r->seen), key, strlen(key) + 1);
    memcpy(r->family, name, sizeof name);
    r->type[0] = '\0';
}

/* Past name="value",... of a sample. */
static const char *read_labels(const char *at)
{
    if (*at != '{')
        return at;
    do {
        at++;
        at += strspn(at, "abcdefghijklmnopqrstuvwxyz_");
        assert_int_equal(strncmp(at, "=\"", 2), 0);
        for (at += 2; *at != '"'; at++)
            at += *at == '\\';
        at++;
    } while (*at == ',');
    assert_int_equal(*at, '}');
    return at + 1;
}

static bool suffix_fits(const struct reader *r, const char *suffix)
{
    static const char *const of_histograms[] = { "_bucket", "_sum", "_count" };
    if (strcmp(r->type, "histogram") == 0) {
        for (int i = 0; i < 3; i++)
            if (strcmp(suffix, of_histograms[i]) == 0)
                return true;
        return false;
    }
    return strcmp(suffix, !r->open                          ? ""
                          : strcmp(r->type, "counter") == 0 ? "_total"
                          : strcmp(r->type, "info") == 0    ? "_info"
                                                            : "") == 0;
}

static void check_sample(struct reader *r, const char *line)
{
    char suffix[64] = "";
    size_t name = strspn(line, "abcdefghijklmnopqrstuvwxyz_"), family = strlen(r->family);
    assert_true(*r->type && name >= family && strncmp(line, r->family, family) == 0);
    memcpy(suffix, line + family, name - family);
    if (!suffix_fits(r, suffix))
        fail_msg("%s is no sample of %s (%s)", line, r->family, r->type);
    const char *at = read_labels(line + name);
    assert_int_equal(*at++, ' ');
    char *end;
    double value = strtod(at, &end);
    assert_int_equal(strspn(at, "0123456789.e-"), (size_t)(end - at));
    assert_int_equal(*end, '\0');
    assert_true(strcmp(r->type, "info") == 0 ? value == 1 : value >= 0);
    if (strcmp(suffix, "_bucket") == 0) {
        uint64_t count = strtoull(at, NULL, 10);
        assert_true(strstr(line, "le=\"1e-05\"") || count >= r->below);
        r->below = count;
    } else if (strcmp(suffix, "_count") == 0) {
        assert_int_equal(strtoull(at, NULL, 10), r->below);
    }
}

static void check_line(struct reader *r, const char *line)
{
    char name[128];
    if (strncmp(line, "# HELP ", 7) == 0) {
        begin_family(r, line);
    } else if (strncmp(line, "# TYPE ", 7) == 0) {
        assert_int_equal(sscanf(line, "# TYPE %127s %15s", name, r->type), 2);
        assert_string_equal(name, r->family);
    } else if (strncmp(line, "# UNIT ", 7) == 0) {
        char unit[32];
        assert_true(r->open);
        assert_int_equal(sscanf(line, "# UNIT %127s %31s", name, unit), 2);
        assert_string_equal(name, r->family);
        assert_true(ends(name, unit));
    } else {
        check_sample(r, line);
    }
}

static void every_line_is_well_formed(void **state)
{
    (void)state;
    struct rt_metrics *m = open_metrics();
    touch_every_series(m);
    for (rt_metrics_format f = RT_METRICS_TEXT; f <= RT_METRICS_OPENMETRICS; f++) {
        struct reader r = { .open = f == RT_METRICS_OPENMETRICS };
        rt_text text = write_metrics(m, f);
        char *at = text.at, *end = text.at + text.len - (r.open ? strlen("# EOF\n") : 0);
        assert_string_equal(end, r.open ? "# EOF\n" : "");
        while (at < end) {
            char *line_end = strchr(at, '\n');
            *line_end = '\0';
            check_line(&r, at);
            at = line_end + 1;
        }
        rt_text_free(&text);
    }
    rt_metrics_close(m);
}

/* ---- without memory -------------------------------------------------------------------------- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    struct failing_heap heap;
    struct rt_metrics *m = open_metrics();
    touch_every_series(m);
    long n = 0;
    do {
        rt_text text = { NULL, 0 };
        rt_error err;
        failing_heap_init(&heap, n++);
        rt_status status = rt_metrics_write(m, RT_METRICS_TEXT, &heap.alloc, &text, &err);
        assert_true(status == RT_OK ? text.len > 0 : status == RT_NO_MEMORY && !text.at);
        rt_alloc_resize(&heap.alloc, text.at, 0);
        assert_int_equal(heap.live, 0);
    } while (heap.until_failure < 0);
    assert_true(n > 2);
    rt_metrics_close(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_where_they_belong),  cmocka_unit_test(the_pool_id_is_escaped),
        cmocka_unit_test(an_unknown_format_is_refused), cmocka_unit_test(every_line_is_well_formed),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

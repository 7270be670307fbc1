/* The registry: what is counted is read, by whomever; and properties of every row of the tables. */
#include "metrics_fixture.h"

#include "host/pool/tiers.h"

#include <ctype.h>
#include <pthread.h>

/* ---- the tables ------------------------------------------------------------------------------ */

static bool ends(const char *name, const char *ending)
{
    return rt_str_ends(rt_str_from_c(name), rt_str_from_c(ending));
}

static const struct rt_metric_row *find_row(const char *name, size_t len)
{
    for (size_t i = 0; i < RT_METRIC_COUNT; i++)
        if (strlen(rt_metric_rows[i].name) == len &&
            strncmp(rt_metric_rows[i].name, name, len) == 0)
            return &rt_metric_rows[i];
    return NULL;
}

static void names_say_what_they_are(void **state)
{
    (void)state;
    for (size_t i = 0; i < RT_METRIC_COUNT; i++) {
        const struct rt_metric_row *row = &rt_metric_rows[i];
        print_message("%s\n", row->name);
        assert_true(strncmp(row->name, "riptide_", 8) == 0 ||
                    strncmp(row->name, "process_", 8) == 0);
        assert_int_equal(strspn(row->name, "abcdefghijklmnopqrstuvwxyz_"), strlen(row->name));
        assert_ptr_equal(find_row(row->name, strlen(row->name)), row);
        /* Neither format has to escape them. */
        assert_true(isupper((unsigned char)row->help[0]) || isdigit((unsigned char)row->help[0]));
        assert_null(strpbrk(row->help, "\\\"\n"));
        const char *kept = strstr(row->help, "(kept name; see ");
        if (kept) {
            const char *twin = kept + strlen("(kept name; see ");
            assert_non_null(find_row(twin, strcspn(twin, ")")));
            continue;
        }
        assert_int_equal(ends(row->name, "_total"), row->kind == RT_KIND_COUNTER);
        assert_int_equal(strstr(row->name, "_seconds") != NULL, row->unit == RT_UNIT_SECONDS);
        assert_int_equal(ends(row->name, "_bytes"), row->unit == RT_UNIT_BYTES);
        assert_true(row->kind != RT_KIND_HISTOGRAM || row->unit == RT_UNIT_SECONDS);
    }
}

static void the_promised_names_are_there(void **state)
{
    (void)state;
    static const struct {
        const char *name, *labels[2];
    } promised[] = {
        { "riptide_wasm_memory_pages", { NULL, NULL } },
        { "riptide_wasm_grow_failed_total", { NULL, NULL } },
        { "riptide_wasm_peak_memory_pages", { NULL, NULL } },
        { "riptide_wasm_cold_start_time_ms", { NULL, NULL } },
        { "riptide_wasm_aot_cache_hits", { NULL, NULL } },
        { "riptide_wasm_circuit_breaker_state", { "pool_id", "state" } },
        { "riptide_wasm_failures_by_reason", { "pool_id", "reason" } },
        { "riptide_wasm_recovery_time_seconds", { NULL, NULL } },
        { "riptide_build_info", { "version", "wasmtime" } },
    };
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        const struct rt_metric_row *row = find_row(promised[i].name, strlen(promised[i].name));
        assert_non_null(row);
        unsigned n = 0;
        if (row->pool)
            assert_string_equal(promised[i].labels[n++], "pool_id");
        for (unsigned k = 0; k < 2 && row->labels->names[k]; k++)
            assert_string_equal(promised[i].labels[n++], row->labels->names[k]);
        assert_true(n == 2 || !promised[i].labels[n]);
    }
}

static void every_series_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < RT_METRIC_COUNT; i++) {
        const struct rt_metric_labels *labels = rt_metric_rows[i].labels;
        assert_true(labels->series > 0);
        for (unsigned s = 0; s < labels->series && labels->names[0]; s++) {
            assert_string_not_equal(labels->value(s, 0), "unknown");
            if (s == 0)
                continue;
            assert_true(strcmp(labels->value(s, 0), labels->value(s - 1, 0)) != 0 ||
                        strcmp(labels->value(s, 1), labels->value(s - 1, 1)) != 0);
        }
    }
}

static void the_buckets_are_what_their_labels_say(void **state)
{
    (void)state;
    assert_int_equal(rt_bucket_bounds[0], 10000);
    assert_int_equal(rt_bucket_bounds[RT_BUCKETS - 1], 60000000000);
    for (unsigned i = 0; i < RT_BUCKETS; i++) {
        assert_true(i == 0 || rt_bucket_bounds[i] > rt_bucket_bounds[i - 1]);
        double ns = strtod(rt_bucket_labels[i], NULL) * 1e9;
        assert_true(ns > (double)rt_bucket_bounds[i] - 0.5 &&
                    ns < (double)rt_bucket_bounds[i] + 0.5);
    }
}

/* ---- counting -------------------------------------------------------------------------------- */

static void what_is_counted_is_read(void **state)
{
    (void)state;
    struct rt_metrics *m = open_metrics();
    rt_metrics_add(m, RT_METRIC_TAKES, RT_TIER_WARM, 2);
    rt_metrics_add(m, RT_METRIC_TAKES, RT_TIER_WARM, 3);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_TAKES, RT_TIER_WARM), 5);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_TAKES, RT_TIER_HOT), 0);
    rt_metrics_set(m, RT_METRIC_ACTIVE, 0, 7);
    rt_metrics_set(m, RT_METRIC_ACTIVE, 0, 4);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_ACTIVE, 0), 4);
    rt_metrics_raise(m, RT_METRIC_PEAK_MEMORY, 0, 9);
    rt_metrics_raise(m, RT_METRIC_PEAK_MEMORY, 0, 8);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_PEAK_MEMORY, 0), 9);
    rt_metrics_set(m, RT_METRIC_CPU, 0, 100);
    rt_metrics_set(m, RT_METRIC_CPU, 0, 90); /* a scrape that was overtaken */
    assert_int_equal(rt_metrics_value(m, RT_METRIC_CPU, 0), 100);
    unsigned timeout = rt_metric_call(RT_MODE_FULL, RT_TIMEOUT);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, timeout, 1);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, timeout, UINT64_C(100000000000));
    assert_int_equal(rt_metrics_value(m, RT_METRIC_EXTRACTIONS, timeout), 2);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_BUILD_INFO, 0), 1);
    rt_metrics_close(m);
}

static void what_fits_nowhere_is_counted_nowhere(void **state)
{
    (void)state;
    struct rt_metrics *m = open_metrics();
    rt_text before = write_metrics(m, RT_METRICS_TEXT);
    rt_metrics_add(m, RT_METRIC_TAKES, RT_TIERS, 1);
    rt_metrics_add(m, RT_METRIC_COUNT, 0, 1);
    rt_metrics_add(m, RT_METRIC_WAIT_TIME, 0, 1);
    rt_metrics_set(m, RT_METRIC_WAIT_TIME, 0, 1);
    rt_metrics_raise(m, RT_METRIC_TAKES, 0, 1);
    rt_metrics_observe(m, RT_METRIC_TAKES, 0, 1);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, rt_metric_call((rt_mode)9, RT_OK), 1);
    rt_metrics_observe(m, RT_METRIC_EXTRACTIONS, rt_metric_call(RT_MODE_FULL, (rt_status)99), 1);
    rt_text after = write_metrics(m, RT_METRICS_TEXT);
    assert_string_equal(before.at, after.at);
    rt_text_free(&before);
    rt_text_free(&after);
    rt_metrics_close(m);
}

static void without_a_registry_nothing_happens(void **state)
{
    (void)state;
    rt_text text = { NULL, 0 };
    rt_error err;
    rt_metrics_add(NULL, RT_METRIC_TAKES, 0, 1);
    rt_metrics_set(NULL, RT_METRIC_ACTIVE, 0, 1);
    rt_metrics_raise(NULL, RT_METRIC_PEAK_MEMORY, 0, 1);
    rt_metrics_observe(NULL, RT_METRIC_WAIT_TIME, 0, 1);
    rt_metrics_process(NULL);
    assert_int_equal(rt_metrics_value(NULL, RT_METRIC_TAKES, 0), 0);
    assert_int_equal(rt_metrics_write(NULL, RT_METRICS_TEXT, &rt_alloc_heap, &text, &err),
                     RT_INVALID_ARGUMENT);
    assert_contains(err.message, "RIPTIDE_WASM_ENABLE_METRICS");
    assert_null(text.at);
    rt_metrics_close(NULL);
}

enum { THREADS = 20, ROUNDS = 2000 };

static void *count(void *metrics)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        rt_metrics_add(metrics, RT_METRIC_EXHAUSTED, 0, 1);
        rt_metrics_observe(metrics, RT_METRIC_WAIT_TIME, 0, 1000000);
        rt_metrics_raise(metrics, RT_METRIC_PEAK_MEMORY, 0, i);
        rt_metrics_set(metrics, RT_METRIC_ACTIVE, 0, i);
    }
    return NULL;
}

static void threads_do_not_lose_counts(void **state)
{
    (void)state;
    struct rt_metrics *m = open_metrics();
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, m), 0);
    rt_text text = write_metrics(m, RT_METRICS_TEXT);
    rt_text_free(&text);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_EXHAUSTED, 0), THREADS * ROUNDS);
    assert_int_equal(rt_metrics_value(m, RT_METRIC_PEAK_MEMORY, 0), ROUNDS - 1);
    struct rt_histogram waits;
    rt_metrics_read(m, RT_METRIC_WAIT_TIME, 0, &waits);
    assert_int_equal(waits.sum_ns, UINT64_C(1000000) * THREADS * ROUNDS);
    for (unsigned i = 0; i <= RT_BUCKETS; i++)
        assert_int_equal(waits.counts[i],
                         i < RT_BUCKETS && rt_bucket_bounds[i] == 1000000 ? THREADS * ROUNDS : 0);
    rt_metrics_close(m);
}

static void the_process_is_measured(void **state)
{
    (void)state;
    static const enum rt_metric of_process[] = { RT_METRIC_CPU,     RT_METRIC_RSS,
                                                 RT_METRIC_VIRTUAL, RT_METRIC_FDS,
                                                 RT_METRIC_MAX_FDS, RT_METRIC_START_TIME };
    struct rt_metrics *m = open_metrics();
    rt_metrics_process(m);
    for (size_t i = 0; i < sizeof of_process / sizeof *of_process; i++)
        assert_true(rt_metrics_value(m, of_process[i], 0) > 0);
    rt_metrics_close(m);
}

static void without_memory_there_is_no_registry(void **state)
{
    (void)state;
    struct failing_heap heap;
    failing_heap_init(&heap, 0);
    assert_null(rt_metrics_open(&heap.alloc, "default"));
    assert_int_equal(heap.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_say_what_they_are),
        cmocka_unit_test(the_promised_names_are_there),
        cmocka_unit_test(every_series_has_a_name_of_its_own),
        cmocka_unit_test(the_buckets_are_what_their_labels_say),
        cmocka_unit_test(what_is_counted_is_read),
        cmocka_unit_test(what_fits_nowhere_is_counted_nowhere),
        cmocka_unit_test(without_a_registry_nothing_happens),
        cmocka_unit_test(threads_do_not_lose_counts),
        cmocka_unit_test(the_process_is_measured),
        cmocka_unit_test(without_memory_there_is_no_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* When spans are sent, which, and what happens where nobody takes them. */
#include "spans.h"

/* ---- when they are sent ------------------------------------------------------------------------
 */

static void nothing_is_opened_without_an_endpoint(void **state)
{
    (void)state;
    struct environment environment = ENVIRONMENT(NULL);
    assert_null(open_at(&environment));
    rt_otlp_stop(NULL);
    rt_otlp_close(NULL);
}

/* A full batch goes at once, without waiting for the delay; the rest goes at the end. */
static void a_full_batch_goes_at_once(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    struct environment environment =
        ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_BSP_SCHEDULE_DELAY",
                    "600000", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "20");
    struct rt_otlp *otlp = open_at(&environment);
    rt_event event = full_call();
    tell(otlp, &event, 4); /* 24 spans: three calls fit */
    assert_true(collector_wait(&collector, 1));
    tell(otlp, &event, 1);
    rt_otlp_stop(otlp);
    assert_int_equal(collector.n, 2);
    yyjson_doc *first = read_json(collector.requests[0].body);
    yyjson_doc *second = read_json(collector.requests[1].body);
    assert_int_equal(yyjson_arr_size(spans_of(first)), 18);
    assert_int_equal(yyjson_arr_size(spans_of(second)), 12);
    assert_string_not_equal(text_of(yyjson_arr_get(spans_of(first), 0), "traceId"),
                            text_of(yyjson_arr_get(spans_of(first), 6), "traceId"));
    yyjson_doc_free(first);
    yyjson_doc_free(second);
    assert_int_equal(rt_otlp_get_counts(otlp).sent, 30);
    assert_int_equal(rt_otlp_get_counts(otlp).lost, 0);
    rt_otlp_close(otlp);
    collector_stop(&collector);
}

static void what_waits_goes_after_the_delay(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    struct environment environment =
        ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_BSP_SCHEDULE_DELAY", "1");
    struct rt_otlp *otlp = open_at(&environment);
    rt_event event = full_call();
    tell(otlp, &event, 1);
    assert_true(collector_wait(&collector, 1));
    rt_otlp_close(otlp);
    collector_stop(&collector);
}

static void samplers_choose(void **state)
{
    (void)state;
    static const struct {
        const char *sampler, *ratio;
        unsigned least, most; /* of 400 calls that begin a trace */
        bool told, quiet;     /* calls whose parent is sampled, or not */
    } cases[] = {
        { "parentbased_always_on", NULL, 400, 400, true, false },
        { "always_on", NULL, 400, 400, true, true },
        { "always_off", NULL, 0, 0, false, false },
        { "parentbased_always_off", NULL, 0, 0, true, false },
        { "traceidratio", "0.5", 100, 300, false, false }, /* of TRACE: the ratio says no */
        { "parentbased_traceidratio", "0", 0, 0, true, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collector collector;
        collector_start(&collector, COLLECTOR_TAKES);
        struct environment environment = ENVIRONMENT(
            "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_TRACES_SAMPLER", cases[i].sampler,
            cases[i].ratio ? "OTEL_TRACES_SAMPLER_ARG" : NULL, cases[i].ratio);
        struct rt_otlp *otlp = open_at(&environment);
        rt_event event = { .kind = RT_EVENT_CALL, .time_ns = END };
        tell(otlp, &event, 400);
        snprintf(event.traceparent, sizeof event.traceparent, "00-" TRACE "-" PARENT "-01");
        unsigned told = cases[i].told ? 3 : 0, quiet = cases[i].quiet ? 5 : 0;
        tell(otlp, &event, 3);
        snprintf(event.traceparent, sizeof event.traceparent, "00-" TRACE "-" PARENT "-00");
        tell(otlp, &event, 5);
        rt_otlp_stop(otlp);
        uint64_t sent = rt_otlp_get_counts(otlp).sent;
        print_message("%s: %u\n", cases[i].sampler, (unsigned)sent);
        assert_in_range(sent, cases[i].least + told + quiet, cases[i].most + told + quiet);
        assert_int_equal(collector.n > 0, sent > 0);
        rt_otlp_close(otlp);
        collector_stop(&collector);
    }
}

/* ---- where nobody takes them -------------------------------------------------------------------
 */

static void a_bad_collector_costs_the_spans_and_a_warning(void **state)
{
    (void)state;
    static const struct {
        enum collector_manner manner;
        const char *timeout_ms;
        uint64_t sent, lost;
        const char *warning;
    } cases[] = {
        { COLLECTOR_REFUSES, "10000", 0, 18, "it answers 503" },
        { COLLECTOR_TAKES_PARTLY, "10000", 12, 6, "it refuses some" },
        { COLLECTOR_HANGS, "1", 0, 18, "it does not answer in time" },
        { COLLECTOR_FLOODS, "50", 0, 18, "it does not answer in time" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct collector collector;
        collector_start(&collector, cases[i].manner);
        struct environment environment =
            ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_EXPORTER_OTLP_TIMEOUT",
                        cases[i].timeout_ms, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "6");
        struct rt_otlp *otlp = open_at(&environment);
        rt_event event = full_call();
        tell(otlp, &event, 3);
        rt_otlp_stop(otlp);
        print_message("%s\n", environment.warning);
        assert_true(rt_otlp_get_counts(otlp).sent == cases[i].sent);
        assert_true(rt_otlp_get_counts(otlp).lost == cases[i].lost);
        assert_int_equal(environment.warnings, 1);
        assert_non_null(strstr(environment.warning, cases[i].warning));
        rt_otlp_close(otlp);
        collector_stop(&collector);
    }
}

static void so_does_one_that_is_not_there(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    collector_stop(&collector); /* its port is free now */
    struct environment environment = ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
    struct rt_otlp *otlp = open_at(&environment);
    rt_event event = full_call();
    tell(otlp, &event, 100);
    rt_otlp_stop(otlp);
    assert_int_equal(rt_otlp_get_counts(otlp).lost, 600);
    assert_int_equal(environment.warnings, 1);
    rt_otlp_close(otlp);
}

/* With ten minutes for an answer, the end does not wait for it; what else waited is lost, too. */
static void the_end_does_not_wait_for_an_answer(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_HANGS);
    struct environment environment = ENVIRONMENT(
        "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_EXPORTER_OTLP_TIMEOUT", "600000",
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "6", "OTEL_BSP_MAX_QUEUE_SIZE", "30");
    struct rt_otlp *otlp = open_at(&environment);
    rt_event event = full_call();
    tell(otlp, &event, 1);
    assert_true(collector_wait(&collector, 1));
    tell(otlp, &event, 7); /* two of them find no room */
    assert_int_equal(rt_otlp_get_counts(otlp).lost, 12);
    rt_otlp_stop(otlp);
    tell(otlp, &event, 1);
    assert_int_equal(rt_otlp_get_counts(otlp).sent, 0);
    assert_int_equal(rt_otlp_get_counts(otlp).lost, 54);
    assert_int_equal(environment.warnings, 1);
    rt_otlp_close(otlp);
    collector_stop(&collector);
}

static void lists_with_mistakes_are_left_alone(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    struct environment environment =
        ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_EXPORTER_OTLP_HEADERS",
                    "good=1,secret%0d%0aX-Evil: 1", "OTEL_RESOURCE_ATTRIBUTES", "a=b,c",
                    "OTEL_SERVICE_NAME", "not\xFFtext");
    struct rt_otlp *otlp = open_at(&environment);
    assert_int_equal(environment.warnings, 1);
    assert_non_null(strstr(environment.warning, "OTEL_RESOURCE_ATTRIBUTES"));
    rt_event event = full_call();
    tell(otlp, &event, 1);
    rt_otlp_stop(otlp);
    assert_int_equal(environment.warnings, 2);
    assert_non_null(strstr(environment.warning, "OTEL_EXPORTER_OTLP_HEADERS"));
    assert_null(strstr(environment.warning, "secret"));
    assert_int_equal(collector.n, 1);
    assert_null(strstr(collector.requests[0].head, "good"));
    yyjson_doc *doc = read_json(collector.requests[0].body);
    yyjson_val *resource = at(doc, "/resourceSpans/0/resource/attributes");
    assert_string_equal(attribute(resource, "service.name"), "text:riptide");
    assert_string_equal(attribute(resource, "a"), "");
    yyjson_doc_free(doc);
    rt_otlp_close(otlp);
    collector_stop(&collector);
}

/* ---- no memory ---------------------------------------------------------------------------------
 */

struct failing {
    unsigned left; /* calls that still succeed */
    long blocks;
};

static void *failing_resize(void *ctx, void *p, size_t size)
{
    struct failing *f = ctx;
    if (size > 0 && f->left == 0)
        return NULL;
    if (size > 0)
        f->left--;
    f->blocks += (size > 0 && !p) - (size == 0 && p);
    return rt_alloc_resize(&rt_alloc_heap, p, size);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    struct environment environment =
        ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_EXPORTER_OTLP_HEADERS",
                    "a=b", "OTEL_RESOURCE_ATTRIBUTES", "c=d");
    struct rt_net_caller caller = caller_of(&environment);
    rt_event event = full_call();
    bool delivered = false;
    for (unsigned n = 0; n < 200 && !delivered; n++) {
        struct failing failing = { n, 0 };
        const struct rt_alloc alloc = { failing_resize, &failing, false, NULL };
        struct rt_otlp *otlp = NULL;
        rt_error err;
        rt_status s = rt_otlp_open(&caller, &alloc, &otlp, &err);
        if (s == RT_OK) {
            tell(otlp, &event, 1);
            rt_otlp_stop(otlp);
            struct rt_otlp_counts counts = rt_otlp_get_counts(otlp);
            assert_true(counts.sent + counts.lost == 6);
            delivered = counts.sent == 6;
        } else {
            assert_int_equal(s, RT_NO_MEMORY);
            assert_null(otlp);
        }
        rt_otlp_close(otlp);
        assert_int_equal(failing.blocks, 0);
    }
    assert_true(delivered);
    collector_stop(&collector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_opened_without_an_endpoint),
        cmocka_unit_test(a_full_batch_goes_at_once),
        cmocka_unit_test(what_waits_goes_after_the_delay),
        cmocka_unit_test(samplers_choose),
        cmocka_unit_test(a_bad_collector_costs_the_spans_and_a_warning),
        cmocka_unit_test(so_does_one_that_is_not_there),
        cmocka_unit_test(the_end_does_not_wait_for_an_answer),
        cmocka_unit_test(lists_with_mistakes_are_left_alone),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

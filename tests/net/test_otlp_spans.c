/* What spans say: ids, parents, times, attributes; of calls made up and of an engine's own. */
#include "spans.h"

static void assert_attributes(yyjson_val *span)
{
    static const struct {
        const char *key, *value;
    } wanted[] = {
        { "riptide.mode", "text:full" },           { "riptide.outcome", "text:ok" },
        { "riptide.extractor", "text:component" }, { "riptide.html_bytes", "int:4321" },
        { "riptide.memory_peak", "int:9437184" },  { "riptide.fuel_used", "int:123456789012345" },
        { "riptide.tier", "text:warm" },           { "error.type", "" },
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(attribute(yyjson_obj_get(span, "attributes"), wanted[i].key),
                            wanted[i].value);
}

/* Children lie in the parent, in order, without overlap, and are as long as the call says. */
static void assert_times(yyjson_val *spans)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } wanted[] = {
        { "queue", 1000 }, { "instantiate", 400 }, { "lower", 30 }, { "call", 7000 }, { "lift", 20 }
    };
    yyjson_val *whole = yyjson_arr_get(spans, 0);
    uint64_t before = number_of(whole, "startTimeUnixNano");
    assert_true(number_of(whole, "endTimeUnixNano") == END);
    assert_true(END - before == 10000);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        yyjson_val *span = yyjson_arr_get(spans, i + 1);
        uint64_t start = number_of(span, "startTimeUnixNano");
        uint64_t end = number_of(span, "endTimeUnixNano");
        assert_string_equal(text_of(span, "name"), wanted[i].name);
        assert_true(start >= before && end <= END);
        assert_true(end - start == wanted[i].ns);
        before = end;
    }
}

static void a_call_becomes_spans(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    struct environment environment =
        ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url, "OTEL_EXPORTER_OTLP_HEADERS",
                    "x-key=a%20b, Authorization=Bearer%20t", "OTEL_SERVICE_NAME", "shore",
                    "OTEL_RESOURCE_ATTRIBUTES", "service.name=other,host.name=h%C3%A4fen");
    struct rt_otlp *otlp = open_at(&environment);
    rt_event event = full_call();
    tell(otlp, &event, 1);
    rt_otlp_stop(otlp);
    assert_int_equal(collector.n, 1);
    assert_non_null(strstr(collector.requests[0].head, "POST /v1/traces HTTP/1.1\r\n"));
    assert_non_null(strcasestr(collector.requests[0].head, "\r\nContent-Type: application/json"));
    assert_non_null(strstr(collector.requests[0].head, "\r\nx-key: a b"));
    assert_non_null(strstr(collector.requests[0].head, "\r\nAuthorization: Bearer t"));

    yyjson_doc *doc = read_json(collector.requests[0].body);
    yyjson_val *resource = at(doc, "/resourceSpans/0/resource/attributes");
    assert_string_equal(attribute(resource, "service.name"), "text:shore");
    assert_string_equal(attribute(resource, "service.version"), "text:" RT_VERSION);
    assert_string_equal(attribute(resource, "host.name"), "text:h\xC3\xA4"
                                                          "fen");
    assert_string_equal(text_of(at(doc, "/resourceSpans/0/scopeSpans/0/scope"), "name"), "riptide");
    yyjson_val *spans = spans_of(doc);
    assert_int_equal(yyjson_arr_size(spans), 6);
    yyjson_val *whole = yyjson_arr_get(spans, 0);
    assert_string_equal(text_of(whole, "name"), "extract");
    assert_id(text_of(whole, "traceId"), 32);
    assert_null(yyjson_obj_get(whole, "parentSpanId"));
    assert_null(yyjson_obj_get(whole, "status"));
    assert_attributes(whole);
    assert_times(spans);
    for (size_t i = 0; i < 6; i++) {
        yyjson_val *span = yyjson_arr_get(spans, i);
        assert_id(text_of(span, "spanId"), 16);
        assert_string_equal(text_of(span, "traceId"), text_of(whole, "traceId"));
        assert_int_equal(yyjson_get_int(yyjson_obj_get(span, "kind")), 1);
        if (i > 0)
            assert_string_equal(text_of(span, "parentSpanId"), text_of(whole, "spanId"));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(text_of(span, "spanId"),
                                    text_of(yyjson_arr_get(spans, k), "spanId"));
    }
    yyjson_doc_free(doc);
    assert_int_equal(rt_otlp_get_counts(otlp).sent, 6);
    assert_int_equal(environment.warnings, 0);
    rt_otlp_close(otlp);
    collector_stop(&collector);
}

static yyjson_doc *json_of(const struct rt_otlp_call *call)
{
    static const uint8_t ids[6][8] = { { 1 }, { 2 }, { 3 }, { 4 }, { 5 }, { 6 } };
    rt_text resource = { (char[]){ "[]" }, 2 }, out = { NULL, 0 };
    rt_error err;
    assert_int_equal(rt_otlp_json(call, 1, resource, ids, &rt_alloc_heap, &out, &err), RT_OK);
    yyjson_doc *doc = yyjson_read(out.at, out.len, 0);
    assert_non_null(doc);
    rt_alloc_resize(&rt_alloc_heap, out.at, 0);
    return doc;
}

static void a_traceparent_is_the_parent(void **state)
{
    (void)state;
    struct rt_otlp_call call = { .event = full_call() };
    assert_true(rt_trace_context_parse(&call.context, "00-" TRACE "-" PARENT "-01"));
    yyjson_doc *doc = json_of(&call);
    yyjson_val *spans = spans_of(doc), *span;
    size_t i, n;
    yyjson_arr_foreach(spans, i, n, span)
    {
        assert_string_equal(text_of(span, "traceId"), TRACE);
        assert_string_equal(text_of(span, "parentSpanId"), i == 0 ? PARENT : "0100000000000000");
        assert_int_equal(yyjson_get_int(yyjson_obj_get(span, "flags")), i == 0 ? 0x301 : 0x101);
    }
    yyjson_doc_free(doc);
}

/* A call that came nowhere, one that waited in vain, one whose instance was ready, one that
 * trapped, one that the fallback served. */
static void spans_go_as_far_as_the_call_came(void **state)
{
    (void)state;
    struct rt_otlp_call refused = {
        .event = { .kind = RT_EVENT_CALL, .time_ns = END, .status = RT_TOO_LARGE }
    };
    yyjson_doc *doc = json_of(&refused);
    yyjson_val *span = yyjson_arr_get(spans_of(doc), 0);
    assert_int_equal(yyjson_arr_size(spans_of(doc)), 1);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(yyjson_obj_get(span, "status"), "code")), 2);
    assert_string_equal(text_of(yyjson_obj_get(span, "status"), "message"),
                        rt_status_text(RT_TOO_LARGE));
    yyjson_val *list = yyjson_obj_get(span, "attributes");
    assert_string_equal(attribute(list, "riptide.outcome"), "text:too_large");
    assert_string_equal(attribute(list, "error.type"), "text:too_large");
    assert_string_equal(attribute(list, "riptide.tier"), "");
    yyjson_doc_free(doc);

    struct rt_otlp_call calls[4] = { { .event = full_call() }, { .event = full_call() } };
    static const struct {
        const char *last, *tier;
        size_t spans;
    } wanted[] = {
        { "lift", "text:hot", 6 }, { "call", "text:warm", 5 }, { "queue", "", 2 }, { "call", "", 2 }
    };
    calls[0].event.stats.instantiate_ns = calls[0].event.stats.tier = 0;
    calls[1].event.status = RT_TRAP;
    calls[1].event.stats.lift_ns = 0;
    calls[2].event = (rt_event){ .time_ns = END, .status = RT_POOL_EXHAUSTED };
    calls[2].event.stats.wait_ns = 1000;
    calls[3].event = (rt_event){ .time_ns = END, .extractor = RT_EXTRACTOR_NATIVE };
    calls[3].event.stats.call_ns = 1000;
    for (size_t i = 0; i < 4; i++) {
        doc = json_of(&calls[i]);
        yyjson_val *spans = spans_of(doc);
        list = yyjson_obj_get(yyjson_arr_get_first(spans), "attributes");
        assert_int_equal(yyjson_arr_size(spans), wanted[i].spans);
        assert_string_equal(text_of(yyjson_arr_get_last(spans), "name"), wanted[i].last);
        assert_string_equal(attribute(list, "riptide.tier"), wanted[i].tier);
        assert_string_equal(attribute(list, "riptide.extractor"),
                            i == 3 ? "text:native" : "text:component");
        yyjson_doc_free(doc);
    }
}

static void answers_of_collectors_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        uint64_t n;
    } cases[] = {
        { "", 0 },
        { "{}", 0 },
        { "no JSON", 0 },
        { "{\"partialSuccess\":{}}", 0 },
        { "{\"partialSuccess\":{\"rejectedSpans\":\"17\",\"errorMessage\":\"x\"}}", 17 },
        { "{\"partialSuccess\":{\"rejectedSpans\":3}}", 3 },
        { "[[[[[[[[[[[[", 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[100];
        snprintf(body, sizeof body, "%s", cases[i].body);
        assert_true(rt_otlp_rejected(body, strlen(body)) == cases[i].n);
    }
}

static void extract_one(rt_engine *engine, const char *html)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ html, strlen(html) };
    request.url = (rt_str){ "https://example.org/", 20 };
    request.traceparent = (rt_str){ "00-" TRACE "-" PARENT "-01", 55 };
    rt_result *result = NULL;
    rt_extract(engine, &request, &result, NULL);
    rt_result_free(result);
}

static void an_engine_tells_of_its_calls(void **state)
{
    (void)state;
    struct collector collector;
    collector_start(&collector, COLLECTOR_TAKES);
    struct environment environment = ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url);
    struct rt_otlp *otlp = open_at(&environment);
    rt_observer observer = rt_otlp_observer(otlp);
    rt_settings *settings;
    rt_engine *engine;
    rt_error err;
    assert_int_equal(rt_settings_new(&settings, &err), RT_OK);
    assert_int_equal(rt_settings_set(settings, "RIPTIDE_WASM_CACHE_DIR", RT_TEST_CACHE_DIR, &err),
                     RT_OK);
    assert_int_equal(rt_engine_open(settings, &engine, &err), RT_OK);
    rt_settings_free(settings);
    assert_int_equal(rt_engine_observe(engine, &observer, &err), RT_OK);
    extract_one(engine, "<title>Tide</title><p>The river rose in the night, and by the morning "
                        "the lower meadows lay under water.");
    extract_one(engine, "<p hidden>nothing to see");
    rt_engine_close(engine);
    rt_otlp_stop(otlp);

    assert_int_equal(collector.n, 1);
    yyjson_doc *doc = read_json(collector.requests[0].body);
    yyjson_val *spans = spans_of(doc);
    assert_int_equal(yyjson_arr_size(spans), 12);
    for (size_t i = 0; i < 12; i++) {
        yyjson_val *span = yyjson_arr_get(spans, i), *whole = yyjson_arr_get(spans, i < 6 ? 0 : 6);
        assert_string_equal(text_of(span, "traceId"), TRACE);
        assert_true(number_of(span, "startTimeUnixNano") >= number_of(whole, "startTimeUnixNano"));
        assert_true(number_of(span, "endTimeUnixNano") <= number_of(whole, "endTimeUnixNano"));
        assert_true(number_of(span, "endTimeUnixNano") >= number_of(span, "startTimeUnixNano"));
    }
    yyjson_val *good = yyjson_obj_get(yyjson_arr_get(spans, 0), "attributes");
    yyjson_val *empty = yyjson_obj_get(yyjson_arr_get(spans, 6), "attributes");
    assert_string_equal(attribute(good, "riptide.outcome"), "text:ok");
    assert_string_equal(attribute(empty, "riptide.outcome"), "text:extractor_error");
    yyjson_doc_free(doc);
    rt_otlp_close(otlp);
    collector_stop(&collector);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_becomes_spans),
        cmocka_unit_test(a_traceparent_is_the_parent),
        cmocka_unit_test(spans_go_as_far_as_the_call_came),
        cmocka_unit_test(answers_of_collectors_are_read),
        cmocka_unit_test(an_engine_tells_of_its_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

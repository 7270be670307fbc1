/* Results as JSON, dates in the future, reasons from evidence. */
#include "fixture.h"

#include "host/component/failure.h"
#include "host/content/result.h"

static struct rt_result *sample(void)
{
    static const rt_str links[] = { { "https://a.example/", 18 } };
    struct rt_result *result = rt_result_new(&rt_alloc_heap);
    result->content = (rt_content){
        .url = RT_LIT("https://example.org/"),
        .title = RT_LIT("A \"title\"\n"),
        .markdown = RT_LIT("m"),
        .text = RT_LIT(""),
        .links = { links, 1 },
        .reading_time = { true, 3 },
        .quality_score = { true, 0 },
    };
    return result;
}

static void all_fields_stand_in_order(void **state)
{
    (void)state;
    struct rt_result *result = sample();
    rt_text text;
    rt_error err;
    assert_ok(rt_result_json(result, RT_LIT("7"), &text, &err), err);
    assert_string_equal(
        text.at,
        "{\"id\":\"7\",\"url\":\"https://example.org/\",\"title\":\"A "
        "\\\"title\\\"\\n\",\"byline\":null,"
        "\"published_iso\":null,\"markdown\":\"m\",\"text\":\"\",\"links\":[\"https://a.example/"
        "\"],"
        "\"media\":[],\"language\":null,\"reading_time\":3,\"quality_score\":0,\"word_count\":null,"
        "\"categories\":[],\"site_name\":null,\"description\":null}");
    assert_int_equal(text.len, strlen(text.at));
    rt_text_free(&text);
    rt_text_free(&text);
    assert_ok(rt_result_json(result, (rt_str){ NULL, 0 }, &text, &err), err);
    assert_int_equal(strncmp(text.at, "{\"url\":", 7), 0);
    rt_text_free(&text);
    rt_result_free(result);
}

static void details_of_links_are_there_when_asked_for(void **state)
{
    (void)state;
    static const rt_link links[] = {
        { .url = { "https://a.example/", 18 },
          .text = { "\"A\"", 3 },
          .hreflang = { "de", 2 },
          .nofollow = true,
          .sponsored = true },
        { .url = { "https://b.example/", 18 }, .text = { "", 0 }, .ugc = true },
    };
    struct rt_result *result = sample();
    rt_text text;
    rt_error err;
    size_t count = 7;
    assert_null(rt_result_links(result, &count));
    assert_int_equal(count, 0);
    assert_null(rt_result_links(NULL, &count));
    assert_null(rt_result_links(result, NULL));
    result->links = (struct rt_link_list){ links, 2 };
    assert_ptr_equal(rt_result_links(result, &count), links);
    assert_int_equal(count, 2);
    assert_ok(rt_result_json(result, RT_LIT("7"), &text, &err), err);
    assert_non_null(strstr(
        text.at, "\"description\":null,\"link_details\":["
                 "{\"url\":\"https://a.example/\",\"text\":\"\\\"A\\\"\",\"nofollow\":true,"
                 "\"ugc\":false,\"sponsored\":true,\"hreflang\":\"de\"},"
                 "{\"url\":\"https://b.example/\",\"text\":\"\",\"nofollow\":false,\"ugc\":true,"
                 "\"sponsored\":false,\"hreflang\":null}]}"));
    rt_text_free(&text);
    rt_result_free(result);
}

static const struct {
    rt_extractor extractor;
    bool asks;
    size_t count;
    const char *json; /* what it ends with */
} asked[] = {
    { RT_EXTRACTOR_NATIVE, true, 1,
      "\"link_details\":[{\"url\":\"https://example.org/b\",\"text\":\"a link\",\"nofollow\":false,"
      "\"ugc\":true,\"sponsored\":false,\"hreflang\":\"fr\"}]}" },
    { RT_EXTRACTOR_NATIVE, false, 0, "\"description\":null}" },
    { RT_EXTRACTOR_COMPONENT, true, 0, "\"description\":null}" },
};

static void only_the_native_core_tells_details_of_links(void **state)
{
    (void)state;
    rt_engine *engine;
    rt_error err;
    assert_ok(rt_engine_open(NULL, &engine, &err), err);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        rt_request request = RT_REQUEST_INIT;
        request.html = RT_LIT("<p>Some text and <a href=/b rel=UGC hreflang=fr> a\n link</a></p>");
        request.url = RT_LIT("https://example.org/");
        request.mode = RT_MODE_FULL;
        request.extractor = asked[i].extractor;
        request.link_details = asked[i].asks;
        rt_result *result;
        rt_text text;
        size_t count = 7;
        assert_ok(rt_extract(engine, &request, &result, &err), err);
        const rt_link *links = rt_result_links(result, &count);
        assert_int_equal(count, asked[i].count);
        assert_int_equal(links != NULL, count > 0);
        assert_int_equal(rt_result_content(result)->links.len, 1);
        assert_ok(rt_result_json(result, (rt_str){ NULL, 0 }, &text, &err), err);
        if (!rt_str_ends((rt_str){ text.at, text.len }, rt_str_from_c(asked[i].json)))
            fail_msg("%zu: %s", i, text.at);
        rt_text_free(&text);
        rt_result_free(result);
    }
    rt_engine_close(engine);
}

static void errors_have_the_same_form(void **state)
{
    (void)state;
    rt_text text;
    rt_error err, given = { RT_TOO_LARGE, "too much" };
    assert_ok(rt_error_json(&given, RT_LIT("x\xFFy\xE2\x82"), (rt_str){ NULL, 0 }, &text, &err),
              err);
    assert_string_equal(text.at, "{\"id\":\"x\xEF\xBF\xBDy\xEF\xBF\xBD\xEF\xBF\xBD\",\"url\":null,"
                                 "\"error\":{\"code\":\"too_large\",\"message\":\"too much\"}}");
    rt_text_free(&text);
}

static void failing_memory_is_an_answer(void **state)
{
    (void)state;
    static const rt_link link = { .url = { "u", 1 }, .text = { "t", 1 } };
    struct rt_result *result = sample();
    result->links = (struct rt_link_list){ &link, 1 };
    bool done = false;
    for (long n = 0; !done; n++) {
        struct failing_heap heap;
        rt_text text;
        rt_error err;
        failing_heap_init(&heap, n);
        done = rt_result_write(result, RT_LIT("\xFF"), &heap.alloc, &text, &err) == RT_OK;
        if (done)
            rt_alloc_resize(&heap.alloc, text.at, 0);
        else
            assert_int_equal(err.status, RT_NO_MEMORY);
        assert_int_equal(heap.live, 0);
    }
    rt_result_free(result);
    rt_result_free(NULL);
}

static const struct {
    const char *date;
    bool kept;
} dates[] = {
    { "2024-02-29", true },           { "2024-02-29T23:59:59+14:00", true },
    { "2024-03-01T00:00:00Z", true }, /* it is tomorrow somewhere */
    { "2024-03-02", false },          { "2024-12-31", false },
    { "2025-01-01", false },          { "9999-12-31T23:59:59Z", false },
    { "1969-12-31", true },           { "2024", true }, /* no date that we can tell */
};

static void future_dates_are_dropped(void **state)
{
    (void)state;
    const time_t now = 1709208000; /* 2024-02-29 12:00 UTC */
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        rt_content content = { .published_iso = rt_str_from_c(dates[i].date) };
        rt_result_drop_future(&content, now);
        if ((content.published_iso.at != NULL) != dates[i].kept)
            fail_msg("%s", dates[i].date);
    }
}

static const struct {
    struct rt_evidence evidence;
    rt_status reason;
} reasons[] = {
    { { .fuel_left = 0, .in_guest = true }, RT_OUT_OF_FUEL },
    { { .fuel_left = 0, .stopped = RT_TIMEOUT, .in_guest = true }, RT_OUT_OF_FUEL },
    { { .fuel_left = 1, .stopped = RT_TIMEOUT, .in_guest = true }, RT_TIMEOUT },
    { { .fuel_left = 1, .stopped = RT_CANCELLED, .in_guest = true }, RT_CANCELLED },
    { { .fuel_left = 1, .in_guest = true }, RT_TRAP },
    { { .fuel_left = 1, .in_guest = false }, RT_INVALID_OUTPUT },
};

static void reasons_come_from_evidence(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        assert_int_equal(rt_failure_reason(&reasons[i].evidence), reasons[i].reason);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_fields_stand_in_order),
        cmocka_unit_test(errors_have_the_same_form),
        cmocka_unit_test(failing_memory_is_an_answer),
        cmocka_unit_test(future_dates_are_dropped),
        cmocka_unit_test(reasons_come_from_evidence),
        cmocka_unit_test(details_of_links_are_there_when_asked_for),
        cmocka_unit_test(only_the_native_core_tells_details_of_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

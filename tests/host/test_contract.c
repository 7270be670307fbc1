/* What the public header promises beyond content: bad arguments, requests of other versions, pages
 * that do not fit, threads with little stack. */
#include "fixture.h"

#include <pthread.h>

#define SENTENCE                                                                                   \
    "The river rose in the night, and by the morning the lower meadows lay under water. "
static const char page[] = "<title>Hello</title><article><h1>Hello</h1><p>" SENTENCE SENTENCE
                           "</p><p>" SENTENCE SENTENCE "</p></article>";

static rt_request request_for(rt_str html)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = html;
    request.url = RT_LIT("https://example.org/page");
    return request;
}

static void nothing_crashes_on_null(void **state)
{
    (void)state;
    rt_error err;
    rt_setting row;
    rt_settings *settings;
    const rt_str none = { NULL, 0 };
    assert_int_equal(rt_settings_new(NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_settings_load_env(NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_settings_set(NULL, "RIPTIDE_COMPONENT", "x", &err), RT_INVALID_ARGUMENT);
    assert_false(rt_settings_at(NULL, 0, &row));
    assert_ok(rt_settings_check(NULL, &err), err);
    rt_settings_free(NULL);
    assert_ok(rt_settings_new(&settings, NULL), err);
    assert_int_equal(rt_settings_set(settings, NULL, "x", NULL), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_settings_set(settings, "RIPTIDE_COMPONENT", NULL, &err),
                     RT_INVALID_ARGUMENT);
    assert_false(rt_settings_at(settings, 0, NULL));
    rt_settings_free(settings);
    assert_int_equal(rt_engine_open(NULL, NULL, &err), RT_INVALID_ARGUMENT);
    rt_engine_close(NULL);
    assert_null(rt_engine_get_info(NULL));
    assert_int_equal(rt_engine_query(NULL, NULL, NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_check_component(NULL, NULL, NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_check_request(NULL, NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_mode_parse(RT_LIT("full"), NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_extract(NULL, NULL, NULL, &err), RT_INVALID_ARGUMENT);
    assert_null(rt_result_content(NULL));
    assert_null(rt_result_stats(NULL));
    rt_result_free(NULL);
    rt_text_free(NULL);
    assert_int_equal(rt_result_json(NULL, none, NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_error_json(NULL, none, none, NULL, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_decode(none, none, NULL, &err), RT_INVALID_ARGUMENT);
    rt_text text;
    assert_int_equal(rt_decode((rt_str){ NULL, 3 }, none, &text, &err), RT_INVALID_ARGUMENT);
    assert_ok(rt_decode(none, none, &text, &err), err);
    assert_int_equal(text.len, 0);
    rt_text_free(&text);
}

static void requests_are_checked(void **state)
{
    (void)state;
    const rt_request good = request_for(rt_str_from_c(page));
    const rt_str gone = { NULL, 5 };
    rt_request cases[8];
    for (size_t i = 0; i < 8; i++)
        cases[i] = good;
    cases[0].size = 0;
    cases[1].size = offsetof(rt_request, mode) - 1;
    cases[2].size = SIZE_MAX;
    cases[3].html = gone;
    cases[4].url = gone;
    cases[5].selectors = (rt_str_list){ NULL, 1 };
    cases[6].selectors = (rt_str_list){ &gone, 1 };
    cases[7].extractor = (rt_extractor)9;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=1");
    rt_result *result = NULL;
    rt_error err;
    for (size_t i = 0; i < 8; i++)
        if (rt_extract(engine, &cases[i], &result, &err) != RT_INVALID_ARGUMENT)
            fail_msg("case %zu: %s", i, err.message);
    rt_request odd = good;
    odd.mode = (rt_mode)9;
    assert_int_equal(rt_extract(engine, &odd, &result, &err), RT_UNSUPPORTED_MODE);
    assert_string_equal(err.message, "Unsupported extraction mode: '9'");
    assert_null(result);
    rt_engine_close(engine);
}

/* A caller who was built with a longer struct. */
static void a_newer_request_is_understood(void **state)
{
    (void)state;
    struct {
        rt_request known;
        size_t option;
    } newer = { request_for(rt_str_from_c(page)), 0 };
    newer.known.size = sizeof newer;
    newer.known.extractor = RT_EXTRACTOR_NATIVE;
    rt_result *result;
    rt_error err;
    assert_ok(rt_extract(NULL, &newer.known, &result, &err), err);
    rt_result_free(result);
    newer.option = 1;
    assert_int_equal(rt_extract(NULL, &newer.known, &result, &err), RT_INVALID_ARGUMENT);
    assert_contains(err.message, "options that version " RT_VERSION);
}

static void the_native_core_needs_no_engine(void **state)
{
    (void)state;
    rt_request request = request_for(rt_str_from_c(page));
    rt_result *result;
    rt_error err;
    assert_int_equal(rt_extract(NULL, &request, &result, &err), RT_INVALID_ARGUMENT);
    request.extractor = RT_EXTRACTOR_NATIVE;
    assert_ok(rt_extract(NULL, &request, &result, &err), err);
    assert_true(rt_result_stats(result)->memory_peak > 0);
    assert_int_equal(rt_result_stats(result)->fuel_used, 0);
    rt_result_free(result);
    request.url = RT_LIT("ftp://example.org/");
    assert_int_equal(rt_extract(NULL, &request, &result, &err), RT_INVALID_INPUT);
}

/* From far too large to well within: at no size may the arguments alone trap the component. */
static void a_page_that_does_not_fit_is_a_limit(void **state)
{
    (void)state;
    enum { MOST = 9000000, STEP = 500000 };
    static const char *const variants[] = { "RIPTIDE_WASM_ENABLE_SIMD=true",
                                            "RIPTIDE_WASM_ENABLE_SIMD=false" };
    char *html = malloc(MOST);
    assert_non_null(html);
    memset(html, 'a', MOST);
    memcpy(html, "<p>", 3);
    for (size_t i = 0; i < 2; i++) {
        rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_MEMORY_PAGES=128", variants[i]);
        for (size_t size = MOST; size >= MOST / 2; size -= STEP) {
            const rt_request request = request_for((rt_str){ html, size });
            rt_result *result;
            rt_error err;
            rt_status status = rt_extract(engine, &request, &result, &err);
            if (status != RT_RESOURCE_LIMIT)
                fail_msg("%zu bytes: %s: %s", size, rt_status_label(status), err.message);
            if (size == MOST)
                assert_string_equal(
                    err.message, "the page needs more than the extractor may use: 9000024 bytes "
                                 "of 8 MiB of memory, of which the component itself takes 4 MiB");
        }
        rt_engine_close(engine);
    }
    free(html);
}

static void selectors_count_as_memory(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static char selector[4096];
    memset(selector, 'p', sizeof selector);
    rt_str *selectors = calloc(COUNT, sizeof *selectors);
    assert_non_null(selectors);
    for (size_t i = 0; i < COUNT; i++)
        selectors[i] = (rt_str){ selector, sizeof selector };
    rt_engine *engine =
        ENGINE("RIPTIDE_WASM_MAX_MEMORY_PAGES=128", "RIPTIDE_ENABLE_INPUT_VALIDATION=false");
    rt_request request = request_for(rt_str_from_c(page));
    request.mode = RT_MODE_CUSTOM;
    request.selectors = (rt_str_list){ selectors, COUNT };
    rt_result *result;
    rt_error err;
    assert_int_equal(rt_extract(engine, &request, &result, &err), RT_RESOURCE_LIMIT);
    rt_engine_close(engine);
    free(selectors);
}

/* Everything from a thread with little stack; NULL where all went well. */
static void *work(void *deep)
{
    static const char *const compile[] = { "RIPTIDE_WASM_ENABLE_AOT_CACHE=false", NULL };
    rt_engine *engine;
    rt_result *result;
    rt_error err;
    if (try_open(deep ? deep : compile, &engine, &err) != RT_OK)
        return "rt_engine_open";
    rt_status status = extract(engine, page, &result, &err);
    if (status == RT_OK)
        rt_result_free(result);
    rt_engine_close(engine);
    if (deep)
        return status == RT_TRAP ? NULL : "a component that recurses";
    if (status != RT_OK)
        return "rt_extract";
    rt_request request = request_for(rt_str_from_c(page));
    request.extractor = RT_EXTRACTOR_NATIVE;
    if (rt_extract(NULL, &request, &result, &err) != RT_OK)
        return "rt_extract, native";
    rt_result_free(result);
    rt_text report;
    if (rt_check_component(NULL, NULL, &report, &err) != RT_OK)
        return "rt_check_component";
    rt_text_free(&report);
    return NULL;
}

static void little_stack_is_enough(void **state)
{
    (void)state;
    static const char *deep[] = { "RIPTIDE_COMPONENT=" RT_TEST_GUESTS_DIR "/deep.wasm", NULL };
    void *const cases[] = { NULL, deep };
    for (size_t i = 0; i < 2; i++) {
        pthread_attr_t attr;
        pthread_t thread;
        void *failed;
        assert_int_equal(pthread_attr_init(&attr), 0);
        assert_int_equal(pthread_attr_setstacksize(&attr, 256 << 10), 0);
        assert_int_equal(pthread_create(&thread, &attr, work, cases[i]), 0);
        pthread_attr_destroy(&attr);
        assert_int_equal(pthread_join(thread, &failed), 0);
        if (failed)
            fail_msg("%s failed", (const char *)failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* First: cmocka sets signal handlers for each test, and Wasmtime its own only once. */
        cmocka_unit_test(little_stack_is_enough),
        cmocka_unit_test(nothing_crashes_on_null),
        cmocka_unit_test(requests_are_checked),
        cmocka_unit_test(a_newer_request_is_understood),
        cmocka_unit_test(the_native_core_needs_no_engine),
        cmocka_unit_test(a_page_that_does_not_fit_is_a_limit),
        cmocka_unit_test(selectors_count_as_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

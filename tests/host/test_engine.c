/* The public engine: limits, warnings, threads, the cache as a user meets it. */
#include "fixture.h"

#include <glob.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* Enough for any choice of content. */
#define SENTENCE                                                                                   \
    "The river rose in the night, and by the morning the lower meadows lay under water. "
static const char page[] =
    "<html lang=en><title>Hello</title><body><article><h1>Hello</h1>"
    "<p>" SENTENCE SENTENCE "</p><p>" SENTENCE SENTENCE "</p></article></body></html>";

static void a_page_goes_through(void **state)
{
    (void)state;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_ENABLE_AOT_CACHE=false");
    const rt_engine_info *info = rt_engine_get_info(engine);
    assert_string_equal(info->component, "embedded");
    assert_string_equal(info->warning, "");
    assert_false(info->cache_hit);
    rt_result *result;
    rt_error err;
    rt_text json;
    assert_ok(extract(engine, page, &result, &err), err);
    assert_true(rt_result_stats(result)->fuel_used > 0);
    assert_true(rt_result_stats(result)->memory_peak > 0);
    assert_ok(rt_result_json(result, RT_LIT("a1"), &json, &err), err);
    assert_int_equal(
        strncmp(json.at, "{\"id\":\"a1\",\"url\":\"https://example.org/page\",\"title\":", 52), 0);
    assert_null(strchr(json.at, '\n'));
    rt_text_free(&json);
    rt_result_free(result);
    rt_engine_close(engine);
}

static void bad_arguments_are_answers(void **state)
{
    (void)state;
    rt_error err;
    rt_result *result;
    rt_text text;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=1");
    rt_request unsized = { 0 };
    assert_int_equal(rt_extract(NULL, &unsized, &result, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_extract(engine, &unsized, &result, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_extract(engine, NULL, &result, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_engine_query(engine, "extract", &text, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(extract(engine, "", &result, &err), RT_INVALID_INPUT);
    rt_engine_close(engine);
    rt_engine_close(NULL);
    assert_int_equal(
        try_open((const char *const[]){ "RIPTIDE_COMPONENT=/nowhere/x.wasm", NULL }, &engine, &err),
        RT_IO_ERROR);
    assert_string_equal(err.message, "/nowhere/x.wasm cannot be read: No such file or directory");
    assert_int_equal(
        try_open((const char *const[]){ "RIPTIDE_COMPONENT=/dev/null", NULL }, &engine, &err),
        RT_INVALID_COMPONENT);
}

/* A request of a caller who was built with an older, shorter struct. */
static void an_older_request_is_understood(void **state)
{
    (void)state;
    rt_error err;
    rt_result *result;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=1");
    rt_request request = RT_REQUEST_INIT;
    request.html = rt_str_from_c(page);
    request.url = RT_LIT("https://example.org/");
    request.extractor = (rt_extractor)77;
    request.size = offsetof(rt_request, extractor);
    assert_ok(rt_extract(engine, &request, &result, &err), err);
    rt_result_free(result);
    rt_engine_close(engine);
}

static void queries_answer_in_json(void **state)
{
    (void)state;
    rt_error err;
    rt_text text;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=1");
    assert_ok(rt_engine_query(engine, "get-modes", &text, &err), err);
    assert_string_equal(text.at, "[\"article\",\"full\",\"metadata\",\"custom\"]");
    rt_text_free(&text);
    assert_ok(rt_engine_query(engine, "health-check", &text, &err), err);
    assert_contains(text.at, "\"trek_version\":");
    rt_text_free(&text);
    assert_ok(rt_engine_query(engine, "get-info", &text, &err), err);
    assert_contains(text.at, "\"supported_modes\":[");
    rt_text_free(&text);
    assert_ok(rt_engine_query(engine, "reset-state", &text, &err), err);
    rt_text_free(&text);
    rt_engine_close(engine);
}

static void damage(const char *pattern)
{
    glob_t found;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        FILE *file = fopen(found.gl_pathv[i], "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, 5000, SEEK_SET), 0);
        assert_int_not_equal(fputc('x', file), EOF);
        assert_int_equal(fclose(file), 0);
    }
    globfree(&found);
}

/* One cache for starts one after the other: compile once, then hit; damage is a miss and mended. */
static void compiled_code_is_kept(void **state)
{
    (void)state;
    char folder[64], setting[128], pattern[128];
    make_folder(folder);
    snprintf(setting, sizeof setting, "RIPTIDE_WASM_CACHE_DIR=%s/c", folder);
    const char *const settings[] = { setting, NULL };
    for (int i = 0; i < 4; i++) {
        rt_engine *engine = open_engine(settings);
        const rt_engine_info *info = rt_engine_get_info(engine);
        assert_int_equal(info->cache_hit, i == 1 || i == 3);
        if (i == 2)
            assert_contains(info->warning, "is not used: its content is damaged");
        else
            assert_string_equal(info->warning, "");
        rt_engine_close(engine);
        if (i == 1) {
            snprintf(pattern, sizeof pattern, "%s/c/*.cwasm", folder);
            damage(pattern);
        }
    }
    remove_folder(folder);
}

static void *extract_often(void *engine)
{
    for (int i = 0; i < 50; i++) {
        rt_result *result;
        rt_error err;
        if (extract(engine, page, &result, &err) != RT_OK)
            return engine;
        rt_result_free(result);
    }
    return NULL;
}

static void threads_share_an_engine(void **state)
{
    (void)state;
    enum { THREADS = 8 };
    pthread_t threads[THREADS];
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=3");
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, extract_often, engine), 0);
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    rt_engine_close(engine);
}

static void the_component_without_vectors_runs(void **state)
{
    (void)state;
    rt_error err;
    rt_result *result;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=256", "RIPTIDE_WASM_ENABLE_SIMD=false");
    assert_string_equal(rt_engine_get_info(engine)->component, "embedded-nosimd");
    assert_ok(extract(engine, page, &result, &err), err);
    rt_result_free(result);
    rt_engine_close(engine);
}

/* 0: works without a pool, and says so. */
static int in_little_address_space(void)
{
    const struct rlimit limit = { (rlim_t)3 << 30, (rlim_t)3 << 30 };
    rt_engine *engine;
    rt_result *result;
    rt_error err;
    alarm(60);
    if (setrlimit(RLIMIT_AS, &limit) != 0)
        return 1;
    if (try_open(NULL, &engine, &err) != RT_OK)
        return 2;
    if (rt_engine_get_info(engine)->pooling)
        return 3;
    if (!strstr(rt_engine_get_info(engine)->warning, "no address space for a pool"))
        return 4;
    if (extract(engine, page, &result, &err) != RT_OK)
        return 5;
    rt_result_free(result);
    rt_engine_close(engine);
    return 0;
}

static void little_address_space_only_warns(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* sanitizers need more address space themselves */
#endif
    pid_t child = fork();
    if (child == 0)
        _exit(in_little_address_space());
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_goes_through),
        cmocka_unit_test(bad_arguments_are_answers),
        cmocka_unit_test(an_older_request_is_understood),
        cmocka_unit_test(queries_answer_in_json),
        cmocka_unit_test(compiled_code_is_kept),
        cmocka_unit_test(threads_share_an_engine),
        cmocka_unit_test(the_component_without_vectors_runs),
        cmocka_unit_test(little_address_space_only_warns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* One page, many roads, the same bytes: native core and sandbox, first call and hundredth, one
 * thread and eight, compiled anew and from the cache, with SIMD and without.  No expected files:
 * what is compared is the JSON of every page in tests/pages, in every mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <riptide/riptide.h>

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGES_MAX = 256, MODES = RT_MODE_CUSTOM + 1, CALLS = 100, THREADS = 8 };

static struct page {
    char name[128];
    rt_text html;
    rt_text json[MODES]; /* of the first call in the sandbox */
} pages[PAGES_MAX];
static size_t page_count;
static rt_engine *engine;
static char cache_dir[] = P_tmpdir "/riptide-parity-XXXXXX";

static const rt_str selectors[] = { { "p", 1 }, { "h1, h2", 6 }, { "table", 5 } };

static rt_text extract(rt_engine *on, const struct page *page, rt_mode mode, rt_extractor extractor)
{
    rt_error err = { RT_OK, "" };
    rt_result *result = NULL;
    rt_text json = { NULL, 0 };
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ page->html.at, page->html.len };
    request.url = (rt_str){ "https://parity.example/a/page", 29 };
    request.mode = mode;
    request.extractor = extractor;
    if (mode == RT_MODE_CUSTOM)
        request.selectors = (rt_str_list){ selectors, 3 };
    rt_status s = rt_extract(on, &request, &result, &err);
    if (s == RT_OK)
        s = rt_result_json(result, (rt_str){ page->name, strlen(page->name) }, &json, &err);
    rt_result_free(result);
    if (s != RT_OK) { /* a page that fails must fail alike everywhere */
        rt_str none = { NULL, 0 };
        rt_error again = err;
        rt_error_json(&again, (rt_str){ page->name, strlen(page->name) }, none, &json, NULL);
    }
    return json;
}

/* The number of pages and modes that differ from the first call; names them. */
static unsigned differences(rt_engine *on, rt_extractor extractor, const char *what)
{
    unsigned different = 0;
    for (size_t i = 0; i < page_count; i++) {
        for (rt_mode mode = RT_MODE_ARTICLE; (int)mode < MODES; mode++) {
            rt_text json = extract(on, &pages[i], mode, extractor);
            const rt_text *want = &pages[i].json[mode];
            if (!json.at || json.len != want->len || memcmp(json.at, want->at, want->len) != 0) {
                fprintf(stderr, "%s, mode %d, %s:\n  got  %.*s\n  want %.*s\n", pages[i].name, mode,
                        what, (int)json.len, json.at ? json.at : "", (int)want->len, want->at);
                different++;
            }
            rt_text_free(&json);
        }
    }
    return different;
}

/* An engine with a cache folder of this test's own. */
static rt_engine *open_engine(const char *setting, const char *value)
{
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    rt_engine *out = NULL;
    rt_status s = rt_settings_new(&settings, &err);
    if (s == RT_OK)
        s = rt_settings_set(settings, "RIPTIDE_WASM_CACHE_DIR", cache_dir, &err);
    if (s == RT_OK && setting)
        s = rt_settings_set(settings, setting, value, &err);
    if (s == RT_OK)
        s = rt_engine_open(settings, &out, &err);
    rt_settings_free(settings);
    if (s != RT_OK)
        fail_msg("%s", err.message);
    return out;
}

static void native_and_sandbox(void **state)
{
    (void)state;
    assert_int_equal(differences(engine, RT_EXTRACTOR_NATIVE, "native"), 0);
}

static void first_call_and_hundredth(void **state)
{
    (void)state;
    for (int call = 2; call < CALLS; call++) {
        rt_text json = extract(engine, &pages[0], RT_MODE_ARTICLE, RT_EXTRACTOR_COMPONENT);
        rt_text_free(&json);
    }
    assert_int_equal(differences(engine, RT_EXTRACTOR_COMPONENT, "hundredth call"), 0);
}

static void *all_pages(void *count)
{
    *(unsigned *)count = differences(engine, RT_EXTRACTOR_COMPONENT, "one of eight threads");
    return NULL;
}

static void one_thread_and_eight(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    unsigned different[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, all_pages, &different[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(different[i], 0);
    }
}

static void cold_and_warm_cache(void **state)
{
    (void)state;
    assert_false(rt_engine_get_info(engine)->cache_hit);
    rt_engine *warm = open_engine(NULL, NULL);
    assert_true(rt_engine_get_info(warm)->cache_hit);
    assert_int_equal(differences(warm, RT_EXTRACTOR_COMPONENT, "from the cache"), 0);
    rt_engine_close(warm);
}

static void with_simd_and_without(void **state)
{
    (void)state;
    rt_engine *no_simd = open_engine("RIPTIDE_WASM_ENABLE_SIMD", "false");
    assert_string_equal(rt_engine_get_info(no_simd)->component, "embedded-nosimd");
    assert_int_equal(differences(no_simd, RT_EXTRACTOR_COMPONENT, "without SIMD"), 0);
    rt_engine_close(no_simd);
}

static void read_page(const char *name)
{
    static char bytes[4 << 20];
    struct page *page = &pages[page_count];
    char path[300];
    snprintf(path, sizeof path, "pages/%s", name);
    snprintf(page->name, sizeof page->name, "%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    rt_str none = { NULL, 0 };
    assert_int_equal(rt_decode((rt_str){ bytes, len }, none, &page->html, NULL), RT_OK);
    page_count++;
}

static int set_up(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(cache_dir));
    DIR *folder = opendir("pages");
    assert_non_null(folder);
    const struct dirent *file;
    while ((file = readdir(folder)) != NULL && page_count < PAGES_MAX) {
        size_t len = strlen(file->d_name);
        if (len > 5 && len < sizeof pages[0].name && strcmp(file->d_name + len - 5, ".html") == 0)
            read_page(file->d_name);
    }
    closedir(folder);
    assert_true(page_count > 0);
    engine = open_engine(NULL, NULL);
    for (size_t i = 0; i < page_count; i++)
        for (rt_mode mode = RT_MODE_ARTICLE; (int)mode < MODES; mode++)
            pages[i].json[mode] = extract(engine, &pages[i], mode, RT_EXTRACTOR_COMPONENT);
    return 0;
}

static void remove_cache(void)
{
    DIR *folder = opendir(cache_dir);
    const struct dirent *file;
    while (folder && (file = readdir(folder)) != NULL)
        if (file->d_name[0] != '.')
            unlinkat(dirfd(folder), file->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(cache_dir);
}

static int tear_down(void **state)
{
    (void)state;
    rt_engine_close(engine);
    for (size_t i = 0; i < page_count; i++) {
        rt_text_free(&pages[i].html);
        for (rt_mode mode = RT_MODE_ARTICLE; (int)mode < MODES; mode++)
            rt_text_free(&pages[i].json[mode]);
    }
    remove_cache();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(native_and_sandbox),    cmocka_unit_test(first_call_and_hundredth),
        cmocka_unit_test(one_thread_and_eight),  cmocka_unit_test(cold_and_warm_cache),
        cmocka_unit_test(with_simd_and_without),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* Opening components: what the cache of compiled code brought, and what of the check against the
 * interface is told and kept. */
#include "fixture.h"

#include "host/component/component.h"
#include "host/component/cpu.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>

#define FOREIGN RT_TEST_GUESTS_DIR "/foreign.wasm"

/* A folder for the cache, and what the last opening said. */
struct place {
    char folder[64], cache[96];
    struct rt_warning warning;
    rt_error err;
};

static void open_place(struct place *p)
{
    memset(p, 0, sizeof *p);
    make_folder(p->folder);
    snprintf(p->cache, sizeof p->cache, "%.63s/cache", p->folder);
}

/* Opens the component with one more setting, and closes it: what was told of it. */
static struct rt_component opened(struct place *p, const char *setting)
{
    char cache[128];
    snprintf(cache, sizeof cache, "RIPTIDE_WASM_CACHE_DIR=%s", p->cache);
    rt_settings *settings = settings_of((const char *const[]){ cache, setting, NULL });
    const struct rt_config config = rt_settings_config(settings);
    struct rt_component_source source;
    struct rt_component component = { .engine = NULL };
    p->warning.text[0] = '\0';
    assert_ok(
        rt_component_source_open(&source, &config, config.component ? NULL : FOREIGN, &p->err),
        p->err);
    assert_ok(rt_component_open(&component, &source, &config, &p->warning, &p->err), p->err);
    rt_component_close(&component);
    rt_component_source_close(&source);
    rt_settings_free(settings);
    assert_int_equal(component.cache_hit, component.cache_result == RT_CACHE_HIT);
    return component;
}

static enum rt_cache_result result_of(struct place *p) { return opened(p, NULL).cache_result; }

/* The one entry of the cache. */
static void entry_of(const struct place *p, char *out, size_t room)
{
    size_t n = 0;
    DIR *folder = opendir(p->cache);
    assert_non_null(folder);
    for (const struct dirent *d; (d = readdir(folder)) != NULL;)
        if (d->d_name[0] != '.' && ++n == 1)
            snprintf(out, room, "%s/%s", p->cache, d->d_name);
    closedir(folder);
    assert_int_equal(n, 1);
}

static void each_look_says_what_it_brought(void **state)
{
    (void)state;
    struct place p;
    char entry[400];
    open_place(&p);
    assert_int_equal(result_of(&p), RT_CACHE_MISS);
    assert_string_equal(p.warning.text, "");
    assert_int_equal(result_of(&p), RT_CACHE_HIT);
    assert_string_equal(p.warning.text, "");
    /* other settings mean other code */
    assert_int_equal(opened(&p, "RIPTIDE_WASM_ENABLE_SIMD=false").cache_result, RT_CACHE_MISS);
    assert_int_equal(opened(&p, "RIPTIDE_WASM_ENABLE_SIMD=false").cache_result, RT_CACHE_HIT);
    assert_int_equal(opened(&p, "RIPTIDE_WASM_ENABLE_AOT_CACHE=false").cache_result, RT_CACHE_OFF);
    remove_folder(p.cache);
    assert_int_equal(result_of(&p), RT_CACHE_MISS);
    /* truncated: made anew, with a warning */
    entry_of(&p, entry, sizeof entry);
    assert_int_equal(truncate(entry, 5000), 0);
    assert_int_equal(result_of(&p), RT_CACHE_INVALID);
    assert_contains(p.warning.text, "it has the wrong length");
    assert_int_equal(result_of(&p), RT_CACHE_HIT);
    /* no folder, and none can be made */
    remove_folder(p.cache);
    assert_int_equal(symlink("/proc/nothing", p.cache), 0);
    assert_int_equal(result_of(&p), RT_CACHE_UNUSABLE);
    assert_contains(p.warning.text, "cannot be");
    assert_int_equal(unlink(p.cache), 0);
    /* a folder that others can write to */
    assert_int_equal(mkdir(p.cache, 0700), 0);
    assert_int_equal(chmod(p.cache, 0777), 0);
    assert_int_equal(result_of(&p), RT_CACHE_UNUSABLE);
    assert_int_equal(result_of(&p), RT_CACHE_UNUSABLE);
    assert_contains(p.warning.text, "others can write to it");
    remove_folder(p.folder);
}

/* Stored in good order, but not by this engine. */
static void code_that_wasmtime_refuses_is_made_anew(void **state)
{
    (void)state;
    struct place p;
    open_place(&p);
    char setting[160], engine[256], processor[256];
    snprintf(setting, sizeof setting, "RIPTIDE_WASM_CACHE_DIR=%s", p.cache);
    rt_settings *settings = settings_of((const char *const[]){ setting, NULL });
    const struct rt_config config = rt_settings_config(settings);
    struct rt_component_source source;
    assert_ok(rt_component_source_open(&source, &config, FOREIGN, &p.err), p.err);
    rt_sandbox_describe(&config, rt_sandbox_shape(&config), engine, sizeof engine);
    rt_cpu_describe(processor, sizeof processor);
    const struct rt_cache_key key = rt_cache_key_of(source.wasm, engine, processor);
    struct rt_cache cache;
    rt_cache_init(&cache, p.cache, &p.warning);
    assert_true(rt_cache_write(&cache, &key, RT_LIT("no compiled code at all"), &p.warning));
    rt_component_source_close(&source);
    rt_settings_free(settings);
    assert_int_equal(result_of(&p), RT_CACHE_INVALID);
    assert_contains(p.warning.text, "the cached code is not used: ");
    assert_int_equal(result_of(&p), RT_CACHE_HIT);
    remove_folder(p.folder);
}

/* ---- the check against the interface --------------------------------------------------------- */

/* A copy of the component that no check has seen: with one more custom section. */
static void make_new_component(const struct place *p, unsigned char number, char *setting,
                               size_t room)
{
    const unsigned char section[] = { 0, 4, 2, 'n', 'o', number };
    static unsigned char bytes[1 << 20];
    char path[128];
    snprintf(path, sizeof path, "%s/%u.wasm", p->folder, number);
    snprintf(setting, room, "RIPTIDE_COMPONENT=%s", path);
    FILE *from = fopen(FOREIGN, "rb"), *to = fopen(path, "wb");
    assert_non_null(from);
    assert_non_null(to);
    size_t len = fread(bytes, 1, sizeof bytes, from);
    assert_true(len < sizeof bytes);
    assert_int_equal(fwrite(bytes, 1, len, to), len);
    assert_int_equal(fwrite(section, 1, sizeof section, to), sizeof section);
    fclose(from);
    fclose(to);
}

static void a_check_is_made_once_for_each_component(void **state)
{
    (void)state;
    struct place p;
    char setting[160];
    open_place(&p);
    for (unsigned char i = 0; i < 20; i++) {
        make_new_component(&p, i, setting, sizeof setting);
        struct rt_schema_summary first = opened(&p, setting).schema,
                                 second = opened(&p, setting).schema;
        assert_false(first.kept);
        assert_true(second.kept);
        assert_true(first.ns > 0 && second.ns > 0);
        assert_int_equal(first.errors + second.errors + first.warnings + second.warnings, 0);
    }
    assert_int_equal(opened(&p, "RIPTIDE_ENABLE_WIT_VALIDATION=false").schema.ns, 0);
    remove_folder(p.folder);
}

/* Another WIT is another question; the answer is kept with its warnings, and with its errors. */
static void what_is_kept_depends_on_the_interface(void **state)
{
    (void)state;
    struct place p;
    char path[96], setting[160];
    open_place(&p);
    snprintf(path, sizeof path, "%s/small.wit", p.folder);
    snprintf(setting, sizeof setting, "RIPTIDE_WIT_SCHEMA_PATH=%s", path);
    FILE *file = fopen(path, "w");
    fputs("package riptide:extractor@0.2.0;\ninterface extractor {\n"
          "  get-modes: func() -> list<string>;\n}\n",
          file);
    fclose(file);
    for (int i = 0; i < 2; i++) {
        struct rt_schema_summary schema = opened(&p, setting).schema;
        assert_int_equal(schema.kept, i > 0);
        assert_int_equal(schema.errors, 0);
        assert_int_equal(schema.warnings, 6);
    }
    file = fopen(path, "w");
    fputs("package riptide:extractor@0.2.0;\ninterface extractor {\n"
          "  get-modes: func() -> list<u8>;\n  more: func();\n}\n",
          file);
    fclose(file);
    const char *const assignments[] = { "RIPTIDE_COMPONENT=" FOREIGN, setting, NULL };
    for (int i = 0; i < 2; i++) {
        rt_engine *engine;
        assert_int_equal(try_open(assignments, &engine, &p.err), RT_INVALID_COMPONENT);
        assert_string_equal(p.err.message,
                            FOREIGN ": 2 errors against the interface; the first: function "
                                    "get-modes, result: expected list<u8>, found list<string>; "
                                    "give it the expected type");
    }
    remove_folder(p.folder);
}

static void *open_often(void *place)
{
    for (int i = 0; i < 5; i++)
        if (opened(place, NULL).schema.errors != 0)
            return place;
    return NULL;
}

/* Threads that open at the same time. */
static void many_may_open_at_once(void **state)
{
    (void)state;
    enum { THREADS = 4 };
    struct place places[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        open_place(&places[i]);
        assert_int_equal(result_of(&places[i]), RT_CACHE_MISS);
        assert_int_equal(pthread_create(&threads[i], NULL, open_often, &places[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *failed;
        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
        remove_folder(places[i].folder);
    }
}

/* What stands behind FOREIGN: a core module, and an instance of it. */
#define MODULE(length, sections) length "\0asm\x01\0\0\0" sections "\x02\x04\x01\0\x01\0"
static const char second_memory[] = MODULE("\x01\x0d", "\x05\x03\x01\0\x64"); /* 100 pages */
static const char endless_start[] =
    MODULE("\x01\x20", "\x01\x04\x01\x60\0\0\x03\x02\x01\0\x08\x01\0"
                       "\x0a\x09\x01\x07\0\x03\x40\x0c\0\x0b\x0b");

static void write_composed(const char *path, const char *sections, size_t size)
{
    char part[4096];
    FILE *from = fopen(FOREIGN, "rb"), *to = fopen(path, "wb");
    assert_true(from && to);
    for (size_t n; (n = fread(part, 1, sizeof part, from)) > 0;)
        assert_int_equal(fwrite(part, 1, n, to), n);
    assert_int_equal(fwrite(sections, 1, size, to), size);
    fclose(from);
    assert_int_equal(fclose(to), 0);
}

static void several_memories_share_the_limit(void **state)
{
    (void)state;
    struct place p;
    rt_engine *engine;
    rt_result *result;
    rt_error err;
    char path[96], setting[128];
    open_place(&p);
    snprintf(path, sizeof path, "%.63s/composed.wasm", p.folder);
    snprintf(setting, sizeof setting, "RIPTIDE_COMPONENT=%s", path);
    write_composed(path, second_memory, sizeof second_memory - 1);
    assert_int_equal(opened(&p, NULL).memories, 1);
    struct rt_component component = opened(&p, setting);
    assert_int_equal(component.memories, 2);
    assert_false(component.pooling); /* whose places have one memory each */
    assert_contains(p.warning.text, "does not fit into a slot of the pool");
    engine = ENGINE(setting, "RIPTIDE_WASM_MAX_MEMORY_PAGES=256");
    assert_ok(extract(engine, "all", &result, &err), err);
    rt_result_free(result);
    rt_engine_close(engine);
    /* What could never be made is refused when it is opened. */
    const char *const small[] = { setting, "RIPTIDE_WASM_MAX_MEMORY_PAGES=128", NULL };
    assert_int_equal(try_open(small, &engine, &err), RT_INSTANTIATION);
    assert_contains(err.message, "no instance of the component could be made: ");
    remove_folder(p.folder);
}

static void what_never_starts_is_refused(void **state)
{
    (void)state;
    struct place p;
    rt_engine *engine;
    rt_error err;
    char path[96], setting[128];
    open_place(&p);
    snprintf(path, sizeof path, "%.63s/endless.wasm", p.folder);
    snprintf(setting, sizeof setting, "RIPTIDE_COMPONENT=%s", path);
    write_composed(path, endless_start, sizeof endless_start - 1);
    const char *const budget[] = { setting, "RIPTIDE_WASM_FUEL_LIMIT=1000000", NULL };
    assert_int_equal(try_open(budget, &engine, &err), RT_INSTANTIATION);
    assert_contains(err.message, "all fuel consumed");
    const char *const patience[] = { setting, "RIPTIDE_WASM_FUEL_LIMIT=1000000000000000",
                                     "RIPTIDE_WASM_TIMEOUT_SECS=1", NULL };
    assert_int_equal(try_open(patience, &engine, &err), RT_INSTANTIATION);
    assert_contains(err.message, "time limit");
    remove_folder(p.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_look_says_what_it_brought),
        cmocka_unit_test(code_that_wasmtime_refuses_is_made_anew),
        cmocka_unit_test(a_check_is_made_once_for_each_component),
        cmocka_unit_test(what_is_kept_depends_on_the_interface),
        cmocka_unit_test(many_may_open_at_once),
        cmocka_unit_test(several_memories_share_the_limit),
        cmocka_unit_test(what_never_starts_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

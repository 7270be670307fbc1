/* Components that behave, and components that do not: what each ends as, and that the engine goes
 * on afterwards. */
#include "../host/fixture.h"

#define GUEST(name) "RIPTIDE_COMPONENT=" RT_TEST_GUESTS_DIR "/" name ".wasm"

/* Small budgets: the tests wait for no clock but the timeout's own second. */
static const struct {
    const char *settings[6];
    rt_status status;
    const char *message; /* a part of it */
} cases[] = {
    { { GUEST("loop"), "RIPTIDE_WASM_FUEL_LIMIT=1000000" }, RT_OUT_OF_FUEL, "instruction" },
    { { GUEST("loop"), "RIPTIDE_WASM_FUEL_LIMIT=1000000000000000", "RIPTIDE_WASM_TIMEOUT_SECS=1" },
      RT_TIMEOUT,
      "1 s" },
    { { GUEST("trap") }, RT_TRAP, "unreachable" },
    { { GUEST("deep") }, RT_TRAP, "" },
    { { GUEST("eater"), "RIPTIDE_WASM_MAX_MEMORY_PAGES=128" },
      RT_RESOURCE_LIMIT,
      "no more memory" },
    { { GUEST("eater") }, RT_RESOURCE_LIMIT, "no more memory" },
    { { GUEST("eater-trap"), "RIPTIDE_WASM_MAX_MEMORY_PAGES=128" }, RT_TRAP, "unreachable" },
    { { GUEST("bad-utf8") }, RT_INVALID_OUTPUT, "" },
    { { GUEST("bad-pointer") }, RT_INVALID_OUTPUT, "" },
    { { GUEST("bad-score") },
      RT_INVALID_OUTPUT,
      "the component's answer, field quality-score: expected 0 to 100, found 101" },
    { { GUEST("wrong-types"), "RIPTIDE_ENABLE_WIT_VALIDATION=false" },
      RT_INVALID_OUTPUT,
      "the component's answer, field text: expected a string, found list" },
};

static void each_ends_with_its_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_engine *engine = open_engine(cases[i].settings);
        for (int round = 0; round < 2; round++) {
            rt_result *result;
            rt_error err = { RT_OK, "" };
            rt_status status = extract(engine, "page", &result, &err);
            if (status != cases[i].status)
                fail_msg("%s: expected %s, got %s: %s", cases[i].settings[0],
                         rt_status_label(cases[i].status), rt_status_label(status), err.message);
            assert_contains(err.message, cases[i].message);
        }
        rt_engine_close(engine);
    }
}

static void assert_str(rt_str found, const char *expected)
{
    assert_non_null(found.at);
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.at, expected, found.len);
}

static void check_foreign(rt_engine *engine)
{
    rt_result *result;
    rt_error err;
    assert_ok(extract(engine, "all", &result, &err), err);
    const rt_content *c = rt_result_content(result);
    assert_str(c->url, "https://example.org/page");
    assert_str(c->title, "A title");
    assert_str(c->byline, "Ada Lovelace, Charles Babbage");
    assert_str(c->published_iso, "2024-02-29T12:30:00+01:00");
    assert_int_equal(c->links.len, 2);
    assert_str(c->links.at[1], "https://foreign.example/\xC3\xA9");
    assert_int_equal(c->categories.len, 3);
    assert_true(c->reading_time.set);
    assert_int_equal(c->reading_time.value, UINT32_MAX);
    assert_int_equal(c->quality_score.value, 100);
    assert_str(c->description, "");
    assert_int_equal(rt_result_stats(result)->nodes, 42);
    assert_true(rt_result_stats(result)->memory_peak > 0);
    rt_result_free(result);

    assert_ok(extract(engine, "none", &result, &err), err);
    c = rt_result_content(result);
    assert_null(c->title.at);
    assert_false(c->word_count.set);
    assert_int_equal(c->links.len, 0);
    assert_str(c->markdown, "");
    rt_result_free(result);

    static const struct {
        const char *page;
        rt_status status;
    } errors[] = {
#define RT_WIT_ERROR(status, wit) { "error:" wit, RT_##status },
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        assert_int_equal(extract(engine, errors[i].page, &result, &err), errors[i].status);
        assert_string_equal(err.message, "as the page asked");
    }
}

static void foreign_components_run_in_both_forms(void **state)
{
    (void)state;
    static const char *const forms[] = { GUEST("foreign"), GUEST("root") };
    for (size_t i = 0; i < 2; i++) {
        rt_engine *engine = ENGINE(forms[i]);
        assert_string_equal(rt_engine_get_info(engine)->warning, "");
        check_foreign(engine);
        rt_text text;
        rt_error err;
        assert_ok(rt_engine_query(engine, "get-info", &text, &err), err);
        assert_contains(text.at, "\"name\":\"foreign\"");
        rt_text_free(&text);
        assert_int_equal(rt_engine_query(engine, "reset-state", &text, &err), RT_INVALID_OUTPUT);
        assert_contains(err.message, "internal-error: nothing to reset");
        rt_engine_close(engine);
    }
}

static void assert_not_loaded(const char *const *settings, const char *message)
{
    rt_engine *engine;
    rt_error err;
    assert_int_equal(try_open(settings, &engine, &err), RT_INVALID_COMPONENT);
    assert_contains(err.message, message);
}

static void misfits_are_refused_at_load(void **state)
{
    (void)state;
    assert_not_loaded((const char *const[]){ GUEST("missing-export"), NULL },
                      "function get-modes: expected an export, found nothing");
    assert_not_loaded((const char *const[]){ GUEST("wrong-types"), NULL },
                      "field text: expected string");
    assert_not_loaded((const char *const[]){ GUEST("extra-import"), NULL },
                      "imports: expected none, found wasi:random/random@0.2.0");
    assert_not_loaded(
        (const char *const[]){ GUEST("extra-import"), "RIPTIDE_ENABLE_WIT_VALIDATION=false", NULL },
        "imports wasi:random/random@0.2.0: expected no imports");
}

static void wasi_is_given_when_allowed(void **state)
{
    (void)state;
    rt_result *result;
    rt_error err;
    rt_engine *engine = ENGINE(GUEST("extra-import"), "RIPTIDE_WASM_ALLOW_WASI=true");
    assert_ok(extract(engine, "all", &result, &err), err);
    assert_true(rt_result_content(result)->word_count.value <= 1);
    rt_result_free(result);
    rt_engine_close(engine);
}

static void assert_report(const char *const *settings, rt_status status, const char *const *parts)
{
    rt_settings *s = settings_of(settings);
    rt_text report = { NULL, 0 };
    rt_error err;
    assert_int_equal(rt_check_component(s, NULL, &report, &err), status);
    assert_non_null(report.at);
    for (; *parts; parts++)
        assert_contains(report.at, *parts);
    rt_text_free(&report);
    rt_settings_free(s);
}

/* All faults at once, numbered. */
static void the_report_names_every_fault(void **state)
{
    (void)state;
    assert_report(
        (const char *const[]){ GUEST("wrong-types"), NULL }, RT_INVALID_COMPONENT,
        (const char *const[]){
            "WIT Interface Validation Errors:\n  1. function extract, result, ok, field text: "
            "expected "
            "string, found list<u8>; give it the expected type\n  2. function extract, result, ok, "
            "field word-count: expected option<u32>, found option<s32>; give it the expected type\n"
            "  3. function extract-with-stats, result, ok, member 1, field text: ",
            "  4. ", NULL });
    assert_report(
        (const char *const[]){ GUEST("missing-export"), NULL }, RT_INVALID_COMPONENT,
        (const char *const[]){
            "WIT Interface Validation Errors:\n  1. function get-modes: expected an export, found "
            "nothing; export it\n",
            NULL });
    assert_report(
        (const char *const[]){ GUEST("extra-import"), NULL }, RT_INVALID_COMPONENT,
        (const char *const[]){
            "  1. imports: expected none, found wasi:random/random@0.2.0; build without it, or set "
            "RIPTIDE_WASM_ALLOW_WASI=true\n",
            NULL });
    assert_report(
        (const char *const[]){ GUEST("extra-import"), "RIPTIDE_WASM_ALLOW_WASI=true", NULL }, RT_OK,
        (const char *const[]){ "WIT Interface Validation Warnings:\n  1. import wasi:random",
                               NULL });
    assert_report(
        (const char *const[]){ GUEST("root"), NULL }, RT_OK,
        (const char *const[]){ "riptide:extractor@0.2.0: all 7 functions match\n", NULL });
    assert_report(NULL, RT_OK, (const char *const[]){ "all 7 functions match\n", NULL });
}

/* Another WIT than the built-in one: a version that is not there, and a text that is none. */
static void another_schema_is_obeyed(void **state)
{
    (void)state;
    char folder[64], path[96], setting[160];
    make_folder(folder);
    snprintf(path, sizeof path, "%s/other.wit", folder);
    snprintf(setting, sizeof setting, "RIPTIDE_WIT_SCHEMA_PATH=%s", path);
    FILE *file = fopen(path, "w");
    fputs("package riptide:extractor@0.3.0;\ninterface extractor {\n  get-modes: func() -> "
          "list<string>;\n  extract: func(page: string) -> string;\n}\n",
          file);
    fclose(file);
    assert_report(
        (const char *const[]){ setting, NULL }, RT_INVALID_COMPONENT,
        (const char *const[]){
            "  1. interface: expected riptide:extractor/extractor@0.3.0, found "
            "riptide:extractor/extractor@0.2.0; ",
            "  2. function extract: expected 1 parameter (page), found 3; ",
            "  3. function extract, parameter 1: expected page, found html; rename it",
            "  4. function extract, result: expected string, found result; ",
            "WIT Interface Validation Warnings:\n  1. function extract-with-stats: not in the "
            "interface",
            NULL });
    file = fopen(path, "w");
    fputs("package riptide:extractor;\ninterface {", file);
    fclose(file);
    rt_engine *engine;
    rt_error err;
    assert_int_equal(try_open((const char *const[]){ setting, NULL }, &engine, &err),
                     RT_INVALID_SETTING);
    assert_string_equal(err.message, "WIT, line 2: expected a name, found {");
    remove_folder(folder);
    assert_int_equal(try_open((const char *const[]){ setting, NULL }, &engine, &err), RT_IO_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ends_with_its_reason),
        cmocka_unit_test(foreign_components_run_in_both_forms),
        cmocka_unit_test(misfits_are_refused_at_load),
        cmocka_unit_test(wasi_is_given_when_allowed),
        cmocka_unit_test(the_report_names_every_fault),
        cmocka_unit_test(another_schema_is_obeyed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

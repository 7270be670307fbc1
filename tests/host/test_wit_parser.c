/* The WIT reader: the forms that an extractor's interface takes, and where it says that it stops.
 */
#include "../core/arena_fixture.h"
#include "fixture.h"

#include "host/checks/wit_parser.h"

static rt_status parse(const char *text, struct rt_wit *wit, rt_error *err)
{
    return rt_wit_parse(rt_str_from_c(text), &arena, wit, err);
}

static void assert_str(rt_str found, const char *expected)
{
    assert_int_equal(found.len, strlen(expected));
    assert_memory_equal(found.at, expected, found.len);
}

static void types_are_written_as_they_were_read(void **state)
{
    (void)state;
    static const char *const types[] = {
        "bool",
        "u8",
        "string",
        "list<string>",
        "option<list<u8>>",
        "result",
        "result<_, string>",
        "result<u32>",
        "result<u32, string>",
        "tuple<u8, u16, list<char>>",
        "thing",
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char text[256];
        struct rt_wit wit;
        rt_error err;
        snprintf(text, sizeof text,
                 "package a:b; interface c { record thing { x: u8 } "
                 "f: func(p: %s); }",
                 types[i]);
        assert_ok(parse(text, &wit, &err), err);
        assert_str(rt_wit_type_text(wit.functions->params->type, &arena), types[i]);
    }
}

static void an_interface_is_understood(void **state)
{
    (void)state;
    struct rt_wit wit;
    rt_error err;
    assert_ok(parse("package some-body:thing@1.2.3-rc.1;\n"
                    "/* a comment\n over lines */ interface the-face {\n"
                    "  /// doc\n  variant v { a, b(list<string>), }\n  type alias = v;\n"
                    "  enum e { x, y }\n  flags fl { r, w }\n"
                    "  %record: func(one: alias, two: e) -> tuple<fl, v>;\n  none: func();\n}\n"
                    "world w { export the-face; }\n",
                    &wit, &err),
              err);
    assert_str(wit.package, "some-body:thing");
    assert_str(wit.version, "1.2.3-rc.1");
    assert_str(wit.interface, "the-face");
    assert_int_equal(wit.function_count, 2);
    const struct rt_wit_function *f = wit.functions;
    assert_str(f->name, "record");
    assert_int_equal(f->param_count, 2);
    const struct rt_wit_type *v = rt_wit_resolve(f->params->type);
    assert_int_equal(v->kind, RT_WIT_VARIANT);
    assert_int_equal(v->count, 2);
    assert_null(v->members->type);
    assert_int_equal(v->members->next->type->kind, RT_WIT_LIST);
    assert_int_equal(f->result->kind, RT_WIT_TUPLE);
    assert_null(f->next->result);
}

static void functions_may_stand_in_the_world(void **state)
{
    (void)state;
    struct rt_wit wit;
    rt_error err;
    assert_ok(parse("package a:b; world w { record r { x: u8 } export f: func(p: r) -> string; }",
                    &wit, &err),
              err);
    assert_null(wit.interface.at);
    assert_null(wit.version.at);
    assert_int_equal(wit.function_count, 1);
}

static const struct {
    const char *text, *message;
} faults[] = {
    { "", "WIT, line 1: expected package, found the end" },
    { "package a;", "WIT, line 1: expected :, found ;" },
    { "package a:b;\n\ninterface c {\n f: func(x: u9);\n}",
      "WIT, line 4: expected a type, found u9" },
    { "package a:b;\ninterface c {\n type d = e;\n type e = d;\n}",
      "WIT, line 3: expected a type that is not a name for itself, found e" },
    { "package a:b;\ninterface c { use d.{e}; }", "WIT, line 2: expected :, found d" },
    { "package a:b; interface c { f: func(x: list<u8); }", "WIT, line 1: expected >, found )" },
    { "package a:b; interface c { f: func()", "WIT, line 1: expected ;, found the end" },
    { "package a:b; interface c {", "WIT, line 1: expected a name, found the end" },
    { "package a:b; world w { import x; }", "WIT, line 1: expected export, found import" },
    { "package a:b; resource r;", "WIT, line 1: expected interface or world, found resource" },
    { "package a:b; interface c { type x = u8; }",
      "WIT, line 1: expected a function, found the end" },
    { "package a:b; /* never closed", "WIT, line 1: expected a function, found the end" },
};

static void faults_name_the_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct rt_wit wit;
        rt_error err;
        assert_int_equal(parse(faults[i].text, &wit, &err), RT_INVALID_SETTING);
        assert_string_equal(err.message, faults[i].message);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char text[100100] = "package a:b; interface c { f: func(x: ";
    for (size_t n = strlen(text); n < 100000; n += 5)
        memcpy(text + n, "list<", 6);
    struct rt_wit wit;
    rt_error err;
    assert_int_equal(parse(text, &wit, &err), RT_INVALID_SETTING);
    assert_contains(err.message, "not so deep");
}

/* Any beginning of the built-in interface ends in an answer. */
static void cut_texts_end(void **state)
{
    (void)state;
    extern const char rt_wit_text[], rt_wit_text_end[];
    size_t len = (size_t)(rt_wit_text_end - rt_wit_text);
    struct rt_wit wit;
    rt_error err;
    for (size_t i = 0; i < len; i += 7) {
        (void)rt_wit_parse((rt_str){ rt_wit_text, i }, &arena, &wit, &err);
        rt_arena_free(&arena);
    }
    assert_ok(rt_wit_parse((rt_str){ rt_wit_text, len }, &arena, &wit, &err), err);
    assert_int_equal(wit.function_count, 7);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    extern const char rt_wit_text[], rt_wit_text_end[];
    rt_str text = { rt_wit_text, (size_t)(rt_wit_text_end - rt_wit_text) };
    for (size_t ceiling = 0; ceiling < 200000; ceiling += 4096) {
        struct rt_arena small;
        struct rt_wit wit;
        rt_error err = { RT_OK, "" };
        rt_arena_init(&small, &rt_alloc_heap, ceiling);
        if (rt_wit_parse(text, &small, &wit, &err) != RT_OK)
            assert_int_equal(err.status, RT_NO_MEMORY);
        rt_arena_free(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(types_are_written_as_they_were_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(an_interface_is_understood, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(functions_may_stand_in_the_world, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(faults_name_the_line, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(depth_is_bounded, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(cut_texts_end, open_arena, close_arena),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

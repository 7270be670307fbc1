/* The type boundary both ways: every field present and absent, every error, every mode, and answers
 * that are not what the interface says. */
#include "../host/fixture.h"

#include "host/boundary/boundary.h"
#include "host/checks/validate.h"

typedef wasmtime_component_val_t value;

static const rt_str two[] = { { "https://a.example/", 18 }, { "https://b.example/\xC3\xA9", 20 } };

static rt_content full_content(void)
{
    return (rt_content){
        .url = RT_LIT("https://example.org/"),
        .title = RT_LIT("T\xC3\xA9"),
        .byline = RT_LIT("A, B"),
        .published_iso = RT_LIT("2024-02-29"),
        .markdown = RT_LIT("# T\0tail"),
        .text = RT_LIT("T"),
        .links = { two, 2 },
        .media = { two, 1 },
        .language = RT_LIT("en"),
        .reading_time = { true, UINT32_MAX },
        .quality_score = { true, 100 },
        .word_count = { true, 0 },
        .categories = { two + 1, 1 },
        .site_name = RT_LIT(""),
        .description = RT_LIT("d"),
    };
}

static rt_content bare_content(void)
{
    return (rt_content){ .url = RT_LIT("https://example.org/"),
                         .markdown = RT_LIT(""),
                         .text = RT_LIT("") };
}

/* ---- equality, from the same table -------------------------------------------------------------
 */

static bool same_OPT_STR(rt_str a, rt_str b)
{
    return (a.at == NULL) == (b.at == NULL) && a.len == b.len &&
           (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static bool same_STR(rt_str a, rt_str b) { return same_OPT_STR(a, b); }

static bool same_STR_LIST(rt_str_list a, rt_str_list b)
{
    bool same = a.len == b.len;
    for (size_t i = 0; same && i < a.len; i++)
        same = same_STR(a.at[i], b.at[i]);
    return same;
}

static bool same_OPT_U32(rt_opt_u32 a, rt_opt_u32 b)
{
    return a.set == b.set && a.value == b.value;
}

static bool same_OPT_U8(rt_opt_u8 a, rt_opt_u8 b) { return a.set == b.set && a.value == b.value; }

static void assert_same(const rt_content *a, const rt_content *b)
{
#define RT_FIELD(kind, field, wit)                                                                 \
    if (!same_##kind(a->field, b->field))                                                          \
        fail_msg("the field %s came back changed", wit);
#include "tables/content.def"
#undef RT_FIELD
}

/* ---- both ways ---------------------------------------------------------------------------------
 */

static void assert_round_trip(const rt_content *content)
{
    value answer = { 0 };
    struct rt_lifted lifted;
    rt_error err;
    rt_boundary_lower_content(&answer, content);
    assert_ok(rt_boundary_lift(&lifted, &answer, &rt_alloc_heap, &err), err);
    assert_same(&lifted.content, content);
    rt_boundary_lift_done(&lifted);
    wasmtime_component_val_delete(&answer);
}

static void content_comes_back_as_it_went(void **state)
{
    (void)state;
    rt_content all = full_content(), none = bare_content();
    assert_round_trip(&all);
    assert_round_trip(&none);
}

/* Each field alone present, each alone absent. */
static void each_field_stands_for_itself(void **state)
{
    (void)state;
#define RT_FIELD(kind, field, wit)                                                                 \
    {                                                                                              \
        rt_content one = bare_content(), others = full_content();                                  \
        const rt_content all = full_content(), none = bare_content();                              \
        one.field = all.field;                                                                     \
        others.field = none.field;                                                                 \
        assert_round_trip(&one);                                                                   \
        assert_round_trip(&others);                                                                \
    }
#include "tables/content.def"
#undef RT_FIELD
}

static void every_error_is_told(void **state)
{
    (void)state;
    static const rt_status statuses[] = {
#define RT_WIT_ERROR(status, wit) RT_##status,
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
    };
    assert_int_equal(sizeof statuses / sizeof *statuses, 7);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        value answer = { 0 };
        struct rt_lifted lifted;
        rt_error err;
        rt_boundary_lower_error(&answer, statuses[i], RT_LIT("why"));
        assert_int_equal(rt_boundary_lift(&lifted, &answer, &rt_alloc_heap, &err), statuses[i]);
        assert_int_equal(err.status, statuses[i]);
        assert_string_equal(err.message, "why");
        wasmtime_component_val_delete(&answer);
    }
}

static rt_str text_of(const wasm_name_t *name) { return (rt_str){ name->data, name->size }; }

static void every_mode_goes_down(void **state)
{
    (void)state;
    for (unsigned mode = RT_MODE_ARTICLE; mode <= RT_MODE_CUSTOM; mode++) {
        rt_request request = RT_REQUEST_INIT;
        struct rt_lowered lowered;
        rt_error err;
        request.html = RT_LIT("<p>\0x");
        request.url = RT_LIT("https://example.org/");
        request.mode = (rt_mode)mode;
        request.selectors = (rt_str_list){ two, 2 };
        assert_ok(rt_boundary_lower(&lowered, &request, &rt_alloc_heap, &err), err);
        assert_int_equal(lowered.args[0].kind, WASMTIME_COMPONENT_STRING);
        assert_true(rt_str_eq(text_of(&lowered.args[0].of.string), request.html));
        assert_true(rt_str_eq(text_of(&lowered.args[1].of.string), request.url));
        const wasmtime_component_valvariant_t *variant = &lowered.args[2].of.variant;
        assert_int_equal(lowered.args[2].kind, WASMTIME_COMPONENT_VARIANT);
        assert_true(rt_str_eq(text_of(&variant->discriminant),
                              rt_str_from_c(rt_mode_label((rt_mode)mode))));
        assert_int_equal(variant->val != NULL, mode == RT_MODE_CUSTOM);
        if (variant->val) {
            assert_int_equal(variant->val->kind, WASMTIME_COMPONENT_LIST);
            assert_int_equal(variant->val->of.list.size, 2);
            for (size_t i = 0; i < 2; i++)
                assert_true(rt_str_eq(text_of(&variant->val->of.list.data[i].of.string), two[i]));
        }
        rt_boundary_lower_done(&lowered);
    }
}

/* ---- answers that lie --------------------------------------------------------------------------
 */

static wasmtime_component_valrecord_entry_t *entry(value *answer, size_t i)
{
    return &answer->of.result.val->of.record.data[i];
}

static void assert_refused(value *answer, const char *message)
{
    struct rt_lifted lifted;
    rt_error err;
    assert_int_equal(rt_boundary_lift(&lifted, answer, &rt_alloc_heap, &err), RT_INVALID_OUTPUT);
    assert_string_equal(err.message, message);
    wasmtime_component_val_delete(answer);
}

static value good_answer(void)
{
    value answer = { 0 };
    rt_content content = full_content();
    rt_boundary_lower_content(&answer, &content);
    return answer;
}

/* Every field with a value of another kind. */
static void a_wrong_kind_names_the_field(void **state)
{
    (void)state;
    static const char *const messages[] = {
#define EXPECTED_STR "a string"
#define EXPECTED_OPT_STR "an option<string>"
#define EXPECTED_STR_LIST "a list<string>"
#define EXPECTED_OPT_U32 "an option<u32>"
#define EXPECTED_OPT_U8 "an option<u8>"
#define RT_FIELD(kind, field, wit)                                                                 \
    "the component's answer, field " wit ": expected " EXPECTED_##kind ", found bool",
#include "tables/content.def"
#undef RT_FIELD
    };
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        value answer = good_answer();
        wasmtime_component_val_delete(&entry(&answer, i)->val);
        entry(&answer, i)->val = (value){ .kind = WASMTIME_COMPONENT_BOOL };
        assert_refused(&answer, messages[i]);
    }
}

static void a_wrong_name_or_order_is_refused(void **state)
{
    (void)state;
    value answer = good_answer();
    wasmtime_component_valrecord_entry_t first = *entry(&answer, 1);
    *entry(&answer, 1) = *entry(&answer, 2);
    *entry(&answer, 2) = first;
    assert_refused(&answer, "the component's answer: expected the field title, found byline");
    answer = good_answer();
    answer.of.result.val->of.record.size = 14;
    wasm_byte_vec_delete(&entry(&answer, 14)->name);
    wasmtime_component_val_delete(&entry(&answer, 14)->val);
    struct rt_lifted lifted;
    rt_error err;
    assert_int_equal(rt_boundary_lift(&lifted, &answer, &rt_alloc_heap, &err), RT_INVALID_OUTPUT);
    assert_string_equal(err.message,
                        "the component's answer: expected a record of 15 fields, found 14");
    /* Wasmtime frees a vector by its size: give the last place back before it goes. */
    answer.of.result.val->of.record.size = 15;
    entry(&answer, 14)->name = (wasm_name_t){ 0, NULL };
    entry(&answer, 14)->val = (value){ .kind = WASMTIME_COMPONENT_BOOL };
    wasmtime_component_val_delete(&answer);
}

static void a_score_above_100_is_refused(void **state)
{
    (void)state;
    rt_content content = full_content();
    content.quality_score.value = 101;
    value answer = { 0 };
    rt_boundary_lower_content(&answer, &content);
    assert_refused(&answer,
                   "the component's answer, field quality-score: expected 0 to 100, found 101");
}

static void other_shapes_are_refused(void **state)
{
    (void)state;
    value answer = { .kind = WASMTIME_COMPONENT_U32 };
    assert_refused(&answer, "the component's answer: expected a result, found u32");
    answer = (value){ .kind = WASMTIME_COMPONENT_RESULT, .of.result = { true, NULL } };
    assert_refused(&answer, "the component's answer: expected a record, found nothing");
    answer = (value){ .kind = WASMTIME_COMPONENT_RESULT, .of.result = { false, NULL } };
    assert_refused(&answer, "the component's error: expected a variant, found nothing");
    answer = (value){ 0 };
    rt_boundary_lower_error(&answer, RT_PARSE_ERROR, RT_LIT("x"));
    answer.of.result.val->of.variant.discriminant.data[0] = 'q';
    assert_refused(&answer, "the component's error: no such case: qarse-error");
}

/* ---- no memory ---------------------------------------------------------------------------------
 */

static void failing_memory_is_an_answer(void **state)
{
    (void)state;
    rt_request request = RT_REQUEST_INIT;
    request.html = RT_LIT("x");
    request.url = RT_LIT("https://example.org/");
    request.mode = RT_MODE_CUSTOM;
    request.selectors = (rt_str_list){ two, 2 };
    bool done = false;
    for (long n = 0; !done; n++) {
        struct failing_heap heap;
        struct rt_lowered lowered;
        rt_error err;
        failing_heap_init(&heap, n);
        done = rt_boundary_lower(&lowered, &request, &heap.alloc, &err) == RT_OK;
        if (done)
            rt_boundary_lower_done(&lowered);
        else
            assert_int_equal(err.status, RT_NO_MEMORY);
        assert_int_equal(heap.live, 0);
    }
    value answer = good_answer();
    done = false;
    for (long n = 0; !done; n++) {
        struct failing_heap heap;
        struct rt_lifted lifted;
        rt_error err;
        failing_heap_init(&heap, n);
        done = rt_boundary_lift(&lifted, &answer, &heap.alloc, &err) == RT_OK;
        if (done)
            rt_boundary_lift_done(&lifted);
        else
            assert_int_equal(err.status, RT_NO_MEMORY);
        assert_int_equal(heap.live, 0);
    }
    done = false;
    for (long n = 0; !done; n++) {
        struct failing_heap heap;
        rt_text text;
        rt_error err;
        failing_heap_init(&heap, n);
        done = rt_boundary_json(&answer, &heap.alloc, &text, &err) == RT_OK;
        if (done)
            rt_alloc_resize(&heap.alloc, text.at, 0);
        else
            assert_int_equal(err.status, RT_NO_MEMORY);
        assert_int_equal(heap.live, 0);
    }
    wasmtime_component_val_delete(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_comes_back_as_it_went),
        cmocka_unit_test(each_field_stands_for_itself),
        cmocka_unit_test(every_error_is_told),
        cmocka_unit_test(every_mode_goes_down),
        cmocka_unit_test(a_wrong_kind_names_the_field),
        cmocka_unit_test(a_wrong_name_or_order_is_refused),
        cmocka_unit_test(a_score_above_100_is_refused),
        cmocka_unit_test(other_shapes_are_refused),
        cmocka_unit_test(failing_memory_is_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

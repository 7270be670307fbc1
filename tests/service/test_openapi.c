/* The description of the interface against the tables that the service answers from. */
#include "service/problem.h"
#include "service/routes.h"

#include "base/str.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

extern const char rt_page_text[], rt_page_text_end[], rt_openapi_text[], rt_openapi_text_end[];

static yyjson_doc *doc;
static yyjson_val *root;

static int read_it(void **state)
{
    (void)state;
    rt_str text = rt_asset_openapi.bytes;
    doc = yyjson_read(text.at, text.len, 0);
    root = yyjson_doc_get_root(doc);
    return doc ? 0 : 1;
}

static int free_it(void **state)
{
    (void)state;
    yyjson_doc_free(doc);
    return 0;
}

static yyjson_val *operation_of(const struct rt_route *route)
{
    char method[16] = "";
    for (size_t i = 0; route->method[i] && i < sizeof method - 1; i++)
        method[i] = (char)tolower((unsigned char)route->method[i]);
    return yyjson_obj_get(yyjson_obj_get(yyjson_obj_get(root, "paths"), route->path), method);
}

static void assets_are_whole(void **state)
{
    (void)state;
    assert_ptr_equal(rt_asset_page.bytes.at, rt_page_text);
    assert_int_equal(rt_asset_page.bytes.len, rt_page_text_end - rt_page_text);
    assert_int_equal(rt_asset_openapi.bytes.len, rt_openapi_text_end - rt_openapi_text);
    assert_non_null(strstr(rt_asset_page.policy, "default-src 'none'"));
    assert_null(strstr(rt_asset_page.policy, "unsafe"));
}

static void each_route_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < rt_route_count; i++)
        if (!operation_of(&rt_routes[i]))
            fail_msg("%s %s is not in openapi.json", rt_routes[i].method, rt_routes[i].path);
}

static void nothing_else_is_described(void **state)
{
    (void)state;
    size_t i, n, k, m, count = 0;
    yyjson_val *path, *item, *method, *operation;
    yyjson_obj_foreach(yyjson_obj_get(root, "paths"), i, n, path, item)
    {
        yyjson_obj_foreach(item, k, m, method, operation)
        {
            bool found = false;
            for (size_t r = 0; r < rt_route_count; r++)
                found |= operation_of(&rt_routes[r]) == operation;
            if (!found)
                fail_msg("%s %s has no route", yyjson_get_str(method), yyjson_get_str(path));
            count++;
        }
    }
    assert_int_equal(count, rt_route_count);
}

static void assert_types(const struct rt_route *route, const char *const *types,
                         yyjson_val *content)
{
    for (; types && *types; types++)
        if (!yyjson_obj_get(content, *types))
            fail_msg("%s %s: %s is not in openapi.json", route->method, route->path, *types);
}

static void types_and_keys_are_those_of_the_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < rt_route_count; i++) {
        const struct rt_route *route = &rt_routes[i];
        yyjson_val *operation = operation_of(route);
        yyjson_val *body = yyjson_obj_get(operation, "requestBody");
        yyjson_val *responses = yyjson_obj_get(operation, "responses");
        yyjson_val *ok = yyjson_obj_get(responses, "200");
        assert_types(route, route->takes, yyjson_obj_get(body, "content"));
        assert_types(route, route->answers, yyjson_obj_get(ok, "content"));
        assert_int_equal(body != NULL, route->takes != NULL);
        assert_int_equal(yyjson_obj_get(operation, "security") != NULL, route->open);
        assert_int_equal(yyjson_obj_get(responses, "401") != NULL, !route->open);
        assert_int_equal(yyjson_obj_get(responses, "429") != NULL, route->heavy);
    }
}

static bool lists(yyjson_val *array, const char *text)
{
    size_t i, n;
    yyjson_val *one;
    yyjson_arr_foreach(array, i, n, one)
    {
        if (yyjson_equals_str(one, text))
            return true;
    }
    return false;
}

/* Each code, and each example's title, status and retryable. */
static void problems_are_those_of_the_tables(void **state)
{
    (void)state;
    size_t i, n;
    yyjson_val *problem, *key;
    rt_text text = { NULL, 0 };
    assert_int_equal(rt_problem_list(&text, NULL), RT_OK);
    yyjson_doc *list = yyjson_read(text.at, text.len, 0);
    yyjson_val *components = yyjson_obj_get(root, "components");
    yyjson_val *codes = yyjson_ptr_get(components, "/schemas/Code/enum");
    yyjson_val *examples = yyjson_obj_get(components, "examples"), *example;
    yyjson_arr_foreach(yyjson_doc_get_root(list), i, n, problem)
    {
        const char *code = yyjson_get_str(yyjson_obj_get(problem, "code"));
        if (!lists(codes, code))
            fail_msg("%s is not in openapi.json", code);
        example = yyjson_obj_get(yyjson_obj_get(examples, code), "value");
        if (!example)
            assert_string_equal(code, "invalid_setting"); /* a service with one does not start */
        for (const char *const *name =
                 (const char *const[]){ "title", "status", "retryable", NULL };
             example && *name; name++)
            if (!yyjson_equals(yyjson_obj_get(example, *name), yyjson_obj_get(problem, *name)))
                fail_msg("%s: %s differs in openapi.json", code, *name);
    }
    assert_int_equal(yyjson_arr_size(codes), n);
    yyjson_obj_foreach(examples, i, n, key, example)
    {
        assert_true(lists(codes, yyjson_get_str(key)));
    }
    yyjson_doc_free(list);
    rt_text_free(&text);
}

static void documents_have_the_fields_of_the_table(void **state)
{
    (void)state;
    yyjson_val *schema = yyjson_ptr_get(root, "/components/schemas/Document");
    yyjson_val *required = yyjson_obj_get(schema, "required");
    size_t count = 0;
#define RT_FIELD(kind, field, wit)                                                                 \
    assert_true(lists(required, #field));                                                          \
    assert_non_null(yyjson_obj_get(yyjson_obj_get(schema, "properties"), #field));                 \
    count++;
#include "tables/content.def"
#undef RT_FIELD
    assert_int_equal(yyjson_arr_size(required), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(assets_are_whole),
        cmocka_unit_test(each_route_is_described),
        cmocka_unit_test(nothing_else_is_described),
        cmocka_unit_test(types_and_keys_are_those_of_the_table),
        cmocka_unit_test(problems_are_those_of_the_tables),
        cmocka_unit_test(documents_have_the_fields_of_the_table),
    };
    return cmocka_run_group_tests(tests, read_it, free_it);
}

/* Problem documents: each row of the three tables makes one. */
#include "service/metrics.h"
#include "service/problem.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

static void check(struct rt_problem problem, const char *detail)
{
    rt_text text;
    assert_int_equal(rt_problem_json(&problem, rt_str_from_c(detail), "id-1", &text, NULL), RT_OK);
    yyjson_doc *doc = yyjson_read(text.at, text.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    char type[128] = "/problems#";
    strncat(type, problem.code, 64);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "type")), type);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "title")), problem.title);
    assert_int_equal(yyjson_get_int(yyjson_obj_get(root, "status")), problem.http);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "instance")), "id-1");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "code")), problem.code);
    assert_int_equal(yyjson_get_bool(yyjson_obj_get(root, "retryable")), problem.retryable);
    if (detail)
        assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "detail")), detail);
    else
        assert_null(yyjson_obj_get(root, "detail"));
    yyjson_doc_free(doc);
    rt_text_free(&text);
    assert_in_range(problem.http, 400, 504);
    if (problem.http == 429 || problem.http == 503)
        assert_true(problem.retry_after > 0 && problem.retryable);
}

static void every_row_makes_one(void **state)
{
    (void)state;
    for (enum rt_problem_kind k = 0; k < RT_PROBLEMS; k++)
        check(rt_problem_of(k), NULL);
    for (rt_status s = RT_OK + 1; strcmp(rt_status_label(s), "unknown") != 0; s++)
        check(rt_problem_of_status(s), "what was \"given\"\n");
    for (enum rt_fetch_failure f = RT_FETCH_NONE + 1; f < RT_FETCH_FAILURES; f++)
        check(rt_problem_of_fetch(f), NULL);
}

/* A code means one thing, wherever it comes from. */
static void codes_are_told_apart(void **state)
{
    (void)state;
    rt_text text;
    assert_int_equal(rt_problem_list(&text, NULL), RT_OK);
    yyjson_doc *doc = yyjson_read(text.at, text.len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    for (size_t i = 0; i < yyjson_arr_size(root); i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(
                yyjson_get_str(yyjson_obj_get(yyjson_arr_get(root, i), "code")),
                yyjson_get_str(yyjson_obj_get(yyjson_arr_get(root, j), "code")));
    yyjson_doc_free(doc);
    rt_text_free(&text);
    for (enum rt_fetch_failure f = RT_FETCH_NONE + 1; f < RT_FETCH_FAILURES; f++)
        for (rt_status s = RT_OK + 1; strcmp(rt_status_label(s), "unknown") != 0; s++)
            if (strcmp(rt_problem_of_fetch(f).code, rt_status_label(s)) == 0)
                assert_int_equal(rt_problem_of_fetch(f).http, rt_status_http(s));
}

/* The metrics know the status as itself, and not as one of those that count as 500. */
static void each_is_counted_as_what_it_is(void **state)
{
    (void)state;
    const char *const routes[] = { "/a" };
    const uint64_t values[RT_SERVICE_METRICS] = { 0 };
    const struct rt_fetch_counts fetches = { 0 };
    rt_text list, text = { NULL, 0 };
    size_t i, count;
    yyjson_val *problem;
    struct rt_service_metrics *metrics = rt_service_metrics_open(routes, 1);
    assert_int_equal(rt_problem_list(&list, NULL), RT_OK);
    yyjson_doc *doc = yyjson_read(list.at, list.len, 0);
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, problem)
    {
        int status = yyjson_get_int(yyjson_obj_get(problem, "status"));
        rt_service_metrics_observe(metrics, 0, status, 1);
    }
    assert_int_equal(
        rt_service_metrics_write(metrics, values, &fetches, RT_METRICS_TEXT, &text, NULL), RT_OK);
    yyjson_arr_foreach(yyjson_doc_get_root(doc), i, count, problem)
    {
        char label[32];
        int status = yyjson_get_int(yyjson_obj_get(problem, "status"));
        snprintf(label, sizeof label, "code=\"%d\"", status);
        assert_non_null(strstr(text.at, label));
    }
    yyjson_doc_free(doc);
    rt_text_free(&list);
    rt_text_free(&text);
    rt_service_metrics_close(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_row_makes_one),
                                        cmocka_unit_test(codes_are_told_apart),
                                        cmocka_unit_test(each_is_counted_as_what_it_is) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

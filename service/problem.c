/* Three tables of outcomes become one kind of answer. */
#include "service/problem.h"

#include "base/str.h"
#include "service/json.h"

#include <stdio.h>

enum { RETRY_AFTER_S = 1 };

static const struct rt_problem problems[RT_PROBLEMS] = {
#define RT_PROBLEM(NAME, code, http, retryable, title)                                             \
    [RT_PROBLEM_##NAME] = { http, code, title, retryable, retryable ? RETRY_AFTER_S : 0 },
#include "service/problems.def"
#undef RT_PROBLEM
};

struct fetch_row {
    const char *code, *title;
    bool retryable;
};

static const struct fetch_row fetch_rows[RT_FETCH_FAILURES] = {
#define RT_FETCH_FAILURE(name, label, retryable, text)                                             \
    [RT_FETCH_##name] = { label, text, retryable },
#include "tables/fetch_failures.def"
#undef RT_FETCH_FAILURE
};

/* What cannot be had at all is the request's fault, what could not be had is the other server's. */
static const int fetch_http[] = {
    [RT_FETCH_NONE] = 200,
    [RT_FETCH_INVALID_URL] = 422,
    [RT_FETCH_FORBIDDEN_ADDRESS] = 422,
    [RT_FETCH_ROBOTS] = 422,
    [RT_FETCH_DNS] = 502,
    [RT_FETCH_CONNECT] = 502,
    [RT_FETCH_TLS] = 502,
    [RT_FETCH_TIMEOUT] = 504,
    [RT_FETCH_TOO_SLOW] = 504,
    [RT_FETCH_TOO_LARGE] = 413,
    [RT_FETCH_HEADERS_TOO_LARGE] = 502,
    [RT_FETCH_BAD_ENCODING] = 502,
    [RT_FETCH_REDIRECTS] = 502,
    [RT_FETCH_BAD_REDIRECT] = 502,
    [RT_FETCH_CONTENT_TYPE] = 422,
    [RT_FETCH_HTTP_CLIENT] = 502,
    [RT_FETCH_HTTP_BUSY] = 502,
    [RT_FETCH_HTTP_SERVER] = 502,
    [RT_FETCH_PROTOCOL] = 502,
    [RT_FETCH_CANCELLED] = 503,
    [RT_FETCH_NO_MEMORY] = 503,
};

struct rt_problem rt_problem_of(enum rt_problem_kind kind) { return problems[kind]; }

struct rt_problem rt_problem_of_status(rt_status status)
{
    int http = rt_status_http(status);
    return (struct rt_problem){ http, rt_status_label(status), rt_status_text(status),
                                rt_status_is_retryable(status), http == 503 ? RETRY_AFTER_S : 0 };
}

struct rt_problem rt_problem_of_fetch(enum rt_fetch_failure failure)
{
    _Static_assert(sizeof fetch_http / sizeof *fetch_http == RT_FETCH_FAILURES,
                   "each row of tables/fetch_failures.def needs its HTTP status");
    const struct fetch_row *row = &fetch_rows[failure];
    int http = fetch_http[failure] ? fetch_http[failure] : 502;
    return (struct rt_problem){ http, row->code, row->title, row->retryable,
                                http == 503 ? RETRY_AFTER_S : 0 };
}

static void describe(struct rt_net_json *json, yyjson_mut_val *object,
                     const struct rt_problem *problem)
{
    rt_json_put_text(json, object, "title", rt_str_from_c(problem->title));
    rt_json_put_uint(json, object, "status", (uint64_t)problem->http);
}

rt_status rt_problem_json(const struct rt_problem *problem, rt_str detail, const char *instance,
                          rt_text *out, rt_error *err)
{
    struct rt_net_json json;
    char type[96];
    snprintf(type, sizeof type, "/problems#%s", problem->code);
    rt_net_json_open(&json, &rt_alloc_heap);
    yyjson_mut_val *root = rt_net_json_object(&json);
    rt_json_put_text(&json, root, "type", rt_str_from_c(type));
    describe(&json, root, problem);
    if (detail.len > 0)
        rt_json_put_text(&json, root, "detail", detail);
    rt_json_put_text(&json, root, "instance", rt_str_from_c(instance));
    rt_json_put_text(&json, root, "code", rt_str_from_c(problem->code));
    rt_json_put_bool(&json, root, "retryable", problem->retryable);
    return rt_net_json_close(&json, root, out, err);
}

static void list_one(struct rt_net_json *json, yyjson_mut_val *array,
                     const struct rt_problem *problem)
{
    yyjson_mut_val *object = rt_net_json_object(json);
    rt_json_put_text(json, object, "code", rt_str_from_c(problem->code));
    describe(json, object, problem);
    rt_json_put_bool(json, object, "retryable", problem->retryable);
    rt_net_json_append(json, array, object);
}

/* Some codes are in both tables, with the same meaning. */
static bool is_status(const char *code)
{
    for (rt_status s = RT_OK; strcmp(rt_status_label(s), "unknown") != 0; s++)
        if (strcmp(rt_status_label(s), code) == 0)
            return true;
    return false;
}

rt_status rt_problem_list(rt_text *out, rt_error *err)
{
    struct rt_net_json json;
    rt_net_json_open(&json, &rt_alloc_heap);
    yyjson_mut_val *root = rt_net_json_array(&json);
    for (enum rt_problem_kind k = 0; k < RT_PROBLEMS; k++)
        list_one(&json, root, &problems[k]);
    for (rt_status s = RT_OK + 1; strcmp(rt_status_label(s), "unknown") != 0; s++) {
        struct rt_problem problem = rt_problem_of_status(s);
        list_one(&json, root, &problem);
    }
    for (enum rt_fetch_failure f = RT_FETCH_NONE + 1; f < RT_FETCH_FAILURES; f++) {
        struct rt_problem problem = rt_problem_of_fetch(f);
        if (!is_status(problem.code))
            list_one(&json, root, &problem);
    }
    return rt_net_json_close(&json, root, out, err);
}

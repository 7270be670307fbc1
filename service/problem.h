#ifndef RT_SERVICE_PROBLEM_H
#define RT_SERVICE_PROBLEM_H

#include "net/fetch.h"

/* Problem documents, RFC 9457: what an answer that is no success says.  Pure. */
enum rt_problem_kind {
#define RT_PROBLEM(NAME, ...) RT_PROBLEM_##NAME,
#include "service/problems.def"
#undef RT_PROBLEM
    RT_PROBLEMS
};

struct rt_problem {
    int http;
    const char *code, *title; /* (borrowed, static) */
    bool retryable;
    unsigned retry_after; /* seconds; 0: not told */
};

struct rt_problem rt_problem_of(enum rt_problem_kind kind);
struct rt_problem rt_problem_of_status(rt_status status);
struct rt_problem rt_problem_of_fetch(enum rt_fetch_failure failure);

/* {"type", "title", "status", "detail", "instance", "code", "retryable"}: detail is for people,
 * absent or empty: left out; instance is the request's id.  *out (owned) rt_text_free(). */
rt_status rt_problem_json(const struct rt_problem *problem, rt_str detail, const char *instance,
                          rt_text *out, rt_error *err);

/* All of them, as the type URIs point to: a JSON array of {"code", "title", "status", "retryable"}.
 * *out (owned). */
rt_status rt_problem_list(rt_text *out, rt_error *err);

#endif

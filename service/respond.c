/* Answers, in the forms that they come in. */
#include "service/inside.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#include <stdio.h>

static void free_bytes(void *bytes) { rt_alloc_resize(&rt_alloc_heap, bytes, 0); }

void rt_respond_text(struct rt_exchange *x, int status, const char *type, rt_text *text)
{
    rt_text taken = *text;
    *text = (rt_text){ NULL, 0 };
    rt_exchange_answer(x, status, type, (rt_str){ taken.at, taken.len }, free_bytes, taken.at);
}

void rt_respond_str(struct rt_exchange *x, int status, const char *type, rt_str text)
{
    rt_exchange_answer(x, status, type, text, NULL, NULL);
}

/* What a client sent may be quoted in it, and cut within a character. */
static rt_str legible(struct rt_exchange *x, rt_str detail)
{
    if (rt_utf8_check(detail) == detail.len)
        return detail;
    rt_str copy = rt_arena_copy(rt_exchange_arena(x), detail);
    char *at;
    memcpy(&at, &copy.at, sizeof at); /* ours */
    if (at)
        rt_utf8_mend(at, copy.len);
    return copy;
}

void rt_respond_problem(struct rt_exchange *x, const struct rt_problem *problem, rt_str detail)
{
    static const char type[] = "application/problem+json";
    struct rt_visit *visit = rt_visit_of(x);
    rt_text text = { NULL, 0 };
    char seconds[16];
    visit->outcome = problem->code;
    detail = legible(x, detail);
    if (problem->retry_after) {
        int n = snprintf(seconds, sizeof seconds, "%u", problem->retry_after);
        rt_str copy = rt_arena_copy(rt_exchange_arena(x), (rt_str){ seconds, (size_t)n });
        rt_exchange_add_header(x, "Retry-After", copy.at);
    }
    if (rt_problem_json(problem, detail, visit->request_id, &text, NULL) == RT_OK)
        rt_respond_text(x, problem->http, type, &text);
    else
        rt_respond_str(x, 503, type,
                       RT_LIT("{\"type\":\"/problems#no_memory\",\"status\":503,"
                              "\"title\":\"the host ran out of memory\",\"code\":\"no_memory\","
                              "\"retryable\":true}"));
}

rt_status rt_respond_room(struct rt_exchange *x, uint64_t bytes, rt_error *err)
{
    if (rt_exchange_take_room(x, bytes))
        return RT_OK;
    return rt_fail(err, RT_NO_MEMORY,
                   "there is no room for the result now: too many were not taken yet");
}

void rt_respond_kind(struct rt_exchange *x, enum rt_problem_kind kind, const char *detail)
{
    struct rt_problem problem = rt_problem_of(kind);
    rt_respond_problem(x, &problem, rt_str_from_c(detail));
}

void rt_respond_error(struct rt_exchange *x, const rt_error *err)
{
    struct rt_problem problem = rt_problem_of_status(err->status);
    rt_respond_problem(x, &problem, rt_str_from_c(err->message));
}

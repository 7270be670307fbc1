/* POST /extract: one page, from the body or from an address, in the form that the client likes.
 *
 * The event thread reads the query and lets the request in; a worker reads the body and extracts.
 * Where the page has to be fetched the worker goes on to other work until it is there. */
#include "service/form.h"
#include "service/inside.h"
#include "service/page.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "net/clock.h"
#include "net/media_type.h"

static const char page_type[] = "text/html; charset=utf-8";

enum form { JSON, MARKDOWN, TEXT }; /* in the order of the route's answers */

/* In the exchange's arena. */
struct extract {
    struct rt_job job;
    struct rt_exchange *x;
    struct rt_service *service;
    rt_cancel *stop;
    struct rt_page_options options;
    rt_error early; /* what the query says is wrong */
    rt_str url, charset;
    bool is_json, is_form, was_fetched;
    rt_str html;     /* of the body; absent: to be fetched */
    yyjson_doc *doc; /* that url and html are in, or NULL */
    struct rt_fetched fetched;
};

static struct extract *of_job(struct rt_job *job)
{
    return (struct extract *)((char *)job - offsetof(struct extract, job));
}

/* ---- the answer: the last that is done with an extract ------------------------------------------
 */

static void leave(struct extract *e)
{
    yyjson_doc_free(e->doc);
    if (e->was_fetched)
        rt_fetched_free(&e->fetched);
    rt_work_release(e->service->work);
}

static void answer_problem(struct extract *e, const struct rt_problem *problem, rt_str detail)
{
    struct rt_exchange *x = e->x;
    struct rt_visit *visit = rt_visit_of(x);
    rt_str page = { NULL, 0 };
    if (e->is_form)
        page = rt_form_problem(problem, detail, visit->request_id, rt_exchange_arena(x));
    leave(e);
    if (page.at) {
        visit->outcome = problem->code;
        rt_respond_str(x, problem->http, page_type, page);
    } else {
        rt_respond_problem(x, problem, detail);
    }
}

static void fail(struct extract *e, const rt_error *err)
{
    struct rt_problem problem = rt_problem_of_status(err->status);
    answer_problem(e, &problem, rt_str_from_c(err->message));
}

static void fail_fetch(struct extract *e)
{
    struct rt_problem problem = rt_problem_of_fetch(e->fetched.failure);
    rt_str detail = rt_arena_copy(rt_exchange_arena(e->x), rt_str_from_c(e->fetched.message));
    answer_problem(e, &problem, detail);
}

static void free_result(void *result) { rt_result_free(result); }

static uint64_t size_of_list(rt_str_list list)
{
    uint64_t size = 0;
    for (size_t i = 0; i < list.len; i++)
        size += list.at[i].len + sizeof(rt_str);
    return size;
}

/* What may be large of it. */
static uint64_t size_of(const rt_content *content)
{
    return content->markdown.len + content->text.len + size_of_list(content->links) +
           size_of_list(content->media);
}

/* Markdown and text are sent out of the result. */
static void answer_slice(struct extract *e, rt_result *result, enum form form)
{
    const rt_content *content = rt_result_content(result);
    struct rt_exchange *x = e->x;
    rt_error err;
    if (rt_respond_room(x, size_of(content), &err) != RT_OK) {
        rt_result_free(result);
        fail(e, &err);
        return;
    }
    leave(e);
    if (form == MARKDOWN)
        rt_exchange_answer(x, 200, "text/markdown; charset=utf-8", content->markdown, free_result,
                           result);
    else
        rt_exchange_answer(x, 200, "text/plain; charset=utf-8", content->text, free_result, result);
}

static void answer_form(struct extract *e, rt_result *result)
{
    struct rt_exchange *x = e->x;
    rt_error err;
    rt_str page =
        rt_form_answer(rt_result_content(result), rt_result_stats(result), rt_exchange_arena(x));
    rt_result_free(result);
    rt_status s = page.at ? rt_respond_room(x, page.len, &err)
                          : rt_fail(&err, RT_NO_MEMORY, "no memory for the answer");
    if (s != RT_OK) {
        fail(e, &err);
        return;
    }
    leave(e);
    rt_respond_str(x, 200, page_type, page);
}

static void answer(struct extract *e, rt_result *result)
{
    struct rt_exchange *x = e->x;
    enum form form = (enum form)rt_visit_of(x)->offer;
    rt_text text = { NULL, 0 };
    rt_error err;
    if (e->is_form) {
        answer_form(e, result);
        return;
    }
    if (form != JSON) {
        answer_slice(e, result, form);
        return;
    }
    rt_status s =
        rt_page_json(result, e->options.stats, e->was_fetched ? &e->fetched : NULL, &text, &err);
    rt_result_free(result);
    if (s == RT_OK)
        s = rt_respond_room(x, text.len, &err);
    if (s != RT_OK) {
        rt_text_free(&text);
        fail(e, &err);
        return;
    }
    leave(e);
    rt_respond_text(x, 200, "application/json", &text);
}

static void extract_page(struct extract *e, rt_str bytes, rt_str charset, bool is_utf8, rt_str url)
{
    const struct rt_page page = {
        .bytes = bytes,
        .charset = charset,
        .is_utf8 = is_utf8,
        .url = url,
        .options = &e->options,
        .began_ns = rt_exchange_began_ns(e->x),
        .cancel = e->stop,
        .traceparent = rt_visit_of(e->x)->traceparent,
    };
    rt_result *result;
    rt_error err;
    if (rt_page_extract(e->service->engine, &page, &result, &err) == RT_OK)
        answer(e, result);
    else
        fail(e, &err);
}

/* ---- a page from elsewhere ----------------------------------------------------------------------
 */

static void extract_fetched(struct rt_job *job)
{
    struct extract *e = of_job(job);
    const struct rt_fetched *f = &e->fetched;
    if (f->failure != RT_FETCH_NONE) {
        fail_fetch(e);
        return;
    }
    rt_str url = { f->final_url.at, f->final_url.len };
    extract_page(e, (rt_str){ f->body.at ? f->body.at : "", f->body.len },
                 *f->charset ? rt_str_from_c(f->charset) : (rt_str){ NULL, 0 }, false,
                 url.len ? url : e->url);
}

static void take_fetched(void *ctx, struct rt_fetched *fetched)
{
    struct extract *e = ctx;
    e->fetched = *fetched;
    e->was_fetched = true;
    e->job.run = extract_fetched;
    rt_work_submit(e->service->work, &e->job);
}

static void fetch(struct extract *e)
{
    struct rt_fetch_request request = {
        .url = e->url, .cancel = e->stop, .done = take_fetched, .ctx = e
    };
    rt_error err;
    memcpy(request.owner, rt_visit_of(e->x)->client, sizeof request.owner);
    rt_status s = rt_page_check(e->service->engine, &e->options, e->url, &err);
    if (s == RT_OK)
        s = rt_page_time_left(&e->options, rt_exchange_began_ns(e->x), &request.timeout_ms, &err);
    if (s == RT_OK)
        s = rt_fetcher_ask(e->service->fetcher, &request, &err);
    if (s != RT_OK)
        fail(e, &err);
}

/* ---- the request --------------------------------------------------------------------------------
 */

static rt_status take_member(struct extract *e, rt_str name, yyjson_val *value, rt_error *err)
{
    bool known = false;
    rt_str text = { yyjson_get_str(value), yyjson_get_len(value) };
    rt_str *place = rt_str_eq(name, RT_LIT("url"))    ? &e->url
                    : rt_str_eq(name, RT_LIT("html")) ? &e->html
                                                      : NULL;
    if (place && !text.at)
        return rt_fail(err, RT_INVALID_ARGUMENT, "%.*s: expected a string", RT_SHOW(name));
    if (place) {
        *place = text;
        return RT_OK;
    }
    rt_status s = rt_page_options_member(&e->options, name, value, &known, err);
    if (s == RT_OK && !known)
        s = rt_fail(err, RT_INVALID_ARGUMENT,
                    "\"%.*s\": expected html, url, mode, selectors, timeout_ms or stats",
                    RT_SHOW(name));
    return s;
}

static rt_status read_json(struct extract *e, rt_error *err)
{
    size_t i, count;
    yyjson_val *name, *value;
    rt_status s = rt_read_object(rt_exchange_body(e->x), &e->doc, err);
    if (s != RT_OK)
        return s;
    yyjson_obj_foreach(yyjson_doc_get_root(e->doc), i, count, name, value)
    {
        s = take_member(e, (rt_str){ yyjson_get_str(name), yyjson_get_len(name) }, value, err);
        if (s != RT_OK)
            return s;
    }
    if (!e->html.at && !e->url.at)
        return rt_fail(err, RT_INVALID_ARGUMENT, "expected a member html or url");
    return RT_OK;
}

static rt_status read_form(struct extract *e, rt_error *err)
{
    struct rt_form form;
    struct rt_arena *arena = rt_exchange_arena(e->x);
    rt_status s = rt_form_read(rt_exchange_body(e->x), arena, &e->options, &form, err);
    e->url = form.url;
    e->html = form.html;
    return s;
}

static rt_status read_request(struct extract *e, rt_error *err)
{
    rt_status s = e->early.status;
    if (s != RT_OK)
        *err = e->early;
    else
        s = rt_service_check_wait(e->service, &e->job, err);
    if (s == RT_OK && e->is_json)
        s = read_json(e, err);
    if (s == RT_OK && e->is_form)
        s = read_form(e, err);
    if (s == RT_OK && !e->is_json && !e->is_form)
        e->html = rt_exchange_body(e->x);
    return s == RT_OK ? rt_page_options_complete(&e->options, err) : s;
}

static void run(struct rt_job *job)
{
    struct extract *e = of_job(job);
    rt_error err;
    if (read_request(e, &err) != RT_OK) {
        fail(e, &err);
        return;
    }
    struct rt_visit *visit = rt_visit_of(e->x);
    rt_log_url(e->url, visit->url, sizeof visit->url);
    if (e->html.at)
        extract_page(e, e->html, e->charset, e->is_json || e->is_form,
                     e->url.at ? e->url : RT_LIT(RT_PAGE_NO_URL));
    else
        fetch(e);
}

static bool take_query(void *ctx, rt_str name, rt_str value)
{
    struct extract *e = ctx;
    bool known = true;
    if (rt_utf8_check(value) != value.len)
        e->early.status =
            rt_fail(&e->early, RT_INVALID_ARGUMENT, "%.*s: expected UTF-8", RT_SHOW(name));
    else if (rt_str_eq(name, RT_LIT("url")))
        e->url = rt_arena_copy(rt_exchange_arena(e->x), value);
    else
        e->early.status = rt_page_options_query(&e->options, name, value, &known, &e->early);
    if (!known)
        e->early.status =
            rt_fail(&e->early, RT_INVALID_ARGUMENT,
                    "?%.*s=: expected url, mode, selector, timeout_ms or stats", RT_SHOW(name));
    return e->early.status == RT_OK;
}

void rt_handle_extract(struct rt_exchange *x)
{
    struct rt_media_type type = rt_media_type_parse(rt_exchange_header(x, "Content-Type"));
    struct extract *e = rt_arena_zeroed(rt_exchange_arena(x), 1, sizeof *e);
    if (!e) {
        rt_respond_error(x, &(rt_error){ .status = RT_NO_MEMORY });
        return;
    }
    e->x = x;
    e->service = rt_visit_of(x)->service;
    e->job.run = run;
    e->is_json = rt_str_eq_nocase(type.name, RT_LIT("application/json"));
    e->is_form = rt_str_eq_nocase(type.name, RT_LIT(RT_FORM_TYPE));
    e->charset = rt_arena_copy(rt_exchange_arena(x), type.charset);
    rt_page_options_init(&e->options, rt_exchange_arena(x));
    rt_exchange_query(x, take_query, e);
    if (e->is_form &&
        !rt_form_is_ours(rt_exchange_header(x, "Sec-Fetch-Site"), rt_exchange_header(x, "Origin"),
                         rt_exchange_header(x, "Host")))
        e->early.status =
            rt_fail(&e->early, RT_INVALID_ARGUMENT, "the form was sent by a page of another site");
    e->stop = rt_service_admit(x);
    if (e->stop)
        rt_work_submit(e->service->work, &e->job);
}

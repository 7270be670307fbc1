/* POST /crawl: up to 100 pages by their addresses, some of them at a time, as one JSON object in
 * the order that was asked for, or as lines of JSON as they come.
 *
 * Each page is fetched on the fetcher's thread and extracted by a worker; whichever ends one begins
 * the next, unless the client has much to take still: then it is begun once that is taken.  The one
 * that ends the last page answers.  A client that hangs up triggers the cancel that all fetches and
 * calls share: the rest then ends at once, and nobody is told. */
#include "service/crawl.h"

#include "base/error.h"
#include "base/str.h"
#include "net/clock.h"
#include "service/json.h"

/* Bytes of lines that wait for one before them: with more no page is begun, since that one runs. */
static const uint64_t KEPT_MAX = 4 << 20;

static struct rt_crawl_page *of_job(struct rt_job *job)
{
    return (struct rt_crawl_page *)((char *)job - offsetof(struct rt_crawl_page, job));
}

/* ---- the end ------------------------------------------------------------------------------------
 */

static void leave(struct rt_crawl *crawl)
{
    for (size_t i = 0; i < crawl->count; i++)
        rt_text_free(&crawl->pages[i].json);
    yyjson_doc_free(crawl->doc);
    pthread_mutex_destroy(&crawl->lock);
    rt_work_release(crawl->service->work);
}

static void fail(struct rt_crawl *crawl, const rt_error *err)
{
    struct rt_exchange *x = crawl->x;
    leave(crawl);
    rt_respond_error(x, err);
}

static void end(struct rt_crawl *crawl)
{
    struct rt_exchange *x = crawl->x;
    rt_text text = { NULL, 0 };
    rt_error err;
    if (crawl->is_stream) {
        bool whole = !crawl->torn;
        leave(crawl);
        rt_exchange_finish(x, whole);
    } else if (rt_crawl_json(crawl, &text, &err) == RT_OK) {
        leave(crawl);
        rt_respond_text(x, 200, "application/json", &text);
    } else {
        fail(crawl, &err);
    }
}

/* ---- one page -----------------------------------------------------------------------------------
 */

static void begin_more(struct rt_crawl *crawl);

static void send_line(struct rt_crawl_page *page)
{
    struct rt_crawl *crawl = page->crawl;
    crawl->torn |= !page->json.at || !rt_exchange_send(crawl->x, &page->json, page->room);
}

/* A line for each page: in the order of the request if that is wanted.  With the lock held, so that
 * lines do not overtake each other. */
static void send_ready(struct rt_crawl *crawl, struct rt_crawl_page *page)
{
    if (!crawl->is_stream)
        return;
    page->ready = true;
    if (!crawl->ordered) {
        send_line(page);
        return;
    }
    crawl->kept += page->json.len;
    for (; crawl->sent < crawl->count && crawl->pages[crawl->sent].ready; crawl->sent++) {
        struct rt_crawl_page *next = &crawl->pages[crawl->sent];
        crawl->kept -= next->json.len;
        send_line(next);
    }
}

/* Each page is a part of the crawl, and the beginning is one: who has a part left may touch it. */
static void end_part(struct rt_crawl *crawl)
{
    pthread_mutex_lock(&crawl->lock);
    bool last = --crawl->parts == 0;
    pthread_mutex_unlock(&crawl->lock);
    if (last)
        end(crawl);
}

static void hand_over(struct rt_crawl_page *page)
{
    struct rt_crawl *crawl = page->crawl;
    pthread_mutex_lock(&crawl->lock);
    send_ready(crawl, page);
    crawl->running--;
    pthread_mutex_unlock(&crawl->lock);
}

static void finish_page(struct rt_crawl_page *page)
{
    hand_over(page);
    begin_more(page->crawl);
    end_part(page->crawl);
}

static void run_page(struct rt_job *job)
{
    struct rt_crawl_page *page = of_job(job);
    struct rt_crawl *crawl = page->crawl;
    const struct rt_fetched *f = &page->fetched;
    rt_result *result = NULL;
    rt_error err = { RT_OK, "" };
    if (f->failure == RT_FETCH_NONE && page->refused.status == RT_OK) {
        rt_str url = { f->final_url.at, f->final_url.len };
        const struct rt_page what = {
            .bytes = { f->body.at ? f->body.at : "", f->body.len },
            .charset = *f->charset ? rt_str_from_c(f->charset) : (rt_str){ NULL, 0 },
            .url = url.len ? url : page->url,
            .options = &crawl->options,
            .began_ns = page->began_ns,
            .cancel = crawl->stop,
            .traceparent = rt_visit_of(crawl->x)->traceparent,
        };
        rt_page_extract(crawl->service->engine, &what, &result, &err);
    }
    rt_crawl_page_json(page, result, &err);
    rt_result_free(result);
    rt_fetched_free(&page->fetched);
    finish_page(page);
}

static void take_fetched(void *ctx, struct rt_fetched *fetched)
{
    struct rt_crawl_page *page = ctx;
    page->fetched = *fetched;
    rt_work_submit(page->crawl->service->work, &page->job);
}

static void begin_page(struct rt_crawl_page *page)
{
    struct rt_crawl *crawl = page->crawl;
    struct rt_fetch_request request = { .url = page->url,
                                        .timeout_ms = crawl->options.timeout_ms,
                                        .cancel = crawl->stop,
                                        .done = take_fetched,
                                        .ctx = page };
    page->job.run = run_page;
    memcpy(request.owner, rt_visit_of(crawl->x)->client, sizeof request.owner);
    rt_status s =
        rt_page_check(crawl->service->engine, &crawl->options, page->url, &page->refused);
    if (s == RT_OK)
        s = rt_fetcher_ask(crawl->service->fetcher, &request, &page->refused);
    if (s != RT_OK)
        rt_work_submit(crawl->service->work, &page->job);
}

/* Nobody waits for it any more: it ends as if it had been asked for. */
static void end_unasked(struct rt_crawl_page *page)
{
    static const char why[] = "nobody waits for the page any more";
    page->fetched.failure = RT_FETCH_CANCELLED;
    memcpy(page->fetched.message, why, sizeof why);
    rt_crawl_page_json(page, NULL, &(rt_error){ .status = RT_CANCELLED });
    hand_over(page);
    end_part(page->crawl);
}

static void go_on(struct rt_job *job)
{
    struct rt_crawl *crawl = (struct rt_crawl *)((char *)job - offsetof(struct rt_crawl, go_on));
    pthread_mutex_lock(&crawl->lock);
    crawl->waits = false;
    pthread_mutex_unlock(&crawl->lock);
    begin_more(crawl);
    end_part(crawl);
}

/* On an event thread, which has no time. */
static void submit_go_on(void *ctx)
{
    struct rt_crawl *crawl = ctx;
    rt_work_submit(crawl->service->work, &crawl->go_on);
}

/* With the lock held.  To wait is a part of the crawl, too. */
static bool is_held_up(struct rt_crawl *crawl)
{
    if (!crawl->is_stream || crawl->waits || crawl->kept > KEPT_MAX)
        return crawl->is_stream;
    crawl->go_on.run = go_on;
    crawl->waits = rt_exchange_waits(crawl->x, submit_go_on, crawl);
    crawl->parts += crawl->waits;
    return crawl->waits;
}

/* Asked without the lock: a page may be there before the fetcher has returned. */
static void begin_more(struct rt_crawl *crawl)
{
    for (;;) {
        struct rt_crawl_page *page = NULL;
        bool stopped = rt_cancel_is_triggered(crawl->stop);
        pthread_mutex_lock(&crawl->lock);
        if (crawl->begun < crawl->count &&
            (stopped || (crawl->running < crawl->window && !is_held_up(crawl)))) {
            page = &crawl->pages[crawl->begun++];
            page->began_ns = rt_net_now();
            crawl->running++;
        }
        pthread_mutex_unlock(&crawl->lock);
        if (!page)
            return;
        if (stopped)
            end_unasked(page);
        else
            begin_page(page);
    }
}

/* ---- the request --------------------------------------------------------------------------------
 */

static rt_status take_urls(struct rt_crawl *crawl, yyjson_val *urls, rt_error *err)
{
    size_t i, count;
    yyjson_val *url;
    size_t wanted = yyjson_arr_size(urls);
    if (wanted < 1 || wanted > RT_CRAWL_MAX)
        return rt_fail(err, RT_INVALID_ARGUMENT, "urls: expected an array of 1 to %d addresses",
                       (int)RT_CRAWL_MAX);
    crawl->pages = rt_arena_zeroed(rt_exchange_arena(crawl->x), wanted, sizeof *crawl->pages);
    if (!crawl->pages)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the crawl");
    crawl->count = wanted;
    yyjson_arr_foreach(urls, i, count, url)
    {
        if (!yyjson_is_str(url))
            return rt_fail(err, RT_INVALID_ARGUMENT, "urls[%zu]: expected a string", i);
        crawl->pages[i].crawl = crawl;
        crawl->pages[i].index = i;
        crawl->pages[i].url = (rt_str){ yyjson_get_str(url), yyjson_get_len(url) };
    }
    return RT_OK;
}

static rt_status take_options(struct rt_crawl *crawl, yyjson_val *options, rt_error *err)
{
    size_t i, count;
    yyjson_val *name, *value;
    if (!yyjson_is_obj(options))
        return rt_fail(err, RT_INVALID_ARGUMENT, "options: expected an object");
    yyjson_obj_foreach(options, i, count, name, value)
    {
        rt_str key = { yyjson_get_str(name), yyjson_get_len(name) };
        bool known = true;
        rt_status s = RT_OK;
        if (rt_str_eq(key, RT_LIT("ordered")))
            crawl->ordered = yyjson_get_bool(value);
        else
            s = rt_page_options_member(&crawl->options, key, value, &known, err);
        if (s != RT_OK)
            return s;
        if (!known || (rt_str_eq(key, RT_LIT("ordered")) && !yyjson_is_bool(value)))
            return rt_fail(err, RT_INVALID_ARGUMENT,
                           "options: \"%.*s\": expected mode, selectors, timeout_ms, stats, or "
                           "ordered as true or false",
                           RT_SHOW(key));
    }
    return rt_page_options_complete(&crawl->options, err);
}

static rt_status read_request(struct rt_crawl *crawl, rt_error *err)
{
    size_t i, count;
    yyjson_val *name, *value, *urls = NULL;
    rt_status s = rt_read_object(rt_exchange_body(crawl->x), &crawl->doc, err);
    if (s != RT_OK)
        return s;
    yyjson_obj_foreach(yyjson_doc_get_root(crawl->doc), i, count, name, value)
    {
        if (yyjson_equals_str(name, "urls"))
            urls = value;
        else if (yyjson_equals_str(name, "options"))
            s = take_options(crawl, value, err);
        else
            s = rt_fail(err, RT_INVALID_ARGUMENT, "\"%.120s\": expected urls or options",
                        yyjson_get_str(name));
        if (s != RT_OK)
            return s;
    }
    return take_urls(crawl, urls, err);
}

static void run(struct rt_job *job)
{
    struct rt_crawl *crawl = (struct rt_crawl *)((char *)job - offsetof(struct rt_crawl, job));
    rt_error err;
    rt_status s = rt_service_check_wait(crawl->service, job, &err);
    if (s == RT_OK)
        s = read_request(crawl, &err);
    if (s != RT_OK) {
        fail(crawl, &err);
        return;
    }
    if (crawl->is_stream)
        rt_exchange_stream(crawl->x, "application/x-ndjson");
    crawl->parts = crawl->count + 1;
    begin_more(crawl);
    end_part(crawl);
}

/* All that it may be told stands in the body. */
static bool refuse_argument(void *ctx, rt_str name, rt_str value)
{
    (void)value;
    rt_fail(ctx, RT_INVALID_ARGUMENT, "?%.*s=: expected options in the body only", RT_SHOW(name));
    return false;
}

void rt_handle_crawl(struct rt_exchange *x)
{
    struct rt_visit *visit = rt_visit_of(x);
    struct rt_crawl *crawl = rt_arena_zeroed(rt_exchange_arena(x), 1, sizeof *crawl);
    rt_error err = { .status = crawl ? RT_OK : RT_NO_MEMORY };
    if (crawl)
        rt_exchange_query(x, refuse_argument, &err);
    if (err.status != RT_OK) {
        rt_respond_error(x, &err);
        return;
    }
    crawl->x = x;
    crawl->service = visit->service;
    crawl->job.run = run;
    crawl->is_stream = visit->offer == 1;
    crawl->window = visit->service->rules.crawl_window;
    crawl->began_ns = rt_exchange_began_ns(x);
    pthread_mutex_init(&crawl->lock, NULL);
    rt_page_options_init(&crawl->options, rt_exchange_arena(x));
    crawl->stop = rt_service_admit(x);
    if (crawl->stop)
        rt_work_submit(crawl->service->work, &crawl->job);
    else
        pthread_mutex_destroy(&crawl->lock);
}

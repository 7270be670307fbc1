/* Jobs: their lists, their memory, and how they tell of their end. */
#include "net/fetcher.h"

#include "base/str.h"
#include "net/clock.h"
#include "net/media_type.h"

#include <stdio.h>

static const uint64_t MS = 1000000;

void rt_job_append(struct rt_job_list *list, struct rt_job *job)
{
    rt_job_remove(job);
    job->list = list;
    job->next = NULL;
    job->previous = list->last;
    *(list->last ? &list->last->next : &list->first) = job;
    list->last = job;
    list->len++;
}

void rt_job_remove(struct rt_job *job)
{
    struct rt_job_list *list = job->list;
    if (!list)
        return;
    *(job->previous ? &job->previous->next : &list->first) = job->next;
    *(job->next ? &job->next->previous : &list->last) = job->previous;
    list->len--;
    job->list = NULL;
}

static void job_free(const struct rt_fetcher *f, struct rt_job *job)
{
    if (job->transfer) {
        rt_transfer_close(job->transfer);
        rt_alloc_resize(f->setup.alloc, job->transfer, 0);
    }
    rt_web_url_close(&job->url);
    rt_holder_leave(job->holder);
    rt_alloc_resize(f->setup.alloc, job, 0); /* with the copy of the address */
}

struct rt_job *rt_job_new(struct rt_fetcher *f, const struct rt_fetch_request *request,
                          rt_str origin, const uint8_t owner[16])
{
    static const char path[] = "/robots.txt";
    rt_str head = request ? request->url : origin;
    size_t tail = request ? 0 : sizeof path - 1;
    struct rt_holder *holder = rt_shares_join(f->shares, owner);
    struct rt_job *job =
        holder ? rt_alloc_resize(f->setup.alloc, NULL, sizeof *job + head.len + tail + 1) : NULL;
    if (!job) {
        rt_holder_leave(holder);
        return NULL;
    }
    memset(job, 0, sizeof *job);
    job->holder = holder;
    char *url = (char *)(job + 1);
    if (head.len)
        memcpy(url, head.at, head.len);
    memcpy(url + head.len, path, tail);
    if (request)
        job->request = *request;
    memcpy(job->request.owner, owner, sizeof job->request.owner);
    job->request.url = (rt_str){ url, head.len + tail };
    job->is_robots = !request;
    job->limit_ms = f->rules.timeout_ms;
    if (request && request->timeout_ms && request->timeout_ms < job->limit_ms)
        job->limit_ms = request->timeout_ms;
    job->begin_ns = rt_net_now();
    job->deadline_ns =
        job->limit_ms < UINT64_MAX / MS / 2 ? job->begin_ns + job->limit_ms * MS : UINT64_MAX;
    return job;
}

/* The parts that are left out without memory are for people. */
static void describe(struct rt_fetcher *f, const struct rt_job *job, struct rt_fetched *out)
{
    rt_str url = rt_str_from_c(job->url.text);
    out->http_status = job->status;
    out->redirects = job->redirects;
    out->attempts = job->retried + 1;
    out->wire_bytes = job->wire;
    out->took_ns = rt_net_now() - job->begin_ns;
    out->final_url.at = rt_alloc_resize(f->setup.alloc, NULL, url.len + 1);
    if (!out->final_url.at)
        return;
    out->final_url.len = url.len;
    if (url.len)
        memcpy(out->final_url.at, url.at, url.len);
    out->final_url.at[url.len] = '\0';
}

static void keep_charset(struct rt_fetched *out, const char *type)
{
    rt_str charset = rt_media_type_parse(rt_str_from_c(type)).charset;
    if (charset.len < sizeof out->charset)
        snprintf(out->charset, sizeof out->charset, "%.*s", (int)charset.len,
                 charset.len ? charset.at : "");
}

static bool copy_body(struct rt_fetcher *f, rt_str body, struct rt_fetched *out)
{
    out->body.at = rt_alloc_resize(f->setup.alloc, NULL, body.len + 1);
    if (!out->body.at)
        return false;
    if (body.len)
        memcpy(out->body.at, body.at, body.len);
    out->body.at[body.len] = '\0';
    out->body.len = body.len;
    return true;
}

/* From now on the body counts as what it is, until it is freed. */
static void pass_share(struct rt_job *job, struct rt_fetched *out)
{
    out->holder = job->holder;
    out->held = out->body.len + 1;
    rt_holder_shrink(out->holder, job->transfer->held - out->held);
    job->transfer->held = 0;
    job->holder = NULL;
}

/* The page that came, or the one that is kept and still good. */
static bool take_page(struct rt_fetcher *f, struct rt_job *job, struct rt_fetched *out)
{
    struct rt_transfer *t = job->transfer;
    if (t->answer.status == 304) {
        const struct rt_kept_page *page = rt_store_find(&f->pages, rt_str_from_c(job->url.text));
        if (!page)
            return false;
        keep_charset(out, page->type);
        out->from_cache = copy_body(f, (rt_str){ page->body, page->len }, out);
        return out->from_cache;
    }
    keep_charset(out, t->answer.type);
    if (t->len == 0)
        return copy_body(f, (rt_str){ NULL, 0 }, out);
    char *shrunk = rt_alloc_resize(f->setup.alloc, t->body, t->len + 1);
    out->body = (rt_text){ shrunk ? shrunk : t->body, t->len };
    t->body = NULL;
    return true;
}

static void count(struct rt_fetcher *f, const struct rt_job *job, const struct rt_fetched *out)
{
    pthread_mutex_lock(&f->lock);
    f->counts.bytes += job->wire;
    if (out) {
        f->counts.by_failure[out->failure]++;
        f->counts.cache_hits += out->from_cache;
    }
    pthread_mutex_unlock(&f->lock);
}

static void tell(struct rt_fetcher *f, struct rt_job *job, struct rt_outcome outcome)
{
    struct rt_fetched out = { .failure = RT_FETCH_NONE };
    if (outcome.failure == RT_FETCH_NONE && !take_page(f, job, &out))
        rt_outcome_set(&outcome, RT_FETCH_NO_MEMORY, "no memory for the page");
    else if (outcome.failure == RT_FETCH_NONE)
        pass_share(job, &out);
    describe(f, job, &out);
    out.failure = outcome.failure;
    memcpy(out.message, outcome.message, sizeof out.message);
    count(f, job, &out);
    job->request.done(job->request.ctx, &out);
}

static void tell_end(struct rt_fetcher *f, struct rt_job *job, const struct rt_outcome *outcome)
{
    if (job->is_robots) {
        count(f, job, NULL);
        rt_robots_answered(f, job, outcome);
    } else {
        tell(f, job, *outcome);
    }
}

/* What it asked with is not there any more. */
static void leave(struct rt_fetcher *f, struct rt_job *job)
{
    job->is_told = true;
    job->is_robots = false;
    job->request.cancel = NULL;
    job->deadline_ns = rt_net_now() + f->rules.connect_ms * MS;
    rt_transfer_leave(job->transfer);
}

void rt_job_finish(struct rt_fetcher *f, struct rt_job *job, const struct rt_outcome *outcome)
{
    if (job->list == &f->running && !job->is_told && rt_transfer_looks_up(job->transfer)) {
        tell_end(f, job, outcome);
        leave(f, job);
        return;
    }
    rt_job_stop(f, job);
    rt_job_release(f, job);
    rt_job_remove(job);
    if (!job->is_told)
        tell_end(f, job, outcome);
    job_free(f, job);
}

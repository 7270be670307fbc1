/* The way of a page: from its address over hops and retries to its end. */
#include "net/fetcher.h"

#include "base/str.h"
#include "net/address.h"
#include "net/clock.h"
#include "net/ports.h"
#include "net/retry.h"

#include <time.h>

enum { ROBOTS_REDIRECTS = 5 };
static const uint64_t MS = 1000000;

/* Behind a proxy nobody sees the address but the proxy; one that stands in the URL is seen. */
static bool is_allowed(const struct rt_fetcher *f, const struct rt_job *job,
                       struct rt_outcome *outcome)
{
    struct sockaddr_storage literal;
    rt_str host = rt_str_first(job->url.host, 120);
    if (!rt_ports_have(f->rules.ports, job->url.port))
        return rt_outcome_set(outcome, RT_FETCH_FORBIDDEN_ADDRESS,
                              "the port of \"%.*s\" is %u: expected one of %.40s", (int)host.len,
                              host.at, job->url.port, f->rules.ports);
    const struct sockaddr *address = (const struct sockaddr *)&literal;
    if (!f->rules.proxy || !rt_web_url_literal(&job->url, &literal))
        return true;
    if (!rt_transfer_may_ask(&f->rules, address))
        return rt_outcome_set(outcome, RT_FETCH_FORBIDDEN_ADDRESS,
                              "the address \"%.*s\" is %s: expected one of the public Internet",
                              (int)host.len, host.at, rt_address_range(address));
    return true;
}

void rt_job_enter(struct rt_fetcher *f, struct rt_job *job)
{
    struct rt_outcome outcome = { .failure = RT_FETCH_NONE };
    job->delay_ns = f->rules.host_delay_ms * MS;
    if (!is_allowed(f, job, &outcome)) {
        rt_job_finish(f, job, &outcome);
        return;
    }
    enum rt_gate gate = rt_robots_gate(f, job, &outcome);
    if (gate == RT_GATE_SHUT)
        rt_job_finish(f, job, &outcome);
    else if (gate == RT_GATE_OPEN)
        rt_job_append(&f->waiting, job);
}

void rt_job_begin(struct rt_fetcher *f, struct rt_job *job)
{
    struct rt_outcome outcome;
    job->is_hurried = job->is_robots;
    if (rt_web_url_open(&job->url, f->setup.curl, NULL, job->request.url, &outcome))
        rt_job_enter(f, job);
    else
        rt_job_finish(f, job, &outcome);
}

/* ---- one request --------------------------------------------------------------------------------
 */

/* The share is the transfer's, and goes with it where none can be opened. */
static bool open_transfer(struct rt_fetcher *f, struct rt_job *job, uint64_t share)
{
    enum rt_transfer_kind kind = job->is_robots ? RT_TRANSFER_ROBOTS : RT_TRANSFER_PAGE;
    const struct rt_kept_page *page = NULL;
    if (kind == RT_TRANSFER_PAGE)
        page = rt_store_find(&f->pages, rt_str_from_c(job->url.text));
    struct rt_transfer *t = rt_alloc_resize(f->setup.alloc, NULL, sizeof *t);
    if (!t || !rt_transfer_open(t, &f->setup, &job->url, kind, page ? page->etag : "",
                                page ? page->modified : "")) {
        rt_alloc_resize(f->setup.alloc, t, 0);
        rt_holder_shrink(job->holder, share);
        return false;
    }
    t->owner = job;
    t->holder = job->holder;
    t->held = share;
    job->transfer = t;
    return true;
}

/* How much the body may take before it has to ask for more. */
static uint64_t first_share(const struct rt_fetcher *f, const struct rt_job *job)
{
    uint64_t largest = f->rules.max_body + 1;
    return job->is_large || largest < RT_FIRST_SHARE ? largest : RT_FIRST_SHARE;
}

void rt_job_release(struct rt_fetcher *f, const struct rt_job *job)
{
    if (f->reserver != job)
        return;
    f->reserver = NULL;
    rt_shares_release(f->shares);
}

/* Of those that outgrew what was left one has room reserved: others need less at a time, and would
 * always come first. */
static bool takes_turn(struct rt_fetcher *f, struct rt_job *job, uint64_t share)
{
    rt_job_release(f, job);
    if (rt_holder_begin(job->holder, share))
        return true;
    if (job->is_large && !f->reserver && rt_holder_reserve(job->holder, share))
        f->reserver = job;
    return false;
}

void rt_job_run(struct rt_fetcher *f, struct rt_job *job, uint64_t now)
{
    uint64_t share = first_share(f, job);
    job->lacks_turn = !takes_turn(f, job, share);
    if (job->lacks_turn)
        return;
    bool begun =
        open_transfer(f, job, share) &&
        rt_hosts_begin(&f->hosts, job->url.host, now, job->is_hurried ? 0 : job->delay_ns);
    if (begun && f->setup.curl->multi_add_handle(f->multi, job->transfer->easy) == CURLM_OK) {
        rt_job_append(&f->running, job);
        return;
    }
    if (begun)
        rt_hosts_end(&f->hosts, job->url.host);
    rt_holder_end(job->holder);
    struct rt_outcome outcome;
    rt_outcome_set(&outcome, RT_FETCH_NO_MEMORY, "no memory for a request");
    rt_job_finish(f, job, &outcome);
}

void rt_job_stop(struct rt_fetcher *f, struct rt_job *job)
{
    curl_off_t body = 0;
    if (job->list != &f->running)
        return;
    struct rt_transfer *t = job->transfer;
    f->setup.curl->easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
    f->setup.curl->multi_remove_handle(f->multi, t->easy);
    rt_hosts_end(&f->hosts, job->url.host);
    rt_holder_end(job->holder);
    job->wire += (uint64_t)body + t->answer.bytes;
    if (t->answer.status)
        job->status = t->answer.status;
    rt_job_remove(job);
}

static void close_transfer(struct rt_fetcher *f, struct rt_job *job)
{
    rt_transfer_close(job->transfer);
    rt_alloc_resize(f->setup.alloc, job->transfer, 0);
    job->transfer = NULL;
}

/* ---- what follows -------------------------------------------------------------------------------
 */

static bool hop(struct rt_fetcher *f, struct rt_job *job, struct rt_outcome *outcome)
{
    const struct rt_answer *answer = &job->transfer->answer;
    unsigned max = job->is_robots ? ROBOTS_REDIRECTS : f->rules.max_redirects;
    struct rt_web_url next;
    if (!answer->has_location)
        return rt_outcome_set(outcome, RT_FETCH_BAD_REDIRECT,
                              "the host answered %d: expected a Location with it", answer->status);
    if (job->redirects >= max)
        return rt_outcome_set(outcome, RT_FETCH_REDIRECTS,
                              "there are more than %u redirects, the last one to \"%.100s\"", max,
                              answer->location);
    if (!rt_web_url_open(&next, f->setup.curl, &job->url, rt_str_from_c(answer->location),
                         outcome)) {
        if (outcome->failure == RT_FETCH_INVALID_URL) {
            struct rt_outcome why = *outcome;
            rt_outcome_set(outcome, RT_FETCH_BAD_REDIRECT, "the page redirects: %s", why.message);
        }
        return false;
    }
    job->redirects++;
    close_transfer(f, job);
    rt_web_url_close(&job->url);
    job->url = next;
    job->is_hurried = true;
    rt_job_enter(f, job);
    return true;
}

static bool read_retry_after(const struct rt_fetcher *f, const struct rt_answer *answer,
                             uint64_t *ms)
{
    *ms = 0;
    if (!*answer->retry_after)
        return false;
    if (rt_retry_seconds(rt_str_from_c(answer->retry_after), ms))
        return true;
    time_t date = f->setup.curl->getdate(answer->retry_after, NULL), now = time(NULL);
    if (date == (time_t)-1)
        return false;
    *ms = date > now ? (uint64_t)(date - now) * 1000 : 0;
    return true;
}

/* It outgrew the room that was left, and begins anew once there is enough for the largest page. */
static bool makes_room(struct rt_fetcher *f, struct rt_job *job)
{
    if (!job->transfer->lacks_room || job->is_large)
        return false;
    job->is_large = true;
    job->is_hurried = job->is_robots;
    close_transfer(f, job);
    rt_job_append(&f->waiting, job);
    return true;
}

static uint32_t next_random(struct rt_fetcher *f)
{
    f->random ^= f->random << 13;
    f->random ^= f->random >> 17;
    f->random ^= f->random << 5;
    return f->random;
}

static bool retry(struct rt_fetcher *f, struct rt_job *job, struct rt_outcome *outcome)
{
    struct rt_retry rule = { .retries = f->rules.retries,
                             .backoff_ms = f->rules.backoff_ms,
                             .failure = outcome->failure,
                             .retried = job->retried,
                             .now_ns = rt_net_now(),
                             .deadline_ns = job->deadline_ns,
                             .random = next_random(f) };
    rule.was_told = read_retry_after(f, &job->transfer->answer, &rule.told_ms);
    if (!rt_retry_when(&rule, &job->not_before_ns)) {
        if (rule.was_told && job->retried < f->rules.retries) {
            struct rt_outcome why = *outcome;
            rt_outcome_set(outcome, why.failure, "%s; Retry-After: %.40s is not within the time",
                           why.message, job->transfer->answer.retry_after);
        }
        return false;
    }
    job->retried++;
    job->is_hurried = job->is_robots;
    close_transfer(f, job);
    rt_job_append(&f->waiting, job);
    return true;
}

/* Only what its host can tell apart from the next version, and does not mind. */
static void keep_page(struct rt_fetcher *f, const struct rt_job *job)
{
    const struct rt_transfer *t = job->transfer;
    const struct rt_answer *answer = &t->answer;
    rt_str url = rt_str_from_c(job->url.text);
    if (!f->rules.cache_bytes || job->is_robots || answer->status != 200)
        return;
    rt_store_drop(&f->pages, url);
    if (answer->no_store || (!*answer->etag && !*answer->modified))
        return;
    struct rt_kept_page *page = rt_store_put(&f->pages, url, sizeof *page + t->len);
    if (!page)
        return;
    memcpy(page->type, answer->type, sizeof page->type);
    memcpy(page->etag, answer->etag, sizeof page->etag);
    memcpy(page->modified, answer->modified, sizeof page->modified);
    page->len = t->len;
    if (t->len)
        memcpy(page->body, t->body, t->len);
}

/* The page may have been dropped since it was asked whether it is still good; and its copy takes
 * room like one that came. */
static bool is_good_304(struct rt_fetcher *f, const struct rt_job *job, struct rt_outcome *outcome)
{
    const struct rt_kept_page *page =
        job->is_robots ? NULL : rt_store_find(&f->pages, rt_str_from_c(job->url.text));
    if (page && rt_transfer_take_share(job->transfer, page->len + 1))
        return true;
    if (page) {
        *outcome = job->transfer->outcome;
        return false;
    }
    return rt_outcome_set(outcome, RT_FETCH_PROTOCOL,
                          "the host answered 304: expected the page, it is not kept");
}

void rt_job_ran(struct rt_fetcher *f, struct rt_job *job, CURLcode code)
{
    struct rt_outcome outcome;
    struct rt_transfer *t = job->transfer;
    rt_transfer_judge(t, code, &outcome);
    if (job->is_told) {
        rt_job_finish(f, job, &outcome);
        return;
    }
    rt_job_stop(f, job);
    if (outcome.failure == RT_FETCH_NONE && rt_transfer_is_redirect(t)) {
        if (hop(f, job, &outcome))
            return;
    } else if (outcome.failure == RT_FETCH_NONE && t->answer.status == 304) {
        is_good_304(f, job, &outcome);
    } else if (outcome.failure == RT_FETCH_NONE) {
        keep_page(f, job);
    }
    if (outcome.failure == RT_FETCH_NO_MEMORY && makes_room(f, job))
        return;
    if (outcome.failure == RT_FETCH_NONE || !retry(f, job, &outcome))
        rt_job_finish(f, job, &outcome);
}

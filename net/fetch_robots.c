/* robots.txt as a gate before each hop: asked once an origin, kept for a day. */
#include "net/fetcher.h"

#include "base/str.h"
#include "net/clock.h"
#include "net/robots.h"

#include <stdio.h>

static const uint64_t SECOND = 1000000000;
static const uint64_t KEEP_S = 24 * 3600;
static const uint64_t KEEP_BROKEN_S = 600; /* a host that was ill may be asked again today */
static const unsigned LONGEST_DELAY_MS = 30000;

void rt_robots_agent(const char *user_agent, char *out, size_t size)
{
    rt_str agent = rt_str_from_c(user_agent);
    size_t n = 0;
    if (rt_str_find_nocase(agent, RT_LIT("riptide")) != RT_NPOS)
        agent = RT_LIT("riptide");
    while (n < agent.len && (rt_is_alpha(agent.at[n]) || agent.at[n] == '-' || agent.at[n] == '_'))
        n++;
    snprintf(out, size, "%.*s", (int)n, agent.at);
}

static enum rt_gate ask_kept(struct rt_fetcher *f, struct rt_job *job,
                             const struct rt_kept_robots *kept, struct rt_outcome *outcome)
{
    unsigned delay_ms = 0;
    rt_str shown = rt_str_first(job->url.origin, 150);
    if (kept->status) {
        rt_outcome_set(outcome, RT_FETCH_ROBOTS,
                       "%.*s/robots.txt answers %d, so that nothing may be fetched", (int)shown.len,
                       shown.at, kept->status);
        return RT_GATE_SHUT;
    }
    if (!rt_robots_allows((rt_str){ kept->text, kept->len }, rt_str_from_c(f->agent),
                          job->url.target, &delay_ms)) {
        rt_outcome_set(outcome, RT_FETCH_ROBOTS, "%.*s/robots.txt does not allow it to \"%s\"",
                       (int)shown.len, shown.at, f->agent);
        return RT_GATE_SHUT;
    }
    delay_ms = delay_ms < LONGEST_DELAY_MS ? delay_ms : LONGEST_DELAY_MS;
    if (job->delay_ns < delay_ms * (SECOND / 1000))
        job->delay_ns = delay_ms * (SECOND / 1000);
    return RT_GATE_OPEN;
}

static rt_str origin_of(const struct rt_job *robots)
{
    return rt_str_first(robots->request.url, robots->request.url.len - 11);
}

/* What several wait for gets the turn of whoever is first to have one, and his time. */
static void lend_turn(struct rt_fetcher *f, const struct rt_job *page, struct rt_job *robots)
{
    if (robots->list == &f->running ||
        rt_holder_slots(page->holder) >= rt_holder_slots(robots->holder))
        return;
    struct rt_holder *holder = rt_shares_join(f->shares, page->request.owner);
    if (!holder)
        return;
    rt_holder_leave(robots->holder);
    robots->holder = holder;
    if (robots->deadline_ns < page->deadline_ns)
        robots->deadline_ns = page->deadline_ns;
}

/* The one that is under way, or a new one. */
static struct rt_job *find_or_ask(struct rt_fetcher *f, const struct rt_job *page)
{
    rt_str origin = page->url.origin;
    struct rt_job *job = f->robots_jobs;
    while (job && !rt_str_eq(origin_of(job), origin))
        job = job->next_robots;
    if (job) {
        lend_turn(f, page, job);
        return job;
    }
    job = rt_job_new(f, NULL, origin, page->request.owner);
    if (job) {
        job->next_robots = f->robots_jobs;
        f->robots_jobs = job;
        rt_job_append(&f->entered, job);
    }
    return job;
}

enum rt_gate rt_robots_gate(struct rt_fetcher *f, struct rt_job *job, struct rt_outcome *outcome)
{
    if (!f->rules.robots || job->is_robots)
        return RT_GATE_OPEN;
    const struct rt_kept_robots *kept = rt_store_find(&f->robots, job->url.origin);
    if (kept && kept->until_ns > rt_net_now())
        return ask_kept(f, job, kept, outcome);
    struct rt_job *robots = find_or_ask(f, job);
    if (!robots) {
        rt_outcome_set(outcome, RT_FETCH_NO_MEMORY, "no memory for robots.txt");
        return RT_GATE_SHUT;
    }
    rt_job_append(&robots->waiters, job);
    return RT_GATE_ASKING;
}

/* RFC 9309, 2.3.1: what is not there, or leads nowhere, allows all; what fails on the host's side
 * allows nothing.  Any other failure says that the host could not be asked at all. */
static bool is_answer(enum rt_fetch_failure failure)
{
    switch (failure) {
    case RT_FETCH_NONE:
    case RT_FETCH_HTTP_SERVER:
    case RT_FETCH_HTTP_CLIENT:
    case RT_FETCH_HTTP_BUSY:
    case RT_FETCH_REDIRECTS:
    case RT_FETCH_BAD_REDIRECT: return true;
    default: return false;
    }
}

static bool keep(struct rt_fetcher *f, const struct rt_job *job, enum rt_fetch_failure failure)
{
    bool is_ill = failure == RT_FETCH_HTTP_SERVER;
    rt_str text = { NULL, 0 };
    if (failure == RT_FETCH_NONE)
        text = (rt_str){ job->transfer->body, job->transfer->len };
    struct rt_kept_robots *kept = rt_store_put(&f->robots, origin_of(job), sizeof *kept + text.len);
    if (!kept)
        return false;
    kept->until_ns = rt_net_now() + (is_ill ? KEEP_BROKEN_S : KEEP_S) * SECOND;
    kept->status = is_ill ? job->status : 0;
    kept->len = text.len;
    if (text.len)
        memcpy(kept->text, text.at, text.len);
    return true;
}

static void take_off(struct rt_fetcher *f, const struct rt_job *job)
{
    struct rt_job **link = &f->robots_jobs;
    while (*link != job)
        link = &(*link)->next_robots;
    *link = job->next_robots;
}

void rt_robots_answered(struct rt_fetcher *f, struct rt_job *job, const struct rt_outcome *outcome)
{
    struct rt_outcome passed;
    bool is_known = false;
    /* Its time, which is that of one page: others have some left, and ask anew. */
    bool is_over = outcome->failure == RT_FETCH_TIMEOUT && rt_net_now() >= job->deadline_ns;
    take_off(f, job);
    if (!is_answer(outcome->failure))
        rt_outcome_set(&passed, outcome->failure, "robots.txt: %s", outcome->message);
    else if (!(is_known = keep(f, job, outcome->failure)))
        rt_outcome_set(&passed, RT_FETCH_NO_MEMORY, "no memory for robots.txt");
    while (job->waiters.first) {
        struct rt_job *waiter = job->waiters.first;
        if (is_known || is_over)
            rt_job_append(&f->entered, waiter);
        else
            rt_job_finish(f, waiter, &passed);
    }
}

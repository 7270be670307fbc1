/* The fetcher's thread: lets jobs begin, drives libcurl, and looks after time and cancels. */
#include "net/fetcher.h"

#include "net/clock.h"

#include <inttypes.h>
#include <locale.h>

enum { LOOK_EACH_MS = 10, LET_IN_MS = 5, WAIT_BUSY_MS = 40, WAIT_IDLE_MS = 60000 };
static const uint64_t MS = 1000000;

static void time_out(struct rt_fetcher *f, struct rt_job *job)
{
    struct rt_outcome outcome;
    const char *where = "waiting for robots.txt";
    if (job->list == &f->entered)
        where = "waiting to begin";
    else if (job->list == &f->waiting && job->lacks_turn)
        where = "waiting while others were fetched";
    else if (job->list == &f->waiting)
        where = job->retried ? "waiting for another try" : "waiting for the host's turn";
    else if (job->list == &f->running)
        where = job->transfer->answer.status ? "reading the answer" : "waiting for an answer";
    rt_outcome_set(&outcome, RT_FETCH_TIMEOUT, "the page took longer than %" PRIu64 " ms, %s",
                   job->limit_ms, where);
    rt_job_finish(f, job, &outcome);
}

/* Whether the job ended since nobody waits for it any more, or not that long. */
static bool give_up(struct rt_fetcher *f, struct rt_job *job, uint64_t now)
{
    struct rt_outcome outcome;
    if (rt_cancel_is_triggered(job->request.cancel) || (job->is_robots && !job->waiters.first)) {
        rt_outcome_set(&outcome, RT_FETCH_CANCELLED, "nobody waits for the page any more");
        rt_job_finish(f, job, &outcome);
        return true;
    }
    if (now < job->deadline_ns)
        return false;
    time_out(f, job);
    return true;
}

/* ---- jobs that come, and that may begin ---------------------------------------------------------
 */

static void count_jobs(struct rt_fetcher *f)
{
    pthread_mutex_lock(&f->lock);
    f->counts.active = f->running.len;
    f->counts.waiting = f->waiting.len + f->entered.len;
    for (const struct rt_job *job = f->robots_jobs; job; job = job->next_robots)
        f->counts.waiting += job->waiters.len;
    pthread_mutex_unlock(&f->lock);
}

/* False where the fetcher is to stop. */
static bool take_inbox(struct rt_fetcher *f)
{
    pthread_mutex_lock(&f->lock);
    while (f->inbox.first)
        rt_job_append(&f->entered, f->inbox.first);
    bool goes_on = !f->stopping;
    pthread_mutex_unlock(&f->lock);
    return goes_on;
}

/* Each leaves the list: it ends, waits for its turn, or for a robots.txt whose job comes last.
 * Some may be left for the next time: a robots.txt can be made to take milliseconds for each. */
static void let_in(struct rt_fetcher *f)
{
    uint64_t now = rt_net_now(), until = now + LET_IN_MS * MS;
    for (; f->entered.first && now < until; now = rt_net_now()) {
        struct rt_job *job = f->entered.first;
        if (give_up(f, job, now))
            continue;
        rt_job_remove(job);
        if (job->url.handle)
            rt_job_enter(f, job);
        else
            rt_job_begin(f, job);
    }
}

/* Returns when to come again at the latest. */
static uint64_t start_waiting(struct rt_fetcher *f, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    for (struct rt_job *job = f->waiting.first, *after; job; job = after) {
        after = job->next;
        if (f->running.len >= f->rules.concurrency)
            break;
        uint64_t when = job->is_hurried ? rt_hosts_when_hurried(&f->hosts, job->url.host)
                                        : rt_hosts_when(&f->hosts, job->url.host);
        if (when != RT_HOSTS_WHEN_ONE_ENDS && when < job->not_before_ns)
            when = job->not_before_ns;
        if (when <= now) {
            rt_job_run(f, job, now);
            continue;
        }
        rt_job_release(f, job);
        next = when < next ? when : next;
    }
    return next;
}

/* ---- jobs that end ------------------------------------------------------------------------------
 */

/* Whether any did. */
static bool reap(struct rt_fetcher *f)
{
    const struct rt_curl *curl = f->setup.curl;
    const CURLMsg *message;
    bool any = false;
    int left;
    while ((message = curl->multi_info_read(f->multi, &left)) != NULL) {
        struct rt_transfer *t = NULL;
        CURLcode code = message->data.result;
        curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)(void *)&t);
        if (message->msg != CURLMSG_DONE || !t)
            continue;
        rt_job_ran(f, t->owner, code);
        any = true;
    }
    return any;
}

static void look_at(struct rt_fetcher *f, struct rt_job_list *list, uint64_t now)
{
    for (struct rt_job *job = list->first, *after; job; job = after) {
        after = job->next;
        if (!give_up(f, job, now) && list == &f->running && !rt_transfer_look(job->transfer, now))
            rt_job_ran(f, job, CURLE_OK);
    }
}

static void look_at_all(struct rt_fetcher *f, uint64_t now)
{
    if (now < f->look_ns)
        return;
    f->look_ns = now + LOOK_EACH_MS * MS;
    look_at(f, &f->running, now);
    look_at(f, &f->waiting, now);
    for (struct rt_job *job = f->robots_jobs; job; job = job->next_robots)
        look_at(f, &job->waiters, now);
}

static void finish_all(struct rt_fetcher *f)
{
    struct rt_job_list *lists[] = { &f->entered, &f->waiting, &f->running };
    struct rt_outcome outcome;
    rt_outcome_set(&outcome, RT_FETCH_CANCELLED, "the fetcher is closed");
    for (size_t i = 0; i < sizeof lists / sizeof *lists;) {
        if (lists[i]->first)
            rt_job_finish(f, lists[i]->first, &outcome);
        else
            i++;
    }
}

static int wait_ms(const struct rt_fetcher *f, uint64_t now, uint64_t next)
{
    if (f->running.len + f->waiting.len == 0)
        return WAIT_IDLE_MS;
    if (next <= now)
        return 0;
    uint64_t ms = (next - now) / MS + 1;
    return ms < WAIT_BUSY_MS ? (int)ms : WAIT_BUSY_MS;
}

/* libcurl reads names in the thread's encoding when it looks for their form in ASCII. */
static locale_t use_utf8(void)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (utf8)
        uselocale(utf8);
    return utf8;
}

void *rt_fetch_loop(void *ctx)
{
    struct rt_fetcher *f = ctx;
    const struct rt_curl *curl = f->setup.curl;
    locale_t utf8 = use_utf8();
    while (take_inbox(f)) {
        int running;
        let_in(f);
        uint64_t next = start_waiting(f, rt_net_now());
        curl->multi_perform(f->multi, &running);
        bool any = reap(f);
        look_at_all(f, rt_net_now());
        count_jobs(f);
        if (!any && !f->entered.first)
            curl->multi_poll(f->multi, NULL, 0, wait_ms(f, rt_net_now(), next), NULL);
    }
    finish_all(f);
    if (utf8) {
        uselocale(LC_GLOBAL_LOCALE);
        freelocale(utf8);
    }
    return NULL;
}

/* Opening and closing a fetcher, and asking it. */
#include "net/fetch_hooks.h"
#include "net/fetcher.h"

#include "base/error.h"
#include "net/ca_file.h"
#include "net/ports.h"
#include "net/proxy.h"

#include <signal.h>
#include <string.h>
#include <sys/random.h>

static const uint64_t ROBOTS_BYTES = 32ull << 20;

static void fill(uint64_t *value, uint64_t otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

static void fill_few(unsigned *value, unsigned otherwise)
{
    if (*value == 0)
        *value = otherwise;
}

void rt_fetch_rules_fill(struct rt_fetch_rules *rules)
{
    fill(&rules->timeout_ms, 30000);
    fill(&rules->connect_ms, 10000);
    fill(&rules->slow_ms, 10000);
    fill(&rules->slow_bytes, 1000);
    fill(&rules->max_body, 10000000);
    fill(&rules->max_headers, 64 * 1024);
    fill(&rules->max_ratio, 200);
    fill(&rules->max_bodies, 512 << 20);
    fill(&rules->backoff_ms, 500);
    fill_few(&rules->max_redirects, 10);
    fill_few(&rules->concurrency, 32);
    fill_few(&rules->per_host, 4);
    if (!rules->ports)
        rules->ports = "80,443";
    if (!rules->user_agent)
        rules->user_agent = "riptide/" RT_VERSION;
}

/* Only what this libcurl can undo is asked for. */
static void list_encodings(struct rt_transfer_setup *setup)
{
    static const struct {
        int feature;
        const char *name;
    } all[] = {
        { CURL_VERSION_LIBZ, "gzip" },
        { CURL_VERSION_BROTLI, ", br" },
        { CURL_VERSION_ZSTD, ", zstd" },
    };
    int features = setup->curl->version_info(CURLVERSION_NOW)->features;
    char *end = setup->encodings;
    for (size_t i = 0; i < sizeof all / sizeof *all && features & CURL_VERSION_LIBZ; i++) {
        size_t len = strlen(all[i].name);
        if (!(features & all[i].feature))
            continue;
        memcpy(end, all[i].name, len + 1);
        end += len;
    }
    if (end == setup->encodings)
        memcpy(end, "identity", sizeof "identity");
}

rt_status rt_fetch_rules_check(const struct rt_fetch_rules *rules, rt_error *err)
{
    static const uint64_t LONGEST_MS = 24 * 3600 * 1000;
    if (rules->connect_ms > LONGEST_MS || rules->slow_ms > LONGEST_MS ||
        rules->backoff_ms > LONGEST_MS || rules->host_delay_ms > LONGEST_MS)
        return rt_fail(err, RT_INVALID_SETTING, "a time of the fetcher is longer than a day");
    if (rules->max_body > SIZE_MAX / 4)
        return rt_fail(err, RT_INVALID_SETTING,
                       "the fetcher's largest page does not fit into memory");
    for (const char *c = rules->user_agent; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return rt_fail(err, RT_INVALID_SETTING,
                           "the user agent has a control character: expected one line of text");
    rt_status s = rules->ca_file ? rt_ca_file_check(rules->ca_file, err) : RT_OK;
    if (s == RT_OK && rules->proxy)
        s = rt_proxy_check(rules->proxy, err);
    return s == RT_OK ? rt_ports_check(rules->ports, err) : s;
}

/* Signals are for the program's own threads. */
static rt_status start(struct rt_fetcher *f, rt_error *err)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&f->thread, NULL, rt_fetch_loop, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failed ? rt_fail(err, RT_NO_MEMORY, "no thread for the fetcher can be made") : RT_OK;
}

static void free_all(struct rt_fetcher *f)
{
    const struct rt_alloc *alloc = f->setup.alloc;
    if (f->multi)
        f->setup.curl->multi_cleanup(f->multi);
    rt_hosts_free(&f->hosts);
    rt_shares_close(f->shares);
    rt_store_free(&f->robots);
    rt_store_free(&f->pages);
    pthread_mutex_destroy(&f->lock);
    rt_alloc_resize(alloc, f, 0);
}

/* So that whoever is alone has room for the largest page, which is the last to be refused any. */
static uint64_t room_of(const struct rt_fetch_rules *rules)
{
    uint64_t largest = rules->max_body < RT_FIRST_SHARE ? RT_FIRST_SHARE : rules->max_body;
    return rules->max_bodies < 4 * largest ? 4 * largest : rules->max_bodies;
}

static void set_up(struct rt_fetcher *f, const struct rt_alloc *alloc)
{
    f->setup.alloc = alloc;
    f->setup.rules = &f->rules;
    f->setup.hooks = &f->hooks;
    pthread_mutex_init(&f->lock, NULL);
    rt_robots_agent(f->rules.user_agent, f->agent, sizeof f->agent);
    rt_hosts_init(&f->hosts, f->rules.per_host, alloc);
    f->shares = rt_shares_new(alloc, f->rules.concurrency, room_of(&f->rules));
    rt_store_init(&f->robots, alloc, ROBOTS_BYTES);
    rt_store_init(&f->pages, alloc, f->rules.cache_bytes);
    if (getrandom(&f->random, sizeof f->random, 0) != sizeof f->random || f->random == 0)
        f->random = 1;
}

rt_status rt_fetcher_open_with(struct rt_fetcher **out, const struct rt_fetch_rules *rules,
                               const struct rt_fetch_hooks *hooks, rt_error *err)
{
    const struct rt_alloc *alloc = hooks->alloc ? hooks->alloc : &rt_alloc_heap;
    struct rt_fetch_rules filled = *rules;
    rt_fetch_rules_fill(&filled);
    rt_status s = rt_fetch_rules_check(&filled, err);
    if (s != RT_OK)
        return s;
    struct rt_fetcher *f = rt_alloc_resize(alloc, NULL, sizeof *f);
    if (!f)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the fetcher");
    memset(f, 0, sizeof *f);
    f->rules = filled;
    f->hooks = *hooks;
    set_up(f, alloc);
    s = rt_curl_load(&f->setup.curl, err);
    if (s == RT_OK && (!f->shares || !(f->multi = f->setup.curl->multi_init())))
        s = rt_fail(err, RT_NO_MEMORY, "no memory for the fetcher");
    if (s == RT_OK) {
        list_encodings(&f->setup);
        f->setup.curl->multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, 2L * filled.concurrency);
        s = start(f, err);
    }
    if (s != RT_OK) {
        free_all(f);
        return s;
    }
    *out = f;
    return RT_OK;
}

rt_status rt_fetcher_open(struct rt_fetcher **out, const struct rt_fetch_rules *rules,
                          rt_error *err)
{
    static const struct rt_fetch_hooks none;
    return rt_fetcher_open_with(out, rules, &none, err);
}

void rt_fetcher_close(struct rt_fetcher *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->stopping = true;
    pthread_mutex_unlock(&f->lock);
    f->setup.curl->multi_wakeup(f->multi);
    pthread_join(f->thread, NULL);
    free_all(f);
}

void rt_fetched_free(struct rt_fetched *fetched)
{
    if (!fetched)
        return;
    rt_text_free(&fetched->body);
    rt_text_free(&fetched->final_url);
    if (fetched->held)
        rt_holder_shrink(fetched->holder, fetched->held);
    rt_holder_leave(fetched->holder);
    memset(fetched, 0, sizeof *fetched);
}

rt_status rt_fetcher_ask(struct rt_fetcher *f, const struct rt_fetch_request *request,
                         rt_error *err)
{
    struct rt_job *job = rt_job_new(f, request, (rt_str){ NULL, 0 }, request->owner);
    if (!job)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a request");
    pthread_mutex_lock(&f->lock);
    rt_job_append(&f->inbox, job);
    pthread_mutex_unlock(&f->lock);
    f->setup.curl->multi_wakeup(f->multi);
    return RT_OK;
}

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct rt_fetched *out;
    bool is_there;
};

static void take(void *ctx, struct rt_fetched *fetched)
{
    struct waiter *waiter = ctx;
    pthread_mutex_lock(&waiter->lock);
    *waiter->out = *fetched;
    waiter->is_there = true;
    pthread_cond_signal(&waiter->came);
    pthread_mutex_unlock(&waiter->lock);
}

rt_status rt_fetcher_get(struct rt_fetcher *f, rt_str url, uint64_t timeout_ms,
                         const rt_cancel *cancel, struct rt_fetched *out, rt_error *err)
{
    struct waiter waiter = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, out, false };
    struct rt_fetch_request request = { url, timeout_ms, cancel, take, &waiter, { 0 } };
    rt_status s = rt_fetcher_ask(f, &request, err);
    pthread_mutex_lock(&waiter.lock);
    while (s == RT_OK && !waiter.is_there)
        pthread_cond_wait(&waiter.came, &waiter.lock);
    pthread_mutex_unlock(&waiter.lock);
    pthread_cond_destroy(&waiter.came);
    pthread_mutex_destroy(&waiter.lock);
    return s;
}

void rt_fetcher_read(struct rt_fetcher *f, struct rt_fetch_counts *out)
{
    pthread_mutex_lock(&f->lock);
    *out = f->counts;
    pthread_mutex_unlock(&f->lock);
}

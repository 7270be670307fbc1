/* The circuit breaker in use. */
#include "host/breaker/fuse.h"

#include "host/system/clock.h"

void rt_fuse_init(struct rt_fuse *fuse, const struct rt_config *config, struct rt_metrics *metrics,
                  struct rt_events *events)
{
    const struct rt_breaker_rules rules = {
        .window = (uint32_t)config->breaker_window,
        .failures = (uint32_t)config->breaker_failures,
        .tests = (uint32_t)config->breaker_tests,
        .wait_ns = config->breaker_open_ms * UINT64_C(1000000),
        .max_wait_ns = config->breaker_max_open_ms * UINT64_C(1000000),
    };
    fuse->metrics = metrics;
    fuse->events = events;
    fuse->count_limits = config->breaker_limits;
    for (unsigned i = 0; i < RT_BREAKER_STATES; i++)
        fuse->published_ns[i] = 0;
    pthread_mutex_init(&fuse->lock, NULL);
    rt_breaker_init(&fuse->breaker, &rules, rt_clock_now());
}

void rt_fuse_destroy(struct rt_fuse *fuse) { pthread_mutex_destroy(&fuse->lock); }

/* What changed, told after the lock is given back. */
struct news {
    rt_breaker_state state;
    uint64_t wait_ns, recovery_ns;
};

static struct news read_news(const struct rt_breaker *breaker)
{
    return (struct news){ breaker->state, breaker->wait_ns, breaker->last_recovery_ns };
}

static void tell(const struct rt_fuse *fuse, const struct news *news)
{
    static const rt_event_kind kinds[RT_BREAKER_STATES] = {
        [RT_BREAKER_CLOSED] = RT_EVENT_BREAKER_CLOSED,
        [RT_BREAKER_OPEN] = RT_EVENT_BREAKER_OPEN,
        [RT_BREAKER_HALF_OPEN] = RT_EVENT_BREAKER_HALF_OPEN,
    };
    uint64_t value = news->state == RT_BREAKER_OPEN     ? news->wait_ns
                     : news->state == RT_BREAKER_CLOSED ? news->recovery_ns
                                                        : 0;
    if (news->state == RT_BREAKER_OPEN)
        rt_metrics_add(fuse->metrics, RT_METRIC_BREAKER_TRIPS, 0, 1);
    if (news->state == RT_BREAKER_CLOSED)
        rt_metrics_observe(fuse->metrics, RT_METRIC_RECOVERY, 0, news->recovery_ns);
    if (fuse->events)
        rt_events_tell(fuse->events, kinds[news->state], value, 0);
}

struct rt_pass rt_fuse_allow(struct rt_fuse *fuse)
{
    pthread_mutex_lock(&fuse->lock);
    struct rt_pass pass = rt_breaker_allow(&fuse->breaker, rt_clock_now());
    struct news news = read_news(&fuse->breaker);
    pthread_mutex_unlock(&fuse->lock);
    if (pass.changed)
        tell(fuse, &news);
    return pass;
}

bool rt_fuse_record(struct rt_fuse *fuse, struct rt_pass pass, rt_status outcome)
{
    enum rt_verdict verdict = rt_breaker_verdict(outcome, fuse->count_limits);
    pthread_mutex_lock(&fuse->lock);
    bool changed = rt_breaker_record(&fuse->breaker, pass, verdict, rt_clock_now());
    struct news news = read_news(&fuse->breaker);
    pthread_mutex_unlock(&fuse->lock);
    if (changed)
        tell(fuse, &news);
    return verdict == RT_VERDICT_FAULT;
}

rt_breaker_state rt_fuse_state(struct rt_fuse *fuse)
{
    pthread_mutex_lock(&fuse->lock);
    rt_breaker_state state = fuse->breaker.state;
    pthread_mutex_unlock(&fuse->lock);
    return state;
}

void rt_fuse_publish(struct rt_fuse *fuse)
{
    pthread_mutex_lock(&fuse->lock);
    uint64_t now = rt_clock_now();
    for (rt_breaker_state s = 0; s < RT_BREAKER_STATES; s++) {
        uint64_t spent = rt_breaker_time_in(&fuse->breaker, s, now);
        rt_metrics_add(fuse->metrics, RT_METRIC_BREAKER_TIME, s, spent - fuse->published_ns[s]);
        rt_metrics_set(fuse->metrics, RT_METRIC_BREAKER_STATE, s, fuse->breaker.state == s);
        fuse->published_ns[s] = spent;
    }
    pthread_mutex_unlock(&fuse->lock);
}

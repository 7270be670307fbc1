/* The main thread: it waits for signals, and while it drains for the last answer. */
#include "service/run.h"

#include "net/clock.h"

#include <signal.h>
#include <time.h>

enum { LOOK_MS = 20 };

static sigset_t our_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void rt_run_block_signals(void)
{
    sigset_t set = our_signals();
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

/* The signal, or 0 after so long. */
static int wait_for_signal(long ms)
{
    sigset_t set = our_signals();
    struct timespec time = { ms / 1000, ms % 1000 * 1000000 };
    int n = sigtimedwait(&set, NULL, &time);
    return n > 0 ? n : 0;
}

static void reload(struct rt_service *service, const struct rt_run_rules *rules)
{
    rt_error err;
    rt_notify_reloading(rules->notify);
    if (rules->reload(rules->ctx, service, &err) == RT_OK)
        rt_log_say(rules->log, RT_LOG_INFO, "reloaded");
    else
        rt_log_say(rules->log, RT_LOG_ERROR, "reload failed, all stays as it was: %s", err.message);
    rt_notify_ready(rules->notify, NULL);
}

/* A sign of life where it is time for one: this thread is the one that would still end the service.
 */
static void live(const struct rt_run_rules *rules, uint64_t *next_ns)
{
    uint64_t interval = rt_notify_interval_ns(rules->notify), now = rt_net_now();
    if (interval == 0 || now < *next_ns)
        return;
    rt_notify_alive(rules->notify);
    *next_ns = now + interval;
}

static void serve(struct rt_service *service, const struct rt_run_rules *rules)
{
    uint64_t next = 0, interval = rt_notify_interval_ns(rules->notify);
    /* Half the interval more often than needed, so that rounding costs nothing. */
    long patience_ms = interval ? (long)(interval / 2000000) + 1 : 3600000;
    for (;;) {
        live(rules, &next);
        int signal = wait_for_signal(patience_ms);
        if (signal == SIGHUP)
            reload(service, rules);
        else if (signal)
            return;
    }
}

/* False: a second signal came. */
static bool wait_until(uint64_t end_ns, struct rt_service *service,
                       const struct rt_run_rules *rules)
{
    uint64_t next = 0;
    while (rt_net_now() < end_ns) {
        live(rules, &next);
        int signal = wait_for_signal(LOOK_MS);
        if (signal == SIGTERM || signal == SIGINT)
            return false;
        if (service && rt_service_active(service) == 0)
            return true;
    }
    return true;
}

bool rt_run(struct rt_service *service, const struct rt_run_rules *rules)
{
    const uint64_t second = 1000000000;
    serve(service, rules);
    rt_log_say(rules->log, RT_LOG_INFO, "draining");
    rt_notify_stopping(rules->notify, "draining");
    rt_service_unready(service);
    bool patient = wait_until(rt_net_now() + rules->ready_delay_s * second, NULL, rules);
    rt_service_drain(service);
    if (patient)
        patient = wait_until(rt_net_now() + rules->drain_s * second, service, rules);
    unsigned left = rt_service_active(service);
    rt_log_say(rules->log, left ? RT_LOG_WARN : RT_LOG_INFO, "ended with %u requests broken off",
               left);
    return left == 0;
}

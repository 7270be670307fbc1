/* The rules of the circuit breaker.  Threads read the clock before they take the owner's lock, so a
 * time may lie a little before one that was told already: it then counts as the same moment. */
#include "host/breaker/breaker.h"

#include "base/error.h"

#include <string.h>

static uint32_t clamp(uint32_t n, uint32_t low, uint32_t high)
{
    return n < low ? low : n > high ? high : n;
}

static uint64_t lower(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t elapsed(uint64_t since, uint64_t now) { return now > since ? now - since : 0; }

void rt_breaker_init(struct rt_breaker *breaker, const struct rt_breaker_rules *rules, uint64_t now)
{
    memset(breaker, 0, sizeof *breaker);
    breaker->rules = *rules;
    breaker->rules.window = clamp(rules->window, 1, RT_BREAKER_WINDOW_MAX);
    breaker->rules.failures = clamp(rules->failures, 1, breaker->rules.window);
    breaker->rules.tests = clamp(rules->tests, 1, UINT32_MAX);
    breaker->rules.wait_ns = lower(rules->wait_ns, rules->max_wait_ns);
    breaker->wait_ns = breaker->rules.wait_ns;
    breaker->since = now;
}

static void enter(struct rt_breaker *b, rt_breaker_state state, uint64_t now)
{
    uint64_t stay = elapsed(b->since, now);
    b->spent_ns[b->state] += stay;
    b->since += stay;
    b->state = state;
}

static void trip(struct rt_breaker *b, uint64_t now)
{
    bool first = b->state == RT_BREAKER_CLOSED;
    enter(b, RT_BREAKER_OPEN, now);
    if (first)
        b->opened_at = b->since;
    b->trips++;
}

/* The next opening is longer, unless a full recovery comes before it. */
static void half_open(struct rt_breaker *b, uint64_t now)
{
    enter(b, RT_BREAKER_HALF_OPEN, now);
    b->wait_ns = b->wait_ns > b->rules.max_wait_ns / 2 ? b->rules.max_wait_ns : b->wait_ns * 2;
    b->testing = 0;
    b->test_faults = 0;
}

static void close_again(struct rt_breaker *b, uint64_t now)
{
    enter(b, RT_BREAKER_CLOSED, now);
    b->last_recovery_ns = b->since - b->opened_at;
    b->recovered = 0;
    b->seen = 0;
    b->faults = 0;
    b->next = 0;
}

struct rt_pass rt_breaker_allow(struct rt_breaker *breaker, uint64_t now)
{
    struct rt_pass pass = { .trips = breaker->trips };
    if (breaker->state == RT_BREAKER_OPEN && elapsed(breaker->since, now) >= breaker->wait_ns) {
        half_open(breaker, now);
        pass.changed = true;
    }
    if (breaker->state == RT_BREAKER_CLOSED) {
        pass.allowed = true;
    } else if (breaker->state == RT_BREAKER_HALF_OPEN &&
               breaker->testing < breaker->rules.tests - breaker->test_faults) {
        breaker->testing++;
        pass.allowed = true;
        pass.test = true;
    }
    return pass;
}

static bool record_test(struct rt_breaker *b, enum rt_verdict verdict, uint64_t now)
{
    b->testing--;
    if (verdict == RT_VERDICT_GOOD) {
        close_again(b, now);
        return true;
    }
    if (verdict == RT_VERDICT_FAULT && ++b->test_faults >= b->rules.tests) {
        trip(b, now);
        return true;
    }
    return false;
}

static void put_into_window(struct rt_breaker *b, bool bad)
{
    if (b->seen == b->rules.window)
        b->faults -= b->bad[b->next];
    else
        b->seen++;
    b->bad[b->next] = bad;
    b->faults += bad;
    b->next = b->next + 1 == b->rules.window ? 0 : b->next + 1;
}

static bool record_closed(struct rt_breaker *b, bool bad, uint64_t now)
{
    put_into_window(b, bad);
    if (b->faults >= b->rules.failures) {
        trip(b, now);
        return true;
    }
    if (b->recovered < b->rules.window && ++b->recovered == b->rules.window)
        b->wait_ns = b->rules.wait_ns;
    return false;
}

bool rt_breaker_record(struct rt_breaker *breaker, struct rt_pass pass, enum rt_verdict verdict,
                       uint64_t now)
{
    if (!pass.allowed || pass.trips != breaker->trips)
        return false;
    if (breaker->state == RT_BREAKER_HALF_OPEN)
        return record_test(breaker, verdict, now);
    if (verdict == RT_VERDICT_NEITHER)
        return false;
    return record_closed(breaker, verdict == RT_VERDICT_FAULT, now);
}

uint64_t rt_breaker_time_in(const struct rt_breaker *breaker, rt_breaker_state state, uint64_t now)
{
    uint64_t present = breaker->state == state ? elapsed(breaker->since, now) : 0;
    return breaker->spent_ns[state] + present;
}

enum rt_verdict rt_breaker_verdict(rt_status status, bool count_limits)
{
    /* Told by the component through its interface: a page that confuses it is no fault of the
     * sandbox, which did its work. */
    if (status == RT_INTERNAL_ERROR)
        return RT_VERDICT_GOOD;
    switch (rt_status_cause(status)) {
    case RT_CAUSE_NONE:
    case RT_CAUSE_PAGE: return RT_VERDICT_GOOD;
    case RT_CAUSE_FAULT: return RT_VERDICT_FAULT;
    case RT_CAUSE_LIMIT: return count_limits ? RT_VERDICT_FAULT : RT_VERDICT_NEITHER;
    case RT_CAUSE_CALLER:
    case RT_CAUSE_HOST: break;
    }
    return RT_VERDICT_NEITHER;
}

const char *rt_breaker_label(rt_breaker_state state)
{
    static const char *const labels[RT_BREAKER_STATES] = { "closed", "open", "half_open" };
    return (unsigned)state < RT_BREAKER_STATES ? labels[state] : "unknown";
}

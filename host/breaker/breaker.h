#ifndef RT_HOST_BREAKER_H
#define RT_HOST_BREAKER_H

#include <riptide/riptide.h>

/* The circuit breaker: a state machine that is told the time.  No lock: its owner has one.
 *
 * Closed: calls pass; `failures` faults among the last `window` calls open it.  Open: nothing passes
 * until the wait is over.  Half open: up to `tests` calls at a time pass; one success closes it, as
 * many faults as `tests` open it again, for twice the wait, up to max_wait_ns.  The wait goes back to
 * wait_ns after a full recovery: `window` calls without a trip since it closed. */
struct rt_breaker_rules {
    uint32_t window, failures, tests; /* window at most RT_BREAKER_WINDOW_MAX */
    uint64_t wait_ns, max_wait_ns;
};
enum { RT_BREAKER_WINDOW_MAX = 1000 };

typedef enum rt_breaker_state {
    RT_BREAKER_CLOSED,
    RT_BREAKER_OPEN,
    RT_BREAKER_HALF_OPEN,
    RT_BREAKER_STATES
} rt_breaker_state;

/* What a call that was let through says about the system. */
enum rt_verdict {
    RT_VERDICT_GOOD,   /* the component answered: with content or an error of its own */
    RT_VERDICT_FAULT,  /* it trapped, answered nonsense, could not be made */
    RT_VERDICT_NEITHER /* says nothing: a limit was hit, the caller gave up */
};

struct rt_breaker {
    struct rt_breaker_rules rules;
    rt_breaker_state state;
    uint64_t since;                        /* it has been in this state */
    uint64_t wait_ns;                      /* of the present or next opening */
    uint64_t opened_at;                    /* first opening of this outage */
    uint64_t spent_ns[RT_BREAKER_STATES];  /* in each state, the present stay left out */
    uint64_t trips;
    uint64_t last_recovery_ns;             /* from the opening to the closing; 0: never */
    uint32_t testing, test_faults;         /* half open */
    uint32_t recovered;                    /* calls since it closed */
    uint32_t seen, faults, next;           /* the window: how many, how many bad, where next */
    uint8_t bad[RT_BREAKER_WINDOW_MAX];
};

void rt_breaker_init(struct rt_breaker *breaker, const struct rt_breaker_rules *rules, uint64_t now);

/* Whether a call may pass.  One that passed must be recorded, with the same generation. */
struct rt_pass {
    bool allowed;
    bool test;      /* let through half open */
    bool changed;   /* open became half open */
    uint64_t trips; /* at that time: a late answer from before a trip is not held against it */
};
struct rt_pass rt_breaker_allow(struct rt_breaker *breaker, uint64_t now);

/* True where the state changed by it. */
bool rt_breaker_record(struct rt_breaker *breaker, struct rt_pass pass, enum rt_verdict verdict,
                       uint64_t now);

/* Time spent in the state up to now. */
uint64_t rt_breaker_time_in(const struct rt_breaker *breaker, rt_breaker_state state, uint64_t now);

/* Of the status of a call, by its cause in tables/status.def. */
enum rt_verdict rt_breaker_verdict(rt_status status, bool count_limits);

/* (borrowed, static) "closed", "open", "half_open". */
const char *rt_breaker_label(rt_breaker_state state);

#endif

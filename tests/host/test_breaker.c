/* The circuit breaker: its transitions by tables of (time, event, wanted state), and random walks
 * beside a plain model that keeps its whole history and counts it anew each time. */
#include "fixture.h"

#include "host/breaker/breaker.h"

enum { SECOND = 1000000000 };

static const struct rt_breaker_rules defaults = {
    .window = 10,
    .failures = 5,
    .tests = 3,
    .wait_ns = 5ull * SECOND,
    .max_wait_ns = 60ull * SECOND,
};

/* ---- tables ---------------------------------------------------------------------------------- */

/* Events: g, f, n a whole call that is good, a fault, neither; + a call begins, in the lowest free
 * place 0-9; a digit and one of gfn: the call in that place ends so; - a call is refused. */
struct step {
    unsigned at; /* s */
    const char *events;
    rt_breaker_state state; /* afterwards */
};

struct walker {
    struct rt_breaker breaker;
    struct rt_pass places[10];
    bool taken[10];
};

static enum rt_verdict verdict_of(char c)
{
    return c == 'g' ? RT_VERDICT_GOOD : c == 'f' ? RT_VERDICT_FAULT : RT_VERDICT_NEITHER;
}

/* Both answers say whether the state changed. */
static struct rt_pass allow(struct rt_breaker *breaker, uint64_t now)
{
    rt_breaker_state before = breaker->state;
    struct rt_pass pass = rt_breaker_allow(breaker, now);
    assert_int_equal(pass.changed, before != breaker->state);
    assert_int_equal(pass.test, pass.allowed && breaker->state == RT_BREAKER_HALF_OPEN);
    return pass;
}

static void record(struct rt_breaker *breaker, struct rt_pass pass, char how, uint64_t now)
{
    rt_breaker_state before = breaker->state;
    bool changed = rt_breaker_record(breaker, pass, verdict_of(how), now);
    assert_int_equal(changed, before != breaker->state);
}

static void begin(struct walker *w, uint64_t now)
{
    size_t i = 0;
    while (w->taken[i])
        i++;
    w->places[i] = allow(&w->breaker, now);
    assert_true(w->places[i].allowed);
    w->taken[i] = true;
}

static void play(struct walker *w, const char *events, uint64_t now)
{
    for (const char *e = events; *e; e++) {
        if (*e == '+') {
            begin(w, now);
        } else if (*e == '-') {
            assert_false(allow(&w->breaker, now).allowed);
        } else if (*e >= '0' && *e <= '9') {
            size_t i = (size_t)(*e - '0');
            record(&w->breaker, w->places[i], *++e, now);
            w->taken[i] = false;
        } else {
            struct rt_pass pass = allow(&w->breaker, now);
            assert_true(pass.allowed);
            record(&w->breaker, pass, *e, now);
        }
    }
}

#define C RT_BREAKER_CLOSED
#define O RT_BREAKER_OPEN
#define H RT_BREAKER_HALF_OPEN

static const struct transition {
    const char *what;
    struct step steps[24];
    size_t count;
} transitions[] = {
#define STEPS(...) { __VA_ARGS__ }, sizeof((struct step[]){ __VA_ARGS__ }) / sizeof(struct step)
    { "good calls leave it closed", STEPS({ 0, "gggggggggggggggggggg", C }) },
    { "four faults in ten leave it closed", STEPS({ 0, "ffffgggggg", C }, { 1, "fgggfggfgf", C }) },
    { "the fifth fault opens it", STEPS({ 0, "ffff", C }, { 0, "f", O }) },
    { "five in ten open it", STEPS({ 0, "gfgfgfgfg", C }, { 0, "f", O }) },
    { "the eleventh last call is forgotten",
      STEPS({ 0, "fggggggfff", C }, { 0, "f", C }, { 0, "f", O }) },
    { "what says nothing never counts",
      STEPS({ 0, "nnnnnnnnnnffffnnnnnnnnnnnn", C }, { 0, "f", O }) },
    { "open lets nothing pass until the wait is over",
      STEPS({ 0, "fffff-", O }, { 1, "-", O }, { 4, "-----", O }, { 5, "+", H }) },
    { "one success closes it", STEPS({ 0, "fffff", O }, { 5, "g", C }, { 5, "ggggggg", C }) },
    { "three tests at a time", STEPS({ 0, "fffff", O }, { 5, "+++-", H }, { 6, "-", H }) },
    { "three faults open it again",
      STEPS({ 0, "fffff", O }, { 5, "+++", H }, { 6, "0f1f", H }, { 7, "2f", O }, { 7, "-", O }) },
    { "three faults one after another, too",
      STEPS({ 0, "fffff", O }, { 5, "f", H }, { 6, "f", H }, { 7, "f", O }) },
    { "no more tests than could still open it",
      STEPS({ 0, "fffff", O }, { 5, "+++0f-1f-", H }, { 6, "2g", C }) },
    { "a success after two faults closes it",
      STEPS({ 0, "fffff", O }, { 5, "ff", H }, { 6, "g", C }) },
    { "a test that says nothing frees its place",
      STEPS({ 0, "fffff", O }, { 5, "+++-", H }, { 6, "1n", H }, { 6, "+-", H }, { 7, "0n2n1n", H },
            { 8, "nnnnnn", H }, { 9, "+++-", H }) },
    { "once closed the old faults are gone",
      STEPS({ 0, "fffff", O }, { 5, "g", C }, { 6, "ffff", C }, { 6, "f", O }) },
    { "tests that end after it closed count as any call",
      STEPS({ 0, "fffff", O }, { 5, "+++", H }, { 5, "0g", C }, { 6, "1f2f", C }, { 6, "ff", C },
            { 6, "f", O }) },
    { "late answers from before a trip are ignored while it is open",
      STEPS({ 0, "+++fffff", O }, { 1, "0f1g", O }, { 2, "2n", O }, { 4, "-", O }) },
    { "and half open", STEPS({ 0, "++++++fffff", O }, { 5, "+++-", H }, { 6, "0f1f2f3f4g5g", H },
                             { 6, "-", H }, { 7, "6f7f", H }, { 8, "8g", C }) },
    { "and closed again", STEPS({ 0, "++++++fffff", O }, { 5, "g", C }, { 6, "0f1f2f3f4f5f", C }) },
#undef STEPS
};

static void each_transition(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++) {
        struct walker w = { .taken = { false } };
        rt_breaker_init(&w.breaker, &defaults, 0);
        for (size_t k = 0; k < transitions[i].count; k++) {
            const struct step *step = &transitions[i].steps[k];
            play(&w, step->events, (uint64_t)step->at * SECOND);
            if (w.breaker.state != step->state)
                fail_msg("%s: step %zu: %s, expected %s", transitions[i].what, k,
                         rt_breaker_label(w.breaker.state), rt_breaker_label(step->state));
        }
    }
}

#undef C
#undef O
#undef H

/* ---- waits and times ------------------------------------------------------------------------- */

static void call(struct rt_breaker *b, char how, uint64_t now)
{
    struct rt_pass pass = allow(b, now);
    assert_true(pass.allowed);
    record(b, pass, how, now);
}

static void calls(struct rt_breaker *b, const char *how, uint64_t now)
{
    for (; *how; how++)
        call(b, *how, now);
}

/* Open since `now`: closed to calls for exactly `wait`; the time afterwards. */
static uint64_t wait_out(struct rt_breaker *b, uint64_t now, uint64_t wait)
{
    assert_int_equal(b->state, RT_BREAKER_OPEN);
    assert_false(allow(b, now + wait - 1).allowed);
    assert_int_equal(b->state, RT_BREAKER_OPEN);
    return now + wait;
}

static void the_wait_doubles_up_to_its_ceiling(void **state)
{
    (void)state;
    static const unsigned waits[] = { 5, 10, 20, 40, 60, 60, 60 };
    struct rt_breaker b;
    uint64_t now = 17;
    rt_breaker_init(&b, &defaults, now);
    calls(&b, "fffff", now);
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        now = wait_out(&b, now, (uint64_t)waits[i] * SECOND);
        calls(&b, "fff", now);
        assert_int_equal(b.trips, i + 2);
    }
}

static void the_wait_is_the_first_one_again_after_a_full_recovery(void **state)
{
    (void)state;
    static const struct {
        const char *between; /* what it closed and what came before the next trip */
        unsigned wait;       /* of that */
    } rows[] = {
        { "gfffff", 10 },       { "gggggfffff", 20 },
        { "ggggggfffff", 40 }, /* the tenth call since it closed is the one that opens it */
        { "gggggggfffff", 5 },  { "gfffff", 10 },
        { "ggggggggfffff", 5 }, { "gnnnnnnnnnnnnfffff", 10 },
        { "ggfggfggfgff", 5 },
    };
    struct rt_breaker b;
    uint64_t now = 0;
    rt_breaker_init(&b, &defaults, now);
    calls(&b, "fffff", now);
    uint64_t wait = 5;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        now = wait_out(&b, now, wait * SECOND);
        calls(&b, rows[i].between, now);
        wait = rows[i].wait;
    }
    wait_out(&b, now, wait * SECOND);
}

static void the_time_in_each_state_adds_up(void **state)
{
    (void)state;
    struct rt_breaker b;
    rt_breaker_init(&b, &defaults, 100);
    calls(&b, "fffff", 100 + 7ull * SECOND);
    calls(&b, "fff", 100 + 15ull * SECOND); /* half open at once, open again */
    assert_false(allow(&b, 100 + 20ull * SECOND).allowed);
    struct rt_pass test = allow(&b, 100 + 26ull * SECOND);
    uint64_t now = 100 + 29ull * SECOND;
    assert_int_equal(rt_breaker_time_in(&b, RT_BREAKER_CLOSED, now), 7ull * SECOND);
    assert_int_equal(rt_breaker_time_in(&b, RT_BREAKER_OPEN, now), 19ull * SECOND);
    assert_int_equal(rt_breaker_time_in(&b, RT_BREAKER_HALF_OPEN, now), 3ull * SECOND);
    assert_int_equal(b.last_recovery_ns, 0);
    record(&b, test, 'g', now);
    assert_int_equal(b.last_recovery_ns, 22ull * SECOND);
    assert_int_equal(rt_breaker_time_in(&b, RT_BREAKER_CLOSED, now + SECOND), 8ull * SECOND);
    assert_int_equal(b.trips, 2);
}

/* Another thread read the clock before the one that was first. */
static void a_time_before_the_last_one_counts_as_the_same_moment(void **state)
{
    (void)state;
    struct rt_breaker b;
    rt_breaker_init(&b, &defaults, 50);
    calls(&b, "fffff", 40);
    assert_int_equal(rt_breaker_time_in(&b, RT_BREAKER_CLOSED, 40), 0);
    assert_false(allow(&b, 30).allowed);
    assert_int_equal(rt_breaker_time_in(&b, RT_BREAKER_OPEN, 30), 0);
    call(&b, 'g', 50 + 5ull * SECOND);
    assert_int_equal(b.last_recovery_ns, 5ull * SECOND);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static void other_rules(void **state)
{
    (void)state;
    static const struct {
        struct rt_breaker_rules rules;
        const char *until_open; /* its last call opens it */
        unsigned tests;         /* that pass at a time */
        uint64_t wait;
    } rows[] = {
        { { 1, 1, 1, 5, 60 }, "gggf", 1, 5 },        { { 3, 3, 2, 5, 60 }, "ffgffgfff", 2, 5 },
        { { 4, 2, 3, 100, 60 }, "fgggfggf", 3, 60 }, { { 0, 0, 0, 0, 0 }, "gf", 1, 0 },
        { { 2, 9, 1, 1, 1 }, "fgff", 1, 1 },         { { 5000, 1, 1, 1, 1 }, "f", 1, 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rt_breaker b;
        rt_breaker_init(&b, &rows[i].rules, 0);
        for (const char *how = rows[i].until_open; *how; how++) {
            assert_int_equal(b.state, RT_BREAKER_CLOSED);
            call(&b, *how, 0);
        }
        assert_int_equal(b.state, RT_BREAKER_OPEN);
        if (rows[i].wait > 0)
            assert_false(allow(&b, rows[i].wait - 1).allowed);
        for (unsigned k = 0; k < rows[i].tests; k++)
            assert_true(allow(&b, rows[i].wait).allowed);
        assert_false(allow(&b, rows[i].wait).allowed);
    }
}

static void what_a_status_says(void **state)
{
    (void)state;
    static const struct {
        rt_status status;
        enum rt_verdict verdict, with_limits;
    } rows[] = {
#define BOTH(status, verdict) { status, RT_VERDICT_##verdict, RT_VERDICT_##verdict }
#define LIMIT(status) { status, RT_VERDICT_NEITHER, RT_VERDICT_FAULT }
        BOTH(RT_OK, GOOD),
        BOTH(RT_INVALID_ARGUMENT, NEITHER),
        BOTH(RT_INVALID_SETTING, NEITHER),
        BOTH(RT_INVALID_INPUT, NEITHER),
        BOTH(RT_TOO_LARGE, NEITHER),
        BOTH(RT_INVALID_ENCODING, NEITHER),
        BOTH(RT_INVALID_HTML, GOOD),
        BOTH(RT_NETWORK_ERROR, GOOD),
        BOTH(RT_PARSE_ERROR, GOOD),
        LIMIT(RT_RESOURCE_LIMIT),
        BOTH(RT_EXTRACTOR_ERROR, GOOD),
        BOTH(RT_INTERNAL_ERROR, GOOD),
        BOTH(RT_UNSUPPORTED_MODE, NEITHER),
        LIMIT(RT_TIMEOUT),
        LIMIT(RT_OUT_OF_FUEL),
        BOTH(RT_TRAP, FAULT),
        BOTH(RT_INVALID_OUTPUT, FAULT),
        BOTH(RT_INSTANTIATION, FAULT),
        BOTH(RT_INVALID_COMPONENT, NEITHER),
        BOTH(RT_POOL_EXHAUSTED, NEITHER),
        BOTH(RT_NO_MEMORY, NEITHER),
        BOTH(RT_IO_ERROR, NEITHER),
        BOTH(RT_CANCELLED, NEITHER),
        BOTH(RT_BREAKER_IS_OPEN, NEITHER),
#undef BOTH
#undef LIMIT
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rt_breaker_verdict(rows[i].status, false) != rows[i].verdict ||
            rt_breaker_verdict(rows[i].status, true) != rows[i].with_limits)
            fail_msg("%s", rt_status_label(rows[i].status));
        assert_int_equal(rows[i].status, i);
    }
}

static void each_state_has_its_label(void **state)
{
    (void)state;
    assert_string_equal(rt_breaker_label(RT_BREAKER_CLOSED), "closed");
    assert_string_equal(rt_breaker_label(RT_BREAKER_OPEN), "open");
    assert_string_equal(rt_breaker_label(RT_BREAKER_HALF_OPEN), "half_open");
    assert_string_equal(rt_breaker_label(RT_BREAKER_STATES), "unknown");
}

/* ---- random walks ---------------------------------------------------------------------------- */

enum { WALK = 600, OUT = 12 };

/* Everything that happened, and nothing derived from it. */
struct history {
    struct rt_breaker_rules rules;
    struct {
        rt_breaker_state state;
        uint64_t from;
    } stays[WALK * 2 + 1];
    size_t stay_count;
    struct {
        size_t stay; /* during which it ended */
        bool bad;
    } ended[WALK];
    size_t ended_count;
    struct {
        size_t stay; /* during which it began */
        bool out;
    } tests[WALK];
    size_t test_count;
};

static rt_breaker_state state_of(const struct history *h)
{
    return h->stays[h->stay_count - 1].state;
}

static void move(struct history *h, rt_breaker_state state, uint64_t now)
{
    h->stays[h->stay_count].state = state;
    h->stays[h->stay_count++].from = now;
}

static size_t trips_before(const struct history *h, size_t stay)
{
    size_t n = 0;
    for (size_t i = 0; i < stay; i++)
        n += h->stays[i].state == RT_BREAKER_OPEN;
    return n;
}

/* Calls that ended during a stay. */
static size_t ended_in(const struct history *h, size_t stay)
{
    size_t n = 0;
    for (size_t i = 0; i < h->ended_count; i++)
        n += h->ended[i].stay == stay;
    return n;
}

/* Of the last opening: doubled for each opening since the last full recovery. */
static uint64_t wait_of(const struct history *h)
{
    uint64_t wait = h->rules.wait_ns;
    bool first = true;
    for (size_t i = 0; i < h->stay_count; i++) {
        if (h->stays[i].state == RT_BREAKER_OPEN) {
            wait = first ? h->rules.wait_ns : wait * 2;
            first = false;
            if (wait > h->rules.max_wait_ns)
                wait = h->rules.max_wait_ns;
        }
        /* The call that opened it is not one of its recovery. */
        bool tripped = i + 1 < h->stay_count;
        if (h->stays[i].state == RT_BREAKER_CLOSED &&
            ended_in(h, i) >= h->rules.window + (tripped ? 1u : 0u))
            first = true;
    }
    return wait;
}

struct model_pass {
    bool allowed, test;
    size_t stay, number;
};

static struct model_pass model_allow(struct history *h, uint64_t now)
{
    if (state_of(h) == RT_BREAKER_OPEN && now - h->stays[h->stay_count - 1].from >= wait_of(h))
        move(h, RT_BREAKER_HALF_OPEN, now);
    struct model_pass pass = { .stay = h->stay_count - 1 };
    if (state_of(h) == RT_BREAKER_CLOSED) {
        pass.allowed = true;
    } else if (state_of(h) == RT_BREAKER_HALF_OPEN) {
        size_t used = ended_in(h, pass.stay);
        for (size_t i = 0; i < h->test_count; i++)
            used += h->tests[i].out && h->tests[i].stay == pass.stay;
        if (used < h->rules.tests) {
            pass.allowed = pass.test = true;
            pass.number = h->test_count;
            h->tests[h->test_count].stay = pass.stay;
            h->tests[h->test_count++].out = true;
        }
    }
    return pass;
}

static void model_record(struct history *h, struct model_pass pass, enum rt_verdict verdict,
                         uint64_t now)
{
    size_t stay = h->stay_count - 1;
    if (pass.test)
        h->tests[pass.number].out = false;
    if (trips_before(h, pass.stay + 1) != trips_before(h, stay + 1) ||
        verdict == RT_VERDICT_NEITHER)
        return;
    if (state_of(h) == RT_BREAKER_HALF_OPEN && verdict == RT_VERDICT_GOOD) {
        move(h, RT_BREAKER_CLOSED, now);
        return;
    }
    h->ended[h->ended_count].stay = stay;
    h->ended[h->ended_count++].bad = verdict == RT_VERDICT_FAULT;
    size_t faults = 0, most = h->rules.failures, last = h->rules.window;
    if (state_of(h) == RT_BREAKER_HALF_OPEN)
        most = last = h->rules.tests;
    for (size_t i = h->ended_count, seen = 0; i > 0 && seen < last; i--, seen++)
        faults += h->ended[i - 1].stay == stay && h->ended[i - 1].bad;
    if (faults >= most)
        move(h, RT_BREAKER_OPEN, now);
}

static uint64_t model_time_in(const struct history *h, rt_breaker_state state, uint64_t now)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < h->stay_count; i++) {
        uint64_t until = i + 1 < h->stay_count ? h->stays[i + 1].from : now;
        sum += h->stays[i].state == state ? until - h->stays[i].from : 0;
    }
    return sum;
}

static uint32_t random_below(uint64_t *seed, uint32_t limit)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33) % limit;
}

static void compare(const struct rt_breaker *b, const struct history *h, uint64_t now)
{
    assert_int_equal(b->state, state_of(h));
    assert_int_equal(b->trips, trips_before(h, h->stay_count));
    uint64_t sum = 0;
    for (rt_breaker_state s = 0; s < RT_BREAKER_STATES; s++) {
        uint64_t time = rt_breaker_time_in(b, s, now);
        assert_int_equal(time, model_time_in(h, s, now));
        sum += time;
    }
    assert_int_equal(sum, now - h->stays[0].from);
}

static void walk(uint64_t seed)
{
    static struct history h;
    struct rt_breaker b;
    struct {
        struct rt_pass pass;
        struct model_pass model;
    } out[OUT];
    size_t count = 0;
    memset(&h, 0, sizeof h);
    h.rules = (struct rt_breaker_rules){ .window = 1 + random_below(&seed, 12) };
    h.rules.failures = 1 + random_below(&seed, h.rules.window);
    h.rules.tests = 1 + random_below(&seed, 4);
    h.rules.wait_ns = 1 + random_below(&seed, 20);
    h.rules.max_wait_ns = h.rules.wait_ns + random_below(&seed, 100);
    uint32_t bad = random_below(&seed, 10);
    uint64_t now = random_below(&seed, 1000);
    rt_breaker_init(&b, &h.rules, now);
    move(&h, RT_BREAKER_CLOSED, now);
    for (size_t i = 0; i < WALK; i++) {
        now += random_below(&seed, 4) == 0 ? random_below(&seed, 40) : 0;
        if (random_below(&seed, 40) == 0)
            bad = random_below(&seed, 10);
        if (count < OUT && random_below(&seed, 2)) {
            out[count].pass = allow(&b, now);
            out[count].model = model_allow(&h, now);
            assert_int_equal(out[count].pass.allowed, out[count].model.allowed);
            assert_int_equal(out[count].pass.test, out[count].model.test);
            count += out[count].pass.allowed;
        } else if (count > 0) {
            size_t which = random_below(&seed, (uint32_t)count);
            uint32_t dice = random_below(&seed, 10);
            char how = dice < bad ? 'f' : random_below(&seed, 4) == 0 ? 'n' : 'g';
            record(&b, out[which].pass, how, now);
            model_record(&h, out[which].model, verdict_of(how), now);
            out[which] = out[--count];
        }
        compare(&b, &h, now);
    }
}

static void random_walks_agree_with_the_model(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++)
        walk(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_transition),
        cmocka_unit_test(the_wait_doubles_up_to_its_ceiling),
        cmocka_unit_test(the_wait_is_the_first_one_again_after_a_full_recovery),
        cmocka_unit_test(the_time_in_each_state_adds_up),
        cmocka_unit_test(a_time_before_the_last_one_counts_as_the_same_moment),
        cmocka_unit_test(other_rules),
        cmocka_unit_test(what_a_status_says),
        cmocka_unit_test(each_state_has_its_label),
        cmocka_unit_test(random_walks_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

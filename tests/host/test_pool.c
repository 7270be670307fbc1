/* The pool with a real component: tiers as calls meet them, its thread's work, waits and ends. */
#include "fixture.h"

#include "base/error.h"
#include "host/pool/pool.h"
#include "host/pool/slots.h"
#include "host/system/clock.h"

#include <wasmtime/engine.h>

/* ---- a pool with all that it needs ---------------------------------------------------------- */

enum { MOST_EVENTS = 512 };
struct world {
    rt_settings *settings;
    struct rt_config config;
    struct rt_component_source source;
    struct rt_component component;
    struct rt_limits limits;
    struct rt_ticker ticker;
    struct rt_metrics *metrics;
    struct rt_events *events;
    struct rt_pool *pool;
    rt_event told[MOST_EVENTS]; /* complete once the world is closed */
    unsigned count;
    bool closed;
};

static void advance(void *engine) { wasmtime_engine_increment_epoch(engine); }

static void write_down(void *ctx, const rt_event *event)
{
    struct world *world = ctx;
    if (world->count < MOST_EVENTS)
        world->told[world->count++] = *event;
}

static struct rt_pool_parts parts_of(struct world *world)
{
    return (struct rt_pool_parts){
        .config = &world->config,
        .component = &world->component,
        .limits = &world->limits,
        .ticker = &world->ticker,
        .metrics = world->metrics,
        .events = world->events,
    };
}

/* All but the pool. */
static void prepare_world(struct world *world, const char *const *assignments)
{
    rt_error err;
    struct rt_warning warning = { "" };
    rt_observer observer = RT_OBSERVER_INIT;
    memset(world, 0, sizeof *world);
    world->settings = settings_of(assignments);
    world->config = rt_settings_config(world->settings);
    assert_ok(rt_component_source_open(&world->source, &world->config, NULL, &err), err);
    assert_ok(rt_component_open(&world->component, &world->source, &world->config, &warning, &err),
              err);
    world->limits = rt_limits_of(&world->config, world->source.in_use);
    assert_true(rt_ticker_start(&world->ticker, advance, world->component.engine));
    world->metrics = rt_metrics_open(&rt_alloc_heap, "test");
    world->events = rt_events_open(&rt_alloc_heap, world->metrics);
    observer.tell = write_down;
    observer.ctx = world;
    assert_ok(rt_events_observe(world->events, &observer, &err), err);
}

static void open_world_of(struct world *world, const char *const *assignments)
{
    rt_error err;
    prepare_world(world, assignments);
    const struct rt_pool_parts parts = parts_of(world);
    assert_ok(rt_pool_open(&world->pool, &parts, &err), err);
}
#define OPEN(world, ...) open_world_of(world, (const char *const[]){ __VA_ARGS__, NULL })

static void close_world(struct world *world)
{
    if (world->pool)
        rt_pool_close(world->pool);
    rt_events_close(world->events);
    rt_metrics_close(world->metrics);
    rt_ticker_stop(&world->ticker);
    rt_component_close(&world->component);
    rt_component_source_close(&world->source);
    rt_settings_free(world->settings);
    world->closed = true;
}

/* Enough for any choice of content. */
#define SENTENCE                                                                                   \
    "The river rose in the night, and by the morning the lower meadows lay under water. "
static const rt_str page = { "<title>Hello</title><article><h1>Hello</h1><p>" SENTENCE SENTENCE
                             "<p>" SENTENCE SENTENCE,
                             sizeof "<title>Hello</title><article><h1>Hello</h1><p><p>" +
                                 4 * sizeof SENTENCE - 5 };

static rt_status extract_in(struct world *world, const struct rt_lease *lease, rt_error *err)
{
    static const struct rt_watch patient = { .deadline_ns = UINT64_MAX / 2, .soft_ns = UINT64_MAX };
    const struct rt_call call = { lease->instance, &world->component, &world->limits, &patient };
    rt_request request = RT_REQUEST_INIT;
    request.html = page;
    request.url = RT_LIT("https://example.org/");
    struct rt_result *result = rt_result_new(&rt_alloc_heap);
    rt_ticker_enter(&world->ticker);
    rt_status status = rt_call_extract(&call, &request, result, err);
    rt_ticker_leave(&world->ticker);
    rt_result_free(result);
    return status;
}

/* ---- what tests do with it ------------------------------------------------------------------ */

static const struct rt_watch patient = { .deadline_ns = UINT64_MAX / 2, .soft_ns = UINT64_MAX };

static struct rt_lease take(struct world *world, rt_tier wanted)
{
    struct rt_lease lease;
    rt_error err;
    assert_ok(rt_pool_take(world->pool, &patient, &lease, &err), err);
    assert_string_equal(rt_tier_label(lease.tier), rt_tier_label(wanted));
    assert_int_equal(lease.instantiate_ns > 0, wanted != RT_TIER_HOT);
    return lease;
}

static struct rt_pool_state read_pool(struct world *world)
{
    struct rt_pool_state state;
    rt_pool_read(world->pool, &state);
    return state;
}

static void nap(void)
{
    const struct timespec t = { .tv_nsec = 200000 };
    nanosleep(&t, NULL);
}

/* The tiers hold so many, and no slot is on its way: what came back is where it belongs. */
static bool rests_with(struct world *world, uint32_t hot, uint32_t warm)
{
    struct rt_pool *pool = world->pool;
    pthread_mutex_lock(&pool->lock);
    uint32_t slots = pool->capacity - pool->spare.count;
    uint32_t active = pool->queue.places - pool->queue.free;
    bool so = pool->hot.count == hot && pool->warm.count == warm && slots == hot + warm + active;
    pthread_mutex_unlock(&pool->lock);
    return so;
}

/* The preparer works when it comes to it. */
static void wait_for_idle(struct world *world, uint32_t hot, uint32_t warm)
{
    while (!rests_with(world, hot, warm))
        nap();
}

/* The same for the hot tier alone; whoever sleeps is woken, which a call would do. */
static void wait_for_hot(struct world *world, uint32_t hot)
{
    while (read_pool(world).hot != hot) {
        rt_pool_press(world->pool, RT_PRESSURE_MEDIUM);
        rt_pool_press(world->pool, RT_PRESSURE_LOW);
        nap();
    }
}

static void wait_for_events(struct world *world, rt_event_kind kind, uint64_t n)
{
    while (rt_metrics_value(world->metrics, RT_METRIC_EVENTS, kind) < n)
        nap();
}

static uint64_t events_of(const struct world *world, rt_event_kind kind)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < world->count; i++)
        n += world->told[i].kind == kind;
    return n;
}

static uint64_t evictions_of(const struct world *world, enum rt_eviction why)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < world->count; i++)
        n += world->told[i].kind == RT_EVENT_EVICTED && world->told[i].value == (uint64_t)why;
    return n;
}

static uint64_t gauge(struct world *world, enum rt_metric metric, unsigned label)
{
    return rt_metrics_value(world->metrics, metric, label);
}

/* Slots that stay as a test puts them: nothing goes by being idle, nothing is tuned. */
#define STILL                                                                                      \
    "RIPTIDE_WASM_AUTO_TUNE=false", "RIPTIDE_WASM_HOT_THRESHOLD_MS=60000",                         \
        "RIPTIDE_WASM_WARM_THRESHOLD_MS=3600000"
#define READY(n) "RIPTIDE_WASM_INITIAL_POOL_SIZE=" #n
#define HOT(n) "RIPTIDE_WASM_HOT_TIER_SIZE=" #n
#define WARM(n) "RIPTIDE_WASM_WARM_TIER_SIZE=" #n

/* ---- tiers ---------------------------------------------------------------------------------- */

static void instances_are_ready_before_they_are_wanted(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(3), HOT(3), STILL);
    wait_for_idle(world, 3, 0);
    struct rt_lease lease = take(world, RT_TIER_HOT);
    assert_int_equal(read_pool(world).active, 1);
    assert_int_equal(gauge(world, RT_METRIC_ACTIVE, 0), 1);
    assert_int_equal(gauge(world, RT_METRIC_SLOTS, RT_TIER_HOT), 2);
    rt_pool_give(world->pool, &lease, RT_OK);
    wait_for_idle(world, 3, 0);
    assert_int_equal(read_pool(world).active, 0);
    assert_int_equal(gauge(world, RT_METRIC_TAKES, RT_TIER_HOT), 1);
    assert_int_equal(gauge(world, RT_METRIC_TAKE_TIME, RT_TIER_HOT), 1);
    assert_int_equal(gauge(world, RT_METRIC_WAIT_TIME, 0), 1);
    assert_int_equal(gauge(world, RT_METRIC_POOL_LIMIT, 0), 8);
    assert_int_equal(gauge(world, RT_METRIC_HOT_TARGET, 0), 3);
    close_world(world);
    assert_int_equal(events_of(world, RT_EVENT_CREATED), 3);
    assert_int_equal(events_of(world, RT_EVENT_PROMOTED), 3);
    assert_int_equal(events_of(world, RT_EVENT_DEMOTED), 0);
    assert_int_equal(events_of(world, RT_EVENT_EVICTED), 0);
}

/* The first call makes its own instance; the next ones find the tier filled. */
static void a_miss_fills_the_hot_tier(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(0), HOT(2), STILL);
    struct rt_lease lease = take(world, RT_TIER_COLD);
    rt_pool_give(world->pool, &lease, RT_OK);
    wait_for_hot(world, 2);
    lease = take(world, RT_TIER_HOT);
    rt_pool_give(world->pool, &lease, RT_OK);
    close_world(world);
}

/* A slot that finds the hot tier full goes to the warm one, and one that finds both full goes. */
static void what_has_no_room_moves_down(void **state)
{
    struct world *world = *state;
    struct rt_lease leases[3];
    OPEN(world, READY(1), HOT(1), WARM(2), STILL);
    wait_for_idle(world, 1, 0);
    leases[0] = take(world, RT_TIER_HOT);
    leases[1] = take(world, RT_TIER_COLD);
    wait_for_hot(world, 1);
    leases[2] = take(world, RT_TIER_HOT);
    wait_for_hot(world, 1);
    rt_pool_give(world->pool, &leases[0], RT_OK);
    wait_for_idle(world, 1, 1);
    rt_pool_give(world->pool, &leases[1], RT_OK);
    wait_for_idle(world, 1, 2);
    rt_pool_give(world->pool, &leases[2], RT_OK);
    wait_for_events(world, RT_EVENT_EVICTED, 1);
    leases[0] = take(world, RT_TIER_HOT);
    rt_pool_give(world->pool, &leases[0], RT_OK);
    close_world(world);
    assert_int_equal(events_of(world, RT_EVENT_CREATED), 4);
    assert_true(events_of(world, RT_EVENT_DEMOTED) >= 1);
    assert_int_equal(events_of(world, RT_EVENT_EVICTED), evictions_of(world, RT_EVICT_SURPLUS));
}

static void without_a_hot_tier_memory_is_kept(void **state)
{
    struct world *world = *state;
    struct rt_lease leases[3];
    OPEN(world, READY(0), HOT(0), WARM(2), STILL);
    for (int i = 0; i < 3; i++)
        leases[i] = take(world, RT_TIER_COLD);
    for (int i = 0; i < 3; i++)
        rt_pool_give(world->pool, &leases[i], RT_OK);
    assert_int_equal(read_pool(world).warm, 2);
    for (int i = 0; i < 3; i++)
        leases[i] = take(world, i < 2 ? RT_TIER_WARM : RT_TIER_COLD);
    for (int i = 0; i < 3; i++)
        rt_pool_give(world->pool, &leases[i], RT_OK);
    assert_int_equal(gauge(world, RT_METRIC_TAKES, RT_TIER_WARM), 2);
    close_world(world);
    assert_int_equal(evictions_of(world, RT_EVICT_SURPLUS), 2);
    assert_int_equal(events_of(world, RT_EVENT_CREATED), 4);
    assert_int_equal(events_of(world, RT_EVENT_PROMOTED) + events_of(world, RT_EVENT_DEMOTED), 0);
}

/* ---- eviction ------------------------------------------------------------------------------- */

static void use_often(struct world *world, int times, rt_status outcome)
{
    for (int i = 0; i < times; i++) {
        struct rt_lease lease;
        rt_error err;
        assert_ok(rt_pool_take(world->pool, &patient, &lease, &err), err);
        rt_pool_give(world->pool, &lease, outcome);
        wait_for_idle(world, 1, 0);
    }
}

static void a_worn_slot_is_replaced(void **state)
{
    static const struct {
        const char *setting;
        rt_status outcome;
        int times;
        enum rt_eviction why;
        uint64_t wanted;
    } cases[] = {
        { "RIPTIDE_WASM_MAX_USES=3", RT_OK, 7, RT_EVICT_USES, 2 },
        { "RIPTIDE_WASM_MAX_FAILURES=2", RT_TRAP, 5, RT_EVICT_FAILURES, 2 },
        { "RIPTIDE_WASM_MAX_FAILURES=2", RT_INVALID_OUTPUT, 2, RT_EVICT_FAILURES, 1 },
        { "RIPTIDE_WASM_MAX_FAILURES=2", RT_OUT_OF_FUEL, 5, RT_EVICT_FAILURES, 0 },
        { "RIPTIDE_WASM_MAX_FAILURES=2", RT_INVALID_HTML, 5, RT_EVICT_FAILURES, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *world = *state;
        OPEN(world, READY(1), HOT(1), STILL, cases[i].setting);
        wait_for_idle(world, 1, 0);
        use_often(world, cases[i].times, cases[i].outcome);
        close_world(world);
        assert_int_equal(evictions_of(world, cases[i].why), cases[i].wanted);
        assert_int_equal(events_of(world, RT_EVENT_EVICTED), cases[i].wanted);
        assert_int_equal(events_of(world, RT_EVENT_CREATED), 1 + cases[i].wanted);
    }
}

static void an_old_slot_is_replaced_while_idle(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(1), HOT(1), STILL, "RIPTIDE_WASM_MAX_AGE_SECS=1");
    wait_for_events(world, RT_EVENT_EVICTED, 1);
    wait_for_idle(world, 1, 0);
    close_world(world);
    assert_int_equal(evictions_of(world, RT_EVICT_AGE), events_of(world, RT_EVENT_EVICTED));
}

static void idle_slots_go_but_for_those_kept_ready(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(1), HOT(3), "RIPTIDE_WASM_AUTO_TUNE=false",
         "RIPTIDE_WASM_WARM_THRESHOLD_MS=50");
    struct rt_lease lease[3];
    rt_error err;
    for (int i = 0; i < 3; i++)
        assert_ok(rt_pool_take(world->pool, &patient, &lease[i], &err), err);
    for (int i = 0; i < 3; i++)
        rt_pool_give(world->pool, &lease[i], RT_OK);
    wait_for_events(world, RT_EVENT_EVICTED, 2);
    wait_for_idle(world, 1, 0);
    close_world(world);
    /* One that nobody came to look at in time is told as surplus. */
    assert_int_equal(evictions_of(world, RT_EVICT_IDLE) + evictions_of(world, RT_EVICT_SURPLUS),
                     events_of(world, RT_EVENT_EVICTED));
}

/* ---- pressure ------------------------------------------------------------------------------- */

/* Two hot, and all others that four calls at once needed warm. */
static void fill_tiers(struct world *world)
{
    struct rt_lease leases[4];
    rt_error err;
    for (int i = 0; i < 4; i++)
        assert_ok(rt_pool_take(world->pool, &patient, &leases[i], &err), err);
    for (int i = 0; i < 4; i++)
        rt_pool_give(world->pool, &leases[i], RT_OK);
    while (read_pool(world).hot != 2 || !rests_with(world, 2, read_pool(world).warm))
        nap();
    assert_true(read_pool(world).warm >= 2);
}

static void pressure_takes_what_is_idle(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(1), HOT(2), STILL);
    fill_tiers(world);
    rt_pool_press(world->pool, RT_PRESSURE_MEDIUM);
    assert_int_equal(read_pool(world).hot, 2);
    rt_pool_press(world->pool, RT_PRESSURE_HIGH);
    wait_for_idle(world, 1, 0);
    rt_pool_press(world->pool, RT_PRESSURE_CRITICAL);
    wait_for_idle(world, 0, 0);
    struct rt_lease lease = take(world, RT_TIER_COLD);
    rt_pool_give(world->pool, &lease, RT_OK);
    assert_int_equal(read_pool(world).hot + read_pool(world).warm, 0);
    rt_pool_press(world->pool, RT_PRESSURE_LOW);
    wait_for_idle(world, 2, 0);
    close_world(world);
    assert_true(evictions_of(world, RT_EVICT_MEMORY) >= 5);
}

/* ---- its thread's other work ---------------------------------------------------------------- */

static void tuning_is_told(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(1), "RIPTIDE_WASM_AUTO_TUNE_INTERVAL_SECS=1");
    assert_int_equal(read_pool(world).size_target, 12);
    wait_for_events(world, RT_EVENT_RESIZED, 1);
    assert_true(read_pool(world).size_target < 12);
    assert_true(gauge(world, RT_METRIC_SIZE_TARGET, 0) < 12);
    close_world(world);
}

static uint64_t last_check(struct world *world)
{
    pthread_mutex_lock(&world->pool->lock);
    uint64_t at = world->pool->last_check;
    pthread_mutex_unlock(&world->pool->lock);
    return at;
}

static void an_idle_component_is_checked(void **state)
{
    struct world *world = *state;
    OPEN(world, READY(1), HOT(1), STILL, "RIPTIDE_WASM_HEALTH_INTERVAL_SECS=1");
    uint64_t opened = last_check(world);
    while (last_check(world) == opened)
        nap();
    wait_for_idle(world, 1, 0);
    struct rt_lease lease = take(world, RT_TIER_HOT);
    rt_pool_give(world->pool, &lease, RT_OK);
    close_world(world);
    assert_int_equal(events_of(world, RT_EVENT_EVICTED), 0);
}

/* ---- without tiers -------------------------------------------------------------------------- */

static void without_reuse_each_call_makes_its_own(void **state)
{
    static const char *const settings[] = { "RIPTIDE_WASM_ENABLE_REUSE=false",
                                            "RIPTIDE_WASM_AGGRESSIVE_GC=true" };
    for (size_t i = 0; i < 2; i++) {
        struct world *world = *state;
        OPEN(world, settings[i]);
        for (int round = 0; round < 5; round++) {
            struct rt_lease lease = take(world, RT_TIER_COLD);
            rt_pool_give(world->pool, &lease, RT_OK);
            struct rt_pool_state now = read_pool(world);
            assert_int_equal(now.hot + now.warm + now.active, 0);
        }
        rt_pool_press(world->pool, RT_PRESSURE_CRITICAL);
        assert_int_equal(gauge(world, RT_METRIC_TAKES, RT_TIER_COLD), 5);
        close_world(world);
        assert_int_equal(world->count, 0);
    }
}

/* ---- waits and ends ------------------------------------------------------------------------- */

static void a_full_pool_refuses_late_calls(void **state)
{
    struct world *world = *state;
    struct rt_lease lease, none;
    rt_error err;
    const struct rt_watch late = { .deadline_ns = 1, .limit_ns = 10000000, .soft_ns = UINT64_MAX };
    OPEN(world, "RIPTIDE_WASM_MAX_POOL_SIZE=1", READY(1));
    assert_ok(rt_pool_take(world->pool, &late, &lease, &err), err);
    assert_int_equal(rt_pool_take(world->pool, &late, &none, &err), RT_POOL_EXHAUSTED);
    assert_string_equal(err.message, "no instance became free within 0.01 s: all 1 are in use");
    assert_int_equal(gauge(world, RT_METRIC_EXHAUSTED, 0), 1);
    assert_int_equal(gauge(world, RT_METRIC_WAITING, 0), 0);
    rt_pool_give(world->pool, &lease, RT_OK);
    assert_ok(rt_pool_take(world->pool, &late, &lease, &err), err);
    rt_pool_give(world->pool, &lease, RT_OK);
    close_world(world);
    assert_int_equal(events_of(world, RT_EVENT_EXHAUSTED), 1);
}

struct caller {
    struct world *world;
    struct rt_cancel cancel;
    struct rt_watch watch;
    pthread_t thread;
    rt_status status;
    rt_error err;
    int number, *order, *arrived;
};

static void *call_once(void *p)
{
    struct caller *caller = p;
    struct rt_lease lease;
    caller->status = rt_pool_take(caller->world->pool, &caller->watch, &lease, &caller->err);
    if (caller->status != RT_OK)
        return NULL;
    if (caller->order)
        caller->order[(*caller->arrived)++] = caller->number;
    rt_pool_give(caller->world->pool, &lease, RT_OK);
    return NULL;
}

static void start_caller(struct caller *caller, struct world *world)
{
    uint32_t before = read_pool(world).waiting;
    caller->world = world;
    caller->watch = patient;
    atomic_init(&caller->cancel.triggered, false);
    caller->watch.cancel = &caller->cancel;
    assert_int_equal(pthread_create(&caller->thread, NULL, call_once, caller), 0);
    while (read_pool(world).waiting == before)
        nap();
}

static void calls_come_in_turn(void **state)
{
    enum { CALLERS = 5 };
    struct world *world = *state;
    struct caller callers[CALLERS];
    int order[CALLERS], arrived = 0;
    OPEN(world, "RIPTIDE_WASM_MAX_POOL_SIZE=1", READY(1));
    struct rt_lease lease;
    rt_error err;
    assert_ok(rt_pool_take(world->pool, &patient, &lease, &err), err);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){ .number = i, .order = order, .arrived = &arrived };
        start_caller(&callers[i], world);
    }
    assert_int_equal(read_pool(world).waiting, CALLERS);
    rt_pool_give(world->pool, &lease, RT_OK);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_ok(callers[i].status, callers[i].err);
    }
    for (int i = 0; i < CALLERS; i++)
        assert_int_equal(order[i], i);
    close_world(world);
}

static void a_call_that_waits_can_be_cancelled(void **state)
{
    struct world *world = *state;
    struct caller caller = { .order = NULL };
    struct rt_lease lease, none;
    rt_error err;
    OPEN(world, "RIPTIDE_WASM_MAX_POOL_SIZE=1", READY(1));
    assert_ok(rt_pool_take(world->pool, &patient, &lease, &err), err);
    start_caller(&caller, world);
    rt_cancel_trigger(&caller.cancel);
    pthread_join(caller.thread, NULL);
    assert_int_equal(caller.status, RT_CANCELLED);
    rt_pool_give(world->pool, &lease, RT_OK);
    assert_int_equal(rt_pool_take(world->pool, &caller.watch, &none, &err), RT_CANCELLED);
    assert_int_equal(read_pool(world).active, 0);
    close_world(world);
    assert_int_equal(events_of(world, RT_EVENT_EXHAUSTED), 0);
}

static void *close_pool(void *pool)
{
    rt_pool_close(pool);
    return NULL;
}

static void closing_waits_for_calls_and_refuses_who_waits(void **state)
{
    struct world *world = *state;
    struct caller caller = { .order = NULL };
    struct rt_lease lease;
    rt_error err;
    pthread_t closer;
    OPEN(world, "RIPTIDE_WASM_MAX_POOL_SIZE=1", READY(1));
    assert_ok(rt_pool_take(world->pool, &patient, &lease, &err), err);
    start_caller(&caller, world);
    assert_int_equal(pthread_create(&closer, NULL, close_pool, world->pool), 0);
    pthread_join(caller.thread, NULL);
    assert_int_equal(caller.status, RT_POOL_EXHAUSTED);
    assert_contains(caller.err.message, "closed");
    /* The instance is there still. */
    assert_ok(extract_in(world, &lease, &err), err);
    rt_pool_give(world->pool, &lease, RT_OK);
    pthread_join(closer, NULL);
    world->pool = NULL;
    close_world(world);
}

/* ---- many at once --------------------------------------------------------------------------- */

enum { THREADS = 8, CALLS = 200, PLACES = 3 };
static atomic_uint running, most;

static rt_status extract_once(struct world *world, rt_error *err)
{
    struct rt_lease lease;
    rt_status status = rt_pool_take(world->pool, &patient, &lease, err);
    if (status != RT_OK)
        return status;
    unsigned now = atomic_fetch_add(&running, 1) + 1, seen = atomic_load(&most);
    while (now > seen && !atomic_compare_exchange_weak(&most, &seen, now)) {
    }
    status = extract_in(world, &lease, err);
    atomic_fetch_sub(&running, 1);
    rt_pool_give(world->pool, &lease, status);
    return status;
}

static void *extract_often(void *p)
{
    struct caller *caller = p;
    for (int i = 0; i < CALLS && caller->status == RT_OK; i++)
        caller->status = extract_once(caller->world, &caller->err);
    return NULL;
}

static void extract_in_threads(struct world *world)
{
    struct caller callers[THREADS];
    atomic_store(&running, 0);
    atomic_store(&most, 0);
    for (int i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){ .world = world };
        assert_int_equal(pthread_create(&callers[i].thread, NULL, extract_often, &callers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_ok(callers[i].status, callers[i].err);
    }
}

static void many_threads_share_it(void **state)
{
    static const char *const settings[][4] = {
        { "RIPTIDE_WASM_MAX_POOL_SIZE=3" },
        { "RIPTIDE_WASM_MAX_POOL_SIZE=3", "RIPTIDE_WASM_ENABLE_REUSE=false" },
        /* Each of the preparer's duties, all the time. */
        { "RIPTIDE_WASM_MAX_POOL_SIZE=3", "RIPTIDE_WASM_MAX_USES=2",
          "RIPTIDE_WASM_HOT_THRESHOLD_MS=1" },
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct world *world = *state;
        open_world_of(world, settings[i]);
        extract_in_threads(world);
        struct rt_pool_state now = read_pool(world);
        assert_int_equal(now.active + now.waiting, 0);
        assert_true(atomic_load(&most) <= PLACES);
        uint64_t takes = 0;
        for (unsigned tier = 0; tier < RT_TIERS; tier++)
            takes += gauge(world, RT_METRIC_TAKES, tier);
        assert_int_equal(takes, THREADS * CALLS);
        close_world(world);
    }
}

/* The smallest pool of memories that the settings allow is never too small. */
static void there_is_memory_for_all_instances(void **state)
{
    struct world *world = *state;
    OPEN(world, "RIPTIDE_WASM_MAX_POOL_SIZE=8", READY(1), HOT(1), WARM(0),
         "RIPTIDE_WASM_ADAPTIVE_MIN_SIZE=1", "RIPTIDE_WASM_ADAPTIVE_MAX_SIZE=1");
    extract_in_threads(world);
    close_world(world);
}

/* ---- failures ---------------------------------------------------------------------------- */

/* A component that needs more than it may have. */
static void an_instance_that_cannot_be_made_is_an_answer(void **state)
{
    struct world *world = *state;
    rt_error err;
    struct rt_lease lease;
    prepare_world(world, (const char *const[]){ READY(2), "RIPTIDE_WASM_MAX_FAILURES=2", NULL });
    world->limits.memory = 65536;
    const struct rt_pool_parts parts = parts_of(world);
    assert_ok(rt_pool_open(&world->pool, &parts, &err), err);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rt_pool_take(world->pool, &patient, &lease, &err), RT_INSTANTIATION);
    while (gauge(world, RT_METRIC_FAILURES, RT_INSTANTIATION) == 0)
        nap();
    struct rt_pool_state now = read_pool(world);
    assert_int_equal(now.active + now.hot, 0);
    close_world(world);
}

static void opening_survives_a_lack_of_memory(void **state)
{
    struct world *world = *state;
    prepare_world(world, NULL);
    for (long allowed = 0;; allowed++) {
        struct failing_heap heap;
        struct rt_pool *pool = NULL;
        rt_error err;
        failing_heap_init(&heap, allowed);
        struct rt_pool_parts parts = parts_of(world);
        parts.alloc = &heap.alloc;
        rt_status status = rt_pool_open(&pool, &parts, &err);
        if (status == RT_OK)
            rt_pool_close(pool);
        assert_int_equal(heap.live, 0);
        if (status == RT_OK)
            break;
        assert_int_equal(status, RT_NO_MEMORY);
        assert_null(pool);
    }
    close_world(world);
}

static int make_world(void **state)
{
    *state = malloc(sizeof(struct world));
    return *state ? 0 : -1;
}

/* A test that failed left its threads, which go on using their world. */
static int free_world(void **state)
{
    struct world *world = *state;
    if (world->closed)
        free(world);
    return 0;
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, make_world, free_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(instances_are_ready_before_they_are_wanted),
        WORLD_TEST(a_miss_fills_the_hot_tier),
        WORLD_TEST(what_has_no_room_moves_down),
        WORLD_TEST(without_a_hot_tier_memory_is_kept),
        WORLD_TEST(a_worn_slot_is_replaced),
        WORLD_TEST(an_old_slot_is_replaced_while_idle),
        WORLD_TEST(idle_slots_go_but_for_those_kept_ready),
        WORLD_TEST(pressure_takes_what_is_idle),
        WORLD_TEST(tuning_is_told),
        WORLD_TEST(an_idle_component_is_checked),
        WORLD_TEST(without_reuse_each_call_makes_its_own),
        WORLD_TEST(a_full_pool_refuses_late_calls),
        WORLD_TEST(calls_come_in_turn),
        WORLD_TEST(a_call_that_waits_can_be_cancelled),
        WORLD_TEST(closing_waits_for_calls_and_refuses_who_waits),
        WORLD_TEST(many_threads_share_it),
        WORLD_TEST(there_is_memory_for_all_instances),
        WORLD_TEST(an_instance_that_cannot_be_made_is_an_answer),
        WORLD_TEST(opening_survives_a_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

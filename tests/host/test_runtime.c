/* An engine at work: who may stop a call, what observers and metrics are told, how faults open the
 * breaker and the fallback stands in, and how an engine goes on in the children of a fork. */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define GUEST(name) "RIPTIDE_COMPONENT=" RT_TEST_GUESTS_DIR "/" name ".wasm"
/* Enough instructions to outlast any clock of these tests. */
#define NO_FUEL_LIMIT "RIPTIDE_WASM_FUEL_LIMIT=1000000000000000"

#define SENTENCE                                                                                   \
    "The river rose in the night, and by the morning the lower meadows lay under water. "
static const char page[] =
    "<html lang=en><title>Hello</title><body><article><h1>Hello</h1>"
    "<p>" SENTENCE SENTENCE "</p><p>" SENTENCE SENTENCE "</p></article></body></html>";
static const char trap[] = "<!--fault:trap-->";

static void pause_ms(long ms)
{
    const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
    nanosleep(&t, NULL);
}

static rt_request request_for(const char *html)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = rt_str_from_c(html);
    request.url = RT_LIT("https://example.org/page");
    return request;
}

/* What an observer was told: how often of each kind, in which order, and the last of each. */
struct told {
    unsigned count[64];
    rt_event last[64];
    rt_event_kind order[256];
    unsigned all;
};

static void note(void *ctx, const rt_event *event)
{
    struct told *told = ctx;
    told->count[event->kind]++;
    told->last[event->kind] = *event;
    if (told->all < 256)
        told->order[told->all++] = event->kind;
}

static void observe(rt_engine *engine, struct told *told, uint64_t kinds)
{
    rt_observer observer = RT_OBSERVER_INIT;
    rt_error err;
    memset(told, 0, sizeof *told);
    observer.tell = note;
    observer.ctx = told;
    if (kinds)
        observer.kinds = kinds;
    assert_ok(rt_engine_observe(engine, &observer, &err), err);
}

/* ---- who may stop a call --------------------------------------------------------------------- */

static void a_call_has_its_own_deadline(void **state)
{
    (void)state;
    rt_engine *engine = ENGINE(GUEST("loop"), NO_FUEL_LIMIT, "RIPTIDE_WASM_SOFT_TIMEOUT_MS=10");
    struct told told;
    observe(engine, &told, 0);
    rt_request request = request_for("page");
    rt_result *result;
    rt_error err;
    request.timeout_ms = 80;
    assert_int_equal(rt_extract(engine, &request, &result, &err), RT_TIMEOUT);
    assert_contains(err.message, "0.08 s");
    rt_engine_close(engine);
    assert_int_equal(told.count[RT_EVENT_SLOW_CALL], 1);
    const rt_event *slow = &told.last[RT_EVENT_SLOW_CALL];
    assert_int_equal(slow->limit, 10000000);
    assert_true(slow->value >= slow->limit);
    assert_int_equal(slow->html_bytes, 4);
}

static void *cancel_soon(void *cancel)
{
    pause_ms(30);
    rt_cancel_trigger(cancel);
    return NULL;
}

static void another_thread_stops_a_call(void **state)
{
    (void)state;
    rt_engine *engine = ENGINE(GUEST("loop"), NO_FUEL_LIMIT);
    rt_cancel *cancel = rt_cancel_new();
    rt_request request = request_for("page");
    rt_result *result;
    rt_error err;
    pthread_t thread;
    request.cancel = cancel;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, cancel), 0);
    assert_int_equal(rt_extract(engine, &request, &result, &err), RT_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(rt_extract(engine, &request, &result, &err), RT_CANCELLED);
    rt_engine_close(engine);
    rt_cancel_free(cancel);
    rt_cancel_free(NULL);
    rt_cancel_trigger(NULL);
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void a_report_of_each_call_for_who_asks(void **state)
{
    (void)state;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=2");
    struct told told, plain;
    observe(engine, &told, UINT64_C(1) << RT_EVENT_CALL);
    observe(engine, &plain, 0);
    rt_request request = request_for(page);
    request.traceparent = RT_LIT("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    rt_result *result;
    rt_error err;
    for (int i = 0; i < 3; i++) {
        assert_ok(rt_extract(engine, &request, &result, &err), err);
        assert_int_equal(rt_result_extractor(result), RT_EXTRACTOR_COMPONENT);
        rt_result_free(result);
    }
    rt_engine_close(engine);
    assert_int_equal(told.count[RT_EVENT_CALL], 3);
    assert_int_equal(told.all, 3);
    assert_int_equal(plain.count[RT_EVENT_CALL], 0);
    const rt_event *call = &told.last[RT_EVENT_CALL];
    assert_int_equal(call->status, RT_OK);
    assert_int_equal(call->html_bytes, sizeof page - 1);
    assert_string_equal(call->traceparent,
                        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_true(call->stats.call_ns > 0 && call->stats.call_ns <= call->value);
    assert_true(call->stats.fuel_used > 0);
    assert_true(call->time_ns > UINT64_C(1500000000) * 1000000000);
}

struct user {
    rt_engine *engine;
    atomic_uint failed;
};

static void use_engine(void *ctx, const rt_event *event)
{
    struct user *user = ctx;
    rt_result *result;
    rt_engine_health health;
    rt_error err;
    (void)event;
    if (extract(user->engine, page, &result, &err) != RT_OK ||
        rt_engine_get_health(user->engine, &health, &err) != RT_OK)
        atomic_fetch_add(&user->failed, 1);
    else
        rt_result_free(result);
}

/* Each call that it is told of makes one more. */
static void an_observer_may_use_the_engine_until_it_is_closed(void **state)
{
    (void)state;
    struct user user = { .engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=2") };
    rt_observer observer = RT_OBSERVER_INIT;
    rt_result *result;
    rt_error err;
    observer.tell = use_engine;
    observer.ctx = &user;
    observer.kinds = UINT64_C(1) << RT_EVENT_CALL;
    assert_ok(rt_engine_observe(user.engine, &observer, &err), err);
    for (int i = 0; i < 8; i++) {
        assert_ok(extract(user.engine, page, &result, &err), err);
        rt_result_free(result);
    }
    rt_engine_close(user.engine);
    assert_int_equal(atomic_load(&user.failed), 0);
}

static void assert_metric(rt_engine *engine, const char *line)
{
    rt_text text;
    rt_error err;
    assert_ok(rt_engine_metrics(engine, RT_METRICS_TEXT, &text, &err), err);
    assert_contains(text.at, line);
    rt_text_free(&text);
}

static void calls_are_counted_though_nobody_observes(void **state)
{
    (void)state;
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=1");
    rt_result *result;
    rt_error err;
    for (int i = 0; i < 2; i++) {
        assert_ok(extract(engine, page, &result, &err), err);
        rt_result_free(result);
    }
    assert_metric(engine, "riptide_events_total{event=\"call\"} 2\n");
    rt_engine_close(engine);
}

static void no_slot_serves_more_calls_than_it_may(void **state)
{
    (void)state;
    enum { CALLS = 60, PATIENCE_MS = 10000 };
    rt_engine *engine = ENGINE("RIPTIDE_WASM_MAX_USES=1", "RIPTIDE_WASM_MAX_POOL_SIZE=2");
    rt_result *result;
    rt_text text;
    rt_error err;
    bool all = false;
    for (int i = 0; i < CALLS; i++) {
        assert_ok(extract(engine, page, &result, &err), err);
        rt_result_free(result);
    }
    /* The last ones are replaced in time. */
    for (int waited = 0; !all && waited < PATIENCE_MS; waited += 10) {
        assert_ok(rt_engine_metrics(engine, RT_METRICS_TEXT, &text, &err), err);
        /* Others may go for want of work. */
        const char *evicted = strstr(text.at, "riptide_events_total{event=\"evicted\"} ");
        all = evicted && strtoul(evicted + strcspn(evicted, " "), NULL, 10) >= CALLS;
        rt_text_free(&text);
        pause_ms(10);
    }
    assert_true(all);
    rt_engine_close(engine);
}

static void who_is_refused_memory_is_reported(void **state)
{
    (void)state;
    rt_engine *engine = ENGINE(GUEST("eater"));
    struct told told;
    rt_result *result;
    rt_error err;
    observe(engine, &told, 0);
    assert_int_equal(extract(engine, page, &result, &err), RT_RESOURCE_LIMIT);
    assert_metric(engine, "riptide_wasm_grow_failed_total 1\n");
    rt_engine_close(engine);
    assert_int_equal(told.count[RT_EVENT_MEMORY_CALL], 1);
    assert_int_equal(told.last[RT_EVENT_MEMORY_CALL].value, 64 << 20);
    assert_int_equal(told.last[RT_EVENT_MEMORY_CALL].limit, 64 << 20);
}

/* Of 1 GiB the test holds more than 1 percent and less than 60. */
static void the_process_is_reported_from_the_threshold_on(void **state)
{
    (void)state;
    static const struct {
        const char *settings[3];
        unsigned reports;
    } rows[] = {
        { { "RIPTIDE_WASM_PROCESS_MEMORY_MB=1024", NULL }, 0 },
        { { "RIPTIDE_WASM_PROCESS_MEMORY_MB=1024", "RIPTIDE_WASM_MEMORY_PRESSURE_THRESHOLD=1",
            NULL },
          1 },
        { { "RIPTIDE_WASM_PROCESS_MEMORY_MB=1", "RIPTIDE_WASM_MEMORY_PRESSURE_THRESHOLD=100",
            NULL },
          1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rt_engine *engine = open_engine(rows[i].settings);
        struct told told;
        rt_engine_health health;
        rt_error err;
        observe(engine, &told, 0);
        for (int look = 0; look < 3; look++) {
            assert_ok(rt_engine_get_health(engine, &health, &err), err);
            pause_ms(110);
        }
        rt_engine_close(engine);
        assert_int_equal(told.count[RT_EVENT_MEMORY_PROCESS], rows[i].reports);
    }
}

static void metrics_and_health_agree_with_what_was_done(void)
{
    /* Sanitizers take memory of their own. */
    rt_engine *engine = ENGINE(GUEST("faulty"), "RIPTIDE_WASM_PROCESS_MEMORY_MB=1000000");
    rt_result *result;
    rt_error err;
    rt_text text;
    for (int i = 0; i < 4; i++) {
        assert_ok(extract(engine, page, &result, &err), err);
        rt_result_free(result);
    }
    assert_int_equal(extract(engine, trap, &result, &err), RT_TRAP);
    assert_int_equal(extract(engine, "", &result, &err), RT_INVALID_INPUT);
    assert_ok(rt_engine_metrics(engine, RT_METRICS_TEXT, &text, &err), err);
    assert_contains(text.at, "riptide_extract_duration_seconds_count{mode=\"article\","
                             "outcome=\"ok\"} 4\n");
    assert_contains(text.at,
                    "riptide_wasm_failures_by_reason{pool_id=\"default\",reason=\"trap\"} 1\n");
    assert_contains(text.at, "riptide_wasm_circuit_breaker_state{pool_id=\"default\","
                             "state=\"closed\"} 1\n");
    assert_contains(text.at, "riptide_input_checks_total{outcome=\"invalid_input\"} 1\n");
    assert_contains(text.at, "riptide_memory_pressure{level=\"low\"} 1\n");
    rt_text_free(&text);
    rt_engine_health health;
    assert_ok(rt_engine_get_health(engine, &health, &err), err);
    assert_string_equal(health.breaker, "closed");
    assert_string_equal(health.pressure, "low");
    assert_int_equal(health.extractions, 4);
    assert_int_equal(health.pool_limit, 8);
    assert_int_equal(health.active, 0);
    assert_true(health.memory_bytes > 0 && health.resident_bytes > 0);
    assert_ok(rt_engine_query(engine, "health-check", &text, &err), err);
    assert_contains(text.at, "\"extraction_count\":4");
    rt_text_free(&text);
    assert_ok(rt_engine_query(engine, "reset-state", &text, &err), err);
    assert_contains(text.at, "the host's count of 4 reset");
    rt_text_free(&text);
    assert_ok(rt_engine_get_health(engine, &health, &err), err);
    assert_int_equal(health.extractions, 0);
    rt_engine_close(engine);

    engine = ENGINE("RIPTIDE_WASM_ENABLE_METRICS=false");
    assert_int_equal(rt_engine_metrics(engine, RT_METRICS_TEXT, &text, &err), RT_INVALID_ARGUMENT);
    assert_contains(err.message, "RIPTIDE_WASM_ENABLE_METRICS");
    rt_engine_close(engine);
}

/* ---- breaker and fallback -------------------------------------------------------------------- */

/* Open for so long that a slow machine, too, gets a call in while it is. */
enum { OPEN_MS = 2000 };
static const char *const fragile[] = { GUEST("faulty"), "RIPTIDE_BREAKER_OPEN_MS=2000", NULL };

static void trip(rt_engine *engine)
{
    rt_result *result;
    rt_error err;
    for (int i = 0; i < 5; i++)
        assert_int_equal(extract(engine, trap, &result, &err), RT_TRAP);
    rt_engine_health health;
    assert_ok(rt_engine_get_health(engine, &health, &err), err);
    assert_string_equal(health.breaker, "open");
}

static void the_fallback_serves_until_the_component_works_again(void)
{
    rt_engine *engine = open_engine(fragile);
    struct told told;
    observe(engine, &told, 0);
    rt_result *before, *meanwhile, *after;
    rt_text json[3];
    rt_error err;
    assert_ok(extract(engine, page, &before, &err), err);
    trip(engine);
    assert_ok(extract(engine, page, &meanwhile, &err), err);
    pause_ms(OPEN_MS + 100);
    assert_ok(extract(engine, page, &after, &err), err);
    assert_int_equal(rt_result_extractor(before), RT_EXTRACTOR_COMPONENT);
    assert_int_equal(rt_result_extractor(meanwhile), RT_EXTRACTOR_NATIVE);
    assert_int_equal(rt_result_extractor(after), RT_EXTRACTOR_COMPONENT);
    assert_ok(rt_result_json(before, (rt_str){ NULL, 0 }, &json[0], &err), err);
    assert_ok(rt_result_json(meanwhile, (rt_str){ NULL, 0 }, &json[1], &err), err);
    assert_ok(rt_result_json(after, (rt_str){ NULL, 0 }, &json[2], &err), err);
    assert_string_equal(json[0].at, json[2].at);
    static const char mark[] = ",\"extractor\":\"native\"}";
    assert_int_equal(json[1].len, json[0].len + sizeof mark - 2);
    assert_memory_equal(json[1].at, json[0].at, json[0].len - 1);
    assert_string_equal(json[1].at + json[0].len - 1, mark);
    for (int i = 0; i < 3; i++)
        rt_text_free(&json[i]);
    rt_result_free(before);
    rt_result_free(meanwhile);
    rt_result_free(after);
    rt_engine_close(engine);
    assert_int_equal(told.count[RT_EVENT_FALLBACK], 1);
    assert_int_equal(told.count[RT_EVENT_BREAKER_OPEN], 1);
    assert_int_equal(told.count[RT_EVENT_BREAKER_HALF_OPEN], 1);
    assert_int_equal(told.count[RT_EVENT_BREAKER_CLOSED], 1);
    assert_int_equal(told.last[RT_EVENT_BREAKER_OPEN].value, OPEN_MS * UINT64_C(1000000));
    rt_event_kind transitions[3] = { RT_EVENT_CALL, RT_EVENT_CALL, RT_EVENT_CALL };
    unsigned n = 0;
    for (unsigned i = 0; i < told.all; i++)
        if (told.order[i] >= RT_EVENT_BREAKER_OPEN && told.order[i] <= RT_EVENT_BREAKER_CLOSED)
            transitions[n++] = told.order[i];
    assert_int_equal(n, 3);
    assert_int_equal(transitions[0], RT_EVENT_BREAKER_OPEN);
    assert_int_equal(transitions[1], RT_EVENT_BREAKER_HALF_OPEN);
    assert_int_equal(transitions[2], RT_EVENT_BREAKER_CLOSED);
}

static void without_a_fallback_the_answer_says_so(void)
{
    rt_engine *engine = ENGINE(GUEST("faulty"), "RIPTIDE_FALLBACK=off");
    rt_result *result;
    rt_error err;
    trip(engine);
    assert_int_equal(extract(engine, page, &result, &err), RT_BREAKER_IS_OPEN);
    assert_true(rt_status_is_retryable(err.status));
    rt_engine_close(engine);
}

/* Hostile pages must not switch the sandbox off for everybody. */
static void limits_open_the_breaker_only_on_demand(void **state)
{
    (void)state;
    static const char *const settings[2][4] = {
        { GUEST("faulty"), "RIPTIDE_WASM_FUEL_LIMIT=20000000", NULL },
        { GUEST("faulty"), "RIPTIDE_WASM_FUEL_LIMIT=20000000", "RIPTIDE_BREAKER_COUNT_LIMITS=true",
          NULL },
    };
    for (int counted = 0; counted < 2; counted++) {
        rt_engine *engine = open_engine(settings[counted]);
        rt_engine_health health;
        rt_result *result;
        rt_error err;
        for (int i = 0; i < 5; i++)
            assert_int_equal(extract(engine, "<!--fault:loop-->", &result, &err), RT_OUT_OF_FUEL);
        assert_ok(rt_engine_get_health(engine, &health, &err), err);
        assert_string_equal(health.breaker, counted ? "open" : "closed");
        rt_engine_close(engine);
    }
}

/* ---- fork ------------------------------------------------------------------------------------ */

struct load {
    rt_engine *engine;
    atomic_bool stop;
    atomic_uint failed;
};

static void *run_load(void *p)
{
    struct load *load = p;
    while (!atomic_load(&load->stop)) {
        rt_result *result;
        rt_error err;
        if (extract(load->engine, page, &result, &err) != RT_OK)
            atomic_fetch_add(&load->failed, 1);
        else
            rt_result_free(result);
    }
    return NULL;
}

/* 0: the engine works in the child, too. */
static int in_child(rt_engine *engine)
{
    rt_result *result;
    rt_error err;
    alarm(60);
    for (int i = 0; i < 2; i++) {
        if (extract(engine, page, &result, &err) != RT_OK) {
            fprintf(stderr, "in the child of a fork: %s\n", err.message);
            return 1;
        }
        rt_result_free(result);
    }
    rt_engine_close(engine);
    return 0;
}

/* As a service may be shut in.  What would be written is memory, not files, but counts. */
static int without_files(const char *cache)
{
    const struct rlimit none = { 0, 0 };
    const char *const settings[] = { cache, "RIPTIDE_WASM_ENABLE_REUSE=false", NULL };
    rt_engine *engine;
    rt_result *result;
    rt_error err;
    if (setrlimit(RLIMIT_FSIZE, &none) != 0 || try_open(settings, &engine, &err) != RT_OK)
        return 2;
    rt_status status = extract(engine, page, &result, &err);
    if (status == RT_OK)
        rt_result_free(result);
    rt_engine_close(engine);
    return status == RT_OK ? 0 : 1;
}

static void a_process_without_files_of_any_size_goes_on(void **state)
{
    (void)state;
#if defined(__SANITIZE_THREAD__)
    skip(); /* dies of a thread that the child of a process with threads starts */
#endif
    static const char *const caches[] = { "RIPTIDE_WASM_ENABLE_AOT_CACHE=false",
                                          "RIPTIDE_WASM_ENABLE_AOT_CACHE=true" };
    for (int i = 0; i < 2; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(without_files(caches[i]));
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    }
}

static void fifty_children_go_on_while_the_parent_works(void **state)
{
    (void)state;
#if defined(__SANITIZE_THREAD__)
    skip(); /* dies of a thread that the child of a process with threads starts */
#elif defined(__SANITIZE_ADDRESS__)
    skip(); /* its allocator may be locked at the fork, by a thread that the child does not have */
#endif
    enum { THREADS = 4, CHILDREN = 50 };
    struct load load = { .engine = ENGINE("RIPTIDE_WASM_MAX_POOL_SIZE=3") };
    pthread_t threads[THREADS];
    pid_t children[CHILDREN];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_load, &load), 0);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(in_child(load.engine));
        assert_true(children[i] > 0);
    }
    int bad = 0;
    for (int i = 0; i < CHILDREN; i++) {
        int status = -1;
        bad += waitpid(children[i], &status, 0) != children[i] || status != 0;
    }
    atomic_store(&load.stop, true);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(bad, 0);
    assert_int_equal(atomic_load(&load.failed), 0);
    rt_engine_close(load.engine);
}

/* A trap is a signal, and cmocka takes the signals over at the start of each test: what traps is
 * one test, before any other opens an engine. */
static void faults(void **state)
{
    (void)state;
    metrics_and_health_agree_with_what_was_done();
    the_fallback_serves_until_the_component_works_again();
    without_a_fallback_the_answer_says_so();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults),
        cmocka_unit_test(a_call_has_its_own_deadline),
        cmocka_unit_test(another_thread_stops_a_call),
        cmocka_unit_test(a_report_of_each_call_for_who_asks),
        cmocka_unit_test(an_observer_may_use_the_engine_until_it_is_closed),
        cmocka_unit_test(calls_are_counted_though_nobody_observes),
        cmocka_unit_test(no_slot_serves_more_calls_than_it_may),
        cmocka_unit_test(who_is_refused_memory_is_reported),
        cmocka_unit_test(the_process_is_reported_from_the_threshold_on),
        cmocka_unit_test(a_process_without_files_of_any_size_goes_on),
        cmocka_unit_test(limits_open_the_breaker_only_on_demand),
        cmocka_unit_test(fifty_children_go_on_while_the_parent_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Events: what is emitted arrives, in order and at whom it concerns; nobody who emits ever waits.
 */
#include "fixture.h"

#include "host/observe/event_table.h"
#include "host/observe/events.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/wait.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define UNDER_TSAN 1
#endif

enum { PLACES = 1024, PRODUCERS = 4, EACH = 20000 };

/* Written by the thread that hands events out; read when that has ended. */
struct seen {
    size_t count;
    rt_event last, events[PLACES];
};

static void note(void *ctx, const rt_event *event)
{
    struct seen *seen = ctx;
    seen->last = *event;
    if (seen->count < PLACES)
        seen->events[seen->count] = *event;
    seen->count++;
}

static rt_observer observer_of(void (*tell)(void *, const rt_event *), void *ctx, uint64_t kinds)
{
    rt_observer observer = RT_OBSERVER_INIT;
    observer.kinds = kinds;
    observer.tell = tell;
    observer.ctx = ctx;
    return observer;
}

static void observe(struct rt_events *events, rt_observer observer)
{
    rt_error err;
    assert_ok(rt_events_observe(events, &observer, &err), err);
}

#define BIT(kind) (UINT64_C(1) << (kind))
#define ALL (~UINT64_C(0))

static struct rt_events *open_events(struct rt_metrics *metrics)
{
    struct rt_events *events = rt_events_open(&rt_alloc_heap, metrics);
    assert_non_null(events);
    return events;
}

static void every_kind_has_a_name(void **state)
{
    (void)state;
    for (unsigned k = 0; k < RT_EVENTS; k++) {
        const char *label = rt_event_label((rt_event_kind)k);
        assert_true(*label);
        assert_int_equal(strspn(label, "abcdefghijklmnopqrstuvwxyz_"), strlen(label));
        assert_string_not_equal(label, "unknown");
        for (unsigned other = 0; other < k; other++)
            assert_string_not_equal(label, rt_event_label((rt_event_kind)other));
        assert_true(*rt_event_text((rt_event_kind)k));
    }
    assert_string_equal(rt_event_label(RT_EVENT_SLOW_CALL), "slow_call");
    assert_string_equal(rt_event_label((rt_event_kind)RT_EVENTS), "unknown");
    assert_string_equal(rt_event_text((rt_event_kind)-1), "no such event");
}

static void without_observers_events_are_only_counted(void **state)
{
    (void)state;
    struct rt_metrics *metrics = rt_metrics_open(&rt_alloc_heap, "default");
    struct rt_events *events = open_events(metrics);
    for (unsigned i = 0; i < 3 * PLACES; i++)
        rt_events_tell(events, RT_EVENT_CREATED, i, 0);
    assert_false(rt_events_wanted(events, RT_EVENT_CREATED));
    assert_int_equal(rt_metrics_value(metrics, RT_METRIC_EVENTS, RT_EVENT_CREATED), 3 * PLACES);
    assert_int_equal(rt_metrics_value(metrics, RT_METRIC_EVENTS_LOST, 0), 0);
    rt_events_tell(events, (rt_event_kind)RT_EVENTS, 0, 0);
    rt_events_close(events);
    rt_metrics_close(metrics);
    rt_events_close(NULL);
}

static void events_arrive_whole_and_in_order(void **state)
{
    (void)state;
    static struct seen seen;
    struct rt_events *events = open_events(NULL);
    observe(events, observer_of(note, &seen, ALL));
    rt_event call = { .kind = RT_EVENT_CALL,
                      .value = 7,
                      .status = RT_TRAP,
                      .mode = RT_MODE_FULL,
                      .stats = { .call_ns = 11, .take_ns = 13 },
                      .html_bytes = 17,
                      .traceparent = "00-1-2-01" };
    for (unsigned i = 0; i < 500; i++)
        rt_events_tell(events, RT_EVENT_RESIZED, i, i + 1);
    rt_events_emit(events, &call);
    rt_events_close(events); /* hands out what is left */
    assert_int_equal(seen.count, 501);
    for (unsigned i = 0; i < 500; i++) {
        assert_int_equal(seen.events[i].kind, RT_EVENT_RESIZED);
        assert_int_equal(seen.events[i].value, i);
        assert_int_equal(seen.events[i].limit, i + 1);
        assert_true(seen.events[i].time_ns > UINT64_C(1000000000) * 1000000000);
        assert_true(i == 0 || seen.events[i].time_ns >= seen.events[i - 1].time_ns);
    }
    call.time_ns = seen.last.time_ns;
    assert_memory_equal(&seen.last.stats, &call.stats, sizeof call.stats);
    assert_int_equal(seen.last.status, RT_TRAP);
    assert_int_equal(seen.last.mode, RT_MODE_FULL);
    assert_int_equal(seen.last.html_bytes, 17);
    assert_string_equal(seen.last.traceparent, "00-1-2-01");
}

/* Makes an event of each that it is told of. */
struct echo {
    struct rt_events *events;
    unsigned count;
};

static void echo(void *ctx, const rt_event *event)
{
    struct echo *echo = ctx;
    echo->count++;
    rt_events_tell(echo->events, RT_EVENT_CALL, event->value + 1, 0);
}

static void the_end_does_not_wait_for_what_observers_cause(void **state)
{
    (void)state;
    struct rt_metrics *metrics = rt_metrics_open(&rt_alloc_heap, "default");
    struct echo echoes = { open_events(metrics), 0 };
    observe(echoes.events, observer_of(echo, &echoes, ALL));
    for (unsigned i = 0; i < 10; i++)
        rt_events_tell(echoes.events, RT_EVENT_CREATED, i, 0);
    rt_events_end(echoes.events);
    unsigned told = echoes.count;
    assert_true(told >= 10);
    rt_events_tell(echoes.events, RT_EVENT_CREATED, 0, 0);
    rt_events_end(echoes.events);
    rt_events_close(echoes.events);
    assert_int_equal(echoes.count, told);
    assert_int_equal(rt_metrics_value(metrics, RT_METRIC_EVENTS, RT_EVENT_CREATED), 11);
    rt_metrics_close(metrics);
}

static void each_observer_gets_its_kinds(void **state)
{
    (void)state;
    static struct seen calls, rest, none;
    struct rt_events *events = open_events(NULL);
    observe(events, observer_of(note, &calls, BIT(RT_EVENT_CALL)));
    assert_true(rt_events_wanted(events, RT_EVENT_CALL));
    assert_false(rt_events_wanted(events, RT_EVENT_EVICTED));
    rt_observer usual = RT_OBSERVER_INIT;
    usual.tell = note;
    usual.ctx = &rest;
    observe(events, usual);
    observe(events, observer_of(note, &none, 0));
    assert_true(rt_events_wanted(events, RT_EVENT_EVICTED));
    for (unsigned k = 0; k < RT_EVENTS; k++)
        rt_events_tell(events, (rt_event_kind)k, k, 0);
    rt_events_close(events);
    assert_int_equal(calls.count, 1);
    assert_int_equal(calls.last.kind, RT_EVENT_CALL);
    assert_int_equal(rest.count, RT_EVENTS - 1);
    assert_int_equal(none.count, 0);
}

static void observers_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static struct seen seen;
    struct rt_events *events = open_events(NULL);
    rt_observer good = observer_of(note, &seen, ALL), bad[4] = { good, good, good, good };
    bad[0].tell = NULL;
    bad[1].size = 0;
    bad[2].size = sizeof good - 1;
    bad[3].size = SIZE_MAX;
    rt_error err;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(rt_events_observe(events, &bad[i], &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_events_observe(events, NULL, &err), RT_INVALID_ARGUMENT);
    struct {
        rt_observer known;
        uint64_t option;
    } newer = { .known = good, .option = 1 };
    newer.known.size = sizeof newer;
    assert_int_equal(rt_events_observe(events, &newer.known, &err), RT_INVALID_ARGUMENT);
    assert_contains(err.message, RT_VERSION);
    newer.option = 0;
    assert_ok(rt_events_observe(events, &newer.known, &err), err);
    for (int i = 1; i < RT_OBSERVERS; i++)
        observe(events, good);
    assert_int_equal(rt_events_observe(events, &good, &err), RT_INVALID_ARGUMENT);
    assert_contains(err.message, "8 observers");
    rt_observer out[RT_OBSERVERS];
    assert_int_equal(rt_events_observers(events, out), RT_OBSERVERS);
    assert_ptr_equal(out[0].ctx, &seen);
    assert_int_equal(out[0].size, sizeof good);
    rt_events_close(events);
}

/* An observer that stands still until it may go on. */
struct stopped {
    sem_t entered, go;
    size_t count;
};

static void stand_still(void *ctx, const rt_event *event)
{
    (void)event;
    struct stopped *stopped = ctx;
    if (stopped->count++ == 0) {
        sem_post(&stopped->entered);
        sem_wait(&stopped->go);
    }
}

static void a_slow_observer_loses_events_and_stops_nobody(void **state)
{
    (void)state;
    static struct stopped stopped;
    sem_init(&stopped.entered, 0, 0);
    sem_init(&stopped.go, 0, 0);
    struct rt_metrics *metrics = rt_metrics_open(&rt_alloc_heap, "default");
    struct rt_events *events = open_events(metrics);
    observe(events, observer_of(stand_still, &stopped, ALL));
    rt_events_tell(events, RT_EVENT_CREATED, 0, 0);
    sem_wait(&stopped.entered);
    for (unsigned i = 0; i < PLACES + 10; i++)
        rt_events_tell(events, RT_EVENT_CREATED, i, 0);
    assert_int_equal(rt_metrics_value(metrics, RT_METRIC_EVENTS_LOST, 0), 10);
    assert_int_equal(rt_metrics_value(metrics, RT_METRIC_EVENTS, RT_EVENT_CREATED), PLACES + 11);
    sem_post(&stopped.go);
    rt_events_close(events);
    assert_int_equal(stopped.count, PLACES + 1);
    rt_metrics_close(metrics);
    sem_destroy(&stopped.entered);
    sem_destroy(&stopped.go);
}

/* ---- many threads ---------------------------------------------------------------------------- */

struct tally {
    uint64_t next[PRODUCERS]; /* the least that may come of each */
    size_t count, disorder;
};

static void tally(void *ctx, const rt_event *event)
{
    struct tally *t = ctx;
    t->count++;
    if (event->value < t->next[event->limit])
        t->disorder++;
    t->next[event->limit] = event->value + 1;
}

struct producer {
    struct rt_events *events;
    uint64_t number;
};

static void *produce(void *arg)
{
    const struct producer *p = arg;
    for (uint64_t i = 0; i < EACH; i++)
        rt_events_tell(p->events, RT_EVENT_PROMOTED, i, p->number);
    return NULL;
}

static void producers_do_not_mix_up_their_events(void **state)
{
    (void)state;
    static struct tally first, later;
    struct rt_metrics *metrics = rt_metrics_open(&rt_alloc_heap, "default");
    struct rt_events *events = open_events(metrics);
    struct producer producers[PRODUCERS];
    pthread_t threads[PRODUCERS];
    observe(events, observer_of(tally, &first, ALL));
    for (unsigned i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct producer){ events, i };
        assert_int_equal(pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
    }
    observe(events, observer_of(tally, &later, ALL)); /* while they emit */
    for (unsigned i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    rt_events_close(events);
    uint64_t lost = rt_metrics_value(metrics, RT_METRIC_EVENTS_LOST, 0);
    assert_int_equal(first.count + lost, PRODUCERS * EACH);
    assert_int_equal(first.disorder, 0);
    assert_true(later.count <= first.count);
    assert_int_equal(later.disorder, 0);
    rt_metrics_close(metrics);
}

/* ---- after a fork ---------------------------------------------------------------------------- */

static void a_child_takes_the_observers_over(void **state)
{
    (void)state;
#ifdef UNDER_TSAN
    skip(); /* it makes no threads in the child of a program that had some */
#endif
    static struct seen seen;
    struct rt_events *events = open_events(NULL);
    observe(events, observer_of(note, &seen, ALL));
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Nobody reads the old ring any more; that stops nobody either. */
        for (unsigned i = 0; i < 2 * PLACES; i++)
            rt_events_tell(events, RT_EVENT_CREATED, i, 0);
        rt_observer observers[RT_OBSERVERS];
        struct rt_events *own = rt_events_open(&rt_alloc_heap, NULL);
        size_t count = rt_events_observers(events, observers);
        for (size_t i = 0; i < count; i++)
            if (rt_events_observe(own, &observers[i], NULL) != RT_OK)
                _exit(2);
        rt_events_tell(own, RT_EVENT_RESTARTED, 1, 0);
        rt_events_close(own);
        _exit(seen.count == 1 && seen.last.kind == RT_EVENT_RESTARTED ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    rt_events_close(events);
    assert_int_equal(seen.count, 0);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static struct seen seen;
    bool done = false;
    long n = 0;
    for (; !done; n++) {
        struct failing_heap heap;
        failing_heap_init(&heap, n);
        struct rt_events *events = rt_events_open(&heap.alloc, NULL);
        if (events) {
            rt_observer observer = observer_of(note, &seen, ALL);
            rt_error err;
            rt_status status = rt_events_observe(events, &observer, &err);
            done = status == RT_OK;
            assert_true(done || status == RT_NO_MEMORY);
            assert_int_equal(rt_events_wanted(events, RT_EVENT_CALL), done);
            rt_events_tell(events, RT_EVENT_CALL, 0, 0);
            rt_events_close(events);
        }
        assert_int_equal(heap.live, 0);
    }
    assert_int_equal(n, 3);
    assert_int_equal(seen.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name),
        cmocka_unit_test(without_observers_events_are_only_counted),
        cmocka_unit_test(events_arrive_whole_and_in_order),
        cmocka_unit_test(the_end_does_not_wait_for_what_observers_cause),
        cmocka_unit_test(each_observer_gets_its_kinds),
        cmocka_unit_test(observers_that_do_not_fit_are_refused),
        cmocka_unit_test(a_slow_observer_loses_events_and_stops_nobody),
        cmocka_unit_test(producers_do_not_mix_up_their_events),
        cmocka_unit_test(a_child_takes_the_observers_over),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

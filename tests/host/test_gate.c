/* The gate: as many as there are places, first come first served, and a wait that ends. */
#include "fixture.h"

#include "host/pool/gate.h"

#include <sched.h>

enum { THREADS = 6, SECOND = 1000000000 };

static struct rt_gate gate;
static int order[THREADS], arrived;

static void *queue_up(void *arg)
{
    rt_error err;
    if (rt_gate_enter(&gate, (uint64_t)60 * SECOND, &err) == RT_OK) {
        order[arrived++] = *(int *)arg;
        rt_gate_leave(&gate);
    }
    return NULL;
}

static void who_asks_first_goes_first(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int numbers[THREADS];
    rt_error err;
    rt_gate_init(&gate, 1);
    arrived = 0;
    assert_ok(rt_gate_enter(&gate, 0, &err), err);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, queue_up, &numbers[i]), 0);
        while (rt_gate_waiting(&gate) != (unsigned)i + 1)
            sched_yield();
    }
    rt_gate_leave(&gate);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(order[i], i);
    assert_int_equal(gate.free, 1);
    rt_gate_destroy(&gate);
}

static void a_full_gate_answers_after_its_time(void **state)
{
    (void)state;
    rt_error err;
    rt_gate_init(&gate, 2);
    assert_ok(rt_gate_enter(&gate, 0, &err), err);
    assert_ok(rt_gate_enter(&gate, 0, &err), err);
    assert_int_equal(rt_gate_enter(&gate, SECOND / 100, &err), RT_POOL_EXHAUSTED);
    assert_string_equal(err.message, "no instance became free within 0.01 s: all 2 are in use");
    assert_true(rt_status_is_retryable(err.status));
    assert_int_equal(rt_gate_waiting(&gate), 0);
    rt_gate_leave(&gate);
    assert_ok(rt_gate_enter(&gate, 0, &err), err);
    rt_gate_leave(&gate);
    rt_gate_leave(&gate);
    assert_int_equal(gate.free, 2);
    rt_gate_destroy(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_first_goes_first),
        cmocka_unit_test(a_full_gate_answers_after_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The queue: as many as there are places, first come first served, and waits that end. */
#include "fixture.h"

#include "host/pool/queue.h"
#include "host/system/clock.h"

#include <sched.h>

enum { THREADS = 6 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rt_queue queue;
static int order[THREADS], arrived;
static const struct rt_watch patient = { .deadline_ns = UINT64_MAX / 2 };

static rt_status enter(const struct rt_watch *watch, rt_error *err)
{
    pthread_mutex_lock(&lock);
    rt_status status = rt_queue_try(&queue) ? RT_OK : rt_queue_wait(&queue, &lock, watch, err);
    pthread_mutex_unlock(&lock);
    return status;
}

static void leave(void)
{
    pthread_mutex_lock(&lock);
    struct rt_waiter *waiter = rt_queue_leave(&queue);
    pthread_mutex_unlock(&lock);
    rt_queue_call(waiter);
}

static void wait_for_waiters(uint32_t n)
{
    for (;;) {
        pthread_mutex_lock(&lock);
        uint32_t waiting = queue.waiting;
        pthread_mutex_unlock(&lock);
        if (waiting == n)
            return;
        sched_yield();
    }
}

static void *queue_up(void *number)
{
    rt_error err;
    if (enter(&patient, &err) == RT_OK) {
        order[arrived++] = *(int *)number;
        leave();
    }
    return NULL;
}

static void who_asks_first_goes_first(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    int numbers[THREADS];
    rt_error err;
    rt_queue_init(&queue, 1);
    arrived = 0;
    assert_ok(enter(&patient, &err), err);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, queue_up, &numbers[i]), 0);
        wait_for_waiters((uint32_t)i + 1);
    }
    leave();
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(order[i], i);
    assert_int_equal(queue.free, 1);
}

static void a_full_queue_answers_after_its_time(void **state)
{
    (void)state;
    const struct rt_watch late = { .deadline_ns = 1, .limit_ns = 10000000 };
    rt_error err;
    rt_queue_init(&queue, 2);
    assert_ok(enter(&late, &err), err);
    assert_ok(enter(&late, &err), err);
    assert_int_equal(enter(&late, &err), RT_POOL_EXHAUSTED);
    assert_string_equal(err.message, "no instance became free within 0.01 s: all 2 are in use");
    assert_true(rt_status_is_retryable(err.status));
    assert_int_equal(queue.waiting, 0);
    leave();
    assert_ok(enter(&late, &err), err);
    leave();
    leave();
    assert_int_equal(queue.free, 2);
}

struct impatient {
    struct rt_cancel cancel;
    rt_status status;
    rt_error err;
};

static void *wait_for_cancel(void *p)
{
    struct impatient *one = p;
    const struct rt_watch watch = { .cancel = &one->cancel, .deadline_ns = patient.deadline_ns };
    one->status = enter(&watch, &one->err);
    return NULL;
}

/* Also one in the middle of the queue; the others keep their turns. */
static void who_gives_up_leaves_the_queue(void **state)
{
    (void)state;
    pthread_t first, second, third;
    int numbers[] = { 1, 3 };
    struct impatient two = { .status = RT_OK };
    rt_error err;
    atomic_init(&two.cancel.triggered, false);
    rt_queue_init(&queue, 1);
    arrived = 0;
    assert_ok(enter(&patient, &err), err);
    assert_int_equal(pthread_create(&first, NULL, queue_up, &numbers[0]), 0);
    wait_for_waiters(1);
    assert_int_equal(pthread_create(&second, NULL, wait_for_cancel, &two), 0);
    wait_for_waiters(2);
    assert_int_equal(pthread_create(&third, NULL, queue_up, &numbers[1]), 0);
    wait_for_waiters(3);
    rt_cancel_trigger(&two.cancel);
    pthread_join(second, NULL);
    assert_int_equal(two.status, RT_CANCELLED);
    assert_string_equal(two.err.message,
                        "the caller stopped the call while it waited for an instance");
    wait_for_waiters(2);
    leave();
    pthread_join(first, NULL);
    pthread_join(third, NULL);
    assert_int_equal(order[0], 1);
    assert_int_equal(order[1], 3);
}

static void closing_refuses_all(void **state)
{
    (void)state;
    pthread_t thread;
    struct impatient one = { .status = RT_OK };
    rt_error err;
    atomic_init(&one.cancel.triggered, false);
    rt_queue_init(&queue, 1);
    assert_ok(enter(&patient, &err), err);
    assert_int_equal(pthread_create(&thread, NULL, wait_for_cancel, &one), 0);
    wait_for_waiters(1);
    pthread_mutex_lock(&lock);
    rt_queue_close(&queue);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    assert_int_equal(one.status, RT_POOL_EXHAUSTED);
    assert_string_equal(one.err.message,
                        "no instance became free in time: the engine is being closed");
    leave();
    assert_int_equal(enter(&patient, &err), RT_POOL_EXHAUSTED);
}

/* Deadlines and turns that come at the same time: each place is counted once. */
static void *hurry(void *unused)
{
    (void)unused;
    for (int i = 0; i < 300; i++) {
        const struct rt_watch watch = { .deadline_ns = rt_clock_now() + 20000, .limit_ns = 20000 };
        rt_error err;
        if (enter(&watch, &err) == RT_OK) {
            sched_yield();
            leave();
        }
    }
    return NULL;
}

static void no_place_is_lost(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    rt_queue_init(&queue, 2);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hurry, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(queue.free, 2);
    assert_int_equal(queue.waiting, 0);
}

static void a_narrow_queue_lets_fewer_in(void **state)
{
    (void)state;
    const struct rt_watch late = { .deadline_ns = 1, .limit_ns = 2000000000 };
    int number = 0;
    pthread_t thread;
    rt_error err;
    rt_queue_init(&queue, 3);
    assert_ok(enter(&patient, &err), err);
    assert_ok(enter(&patient, &err), err);
    rt_queue_narrow(&queue, 1);
    leave();
    assert_int_equal(enter(&late, &err), RT_POOL_EXHAUSTED);
    assert_contains(err.message, "all 1 are in use, more are not made while memory is short");
    arrived = 0;
    assert_int_equal(pthread_create(&thread, NULL, queue_up, &number), 0);
    wait_for_waiters(1);
    pthread_mutex_lock(&lock);
    rt_queue_narrow(&queue, 9);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    assert_int_equal(arrived, 1);
    assert_ok(enter(&patient, &err), err);
    assert_ok(enter(&patient, &err), err);
    assert_int_equal(enter(&late, &err), RT_POOL_EXHAUSTED);
    assert_contains(err.message, "all 3 are in use");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_queue_lets_fewer_in),
        cmocka_unit_test(who_asks_first_goes_first),
        cmocka_unit_test(a_full_queue_answers_after_its_time),
        cmocka_unit_test(who_gives_up_leaves_the_queue),
        cmocka_unit_test(closing_refuses_all),
        cmocka_unit_test(no_place_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

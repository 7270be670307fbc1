/* The threads of the service: every job runs, and one that takes long holds nobody up while there
 * is a thread left. */
#include "service/work.h"

#include "net/clock.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

enum { JOBS = 200 };

struct task {
    struct rt_job job; /* first: a job is its task */
    unsigned number;
};

static struct task tasks[JOBS];
static unsigned order[JOBS];
static atomic_uint ran;
static sem_t gate, passed;

static void note(struct rt_job *job)
{
    order[atomic_fetch_add(&ran, 1)] = ((struct task *)job)->number;
}

static void wait_at_gate(struct rt_job *job)
{
    while (sem_wait(&gate) != 0)
        continue;
    note(job);
    sem_post(&passed);
}

static void open_gate(struct rt_job *job)
{
    note(job);
    sem_post(&gate);
}

static void submit(struct rt_work *work, unsigned number, void (*run)(struct rt_job *job))
{
    tasks[number] = (struct task){ .job.run = run, .number = number };
    rt_work_submit(work, &tasks[number].job);
}

static int begin(void **state)
{
    (void)state;
    atomic_store(&ran, 0);
    return sem_init(&gate, 0, 0) != 0 || sem_init(&passed, 0, 0) != 0;
}

static int end(void **state)
{
    (void)state;
    sem_destroy(&gate);
    sem_destroy(&passed);
    return 0;
}

static void all_run_before_it_closes(void **state)
{
    static const struct {
        unsigned threads, width;
    } rows[] = { { 1, 1 }, { 8, 1 }, { 8, 3 }, { 3, 8 } };
    (void)state;
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        atomic_store(&ran, 0);
        struct rt_work *work = rt_work_open(rows[row].threads, rows[row].width, 1);
        assert_non_null(work);
        for (unsigned i = 0; i < JOBS; i++)
            submit(work, i, note);
        rt_work_close(work);
        assert_int_equal(atomic_load(&ran), JOBS);
    }
}

static void one_thread_keeps_the_order(void **state)
{
    (void)state;
    struct rt_work *work = rt_work_open(1, 1, 1);
    assert_non_null(work);
    for (unsigned i = 0; i < JOBS; i++)
        submit(work, i, note);
    rt_work_close(work);
    for (unsigned i = 0; i < JOBS; i++)
        assert_int_equal(order[i], i);
}

/* Each job at the gate waits for one behind all of them. */
static void long_jobs_hold_nobody_up(void **state)
{
    enum { THREADS = 5, LONG = THREADS - 1 };
    (void)state;
    for (unsigned width = 1; width <= THREADS; width++) {
        atomic_store(&ran, 0);
        struct rt_work *work = rt_work_open(THREADS, width, 1);
        assert_non_null(work);
        for (unsigned i = 0; i < LONG; i++)
            submit(work, i, wait_at_gate);
        for (unsigned i = 0; i < LONG; i++)
            submit(work, LONG + i, open_gate);
        for (unsigned i = 0; i < LONG; i++)
            while (sem_wait(&passed) != 0)
                continue;
        rt_work_close(work);
        assert_int_equal(atomic_load(&ran), 2 * LONG);
    }
}

/* The same where nobody comes any more. */
static void long_jobs_end_before_it_closes(void **state)
{
    (void)state;
    struct rt_work *work = rt_work_open(4, 1, 1);
    assert_non_null(work);
    for (unsigned i = 0; i < 3; i++)
        submit(work, i, wait_at_gate);
    for (unsigned i = 3; i < 6; i++)
        submit(work, i, open_gate);
    rt_work_close(work);
    assert_int_equal(atomic_load(&ran), 6);
}

static atomic_uint running, most_running;

static void run_briefly(struct rt_job *job)
{
    unsigned now = atomic_fetch_add(&running, 1) + 1, most = atomic_load(&most_running);
    while (now > most && !atomic_compare_exchange_weak(&most_running, &most, now))
        continue;
    nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
    atomic_fetch_sub(&running, 1);
    note(job);
    sem_post(&passed);
}

/* True: none of them can have lasted long, as all of them together did not.  Where they did, say on
 * a machine that has other things to do, more may have run at once. */
static bool run_some_briefly(unsigned width)
{
    enum { SOME = 10, LONG_NS = 25000000 };
    struct rt_work *work = rt_work_open(8, width, 1);
    assert_non_null(work);
    atomic_store(&most_running, 0);
    atomic_store(&ran, 0);
    uint64_t began = rt_net_now();
    for (unsigned i = 0; i < SOME; i++)
        submit(work, i, run_briefly);
    for (unsigned i = 0; i < SOME; i++)
        while (sem_wait(&passed) != 0)
            continue;
    uint64_t lasted = rt_net_now() - began;
    rt_work_close(work);
    return lasted < LONG_NS;
}

static void quick_jobs_run_within_the_width(void **state)
{
    enum { TIMES = 100, ENOUGH = 10, WIDTH = 2 };
    int good = 0;
    (void)state;
    for (int i = 0; i < TIMES && good < ENOUGH; i++) {
        if (!run_some_briefly(WIDTH))
            continue;
        good++;
        assert_in_range(atomic_load(&most_running), 1, WIDTH);
    }
    if (good == 0)
        print_message("the machine is too busy: no jobs were quick, so their number is unknown\n");
}

static void no_more_are_let_in_than_the_limit(void **state)
{
    (void)state;
    struct rt_work *work = rt_work_open(1, 1, 2);
    assert_non_null(work);
    assert_true(rt_work_admit(work));
    assert_true(rt_work_admit(work));
    assert_false(rt_work_admit(work));
    assert_int_equal(rt_work_admitted(work), 2);
    rt_work_release(work);
    assert_true(rt_work_admit(work));
    rt_work_close(work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_run_before_it_closes, begin, end),
        cmocka_unit_test_setup_teardown(one_thread_keeps_the_order, begin, end),
        cmocka_unit_test_setup_teardown(long_jobs_hold_nobody_up, begin, end),
        cmocka_unit_test_setup_teardown(long_jobs_end_before_it_closes, begin, end),
        cmocka_unit_test_setup_teardown(quick_jobs_run_within_the_width, begin, end),
        cmocka_unit_test(no_more_are_let_in_than_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

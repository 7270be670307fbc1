/* The batch.  Threads take entries in order under one lock (`take`), extract, and put the line into
 * a ring of slots under another (`ring`); the caller's thread writes the slots out in order.  A
 * thread that is a whole ring ahead of the writer waits.  `ring` is never held while a page is read
 * or extracted; `take` is taken first where both are held. */
#include "batch.h"

#include "cli.h"
#include "input.h"

#include "base/error.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

enum {
    SLOTS_PER_JOB = 8,
    TICK_MS = 100,        /* how often the writer looks for an interruption */
    STACK_BYTES = 8 << 20 /* the sandbox needs 2 MiB of it */
};

struct slot {
    rt_text line;
    bool ready, failed;
};

struct run {
    struct rt_batch *batch;
    pthread_mutex_t take, ring;
    pthread_cond_t filled, emptied;
    struct slot *slots;
    size_t slot_count;
    uint64_t taken, written; /* entries, under ring */
    unsigned working;        /* threads, under ring */
    bool stopped;            /* take no more; under ring */
    uint64_t skipped;        /* entries; under ring */
    unsigned done;           /* see rt_source_done(); under ring */
    rt_status status;        /* of the whole batch, under ring */
    rt_error error;
};

static void stop(struct run *run, rt_status s, const rt_error *err)
{
    pthread_mutex_lock(&run->ring);
    run->stopped = true;
    if (s != RT_OK && run->status == RT_OK) {
        run->status = s;
        run->error = *err;
    }
    pthread_cond_broadcast(&run->emptied);
    pthread_cond_signal(&run->filled);
    pthread_mutex_unlock(&run->ring);
}

/* Waits for room in the ring; false when the batch ends. */
static bool wait_for_room(struct run *run)
{
    pthread_mutex_lock(&run->ring);
    while (!run->stopped && run->taken - run->written >= run->slot_count)
        pthread_cond_wait(&run->emptied, &run->ring);
    bool go_on = !run->stopped;
    pthread_mutex_unlock(&run->ring);
    return go_on;
}

/* The next entry that is not there yet, and its number. */
static bool take(struct run *run, struct rt_entry *entry, uint64_t *number)
{
    struct rt_batch *batch = run->batch;
    rt_error err = { RT_OK, "" };
    rt_status s = RT_OK;
    bool got = false;
    uint64_t skipped = 0;
    pthread_mutex_lock(&run->take);
    if (wait_for_room(run)) {
        s = rt_source_next(batch->source, entry, &got, &err);
        while (s == RT_OK && got && rt_id_set_has(batch->skip, entry->id)) {
            skipped++;
            rt_entry_free(entry);
            s = rt_source_next(batch->source, entry, &got, &err);
        }
    }
    pthread_mutex_lock(&run->ring);
    bool keep = got && !run->stopped;
    if (keep)
        *number = run->taken++;
    run->skipped += skipped;
    run->done = rt_source_done(batch->source);
    pthread_mutex_unlock(&run->ring);
    pthread_mutex_unlock(&run->take);
    if (got && !keep)
        rt_entry_free(entry);
    if (s != RT_OK)
        stop(run, s, &err);
    return keep;
}

/* A page's line, whatever happens to the page. */
static rt_status extract(struct run *run, const struct rt_entry *entry, struct rt_input *input,
                         struct slot *out, rt_error *err)
{
    const struct rt_batch *batch = run->batch;
    rt_text html = { NULL, 0 };
    rt_result *result = NULL;
    const rt_str no_charset = { NULL, 0 };
    rt_status s = rt_input_read(input, entry->path, batch->max_size, err);
    if (s == RT_OK)
        s = rt_decode((rt_str){ input->at ? input->at : "", input->len }, no_charset, &html, err);
    if (s == RT_OK) {
        rt_request request = batch->request;
        request.html = (rt_str){ html.at, html.len };
        request.url = entry->url;
        s = rt_extract(batch->engine, &request, &result, err);
    }
    if (s == RT_OK)
        s = rt_result_json(result, entry->id, &out->line, err);
    if (s != RT_OK) {
        rt_error page_error = *err;
        out->failed = true;
        s = rt_error_json(&page_error, entry->id, entry->url, &out->line, err);
    }
    rt_result_free(result);
    rt_text_free(&html);
    return s;
}

static void publish(struct run *run, uint64_t number, const struct slot *done)
{
    pthread_mutex_lock(&run->ring);
    struct slot *slot = &run->slots[number % run->slot_count];
    *slot = *done;
    slot->ready = true;
    if (number == run->written)
        pthread_cond_signal(&run->filled);
    pthread_mutex_unlock(&run->ring);
}

static void *work(void *arg)
{
    struct run *run = arg;
    struct rt_input input = { 0 };
    struct rt_entry entry = { 0 };
    uint64_t number = 0;
    while (take(run, &entry, &number)) {
        struct slot done = { .failed = false };
        rt_error err = { RT_OK, "" };
        rt_status s = extract(run, &entry, &input, &done, &err);
        rt_entry_free(&entry);
        publish(run, number, &done);
        if (s != RT_OK)
            stop(run, s, &err);
    }
    rt_input_free(&input);
    pthread_mutex_lock(&run->ring);
    run->working--;
    pthread_cond_signal(&run->filled);
    pthread_mutex_unlock(&run->ring);
    return NULL;
}

/* Waits, a tick at most, until the next line is there.  Holds ring. */
static void wait_for_line(struct run *run)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&run->filled, &run->ring, &until);
}

/* Writes all lines that are next; the lock is given back while it writes.  Holds ring. */
static void write_ready(struct run *run)
{
    struct rt_batch *batch = run->batch;
    struct slot *slot = &run->slots[run->written % run->slot_count];
    while (slot->ready) {
        struct slot line = *slot;
        *slot = (struct slot){ .ready = false };
        pthread_mutex_unlock(&run->ring);
        if (line.line.at) {
            rt_output_write(batch->output, line.line.at, line.line.len);
            rt_output_write(batch->output, "\n", 1);
            batch->written++;
            batch->failed += line.failed;
            rt_text_free(&line.line);
        }
        pthread_mutex_lock(&run->ring);
        run->written++;
        pthread_cond_broadcast(&run->emptied);
        slot = &run->slots[run->written % run->slot_count];
    }
}

/* Writes until all threads are through, or nothing more can or shall be written. */
static void write_lines(struct run *run)
{
    struct rt_batch *batch = run->batch;
    pthread_mutex_lock(&run->ring);
    for (;;) {
        write_ready(run);
        batch->skipped = run->skipped;
        batch->done = run->done;
        pthread_mutex_unlock(&run->ring);
        rt_error err = { RT_OK, "" };
        rt_status s = rt_output_flush(batch->output, &err);
        if (s != RT_OK || rt_output_is_closed(batch->output) || *batch->interrupted)
            stop(run, s, &err);
        if (batch->progress)
            batch->progress(batch);
        pthread_mutex_lock(&run->ring);
        bool all_written = run->taken == run->written;
        if (all_written && (run->working == 0 || run->stopped))
            break;
        if (!run->slots[run->written % run->slot_count].ready)
            wait_for_line(run);
    }
    batch->skipped = run->skipped;
    batch->left_running = run->working > 0;
    pthread_mutex_unlock(&run->ring);
}

static rt_status start(struct run *run, pthread_t *threads, unsigned *started, rt_error *err)
{
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    int failed = 0;
    while (!failed && *started < run->batch->jobs) {
        pthread_mutex_lock(&run->ring);
        failed = pthread_create(&threads[*started], &attr, work, run);
        run->working += !failed;
        pthread_mutex_unlock(&run->ring);
        *started += !failed;
    }
    pthread_attr_destroy(&attr);
    if (*started)
        return RT_OK; /* fewer than asked for are enough */
    return rt_fail(err, RT_NO_MEMORY, "no thread could be started: %s", strerror(failed));
}

static void init_locks(struct run *run)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&run->take, NULL);
    pthread_mutex_init(&run->ring, NULL);
    pthread_cond_init(&run->filled, &monotonic);
    pthread_cond_init(&run->emptied, NULL);
    pthread_condattr_destroy(&monotonic);
}

rt_status rt_batch_run(struct rt_batch *batch, rt_error *err)
{
    /* A thread may outlive this call, see left_running: what it sees stays. */
    static struct run run;
    run = (struct run){ .batch = batch, .slot_count = (size_t)batch->jobs * SLOTS_PER_JOB };
    init_locks(&run);
    run.slots = rt_cli_heap(NULL, run.slot_count * sizeof *run.slots);
    pthread_t *threads = rt_cli_heap(NULL, batch->jobs * sizeof *threads);
    unsigned started = 0;
    rt_status s = RT_NO_MEMORY;
    if (run.slots && threads) {
        memset(run.slots, 0, run.slot_count * sizeof *run.slots);
        s = start(&run, threads, &started, err);
    } else {
        rt_fail(err, s, "no memory for %u threads", batch->jobs);
    }
    if (s == RT_OK) {
        write_lines(&run);
        s = run.status;
        if (s != RT_OK)
            *err = run.error;
    }
    for (unsigned i = 0; i < started; i++)
        if (batch->left_running)
            pthread_detach(threads[i]);
        else
            pthread_join(threads[i], NULL);
    if (!batch->left_running)
        rt_cli_heap(run.slots, 0);
    rt_cli_heap(threads, 0);
    return s;
}

/* riptide batch: many pages in, a line of JSON for each out. */
#include "batch.h"
#include "cli.h"
#include "progress.h"
#include "resume.h"
#include "trace.h"

#include "base/cores.h"
#include "base/error.h"

#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* The first Ctrl-C finishes what runs, the second ends at once. */
static void catch_interrupts(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART | (int)SA_RESETHAND;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static unsigned default_jobs(void)
{
    unsigned cores = rt_cores();
    return cores > RT_OPT_NUMBER_MAX ? RT_OPT_NUMBER_MAX : cores;
}

/* As many instances as threads: more threads would only wait for each other, and might wait too
 * long.  Where the user gave the number of instances, it is the number of threads that gives in. */
static rt_status fit_pool(rt_settings *settings, unsigned *jobs, rt_error *err)
{
    static const char name[] = "RIPTIDE_WASM_MAX_POOL_SIZE";
    size_t pool = rt_cli_setting_number(settings, name, *jobs);
    rt_setting row;
    for (size_t i = 0; pool < *jobs && rt_settings_at(settings, i, &row); i++) {
        if (strcmp(row.name, name) != 0 || strcmp(row.source, "default") != 0)
            continue;
        char value[16];
        snprintf(value, sizeof value, "%u", *jobs);
        return rt_settings_set(settings, name, value, err);
    }
    if (pool < *jobs)
        *jobs = (unsigned)pool;
    return RT_OK;
}

static rt_status open_output(const struct rt_options *options, struct rt_output *out,
                             struct rt_id_set *done, rt_error *err)
{
    if (options->resume && (!options->output || strcmp(options->output, "-") == 0))
        return rt_fail(err, RT_INVALID_ARGUMENT, "--resume: expected --output FILE with it");
    rt_status s = rt_output_open(out, options->output,
                                 options->resume ? RT_OUTPUT_APPEND : RT_OUTPUT_NEW, err);
    if (s != RT_OK || !options->resume)
        return s;
    s = rt_resume_scan(out, done, err);
    if (s != RT_OK)
        rt_output_close(out, NULL);
    return s;
}

/* Runs the batch between an open engine and an open output. */
static rt_status run(const struct rt_options *options, struct rt_batch *batch, rt_error *err)
{
    bool progress = options->progress || (!options->no_progress && isatty(STDERR_FILENO));
    batch->progress = progress ? rt_progress_show : NULL;
    batch->interrupted = &interrupted;
    catch_interrupts();
    rt_status s = rt_batch_run(batch, err);
    if (progress)
        rt_progress_finish(batch);
    return s;
}

static rt_status with_output(const struct rt_options *options, const rt_settings *settings,
                             struct rt_batch *batch, rt_error *err)
{
    struct rt_output output;
    struct rt_id_set done = { 0 };
    rt_engine *engine = NULL;
    struct rt_otlp *trace = NULL;
    rt_status s = rt_cli_engine_open(options, settings, &batch->request, &engine, &trace, err);
    if (s == RT_OK)
        s = open_output(options, &output, &done, err);
    if (s == RT_OK) {
        batch->engine = engine;
        batch->output = &output;
        batch->skip = &done;
        s = run(options, batch, err);
        rt_error close_error = { RT_OK, "" };
        rt_status closed = rt_output_close(&output, &close_error);
        if (s == RT_OK && closed != RT_OK) {
            s = closed;
            *err = close_error;
        }
    }
    if (batch->left_running) {
        rt_otlp_stop(trace);
        return s;
    }
    rt_id_set_free(&done);
    rt_cli_engine_close(engine, trace);
    return s;
}

static int exit_code(const struct rt_options *options, const struct rt_batch *batch, rt_status s,
                     const rt_error *err)
{
    if (s != RT_OK)
        return rt_cli_fail(options, err);
    if (interrupted)
        return RT_EXIT_INTERRUPTED;
    return batch->failed ? RT_EXIT_SOME_FAILED : RT_EXIT_OK;
}

int rt_cmd_batch(const struct rt_options *options)
{
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    struct rt_source source = { .fd = -1 };
    struct rt_batch batch = { .source = &source };
    batch.jobs = options->jobs ? options->jobs : default_jobs();
    rt_str *selectors = rt_cli_heap(NULL, (options->selectors.len + 1) * sizeof *selectors);
    rt_status s = selectors ? RT_OK : RT_NO_MEMORY;
    err.status = s;
    if (s == RT_OK)
        s = rt_cli_request(options, selectors, &batch.request, &err);
    if (s == RT_OK)
        s = rt_cli_settings(options, &settings, &err);
    if (s == RT_OK)
        s = fit_pool(settings, &batch.jobs, &err);
    if (s == RT_OK)
        s = rt_source_open(&source, options, &err);
    if (s == RT_OK) {
        batch.max_size = rt_cli_setting_number(settings, "RIPTIDE_MAX_HTML_SIZE", 10000000);
        s = with_output(options, settings, &batch, &err);
    }
    int code = exit_code(options, &batch, s, &err);
    if (batch.left_running)
        _exit(code); /* a thread waits for the list and uses what is open */
    rt_source_close(&source);
    rt_settings_free(settings);
    rt_cli_heap(selectors, 0);
    return code;
}

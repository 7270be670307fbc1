/* Whole processes of this program, as a user starts them.  posix_spawn() and not fork(): the price
 * of copying this process's address space is not what is measured. */
#include "bench.h"
#include "output.h"

#include "base/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COLD_STARTS = 3, WARM_STARTS = 21, ARGS_MAX = 16 };

extern char **environ;

/* The arguments of a process, ended by NULL. */
struct command {
    const char **at;
    size_t len;
};

static void add(struct command *command, const char *word)
{
    command->at[command->len++] = word;
    command->at[command->len] = NULL;
}

/* --config, --component and --set, as this process got them. */
static void add_settings(struct command *command, const struct rt_options *options)
{
    if (options->config) {
        add(command, "--config");
        add(command, options->config);
    }
    if (options->component) {
        add(command, "--component");
        add(command, options->component);
    }
    for (size_t i = 0; i < options->sets.len; i++) {
        add(command, "--set");
        add(command, options->sets.at[i]);
    }
}

static rt_status make_command(struct command *command, const struct rt_options *options,
                              rt_error *err)
{
    size_t room = ARGS_MAX + 2 * options->sets.len + options->args.len;
    *command = (struct command){ rt_cli_heap(NULL, room * sizeof *command->at), 0 };
    if (!command->at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a command line");
    add(command, "riptide");
    return RT_OK;
}

struct outcome {
    uint64_t first_byte_ns, all_ns;
    struct rusage usage;
};

/* Takes all that comes; returns when the first of it came. */
static uint64_t drain(int fd)
{
    char scrap[65536];
    uint64_t first = 0;
    ssize_t n;
    while ((n = read(fd, scrap, sizeof scrap)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0 && first == 0)
            first = rt_bench_now_ns();
    return first;
}

static rt_status run_self(const struct command *command, struct outcome *outcome, rt_error *err)
{
    int ends[2];
    if (pipe(ends) != 0)
        return rt_fail(err, RT_IO_ERROR, "pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t pid;
    uint64_t start = rt_bench_now_ns();
    /* posix_spawn() takes the words as not const, and does not change them */
    char **words;
    memcpy(&words, &command->at, sizeof words);
    int failed = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    uint64_t first = failed ? 0 : drain(ends[0]);
    close(ends[0]);
    if (failed)
        return rt_fail(err, RT_IO_ERROR, "starting riptide: %s", strerror(failed));
    int status = 0;
    while (wait4(pid, &status, 0, &outcome->usage) < 0 && errno == EINTR)
        ;
    outcome->first_byte_ns = first ? first - start : 0;
    outcome->all_ns = rt_bench_now_ns() - start;
    if (!WIFEXITED(status) || WEXITSTATUS(status) > RT_EXIT_SOME_FAILED)
        return rt_fail(err, RT_INTERNAL_ERROR, "riptide %s did not end well", command->at[1]);
    return RT_OK;
}

/* Empties a cache folder of ours and removes it. */
static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    const struct dirent *file;
    while ((file = readdir(folder)) != NULL)
        if (strcmp(file->d_name, ".") != 0 && strcmp(file->d_name, "..") != 0)
            unlinkat(dirfd(folder), file->d_name, 0);
    closedir(folder);
    rmdir(path);
}

static rt_status start_times(struct rt_bench *bench, const struct command *command,
                             enum rt_series_number number, int count, const char *empty_first,
                             rt_error *err)
{
    rt_status s = RT_OK;
    for (int i = 0; s == RT_OK && i < count; i++) {
        struct outcome outcome;
        if (empty_first)
            remove_folder(empty_first);
        s = run_self(command, &outcome, err);
        if (s == RT_OK)
            rt_series_add(&bench->series[number], (double)outcome.first_byte_ns);
    }
    return s;
}

/* A page so small that it is the start that is measured. */
static rt_status write_small_page(const char *path, rt_error *err)
{
    static const char page[] =
        "<!DOCTYPE html><title>A small page</title><main><h1>A small page</h1><p>It is extracted "
        "by "
        "a process that was just started, and nothing else is asked of that process.</p></main>";
    struct rt_output out;
    rt_status s = rt_output_open(&out, path, RT_OUTPUT_NEW, err);
    if (s != RT_OK)
        return s;
    rt_output_write(&out, page, sizeof page - 1);
    return rt_output_close(&out, err);
}

static rt_status start_and_extract(struct rt_bench *bench, rt_error *err)
{
    char folder[200], cache[256], page[256], setting[300];
    const char *temporary = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/riptide-bench-XXXXXX", temporary ? temporary : P_tmpdir);
    if (!mkdtemp(folder))
        return rt_fail(err, RT_IO_ERROR, "%s: %s", folder, strerror(errno));
    snprintf(cache, sizeof cache, "%s/cache", folder);
    snprintf(page, sizeof page, "%s/page.html", folder);
    snprintf(setting, sizeof setting, "RIPTIDE_WASM_CACHE_DIR=%s", cache);
    struct command command = { NULL, 0 };
    rt_status s = write_small_page(page, err);
    if (s == RT_OK)
        s = make_command(&command, bench->options, err);
    if (s == RT_OK) {
        add(&command, "extract");
        add_settings(&command, bench->options);
        add(&command, "--set");
        add(&command, setting);
        add(&command, "--format");
        add(&command, "json");
        add(&command, page);
        s = start_times(bench, &command, RT_SERIES_START_COLD, COLD_STARTS, cache, err);
    }
    if (s == RT_OK)
        s = start_times(bench, &command, RT_SERIES_START_WARM, WARM_STARTS, NULL, err);
    rt_cli_heap(command.at, 0);
    remove_folder(cache);
    remove_folder(folder);
    return s;
}

static rt_status all_pages(struct rt_bench *bench, rt_error *err)
{
    struct command command;
    rt_status s = make_command(&command, bench->options, err);
    if (s != RT_OK)
        return s;
    add(&command, "batch");
    add_settings(&command, bench->options);
    add(&command, "--jobs");
    add(&command, "1");
    add(&command, "--no-progress");
    if (bench->options->mode) {
        add(&command, "--mode");
        add(&command, bench->options->mode);
    }
    if (bench->options->list) {
        add(&command, "--list");
        add(&command, bench->options->list);
    }
    for (size_t i = 0; i < bench->options->args.len; i++)
        add(&command, bench->options->args.at[i]);
    struct outcome outcome;
    s = run_self(&command, &outcome, err);
    if (s == RT_OK) {
        bench->process_seconds = (double)outcome.all_ns / 1e9;
        bench->process_peak_bytes = (double)outcome.usage.ru_maxrss * 1024;
    }
    rt_cli_heap(command.at, 0);
    return s;
}

rt_status rt_bench_processes(struct rt_bench *bench, rt_error *err)
{
    rt_status s = start_and_extract(bench, err);
    return s == RT_OK ? all_pages(bench, err) : s;
}

/* The server that is fuzzed.  It reaches no other host: what it would fetch goes to a proxy that is
 * not there. */
#include "fuzz_server.h"

#include "fuzz_case.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <yyjson.h>

enum { OTHER_MAX = 1 << 20, START_S = 60, END_S = 60 };

static void become(const char *program, int log)
{
    static const char *const settings[][2] = {
        { "RIPTIDE_API_KEYS", FUZZ_KEY },
        { "RIPTIDE_HTTP_MAX_BODY", "65536" },
        { "RIPTIDE_FETCH_PROXY", "http://127.0.0.1:1" },
        { "RIPTIDE_FETCH_RETRIES", "0" },
        { "RIPTIDE_HTTP_QUEUE", "4096" },
        { "RIPTIDE_HTTP_IDLE_SECS", "5" },
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        setenv(settings[i][0], settings[i][1], 1);
    /* What is freed is kept for a while: so much that growth of another kind is seen. */
    setenv("ASAN_OPTIONS", "quarantine_size_mb=32", 0);
    setenv("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1", 0);
    dup2(log, STDERR_FILENO);
    execl(program, program, "serve", "--listen", "127.0.0.1:0", "--log", "info,json", (char *)NULL);
    perror(program);
    _exit(127);
}

static void keep_other(struct fuzz_server *server, const char *line, size_t len)
{
    if (server->other_len + len + 2 > OTHER_MAX)
        return;
    memcpy(server->other + server->other_len, line, len);
    server->other_len += len;
    server->other[server->other_len++] = '\n';
}

static void take_line(struct fuzz_server *server, const char *line, size_t len)
{
    yyjson_doc *doc = yyjson_read(line, len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    if (!yyjson_is_str(yyjson_obj_get(root, "msg")))
        keep_other(server, line, len);
    else if (yyjson_equals_str(yyjson_obj_get(root, "msg"), "listening"))
        atomic_store(
            &server->port,
            (unsigned)strtoul(strrchr(yyjson_get_str(yyjson_obj_get(root, "address")), ':') + 1,
                              NULL, 10));
    yyjson_doc_free(doc);
    atomic_fetch_add(&server->lines, 1);
}

static void *read_log(void *ctx)
{
    struct fuzz_server *server = ctx;
    FILE *log = fdopen(server->log, "rb");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    while (log && (len = getline(&line, &room, log)) > 0)
        take_line(server, line, (size_t)len - (line[len - 1] == '\n'));
    free(line);
    if (log)
        fclose(log);
    atomic_store(&server->ended, true);
    return NULL;
}

static void rest(void) { nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL); }

bool fuzz_server_start(struct fuzz_server *server, const char *program)
{
    int ends[2];
    *server = (struct fuzz_server){ .other = calloc(1, OTHER_MAX) };
    if (!server->other || pipe(ends) != 0)
        return false;
    server->pid = fork();
    if (server->pid == 0) {
        close(ends[0]);
        become(program, ends[1]);
    }
    close(ends[1]);
    server->log = ends[0];
    pthread_create(&server->reader, NULL, read_log, server);
    for (int i = 0; i < START_S * 50 && !atomic_load(&server->port) && !atomic_load(&server->ended);
         i++)
        rest();
    if (atomic_load(&server->port))
        return true;
    fuzz_server_stop(server);
    fprintf(stderr, "%s serve does not listen: %s\n", program, server->other);
    return false;
}

int fuzz_server_stop(struct fuzz_server *server)
{
    int status = 0;
    pid_t ended = 0;
    kill(server->pid, SIGTERM);
    for (int i = 0; i < END_S * 50 && ended == 0; i++) {
        ended = waitpid(server->pid, &status, WNOHANG);
        if (ended == 0)
            rest();
    }
    if (ended == 0) {
        kill(server->pid, SIGKILL);
        waitpid(server->pid, &status, 0);
        status = -1;
    }
    pthread_join(server->reader, NULL);
    return status;
}

uint64_t fuzz_server_rss(const struct fuzz_server *server)
{
    char path[64], line[256];
    unsigned long long kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)server->pid);
    FILE *file = fopen(path, "rb");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtoull(line + 6, NULL, 10);
    if (file)
        fclose(file);
    return (uint64_t)kib << 10;
}

/* Sends fuzzed requests to a `riptide serve` of its own and checks each answer:
 *
 *   riptide-fuzz-service [--cases N] [--seed N] [--workers N] PROGRAM
 *   riptide-fuzz-service --seed N --replay FIRST[-LAST] PROGRAM      these cases again, shown
 *
 * The report is Markdown.  Ends with 1 at the first case that is not answered as it must be, which
 * is shown with what makes it again, and where the server crashed, grew, kept what was closed, or
 * did not end as told. */
#include "fuzz_answer.h"
#include "fuzz_server.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 100, GROUP = 4, STATUSES = 600, WORKERS_MAX = 64, SHOWN = 3000 };
#define MIB ((double)(1 << 20))

struct run {
    struct fuzz_server server;
    uint64_t seed, cases;
    unsigned workers;
    atomic_uint_fast64_t next, done, good, by_status[STATUSES], by_library, again;
    char *expected; /* what the good request is answered */
    pthread_mutex_t lock;
    atomic_bool failed;
};

struct worker {
    struct run *run;
    unsigned number;
    struct fuzz_line line;
    struct fuzz_case group[GROUP];
};

/* ---- telling ------------------------------------------------------------------------------------
 */

static void show(const char *at, size_t len)
{
    for (size_t i = 0; i < len && i < SHOWN; i++) {
        unsigned char c = (unsigned char)at[i];
        if (c == '\n')
            fprintf(stderr, "\\n\n");
        else if (c == '\r' || c == '\\')
            fprintf(stderr, c == '\r' ? "\\r" : "\\\\");
        else
            fprintf(stderr, isprint(c) ? "%c" : "\\x%02x", c);
    }
    fprintf(stderr, len > SHOWN ? "... (%zu bytes)\n" : "\n", len);
}

static void fail(struct run *run, const struct fuzz_case *c, const char *why)
{
    pthread_mutex_lock(&run->lock);
    if (!atomic_exchange(&run->failed, true)) {
        fprintf(stderr, "case %llu, \"%s\": %s\n", (unsigned long long)c->number, c->family, why);
        show(c->at, c->len);
        fprintf(stderr, "again: --seed %llu --replay %llu\n", (unsigned long long)run->seed,
                (unsigned long long)c->number);
    }
    pthread_mutex_unlock(&run->lock);
}

static void complain(struct run *run, const char *what)
{
    fprintf(stderr, "%s\n", what);
    atomic_store(&run->failed, true);
}

/* ---- cases --------------------------------------------------------------------------------------
 */

static bool open_line(struct worker *w)
{
    return w->line.fd >= 0 ||
           fuzz_line_open(&w->line, atomic_load(&w->run->server.port), 1 + w->number);
}

/* Some come in pieces. */
static void send_case(struct worker *w, const struct fuzz_case *c)
{
    size_t piece = c->number % 32 == 0 ? c->len / 3 + 1 : c->len, sent = 0;
    for (; sent < c->len; sent += piece) {
        size_t left = c->len - sent;
        if (!fuzz_line_send(&w->line, c->at + sent, piece < left ? piece : left))
            return; /* what was answered says more */
        if (piece < left)
            nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
    }
}

static void count(struct run *run, const struct fuzz_answer *answer)
{
    atomic_fetch_add(&run->by_status[answer->status < STATUSES ? answer->status : 0], 1);
    atomic_fetch_add(&run->by_library, answer->status && !answer->is_own);
}

static const char *read_case(struct worker *w, const struct fuzz_case *c,
                             struct fuzz_answer *answer)
{
    const char *why = fuzz_answer_read(&w->line, c->is_head, answer);
    if (!why)
        why = fuzz_answer_check(c, answer);
    if (!why && c->must_close && answer->status)
        why = fuzz_answer_end(&w->line, answer->is_own);
    if (!why)
        count(w->run, answer);
    if (why || c->is_last || answer->closes || answer->status == 0)
        fuzz_line_close(&w->line);
    return why;
}

static const char *run_one(struct worker *w, const struct fuzz_case *c, struct fuzz_answer *answer)
{
    *answer = (struct fuzz_answer){ 0 };
    if (!open_line(w))
        return "the server takes no connection";
    send_case(w, c);
    if (c->end == FUZZ_GOES_AWAY) {
        struct linger at_once = { .l_onoff = 1 };
        if (c->number % 2)
            setsockopt(w->line.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        fuzz_line_close(&w->line);
        return NULL;
    }
    if (c->end == FUZZ_ENDS)
        shutdown(w->line.fd, SHUT_WR);
    return read_case(w, c, answer);
}

/* Where the connection ended before an answer, as one that was idle for too long may, it is sent
 * once more, on another. */
static const char *run_twice(struct worker *w, const struct fuzz_case *c,
                             struct fuzz_answer *answer)
{
    const char *why = run_one(w, c, answer);
    if (!why || answer->status)
        return why;
    fuzz_line_close(&w->line);
    atomic_fetch_add(&w->run->again, 1);
    return run_one(w, c, answer);
}

static bool may_follow(const struct fuzz_case *c) { return c->end == FUZZ_READS && !c->is_last; }

/* The requests one behind the other; those that the end of the connection leaves unanswered are
 * sent again. */
static void run_group(struct worker *w, size_t n)
{
    struct fuzz_answer answer;
    const char *why = NULL;
    size_t i = 0;
    if (n > 1 && open_line(w)) {
        for (size_t k = 0; k < n; k++)
            fuzz_line_send(&w->line, w->group[k].at, w->group[k].len);
        for (; i < n && !why && w->line.fd >= 0; i++)
            why = read_case(w, &w->group[i], &answer);
        if (why && !answer.status) {
            why = NULL;
            i--;
            atomic_fetch_add(&w->run->again, 1);
        }
        if (why)
            fail(w->run, &w->group[i - 1], why);
    }
    for (; i < n && !why; i++) {
        why = run_twice(w, &w->group[i], &answer);
        if (why)
            fail(w->run, &w->group[i], why);
    }
}

/* On a connection of its own. */
static const char *ask_good(struct worker *w, char **body)
{
    struct fuzz_case *c = &w->group[0];
    struct fuzz_answer answer;
    *c = (struct fuzz_case){ .at = c->at, .room = c->room, .family = "good", .allowed = "200" };
    fuzz_post_text(c, "/extract", "text/html", "", FUZZ_PAGE);
    fuzz_line_close(&w->line);
    const char *why = run_twice(w, c, &answer);
    if (!why && *body && strcmp(*body, answer.body) != 0)
        why = "the good request is answered otherwise than at first";
    if (!why && !*body)
        *body = strdup(answer.body);
    fuzz_line_close(&w->line);
    if (why)
        fail(w->run, c, why);
    return why;
}

static void run_batch(struct worker *w, uint64_t first, uint64_t last)
{
    struct run *run = w->run;
    for (uint64_t i = first; i < last && !atomic_load(&run->failed);) {
        size_t n = 0;
        do
            fuzz_case_make(&w->group[n++], run->seed, i++);
        while (n < GROUP && i < last && i % 8 != 0 && may_follow(&w->group[n - 1]));
        if (n > 1 && !may_follow(&w->group[n - 1])) {
            n--; /* stands alone */
            i--;
        }
        run_group(w, n);
        atomic_fetch_add(&run->done, n);
    }
    if (atomic_load(&run->failed))
        return;
    if (!ask_good(w, &run->expected))
        atomic_fetch_add(&run->good, 1);
    else
        fprintf(stderr, "in the batch of the cases %llu to %llu\n", (unsigned long long)first,
                (unsigned long long)last - 1);
}

static void close_worker(struct worker *w)
{
    fuzz_line_free(&w->line);
    for (size_t i = 0; i < GROUP; i++)
        fuzz_case_free(&w->group[i]);
}

static void *work(void *ctx)
{
    struct worker *w = ctx;
    struct run *run = w->run;
    while (!atomic_load(&run->failed)) {
        uint64_t first = atomic_fetch_add(&run->next, BATCH);
        if (first >= run->cases)
            break;
        run_batch(w, first, first + BATCH < run->cases ? first + BATCH : run->cases);
    }
    close_worker(w);
    return NULL;
}

/* ---- the whole ----------------------------------------------------------------------------------
 */

struct growth {
    uint64_t begin, most, end; /* bytes: after a quarter of the cases, from then on */
};

static void watch(struct run *run, struct growth *growth)
{
    while (atomic_load(&run->done) < run->cases && !atomic_load(&run->failed)) {
        nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
        growth->end = fuzz_server_rss(&run->server);
        if (!growth->begin && atomic_load(&run->done) >= run->cases / 4)
            growth->begin = growth->end;
        growth->most = growth->end > growth->most ? growth->end : growth->most;
        if (atomic_load(&run->server.ended))
            complain(run, "the server has ended");
    }
}

/* What is gone must be let go of: the one that asks is the only one left. */
static bool all_is_let_go(struct run *run)
{
    struct worker w = { .run = run, .line.fd = -1 };
    struct fuzz_answer answer;
    bool alone = false;
    for (int i = 0; i < 200 && !alone; i++) {
        struct fuzz_case *c = &w.group[0];
        *c = (struct fuzz_case){
            .at = c->at, .room = c->room, .family = "metrics", .allowed = "200"
        };
        fuzz_begin(c, "GET", "/metrics");
        fuzz_say(c, "\r\n");
        alone = !run_one(&w, c, &answer) && strstr(answer.body, "\nriptide_http_connections 1\n") &&
                strstr(answer.body, "\nriptide_http_requests_active 1\n");
        if (!alone)
            nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
    }
    close_worker(&w);
    return alone;
}

static void run_cases(struct run *run, struct growth *growth)
{
    static struct worker workers[WORKERS_MAX];
    pthread_t threads[WORKERS_MAX];
    for (unsigned i = 0; i < run->workers; i++)
        workers[i] = (struct worker){ .run = run, .number = i, .line.fd = -1 };
    if (ask_good(&workers[0], &run->expected))
        return;
    for (unsigned i = 0; i < run->workers; i++)
        pthread_create(&threads[i], NULL, work, &workers[i]);
    watch(run, growth);
    for (unsigned i = 0; i < run->workers; i++)
        pthread_join(threads[i], NULL);
    if (!atomic_load(&run->failed) && !all_is_let_go(run))
        complain(run, "connections or requests are held whose clients are gone");
}

static void report(struct run *run, const struct growth *growth, double seconds)
{
    printf("# The service under fuzzed requests\n\n");
    printf("`make fuzz-service CASES=%llu SEED=%llu`\n\n", (unsigned long long)run->cases,
           (unsigned long long)run->seed);
    printf("%llu cases, seed %llu, %u clients at a time, in %.0f s: %.0f a second.  Sanitizers: "
           "%s.\n\n",
           (unsigned long long)run->cases, (unsigned long long)run->seed, run->workers, seconds,
           (double)run->cases / seconds, *RT_SANITIZE ? RT_SANITIZE : "none");
    printf("| answered | cases |\n| --- | --- |\n");
    for (int i = 1; i < STATUSES; i++)
        if (atomic_load(&run->by_status[i]))
            printf("| %d | %llu |\n", i, (unsigned long long)atomic_load(&run->by_status[i]));
    printf("| closed without an answer, where HTTP allows it | %llu |\n",
           (unsigned long long)atomic_load(&run->by_status[0]));
    printf("\nOf these answers %llu are the HTTP library's own, all of the status 500 among them.\n"
           "The good request between the batches was answered rightly %llu times of %llu.\n",
           (unsigned long long)atomic_load(&run->by_library),
           (unsigned long long)atomic_load(&run->good),
           (unsigned long long)((run->cases + BATCH - 1) / BATCH));
    printf("Sent again, since the connection had ended: %llu.\n",
           (unsigned long long)atomic_load(&run->again));
    printf("The server's memory: %.0f MiB after a quarter, at most %.0f MiB, %.0f MiB at the end.  "
           "Its log: %llu lines.\n",
           (double)growth->begin / MIB, (double)growth->most / MIB, (double)growth->end / MIB,
           (unsigned long long)atomic_load(&run->server.lines));
}

static int finish(struct run *run, const struct growth *growth)
{
    int status = fuzz_server_stop(&run->server);
    if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        complain(run, "the server did not end cleanly on SIGTERM");
    if (run->server.other_len) {
        complain(run, "the server said what is no line of its log:");
        fprintf(stderr, "%s\n", run->server.other);
    }
    if (!atomic_load(&run->failed) && growth->end > growth->begin + (50 << 20))
        complain(run, "the server grew by more than 50 MiB after the first quarter");
    free(run->server.other);
    free(run->expected);
    if (!atomic_load(&run->failed))
        printf("No crash, no report of a sanitizer, nothing held of clients that were gone; "
               "SIGTERM ended it cleanly.\n");
    return atomic_load(&run->failed);
}

static void replay(struct run *run, const char *range)
{
    struct worker w = { .run = run, .line.fd = -1 };
    struct fuzz_answer answer;
    char *end;
    uint64_t first = strtoull(range, &end, 10),
             last = *end == '-' ? strtoull(end + 1, NULL, 10) : first;
    for (uint64_t i = first; i <= last; i++) {
        struct fuzz_case *c = &w.group[0];
        fuzz_case_make(c, run->seed, i);
        fprintf(stderr, "---- case %llu, \"%s\", expected %s\n", (unsigned long long)i, c->family,
                c->allowed);
        show(c->at, c->len);
        const char *why = run_one(&w, c, &answer);
        fprintf(stderr, "---- answered %d%s\n", answer.status,
                !answer.status || answer.is_own ? "" : " by the library");
        if (answer.body)
            show(answer.body, answer.len);
        if (why)
            fail(run, c, why);
    }
    close_worker(&w);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static struct run run = {
        .seed = 1, .cases = 20000, .workers = 16, .lock = PTHREAD_MUTEX_INITIALIZER
    };
    struct growth growth = { 0 };
    const char *program = NULL, *range = NULL;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--cases") == 0)
            run.cases = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            run.seed = strtoull(value, NULL, 10);
        else if (strcmp(argv[i], "--workers") == 0)
            run.workers = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--replay") == 0)
            range = value;
        else
            program = argv[i--];
        i++;
    }
    if (!program || !run.cases || !run.workers || run.workers > WORKERS_MAX) {
        fprintf(
            stderr,
            "usage: %s [--cases N] [--seed N] [--workers 1..64] [--replay FIRST[-LAST]] PROGRAM\n",
            argv[0]);
        return 2;
    }
    if (!fuzz_server_start(&run.server, program))
        return 1;
    double began = now();
    if (range)
        replay(&run, range);
    else
        run_cases(&run, &growth);
    if (!range && !atomic_load(&run.failed))
        report(&run, &growth, now() - began);
    return finish(&run, &growth);
}

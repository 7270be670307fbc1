/* Helpers: the same content as everybody else's, and whatever one of them does costs its page and
 * nothing more.  What a page makes a helper do stands in its HTML, see misbehave(). */
#include "fixture.h"

#include "host/component/watch.h"
#include "host/fallback/fallback.h"
#include "host/fallback/guard.h"
#include "host/fallback/native.h"
#include "host/fallback/wire.h"
#include "host/system/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

static const uint64_t second = 1000000000, mib = 1024 * 1024;

/* Seen by the test and by its helpers. */
static struct shared {
    atomic_int looping; /* helpers that are busy with "loop" */
    atomic_bool enough; /* they may end */
} *shared;

/* ---- what pages do to a helper --------------------------------------------------------------- */

static uint64_t served; /* by this process */

static void send_nonsense(void)
{
    static const char nonsense[256] = "nonsense";
    send(RT_GUARD_SOCKET, nonsense, sizeof nonsense, MSG_NOSIGNAL);
}

static void send_for_ever(void)
{
    static const struct rt_wire_answer head = { .number = 1 };
    while (send(RT_GUARD_SOCKET, &head, sizeof head, MSG_NOSIGNAL) > 0)
        continue;
}

static void loop(void)
{
    atomic_fetch_add(&shared->looping, 1);
    while (!atomic_load(&shared->enough))
        continue;
    atomic_fetch_sub(&shared->looping, 1);
}

static void crash(void) { __builtin_trap(); }
static void leave(void) { _exit(0); }
static void open_file(void) { open("/etc/passwd", O_RDONLY); }
static void end_host(void) { kill(1, SIGKILL); }
static void send_half(void)
{
    send(RT_GUARD_SOCKET, "half", 4, MSG_NOSIGNAL);
    loop();
}

static void lie_score(rt_content *content) { content->quality_score = (rt_opt_u8){ true, 101 }; }
static void lie_url(rt_content *content) { content->url = RT_LIT("https://other.example/"); }
static void lie_text(rt_content *content) { content->text = RT_LIT("\xFF"); }

static const struct deed {
    const char *html;
    void (*act)(void);
    void (*lie)(rt_content *content);
    rt_status outcome;
    int signal; /* of the event that tells of the loss */
    const char *message;
} deeds[] = {
    { "crash", crash, NULL, RT_FALLBACK_FAILED, SIGILL, "died on the page (signal 4)" },
    { "leave", leave, NULL, RT_FALLBACK_FAILED, 0, "died on the page" },
    { "open", open_file, NULL, RT_FALLBACK_FAILED, SIGSYS, "a system call that it may not make" },
    { "kill", end_host, NULL, RT_FALLBACK_FAILED, SIGSYS, "a system call that it may not make" },
    { "loop", loop, NULL, RT_TIMEOUT, 0, "the page took longer than 0.05 s" },
    { "half", send_half, NULL, RT_TIMEOUT, 0, "the page took longer than 0.05 s" },
    { "nonsense", send_nonsense, NULL, RT_FALLBACK_FAILED, 0, "is for another page" },
    { "flood", send_for_ever, NULL, RT_FALLBACK_FAILED, 0, "the helper's answer" },
    { "score", NULL, lie_score, RT_FALLBACK_FAILED, 0, "field quality-score" },
    { "url", NULL, lie_url, RT_FALLBACK_FAILED, 0, "field url" },
    { "text", NULL, lie_text, RT_FALLBACK_FAILED, 0, "field text" },
};
enum { DEEDS = sizeof deeds / sizeof *deeds };

static rt_status misbehave(const rt_request *request, struct rt_result *result, rt_error *err)
{
    served++;
    for (size_t i = 0; i < DEEDS; i++)
        if (rt_str_eq(request->html, rt_str_from_c(deeds[i].html)) && deeds[i].act)
            deeds[i].act();
    if (request->html.at[0] == '<')
        return rt_native_extract_lent(request, result, err);
    result->content = (rt_content){ .url = request->url,
                                    .text = request->html,
                                    .markdown = request->html,
                                    .word_count = { true, (uint32_t)served } };
    for (size_t i = 0; i < DEEDS; i++)
        if (rt_str_eq(request->html, rt_str_from_c(deeds[i].html)) && deeds[i].lie)
            deeds[i].lie(&result->content);
    while (rt_str_eq(request->html, RT_LIT("eat")))
        if (!rt_arena_zeroed(&result->arena, 1, 1 << 20))
            return RT_OK; /* whatever it says: memory was refused */
    return RT_OK;
}

/* ---- the test's own ends --------------------------------------------------------------------- */

struct fixture {
    struct rt_fallback *fallback;
    struct rt_metrics *metrics;
    struct rt_events *events;
    atomic_int last_signal; /* of RT_EVENT_HELPER_DIED, or -1 */
};

static void note_event(void *ctx, const rt_event *event)
{
    struct fixture *f = ctx;
    assert_int_equal(event->kind, RT_EVENT_HELPER_DIED);
    atomic_store(&f->last_signal, (int)event->value);
}

static const struct rt_fallback_rules usual = {
    .helpers = 1, .memory = 64 << 20, .timeout_ns = 30000000000, .extract = misbehave
};

static struct fixture *open_fixture(const struct rt_fallback_rules *rules)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    atomic_init(&f->last_signal, -1);
    f->metrics = rt_metrics_open(&rt_alloc_heap, "test");
    f->events = rt_events_open(&rt_alloc_heap, f->metrics);
    f->fallback = rt_fallback_open(&rt_alloc_heap, rules, f->metrics, f->events);
    assert_non_null(f->fallback);
    rt_observer observer = RT_OBSERVER_INIT;
    rt_error err;
    observer.kinds = UINT64_C(1) << RT_EVENT_HELPER_DIED;
    observer.tell = note_event;
    observer.ctx = f;
    assert_ok(rt_events_observe(f->events, &observer, &err), err);
    atomic_store(&shared->enough, false);
    atomic_store(&shared->looping, 0);
    return f;
}

static uint64_t deaths(const struct fixture *f)
{
    return rt_metrics_value(f->metrics, RT_METRIC_HELPERS_DIED, 0);
}

static void close_fixture(struct fixture *f)
{
    rt_fallback_close(f->fallback);
    assert_int_equal(rt_metrics_value(f->metrics, RT_METRIC_HELPERS, 0), 0);
    rt_events_close(f->events);
    rt_metrics_close(f->metrics);
    free(f);
}

static rt_request request_of(const char *html)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = rt_str_from_c(html);
    request.url = RT_LIT("https://example.org/page");
    return request;
}

/* The page, for at most so long; the result is (owned) on RT_OK. */
static rt_status ask(struct fixture *f, const rt_request *request, uint64_t within_ns,
                     struct rt_result **out, rt_error *err)
{
    struct rt_result *result = rt_result_new(&rt_alloc_heap);
    assert_non_null(result);
    rt_status status =
        rt_fallback_extract(f->fallback, request, rt_clock_now() + within_ns, result, err);
    assert_true(result->fallback);
    assert_int_equal(rt_result_extractor(result), RT_EXTRACTOR_NATIVE);
    if (status == RT_OK && out)
        *out = result;
    else
        rt_result_free(result);
    return status;
}

/* A page that must go well; how many its helper has served. */
static uint32_t serve(struct fixture *f)
{
    rt_request request = request_of("good");
    struct rt_result *result;
    rt_error err;
    assert_ok(ask(f, &request, 60 * second, &result, &err), err);
    assert_string_equal(result->content.text.at ? "good" : "", "good");
    uint32_t n = result->content.word_count.value;
    rt_result_free(result);
    return n;
}

/* What the system says of a process: its state, parent and name.  False where there is none. */
static bool read_process(const char *id, char *state, pid_t *parent, char name[64])
{
    char path[300];
    int ppid, fields = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", id);
    FILE *file = fopen(path, "r");
    if (file) {
        fields = fscanf(file, "%*d (%63[^)]) %c %d", name, state, &ppid);
        fclose(file);
    }
    *parent = fields == 3 ? ppid : 0;
    return fields == 3;
}

static size_t find_helpers(pid_t parent, pid_t *out, size_t room)
{
    DIR *folder = opendir("/proc");
    const struct dirent *entry;
    size_t n = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL && n < room) {
        char name[64], state;
        pid_t ppid;
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
            read_process(entry->d_name, &state, &ppid, name) && ppid == parent &&
            strcmp(name, "riptide-helper") == 0)
            out[n++] = (pid_t)strtol(entry->d_name, NULL, 10);
    }
    closedir(folder);
    return n;
}

static void wait_until_dead(pid_t pid)
{
    char id[16], name[64], state = 'R';
    pid_t parent;
    snprintf(id, sizeof id, "%d", pid);
    while (read_process(id, &state, &parent, name) && state != 'Z')
        sched_yield();
}

/* ---- content --------------------------------------------------------------------------------- */

static rt_text json_of(struct rt_result *result)
{
    rt_text json;
    rt_error err;
    assert_ok(rt_result_json(result, (rt_str){ NULL, 0 }, &json, &err), err);
    return json;
}

/* What each of them makes of the page: the core in this process, a helper and, where there is one,
 * the component. */
static void compare_page(struct fixture *f, rt_engine *engine, const rt_request *request,
                         const char *what)
{
    struct rt_result *results[3] = { rt_result_new(&rt_alloc_heap), NULL, NULL };
    rt_error errs[3] = { { RT_OK, "" }, { RT_OK, "" }, { RT_OK, "" } };
    rt_text first = { NULL, 0 };
    assert_non_null(results[0]);
    rt_native_extract(request, results[0], &errs[0]);
    ask(f, request, 60 * second, &results[1], &errs[1]);
    if (engine)
        rt_extract(engine, request, &results[2], &errs[2]);
    for (int i = 0; i < (engine ? 3 : 2); i++) {
        if (errs[i].status != errs[0].status || strcmp(errs[i].message, errs[0].message) != 0)
            fail_msg("%s: %s, but by %d: %s", what, errs[0].message, i, errs[i].message);
        if (errs[0].status != RT_OK)
            continue;
        results[i]->fallback = false;
        rt_text json = json_of(results[i]);
        if (i == 0)
            first = json;
        else if (strcmp(first.at, json.at) != 0)
            fail_msg("%s:\n%s\nbut by %d:\n%s", what, first.at, i, json.at);
        assert_int_equal(results[i]->stats.nodes, results[0]->stats.nodes);
        assert_true(results[i]->stats.memory_peak > 0);
        if (i > 0)
            rt_text_free(&json);
    }
    rt_text_free(&first);
    for (int i = 0; i < 3; i++)
        rt_result_free(results[i]);
}

static void content_is_that_of_all_others(void **state)
{
    (void)state;
    static const rt_str selectors[] = { { "p", 1 }, { "h1, h2", 6 }, { "table", 5 } };
    struct rt_fallback_rules rules = usual;
    rules.extract = NULL;
    struct fixture *f = open_fixture(&rules);
    rt_engine *engine = open_engine(NULL);
    DIR *folder = opendir("pages");
    const struct dirent *entry;
    int pages = 0;
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        static char bytes[4 << 20];
        char path[300];
        snprintf(path, sizeof path, "pages/%s", entry->d_name);
        FILE *file = strstr(path, ".html") ? fopen(path, "rb") : NULL;
        if (!file)
            continue;
        rt_text html;
        rt_str raw = { bytes, fread(bytes, 1, sizeof bytes, file) };
        fclose(file);
        assert_int_equal(rt_decode(raw, (rt_str){ NULL, 0 }, &html, NULL), RT_OK);
        rt_request request = request_of(html.at);
        request.selectors = (rt_str_list){ selectors, 3 };
        for (request.mode = RT_MODE_ARTICLE; request.mode <= RT_MODE_CUSTOM; request.mode++)
            compare_page(f, engine, &request, path);
        rt_text_free(&html);
        pages++;
    }
    closedir(folder);
    assert_true(pages > 0);
    rt_request request = request_of("<p>");
    compare_page(f, engine, &request, "a page without text");
    request.mode = RT_MODE_CUSTOM;
    request.selectors = (rt_str_list){ selectors, 0 };
    compare_page(f, NULL, &request, "no selectors"); /* which nobody asks a component for */
    rt_engine_close(engine);
    assert_int_equal(deaths(f), 0);
    close_fixture(f);
}

static void results_say_who_made_them(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    rt_request request = request_of("good");
    struct rt_result *result;
    rt_error err;
    assert_ok(ask(f, &request, 60 * second, &result, &err), err);
    rt_text json = json_of(result);
    assert_contains(json.at, ",\"description\":null,\"extractor\":\"native\"}");
    rt_text_free(&json);
    result->fallback = false;
    json = json_of(result);
    assert_contains(json.at, ",\"description\":null}");
    rt_text_free(&json);
    rt_result_free(result);
    close_fixture(f);
}

/* Both ends would wait for the other if they wrote and read at their own time. */
static void large_pages_go_both_ways(void **state)
{
    (void)state;
    const size_t size = 10000000;
    struct fixture *f = open_fixture(&usual);
    char *html = malloc(size + 1);
    assert_non_null(html);
    memset(html, 'x', size);
    html[size] = '\0';
    rt_request request = request_of(html);
    for (int i = 0; i < 3; i++) {
        struct rt_result *result;
        rt_error err;
        assert_ok(ask(f, &request, 60 * second, &result, &err), err);
        assert_true(rt_str_eq(result->content.text, request.html));
        assert_true(rt_str_eq(result->content.markdown, request.html));
        rt_result_free(result);
    }
    free(html);
    close_fixture(f);
}

/* ---- what goes wrong ------------------------------------------------------------------------- */

static void a_fault_costs_its_page(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    for (size_t i = 0; i < DEEDS; i++) {
        rt_request request = request_of(deeds[i].html);
        rt_error err = { RT_OK, "" };
        /* A page that may take its time on a slow machine, but for those that take for ever. */
        uint64_t within = deeds[i].outcome == RT_TIMEOUT ? second / 20 : 60 * second;
        serve(f);
        atomic_store(&f->last_signal, -1);
        if (ask(f, &request, within, NULL, &err) != deeds[i].outcome)
            fail_msg("%s: %s", deeds[i].html, err.message);
        assert_contains(err.message, deeds[i].message);
        assert_int_equal(err.status, deeds[i].outcome);
        while (atomic_load(&f->last_signal) < 0)
            sched_yield();
        if (atomic_load(&f->last_signal) != deeds[i].signal)
            fail_msg("%s: signal %d", deeds[i].html, atomic_load(&f->last_signal));
        assert_int_equal(deaths(f), i + 1);
        assert_int_equal(serve(f), 1);
    }
    close_fixture(f);
}

static void memory_is_refused_and_given_back(void **state)
{
    (void)state;
    struct rt_fallback_rules rules = usual;
    rules.memory = 8 * mib;
    struct fixture *f = open_fixture(&rules);
    rt_error err;
    rt_request request = request_of("eat");
    for (uint32_t i = 1; i < 20; i += 2) {
        assert_int_equal(ask(f, &request, 60 * second, NULL, &err), RT_RESOURCE_LIMIT);
        assert_contains(err.message, "The content needs more memory than allowed: ");
        assert_int_equal(serve(f), i + 1);
    }
    char *html = malloc(8 * mib);
    assert_non_null(html);
    memset(html, 'x', 8 * mib - 1);
    html[8 * mib - 1] = '\0';
    request = request_of(html);
    assert_int_equal(ask(f, &request, 60 * second, NULL, &err), RT_RESOURCE_LIMIT);
    assert_contains(err.message, "The page needs more memory than allowed: ");
    html[7 * mib] = '\0'; /* fits, but leaves no room for what the core needs of it */
    html[0] = '<';
    request = request_of(html);
    assert_int_equal(ask(f, &request, 60 * second, NULL, &err), RT_RESOURCE_LIMIT);
    html[5 * mib] = '\0'; /* the answer would be larger than the helper */
    html[0] = 'x';
    request = request_of(html);
    assert_int_equal(ask(f, &request, 60 * second, NULL, &err), RT_RESOURCE_LIMIT);
    assert_contains(err.message, "The content is larger than the memory that is allowed");
    free(html);
    assert_int_equal(deaths(f), 0);
    close_fixture(f);
}

#if !RT_GUARD_SANITIZED
static long resident_of(pid_t pid)
{
    char path[64];
    long size, resident = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &size, &resident), 2);
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static void nothing_of_a_page_stays(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    rt_request request = request_of("eat");
    pid_t pid;
    rt_error err;
    serve(f);
    assert_int_equal(find_helpers(getpid(), &pid, 1), 1);
    long before = resident_of(pid);
    assert_int_equal(ask(f, &request, 60 * second, NULL, &err), RT_RESOURCE_LIMIT);
    serve(f); /* it was asked again: it has cleared up */
    assert_true(resident_of(pid) - before < 8 * (long)mib);
    close_fixture(f);
}
#endif

static void helpers_are_replaced_in_time(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    for (uint32_t i = 0; i < 450; i++)
        assert_int_equal(serve(f), i % 200 + 1);
    assert_int_equal(deaths(f), 0);
    close_fixture(f);
}

/* The processor's time is limited from outside, with room over the page's own limit. */
static void processor_time_is_limited(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    struct rlimit limit;
    pid_t pid;
    serve(f);
    assert_int_equal(find_helpers(getpid(), &pid, 1), 1);
    assert_int_equal(prlimit(pid, RLIMIT_CPU, NULL, &limit), 0);
    assert_in_range(limit.rlim_cur, 31, 40);
    close_fixture(f);
}

static void a_helper_that_died_meanwhile_is_replaced(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    pid_t pid;
    serve(f);
    assert_int_equal(find_helpers(getpid(), &pid, 1), 1);
    atomic_store(&f->last_signal, -1);
    kill(pid, SIGKILL);
    wait_until_dead(pid);
    assert_int_equal(serve(f), 1);
    assert_int_equal(deaths(f), 1);
    close_fixture(f);
}

static void one_that_died_unasked_is_reaped(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    pid_t pid;
    serve(f);
    assert_int_equal(find_helpers(getpid(), &pid, 1), 1);
    kill(pid, SIGKILL);
    while (kill(pid, 0) == 0)
        usleep(5000);
    assert_int_equal(deaths(f), 1);
    assert_int_equal(serve(f), 1);
    close_fixture(f);
}

static void nothing_can_be_started(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    rt_request request = request_of("good");
    struct rlimit before, none;
    rt_error err;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
        rt_status status = ask(f, &request, 60 * second, NULL, &err);
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(status, RT_FALLBACK_FAILED);
        assert_contains(err.message, "no helper process: socketpair: ");
    }
    assert_int_equal(serve(f), 1);
    close_fixture(f);
}

static void failing_memory_is_an_answer(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    rt_request request = request_of("good");
    bool done = false;
    struct failing_heap heap;
    failing_heap_init(&heap, 0);
    assert_null(rt_fallback_open(&heap.alloc, &usual, NULL, NULL));
    for (long n = 1; !done; n++) { /* 0: the result itself */
        rt_error err;
        failing_heap_init(&heap, n);
        struct rt_result *result = rt_result_new(&heap.alloc);
        assert_non_null(result);
        done = rt_fallback_extract(f->fallback, &request, rt_clock_now() + 60 * second, result,
                                   &err) == RT_OK;
        if (!done)
            assert_int_equal(err.status, RT_NO_MEMORY);
        rt_result_free(result);
        assert_int_equal(heap.live, 0);
    }
    assert_int_equal(deaths(f), 0); /* it was not their fault */
    close_fixture(f);
}

/* ---- waiting --------------------------------------------------------------------------------- */

struct caller {
    struct fixture *f;
    const char *html;
    const rt_cancel *cancel;
    pthread_t thread;
    rt_status status;
    uint32_t place; /* among the pages of its helper */
    int surprises;
};

static void *call(void *arg)
{
    struct caller *c = arg;
    rt_request request = request_of(c->html);
    rt_error err;
    request.cancel = c->cancel;
    struct rt_result *result = NULL;
    c->status = ask(c->f, &request, 60 * second, &result, &err);
    c->place = result ? result->content.word_count.value : 0;
    rt_result_free(result);
    return NULL;
}

static void start_call(struct caller *c)
{
    assert_int_equal(pthread_create(&c->thread, NULL, call, c), 0);
}

static void wait_until_looping(void)
{
    while (atomic_load(&shared->looping) == 0)
        sched_yield();
}

static void who_asks_first_goes_first(void **state)
{
    (void)state;
    enum { CALLERS = 6 };
    struct fixture *f = open_fixture(&usual);
    struct caller busy = { .f = f, .html = "loop" }, callers[CALLERS];
    start_call(&busy);
    wait_until_looping();
    for (uint32_t i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){ .f = f, .html = "good" };
        start_call(&callers[i]);
        while (rt_fallback_waiting(f->fallback) != i + 1)
            sched_yield();
    }
    rt_request request = request_of("good");
    rt_error err;
    assert_int_equal(ask(f, &request, second / 100, NULL, &err), RT_POOL_EXHAUSTED);
    assert_contains(err.message, "no helper process became free within 0.01 s: there are 1");
    assert_true(rt_status_is_retryable(err.status));
    atomic_store(&shared->enough, true);
    pthread_join(busy.thread, NULL);
    assert_int_equal(busy.status, RT_OK);
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].status, RT_OK);
        assert_int_equal(callers[i].place, i + 2);
    }
    assert_int_equal(rt_fallback_waiting(f->fallback), 0);
    close_fixture(f);
}

static void calls_can_be_cancelled(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    struct rt_cancel cancel;
    atomic_init(&cancel.triggered, false);
    struct caller running = { .f = f, .html = "loop", .cancel = &cancel };
    struct caller waiting = { .f = f, .html = "good", .cancel = &cancel };
    start_call(&running);
    wait_until_looping();
    start_call(&waiting);
    while (rt_fallback_waiting(f->fallback) != 1)
        sched_yield();
    atomic_store(&cancel.triggered, true);
    pthread_join(running.thread, NULL);
    pthread_join(waiting.thread, NULL);
    assert_int_equal(running.status, RT_CANCELLED);
    assert_int_equal(waiting.status, RT_CANCELLED);
    assert_int_equal(deaths(f), 0);
    assert_int_equal(serve(f), 1);
    close_fixture(f);
}

/* A process that dies with its parent dies with the thread that made it: no caller's thread may be
 * that. */
static void helpers_outlive_the_caller(void **state)
{
    (void)state;
    struct fixture *f = open_fixture(&usual);
    for (uint32_t i = 0; i < 5; i++) {
        struct caller c = { .f = f, .html = "good" };
        start_call(&c);
        pthread_join(c.thread, NULL);
        assert_int_equal(c.status, RT_OK);
    }
    assert_int_equal(serve(f), 6);
    close_fixture(f);
}

static void *call_often(void *arg)
{
    static const char *const pages[] = {
        "good", "<p>text", "crash", "good", "score", "eat", "open"
    };
    struct caller *c = arg;
    for (size_t i = 0; i < 35; i++) {
        rt_request request = request_of(pages[i % 7]);
        rt_error err;
        rt_status status = ask(c->f, &request, 60 * second, NULL, &err);
        static const rt_status wanted[] = { RT_OK,
                                            RT_EXTRACTOR_ERROR,
                                            RT_FALLBACK_FAILED,
                                            RT_OK,
                                            RT_FALLBACK_FAILED,
                                            RT_RESOURCE_LIMIT,
                                            RT_FALLBACK_FAILED };
        if (status != wanted[i % 7]) {
            fprintf(stderr, "%s: %s\n", pages[i % 7], err.message);
            c->surprises++;
        }
    }
    return NULL;
}

static void many_threads_share_few_helpers(void **state)
{
    (void)state;
    enum { CALLERS = 6 };
    struct rt_fallback_rules rules = usual;
    struct caller callers[CALLERS];
    rules.helpers = 3;
    rules.memory = 4 * mib;
    struct fixture *f = open_fixture(&rules);
    rt_fallback_prepare(f->fallback);
    for (int i = 0; i < CALLERS; i++) {
        callers[i] = (struct caller){ .f = f };
        assert_int_equal(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].surprises, 0);
    }
    assert_int_equal(deaths(f), CALLERS * 15);
    close_fixture(f);
}

/* ---- the host program ------------------------------------------------------------------------ */

static void helpers_stand_ready(void **state)
{
    (void)state;
    struct rt_fallback_rules rules = usual;
    pid_t pids[8];
    rules.helpers = 3;
    struct fixture *f = open_fixture(&rules);
    assert_int_equal(find_helpers(getpid(), pids, 8), 0);
    rt_fallback_prepare(f->fallback);
    while (rt_metrics_value(f->metrics, RT_METRIC_HELPERS, 0) != 3)
        sched_yield();
    assert_int_equal(find_helpers(getpid(), pids, 8), 3);
    close_fixture(f);
    assert_int_equal(find_helpers(getpid(), pids, 8), 0);
}

static atomic_int signals;

static void count_signal(int number)
{
    (void)number;
    atomic_fetch_add(&signals, 1);
}

/* Whatever the host does with its children, ours do not disturb it, nor it ours. */
static void children_of_the_host_stay_its_own(void **state)
{
    (void)state;
    static void (*const handlers[])(int) = { SIG_DFL, SIG_IGN, count_signal };
    rt_request request = request_of("crash");
    for (size_t i = 0; i < sizeof handlers / sizeof *handlers; i++) {
        struct sigaction action = { .sa_handler = handlers[i] }, before;
        struct fixture *f = open_fixture(&usual);
        rt_error err;
        int status;
        sigaction(SIGCHLD, &action, &before);
        serve(f);
        pid_t child = fork();
        if (child == 0)
            _exit(7);
        for (int n = 0; n < 3; n++) {
            assert_int_equal(ask(f, &request, 60 * second, NULL, &err), RT_FALLBACK_FAILED);
            assert_int_equal(serve(f), 1);
        }
        if (handlers[i] != SIG_IGN) {
            assert_int_equal(waitpid(child, &status, 0), child);
            assert_int_equal(WEXITSTATUS(status), 7);
        }
#if !RT_GUARD_SANITIZED
        /* A program that waits for all its children does not wait for ours. */
        assert_int_equal(waitpid(-1, &status, 0), -1);
        assert_int_equal(errno, ECHILD);
        assert_true(atomic_load(&signals) <= 1);
#endif
        assert_int_equal(serve(f), 2);
        close_fixture(f);
        sigaction(SIGCHLD, &before, NULL);
    }
}

static void skip_where_children_may_not_have_threads(void)
{
#if defined(__SANITIZE_THREAD__)
    skip();
#endif
}

static void a_child_of_the_host_starts_anew(void **state)
{
    (void)state;
    skip_where_children_may_not_have_threads();
    struct fixture *f = open_fixture(&usual);
    serve(f);
    pid_t child = fork();
    if (child == 0) {
        rt_request request = request_of("good");
        rt_error err;
        rt_fallback_abandon(f->fallback);
        struct rt_result *result = rt_result_new(&rt_alloc_heap);
        struct rt_fallback *own = rt_fallback_open(&rt_alloc_heap, &usual, NULL, NULL);
        if (!own || !result)
            _exit(1);
        rt_status s =
            rt_fallback_extract(own, &request, rt_clock_now() + 60 * second, result, &err);
        rt_fallback_close(own);
        _exit(s == RT_OK ? 7 : 2);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 7);
    assert_int_equal(serve(f), 2);
    close_fixture(f);
}

/* A host that serves a page and then is killed; helpers that are orphaned come to this process. */
static void helpers_die_with_the_host(void **state)
{
    (void)state;
    enum { HELPERS = 2 };
    int ends[2], status;
    pid_t pids[HELPERS];
    skip_where_children_may_not_have_threads();
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    assert_int_equal(pipe(ends), 0);
    pid_t parent = fork();
    if (parent == 0) {
        struct rt_fallback_rules rules = usual;
        rules.helpers = HELPERS;
        struct fixture *f = open_fixture(&rules);
        struct caller busy = { .f = f, .html = "loop" };
        serve(f);
        start_call(&busy);
        wait_until_looping();
        serve(f);
        (void)!write(ends[1], "", 1);
        pause();
    }
    char c;
    close(ends[1]);
    assert_int_equal(read(ends[0], &c, 1), 1);
    assert_int_equal(find_helpers(parent, pids, HELPERS), HELPERS);
    kill(parent, SIGKILL);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    for (int i = 0; i < HELPERS; i++) {
        assert_int_equal(waitpid(pids[i], &status, __WALL), pids[i]);
        assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    }
    close(ends[0]);
}

static int set_up(void **state)
{
    (void)state;
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(content_is_that_of_all_others),
        cmocka_unit_test(results_say_who_made_them),
        cmocka_unit_test(large_pages_go_both_ways),
        cmocka_unit_test(a_fault_costs_its_page),
        cmocka_unit_test(memory_is_refused_and_given_back),
#if !RT_GUARD_SANITIZED
        cmocka_unit_test(nothing_of_a_page_stays),
#endif
        cmocka_unit_test(helpers_are_replaced_in_time),
        cmocka_unit_test(processor_time_is_limited),
        cmocka_unit_test(a_helper_that_died_meanwhile_is_replaced),
        cmocka_unit_test(one_that_died_unasked_is_reaped),
        cmocka_unit_test(nothing_can_be_started),
        cmocka_unit_test(failing_memory_is_an_answer),
        cmocka_unit_test(who_asks_first_goes_first),
        cmocka_unit_test(calls_can_be_cancelled),
        cmocka_unit_test(helpers_outlive_the_caller),
        cmocka_unit_test(many_threads_share_few_helpers),
        cmocka_unit_test(helpers_stand_ready),
        cmocka_unit_test(children_of_the_host_stay_its_own),
        cmocka_unit_test(a_child_of_the_host_starts_anew),
        cmocka_unit_test(helpers_die_with_the_host),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

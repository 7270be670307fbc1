/* The child's side of the fallback: from the fork to the loop that answers one page after the
 * other. Its memory is one mapping made at the start; of one page nothing is left there for the
 * next. */
#include "host/fallback/helper.h"

#include "base/error.h"
#include "base/poison.h"
#include "base/str.h"
#include "core/lexbor_port.h"
#include "host/fallback/guard.h"
#include "host/fallback/wire.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- memory ---------------------------------------------------------------------------------- */

/* Handed out from one end to the other; an arena frees and moves nothing before its end. */
struct region {
    char *at, *next, *end;
};

static void *region_resize(void *ctx, void *p, size_t size)
{
    enum { ALIGN = 16 };
    struct region *region = ctx;
    if (size == 0 || p || size > (size_t)(region->end - region->next) / ALIGN * ALIGN)
        return NULL;
    char *out = region->next;
    region->next += (size + ALIGN - 1) / ALIGN * ALIGN;
    return out;
}

static bool region_open(struct region *region, uint64_t size)
{
    void *at = size > SIZE_MAX ? MAP_FAILED
                               : mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE,
                                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED)
        return false;
    *region = (struct region){ .at = at, .next = at, .end = (char *)at + (size_t)size };
    return true;
}

static void region_clear(struct region *region)
{
    size_t used = (size_t)(region->next - region->at);
    region->next = region->at;
    rt_unpoison(region->at, used);
    if (used > 0 && madvise(region->at, used, MADV_DONTNEED) != 0)
        _exit(1);
}

/* ---- the socket ------------------------------------------------------------------------------ */

/* An end of the conversation, wherever it is, is the end of the helper. */
static bool send_bytes(void *ctx, const char *at, size_t len)
{
    (void)ctx;
    while (len > 0) {
        ssize_t n = send(RT_GUARD_SOCKET, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            _exit(0);
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static void receive_bytes(void *to, size_t len)
{
    for (char *at = to; len > 0;) {
        ssize_t n = recv(RT_GUARD_SOCKET, at, len, 0);
        if (n <= 0)
            _exit(0);
        at += n;
        len -= (size_t)n;
    }
}

/* ---- pages ----------------------------------------------------------------------------------- */

static rt_status extract(const struct rt_helper_rules *rules, const struct rt_wire_ask *ask,
                         struct rt_result *result, rt_error *err)
{
    /* The host does not ask for what cannot fit. */
    char *body = rt_arena_take(&result->arena, (size_t)ask->body_len);
    if (!body)
        _exit(1);
    receive_bytes(body, (size_t)ask->body_len);
    rt_request request;
    rt_str bytes = { body, (size_t)ask->body_len };
    if (!rt_wire_read_request(ask, bytes, &result->arena, &request) && !result->arena.refused)
        _exit(1);
    rt_lexbor_use(&result->arena); /* before the core does: nothing here may ask the heap */
    rt_status status =
        result->arena.refused ? RT_RESOURCE_LIMIT : rules->extract(&request, result, err);
    /* A failure after refused memory has that one reason, whatever a library in between made of it.
     */
    if (result->arena.refused)
        status = rt_fail(err, RT_RESOURCE_LIMIT,
                         "The content needs more memory than allowed: %zu bytes in use",
                         result->arena.used);
    return status;
}

static void answer(const struct rt_helper_rules *rules, uint64_t number, rt_status status,
                   const struct rt_result *result, const rt_error *err)
{
    struct rt_wire_sink sink = { .write = NULL };
    struct rt_wire_answer head = { .number = number,
                                   .status = status,
                                   .nodes = result->stats.nodes,
                                   .call_ns = result->stats.call_ns,
                                   .memory_peak = result->arena.used };
    rt_str message = rt_str_from_c(err->message);
    if (status == RT_OK) {
        rt_wire_put_content(&sink, &result->content);
        if (sink.failed || sink.total > rules->memory) {
            head.status = RT_RESOURCE_LIMIT;
            message = RT_LIT("The content is larger than the memory that is allowed");
        }
    }
    head.body_len = head.status == RT_OK ? sink.total : message.len;
    sink = (struct rt_wire_sink){ .write = send_bytes };
    rt_wire_put(&sink, &head, sizeof head);
    if (head.status == RT_OK)
        rt_wire_put_content(&sink, &result->content);
    else
        rt_wire_put(&sink, message.at, message.len);
    rt_wire_flush(&sink);
}

static void serve_page(const struct rt_helper_rules *rules, struct region *region)
{
    const struct rt_alloc alloc = { region_resize, region, true, NULL };
    struct rt_wire_ask ask;
    receive_bytes(&ask, sizeof ask);
    struct rt_result result = { .alloc = &alloc };
    rt_error err = { RT_OK, "" };
    rt_arena_init(&result.arena, &alloc, (size_t)rules->memory);
    rt_status status = extract(rules, &ask, &result, &err);
    answer(rules, ask.number, status, &result, &err);
    region_clear(region);
}

/* ---- the start ------------------------------------------------------------------------------- */

static void forget_signals(void)
{
    const struct sigaction by_default = { .sa_handler = SIG_DFL };
    sigset_t none;
    for (int n = 1; n < NSIG; n++)
        sigaction(n, &by_default, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Dies with the host; apart from its terminal, whose interrupts are the host's to handle. */
static void leave_family(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != parent)
        _exit(0);
    setsid();
    prctl(PR_SET_NAME, "riptide-helper", 0, 0, 0);
}

static void close_from(unsigned first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0)
        return;
#endif
    struct rlimit limit;
    rlim_t end = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
    for (unsigned fd = first; fd < end && fd < 1U << 20; fd++)
        close((int)fd);
}

static const char *shut_in(int socket, const struct rt_helper_rules *rules, struct region *region,
                           int *error)
{
    const char *step = "dup2";
    *error = 0;
    if (socket != RT_GUARD_SOCKET && dup2(socket, RT_GUARD_SOCKET) < 0) {
        *error = errno;
    } else {
        close_from(RT_GUARD_SOCKET + 1);
        step = "mmap";
        if (!region_open(region, rules->memory))
            *error = errno;
        else
            *error = rt_guard_enter(&step);
    }
    return step;
}

void rt_helper_run(int socket, const struct rt_helper_rules *rules)
{
    const struct rt_helper_rules own = *rules;
    struct region region;
    int error;
    forget_signals();
    leave_family(own.parent);
    const char *step = shut_in(socket, &own, &region, &error);
    struct rt_wire_greeting greeting = { .error = (uint32_t)error };
    rt_str name = rt_str_first(rt_str_from_c(step), sizeof greeting.step - 1);
    memcpy(greeting.step, name.at, name.len);
    send_bytes(NULL, (const char *)&greeting, sizeof greeting);
    if (error != 0)
        _exit(0);
    for (;;)
        serve_page(&own, &region);
}

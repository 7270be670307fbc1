/* The host's side of one helper: making the process, talking to it against a deadline, ending it.
 * The process is out of the host's sight where the kernel allows: it sends no SIGCHLD, and a wait()
 * for any child does not see it. */
#include "host/fallback/process.h"

#include "base/error.h"
#include "base/str.h"
#include "core/lexbor_port.h"
#include "host/component/watch.h"
#include "host/fallback/guard.h"
#include "host/fallback/wire.h"
#include "host/system/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

void rt_helper_init(struct rt_helper *helper)
{
    helper->pid = 0;
    helper->pages = 0;
    atomic_init(&helper->socket, -1);
    atomic_init(&helper->watch, -1);
}

/* ---- the process ----------------------------------------------------------------------------- */

static void close_descriptor(atomic_int *descriptor)
{
    int fd = atomic_exchange(descriptor, -1);
    if (fd >= 0)
        close(fd);
}

/* A copy of this process that ends without a signal to it.  The C library's fork() cannot say so,
 * but is what sanitizers and older kernels need. */
static pid_t copy_process(int *watch)
{
    *watch = -1;
#if defined(SYS_clone3) && !RT_GUARD_SANITIZED
    struct {
        uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } args = { .flags = 0x1000 /* CLONE_PIDFD */, .pidfd = (uintptr_t)watch };
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid >= 0 || (errno != ENOSYS && errno != EPERM && errno != EINVAL))
        return (pid_t)pid;
#endif
    pid_t forked = fork();
#ifdef SYS_pidfd_open
    if (forked > 0)
        *watch = (int)syscall(SYS_pidfd_open, forked, 0);
#endif
    return forked;
}

static void kill_process(const struct rt_helper *helper)
{
#ifdef SYS_pidfd_send_signal
    int watch = atomic_load(&helper->watch);
    if (watch >= 0 &&
        (syscall(SYS_pidfd_send_signal, watch, SIGKILL, NULL, 0) == 0 || errno == ESRCH))
        return;
#endif
    kill(helper->pid, SIGKILL);
}

int rt_helper_end(struct rt_helper *helper)
{
    int status = 0;
    if (helper->pid == 0)
        return 0;
    kill_process(helper);
    pid_t reaped;
    do
        reaped = waitpid(helper->pid, &status, __WALL);
    while (reaped < 0 && errno == EINTR);
    /* Where it came from fork(), somebody else's wait() may have been faster. */
    int signal = reaped == helper->pid && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    helper->pid = 0;
    close_descriptor(&helper->socket);
    close_descriptor(&helper->watch);
    return signal;
}

void rt_helper_abandon(struct rt_helper *helper)
{
    helper->pid = 0;
    close_descriptor(&helper->socket);
    close_descriptor(&helper->watch);
}

/* ---- talking --------------------------------------------------------------------------------- */

struct talk {
    struct rt_helper *helper;
    uint64_t until_ns, length_ns;
    const rt_cancel *cancel;
    rt_error *err;
    rt_status status; /* why it broke off; RT_FALLBACK_FAILED: the other end is dead */
};

static bool break_off(struct talk *talk, rt_status status)
{
    talk->status = status;
    return false;
}

static bool is_cancelled(const rt_cancel *cancel)
{
    return cancel && atomic_load_explicit(&cancel->triggered, memory_order_relaxed);
}

/* Until the socket can be read or written, or is known to be dead. */
static bool wait_for(struct talk *talk, short what)
{
    enum { TICK = 5000000 };
    struct pollfd fds[] = { { atomic_load(&talk->helper->socket), what, 0 },
                            { atomic_load(&talk->helper->watch), POLLIN, 0 } };
    for (;;) {
        if (is_cancelled(talk->cancel))
            return break_off(talk, RT_CANCELLED);
        uint64_t now = rt_clock_now();
        if (now >= talk->until_ns)
            return break_off(talk, RT_TIMEOUT);
        uint64_t left = talk->until_ns - now;
        if (talk->cancel && left > TICK)
            left = TICK;
        struct timespec timeout = rt_clock_timespec(left);
        if (ppoll(fds, 2, &timeout, NULL) <= 0)
            continue;
        if (fds[0].revents)
            return true;
        if (fds[1].revents)
            return break_off(talk, RT_FALLBACK_FAILED);
    }
}

static bool is_only_busy(void) { return errno == EAGAIN || errno == EINTR; }

static bool send_bytes(void *ctx, const char *at, size_t len)
{
    struct talk *talk = ctx;
    while (len > 0) {
        ssize_t n = send(atomic_load(&talk->helper->socket), at, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && !is_only_busy())
            return break_off(talk, RT_FALLBACK_FAILED);
        if (n < 0 && !wait_for(talk, POLLOUT))
            return false;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}

static bool receive_bytes(struct talk *talk, void *to, size_t len)
{
    for (char *at = to; len > 0;) {
        ssize_t n = recv(atomic_load(&talk->helper->socket), at, len, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && !is_only_busy()))
            return break_off(talk, RT_FALLBACK_FAILED);
        if (n < 0 && !wait_for(talk, POLLIN))
            return false;
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    return true;
}

/* ---- the start ------------------------------------------------------------------------------- */

static rt_status greet(struct rt_helper *helper, rt_error *err)
{
    const uint64_t limit = 10 * SECOND;
    struct talk talk = { .helper = helper, .until_ns = rt_clock_now() + limit };
    struct rt_wire_greeting greeting;
    if (!receive_bytes(&talk, &greeting, sizeof greeting))
        return rt_fail(err, RT_FALLBACK_FAILED,
                       "no helper process: it %s before it could be shut in",
                       talk.status == RT_TIMEOUT ? "took too long" : "died");
    if (greeting.error != 0)
        return rt_fail(err, RT_FALLBACK_FAILED, "no helper process: %.*s: %s",
                       (int)strnlen(greeting.step, sizeof greeting.step), greeting.step,
                       strerror((int)greeting.error));
    return RT_OK;
}

rt_status rt_helper_start(struct rt_helper *helper, const struct rt_helper_rules *rules,
                          rt_error *err)
{
    int ends[2], watch;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return rt_fail(err, RT_FALLBACK_FAILED, "no helper process: socketpair: %s",
                       strerror(errno));
    atomic_store(&helper->socket, ends[0]);
    helper->pages = 0;
    rt_lexbor_use(
        NULL); /* makes this thread's variable, for which the child must not ask the heap */
    helper->pid = copy_process(&watch);
    if (helper->pid == 0)
        rt_helper_run(ends[1], rules);
    int why = errno;
    close(ends[1]);
    if (helper->pid < 0) {
        helper->pid = 0;
        close_descriptor(&helper->socket);
        return rt_fail(err, RT_FALLBACK_FAILED, "no helper process: fork: %s", strerror(why));
    }
    atomic_store(&helper->watch, watch);
    rt_status status = greet(helper, err);
    if (status != RT_OK)
        rt_helper_end(helper);
    return status;
}

bool rt_helper_is_ready(const struct rt_helper *helper)
{
    struct pollfd fds[] = { { atomic_load(&helper->socket), POLLIN, 0 },
                            { atomic_load(&helper->watch), POLLIN, 0 } };
    return poll(fds, 2, 0) == 0;
}

/* ---- a page ---------------------------------------------------------------------------------- */

/* A limit that holds though the host may be stopped, or may not see the time pass: so much more
 * than the helper has used, and a second for what clocks are coarse in.  SIGXCPU ends it. */
static void limit_cpu(const struct rt_helper *helper, uint64_t length_ns)
{
    clockid_t clock;
    struct timespec used;
    struct rlimit limit;
    if (clock_getcpuclockid(helper->pid, &clock) != 0 || clock_gettime(clock, &used) != 0 ||
        prlimit(helper->pid, RLIMIT_CPU, NULL, &limit) != 0)
        return;
    rlim_t end = (rlim_t)used.tv_sec + (rlim_t)(length_ns / SECOND) + 2;
    limit.rlim_cur = end < limit.rlim_max ? end : limit.rlim_max;
    prlimit(helper->pid, RLIMIT_CPU, &limit, NULL);
}

rt_status rt_helper_check(const rt_request *request, uint64_t memory, rt_error *err)
{
    enum { MARGIN = 64 * 1024 }; /* what an arena has around it */
    struct rt_wire_sink count = { .write = NULL };
    rt_wire_put_request(&count, request);
    if (!count.failed && count.total <= memory && memory - count.total >= MARGIN)
        return RT_OK;
    return rt_fail(err, RT_RESOURCE_LIMIT,
                   "The page needs more memory than allowed: %zu bytes of HTML, %zu in all",
                   request->html.len, (size_t)memory);
}

static bool send_request(struct talk *talk, const rt_request *request, uint64_t body_len)
{
    struct rt_wire_sink sink = { .write = send_bytes, .ctx = talk };
    const struct rt_wire_ask ask = { .number = talk->helper->pages,
                                     .body_len = body_len,
                                     .mode = (uint32_t)request->mode,
                                     .selectors = (uint32_t)request->selectors.len };
    rt_wire_put(&sink, &ask, sizeof ask);
    rt_wire_put_request(&sink, request);
    return rt_wire_flush(&sink);
}

/* Why the talk broke off, with what the process can still tell. */
static rt_status explain(struct talk *talk, int *signal)
{
    int died_of = rt_helper_end(talk->helper);
    *signal = talk->status == RT_FALLBACK_FAILED || died_of != SIGKILL ? died_of : 0;
    if (talk->status == RT_CANCELLED)
        return rt_fail(talk->err, RT_CANCELLED, "%s", rt_status_text(RT_CANCELLED));
    if (talk->status == RT_TIMEOUT || *signal == SIGXCPU)
        return rt_fail(talk->err, RT_TIMEOUT, "the page took longer than %.3g s",
                       (double)talk->length_ns / 1e9);
    if (*signal == SIGSYS)
        return rt_fail(talk->err, RT_FALLBACK_FAILED,
                       "the helper process made a system call that it may not make");
    return rt_fail(talk->err, RT_FALLBACK_FAILED, "the helper process died on the page (signal %d)",
                   *signal);
}

static rt_status read_answer(const struct rt_wire_answer *head, rt_str body,
                             const rt_request *request, struct rt_result *result, rt_error *err)
{
    if (head->status != RT_OK)
        return rt_wire_read_failure(head, body, err);
    rt_status status = rt_wire_read_content(body, &result->arena, &result->content, err);
    if (status == RT_OK && !rt_str_eq(result->content.url, request->url))
        status =
            rt_fail(err, RT_FALLBACK_FAILED, "the helper's answer, field url: it is another one");
    result->stats.call_ns = head->call_ns;
    result->stats.memory_peak = head->memory_peak;
    result->stats.nodes = head->nodes;
    return status;
}

static rt_status receive_answer(struct talk *talk, const struct rt_helper_call *call,
                                struct rt_result *result, int *signal)
{
    struct rt_wire_answer head;
    if (!receive_bytes(talk, &head, sizeof head))
        return explain(talk, signal);
    rt_status status = rt_wire_check_answer(&head, talk->helper->pages, call->memory, talk->err);
    if (status != RT_OK)
        return status;
    char *body = rt_arena_take(&result->arena, (size_t)head.body_len);
    if (!body)
        return rt_fail(talk->err, RT_NO_MEMORY, "no memory for an answer of %zu bytes",
                       (size_t)head.body_len);
    if (!receive_bytes(talk, body, (size_t)head.body_len))
        return explain(talk, signal);
    rt_str bytes = { body, (size_t)head.body_len };
    return read_answer(&head, bytes, call->request, result, talk->err);
}

rt_status rt_helper_ask(struct rt_helper *helper, const struct rt_helper_call *call,
                        struct rt_result *result, int *signal, rt_error *err)
{
    struct rt_wire_sink count = { .write = NULL };
    rt_wire_put_request(&count, call->request);
    *signal = 0;
    struct talk talk = { .helper = helper,
                         .until_ns = call->until_ns,
                         .length_ns = call->length_ns,
                         .cancel = call->request->cancel,
                         .err = err };
    helper->pages++;
    limit_cpu(helper, call->length_ns);
    if (!send_request(&talk, call->request, count.total))
        return explain(&talk, signal);
    rt_status status = receive_answer(&talk, call, result, signal);
    if (status == RT_FALLBACK_FAILED || status == RT_NO_MEMORY)
        rt_helper_end(helper);
    return status;
}

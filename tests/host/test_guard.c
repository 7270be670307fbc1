/* Inside the guard: what a helper can still do, and that everything else ends it or is refused.
 * Each deed is done by a child of its own that has shut itself in. */
#include "fixture.h"

#include "host/fallback/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

static pid_t host;
static int other[2]; /* a socket that is not the helper's */
static char page[4096] __attribute__((aligned(4096)));

#if !RT_GUARD_SANITIZED
static bool failed_with(long answer, int error) { return answer == -1 && errno == error; }
#endif

/* Deeds that must succeed, or be refused as said: true then. */

static bool talk(void)
{
    char c = 'x';
    return send(RT_GUARD_SOCKET, &c, 1, MSG_NOSIGNAL) == 1 && recv(RT_GUARD_SOCKET, &c, 1, 0) == 1;
}

static bool read_the_clock(void)
{
    struct timespec now;
    return syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) == 0;
}

static bool give_memory_back(void)
{
    page[0] = 1;
    return madvise(page, sizeof page, MADV_DONTNEED) == 0 && page[0] == 0;
}

#if !RT_GUARD_SANITIZED
static bool map_memory(void)
{
    return failed_with((long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                       ENOMEM);
}

static bool map_code(void)
{
    return failed_with(
        (long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), ENOMEM);
}

static bool make_memory_code(void)
{
    return failed_with(mprotect(page, sizeof page, PROT_READ | PROT_EXEC), ENOMEM);
}

static bool grow_the_heap(void) { return failed_with((long)sbrk(1 << 20), ENOMEM); }
#endif

/* Deeds that must not return. */

static void open_a_file(void) { syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }
static void write_a_file(void)
{
    syscall(SYS_openat, AT_FDCWD, P_tmpdir "/riptide-guard", O_WRONLY | O_CREAT, 0600);
}
static void remove_a_file(void) { unlink("/nonexistent"); }
static void make_a_memory_file(void) { syscall(SYS_memfd_create, "x", 0U); }
static void make_a_socket(void) { socket(AF_INET, SOCK_STREAM, 0); }
static void connect_the_socket(void)
{
    struct sockaddr to = { .sa_family = AF_UNSPEC };
    connect(RT_GUARD_SOCKET, &to, sizeof to);
}
static void send_a_descriptor(void)
{
    struct msghdr message = { .msg_iov = NULL };
    sendmsg(RT_GUARD_SOCKET, &message, 0);
}
static void receive_a_descriptor(void)
{
    struct msghdr message = { .msg_iov = NULL };
    recvmsg(RT_GUARD_SOCKET, &message, MSG_DONTWAIT);
}
static void send_elsewhere(void) { send(other[0], "x", 1, MSG_NOSIGNAL); }
static void read_elsewhere(void)
{
    char c;
    recv(other[0], &c, 1, MSG_DONTWAIT);
}
static void read_the_socket(void)
{
    char c;
    syscall(SYS_read, RT_GUARD_SOCKET, &c, 0);
}
static void make_a_pipe(void)
{
    int ends[2];
    syscall(SYS_pipe2, ends, 0);
}
static void copy_a_descriptor(void) { syscall(SYS_dup, RT_GUARD_SOCKET); }
static void fork_a_process(void) { syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL); }
static void clone_a_process(void)
{
    uint64_t args[8] = { 0 };
    syscall(SYS_clone3, args, sizeof args);
}
static void run_a_program(void)
{
    char *const arguments[] = { NULL };
    syscall(SYS_execve, "/bin/true", arguments, arguments);
}
static void trace_the_host(void) { syscall(SYS_ptrace, PTRACE_ATTACH, host, NULL, NULL); }
static void be_traced(void) { syscall(SYS_ptrace, PTRACE_TRACEME, 0, NULL, NULL); }
static void signal_the_host(void) { syscall(SYS_kill, host, 0); }
static void read_the_host(void)
{
    struct iovec own = { page, 1 }, theirs = { page, 1 };
    syscall(SYS_process_vm_readv, host, &own, 1UL, &theirs, 1UL, 0UL);
}
static void be_dumpable_again(void) { prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }
static void raise_a_limit(void)
{
    struct rlimit limit = { 1, 1 };
    syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL);
}
static void use_a_ring(void)
{
    struct io_uring_params params = { 0 };
    syscall(SYS_io_uring_setup, 1, &params);
}
static void load_a_program(void) { syscall(SYS_bpf, 0, page, 0); }
static void change_user(void) { syscall(SYS_setuid, 0); }
static void change_namespace(void) { syscall(SYS_unshare, CLONE_NEWUSER); }
static void call_what_does_not_exist(void) { syscall(100000); }
#if defined(__x86_64__)
static void use_the_narrow_door(void) { syscall(0x40000000 | SYS_getuid); }
#endif

static const struct {
    const char *what;
    bool (*must)(void);
    void (*must_not)(void);
    int signal;
} deeds[] = {
#define MUST(deed) { #deed, deed, NULL, 0 }
#define MUST_NOT(deed) { #deed, NULL, deed, SIGSYS }
    MUST(talk),
    MUST(read_the_clock),
    MUST(give_memory_back),
#if !RT_GUARD_SANITIZED
    MUST(map_memory),
    MUST(map_code),
    MUST(make_memory_code),
    MUST(grow_the_heap),
#endif
    MUST_NOT(open_a_file),
    MUST_NOT(write_a_file),
    MUST_NOT(remove_a_file),
    MUST_NOT(make_a_memory_file),
    MUST_NOT(make_a_socket),
    MUST_NOT(connect_the_socket),
    MUST_NOT(send_a_descriptor),
    MUST_NOT(receive_a_descriptor),
    MUST_NOT(send_elsewhere),
    MUST_NOT(read_elsewhere),
    MUST_NOT(read_the_socket),
    MUST_NOT(make_a_pipe),
    MUST_NOT(copy_a_descriptor),
    MUST_NOT(fork_a_process),
    MUST_NOT(clone_a_process),
    MUST_NOT(run_a_program),
    MUST_NOT(trace_the_host),
    MUST_NOT(be_traced),
    MUST_NOT(signal_the_host),
    MUST_NOT(read_the_host),
    MUST_NOT(be_dumpable_again),
    MUST_NOT(raise_a_limit),
    MUST_NOT(use_a_ring),
    MUST_NOT(load_a_program),
    MUST_NOT(change_user),
    MUST_NOT(change_namespace),
    MUST_NOT(call_what_does_not_exist),
#if defined(__x86_64__)
    MUST_NOT(use_the_narrow_door),
#endif
};

enum { FINE = 40, NOT_SHUT_IN, WENT_WRONG };

/* In the child. */
static _Noreturn void do_shut_in(int socket, size_t i)
{
    const char *step;
    if (dup2(socket, RT_GUARD_SOCKET) < 0 || rt_guard_enter(&step) != 0)
        _exit(NOT_SHUT_IN);
    if (deeds[i].must)
        _exit(deeds[i].must() ? FINE : WENT_WRONG);
    deeds[i].must_not();
    _exit(FINE);
}

/* On a thread whose stack is all there. */
static void *fork_and_do(void *arg)
{
    int ends[2], *status = arg;
    size_t i = (size_t)*status;
    *status = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || send(ends[0], "y", 1, 0) != 1)
        return NULL;
    pid_t pid = fork();
    if (pid == 0)
        do_shut_in(ends[1], i);
    waitpid(pid, status, 0);
    close(ends[0]);
    close(ends[1]);
    return NULL;
}

static int outcome(size_t i)
{
    pthread_t thread;
    int status = (int)i;
    assert_int_equal(pthread_create(&thread, NULL, fork_and_do, &status), 0);
    pthread_join(thread, NULL);
    return status;
}

static void only_what_a_helper_needs_is_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        int status = outcome(i);
        bool good = deeds[i].must ? WIFEXITED(status) && WEXITSTATUS(status) == FINE
                                  : WIFSIGNALED(status) && WTERMSIG(status) == deeds[i].signal;
        if (!good)
            fail_msg("%s: status %#x", deeds[i].what, (unsigned)status);
    }
    assert_int_equal(access(P_tmpdir "/riptide-guard", F_OK), -1);
}

/* Read from outside: inside, asking is forbidden, too. */
static void limits_are_in_force(void **state)
{
    (void)state;
    static const int none[] = { RLIMIT_CORE, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_FSIZE,
#if !RT_GUARD_SANITIZED
                                RLIMIT_AS
#endif
    };
    int ends[2];
    char c;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        const char *step;
        close(ends[0]);
        if (dup2(ends[1], RT_GUARD_SOCKET) < 0 || rt_guard_enter(&step) != 0)
            _exit(NOT_SHUT_IN);
        send(RT_GUARD_SOCKET, "", 1, MSG_NOSIGNAL);
        recv(RT_GUARD_SOCKET, &c, 1, 0);
        _exit(FINE);
    }
    close(ends[1]);
    assert_int_equal(recv(ends[0], &c, 1, 0), 1);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct rlimit limit;
        assert_int_equal(syscall(SYS_prlimit64, pid, none[i], NULL, &limit), 0);
        assert_int_equal(limit.rlim_cur, 0);
        assert_int_equal(limit.rlim_max, 0);
    }
    close(ends[0]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(WEXITSTATUS(status), FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_a_helper_needs_is_left),
        cmocka_unit_test(limits_are_in_force),
    };
    host = getpid();
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, other) != 0)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

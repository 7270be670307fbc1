/* What keeps a helper process in: limits, no way to new rights, and a list of the system calls that
 * are left.  The list is a dozen rows over a fixed frame, so it is written in the kernel's own
 * terms: a library for it would be one more part to install, to link statically and to trust. */
#include "host/fallback/guard.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#elif defined(__s390x__)
#define ARCHITECTURE AUDIT_ARCH_S390X
#else
#error "guard.c: name this machine's AUDIT_ARCH"
#endif

/* Of an argument the lower half is looked at: the kernel takes no more of those that are compared.
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n))
#else
#define ARGUMENT(n) (offsetof(struct seccomp_data, args) + 8 * (n) + 4)
#endif

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (count))
#define ANSWER(action) BPF_STMT(BPF_RET | BPF_K, (action))

#define ALLOW(call) SKIP_UNLESS(SYS_##call, 1), ANSWER(SECCOMP_RET_ALLOW)
#define ALLOW_WITH(call, argument, value)                                                          \
    SKIP_UNLESS(SYS_##call, 4), LOAD(ARGUMENT(argument)), SKIP_UNLESS((value), 1),                 \
        ANSWER(SECCOMP_RET_ALLOW), ANSWER(SECCOMP_RET_KILL_PROCESS)
/* As if memory were out: an allocator asks, and bears it. */
#define NO_MORE(call) SKIP_UNLESS(SYS_##call, 1), ANSWER(SECCOMP_RET_ERRNO | ENOMEM)

static struct sock_filter filter[] = {
    LOAD(offsetof(struct seccomp_data, arch)),
    SKIP_UNLESS(ARCHITECTURE, 1),
    BPF_STMT(BPF_JMP | BPF_JA, 1),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(offsetof(struct seccomp_data, nr)),
    ALLOW_WITH(recvfrom, 0, RT_GUARD_SOCKET),
    ALLOW_WITH(sendto, 0, RT_GUARD_SOCKET),
    ALLOW(clock_gettime),
    ALLOW(exit_group),
    ALLOW(restart_syscall), /* after a stop and a continue */
#if RT_GUARD_SANITIZED
    ALLOW(madvise),
    ALLOW(mmap),
    ALLOW(munmap),
    ALLOW(mremap),
    ALLOW(mprotect),
    ALLOW(brk),
    ALLOW(futex),
    ALLOW(sched_yield),
    ALLOW(getpid),
    ALLOW(gettid),
    ALLOW(rt_sigprocmask),
    ALLOW(sigaltstack),
#else
    ALLOW_WITH(madvise, 2, MADV_DONTNEED),
    NO_MORE(mmap),
    NO_MORE(mremap),
    NO_MORE(mprotect),
    ALLOW(brk), /* says no by its answer, for want of address space: not by an errno */
#endif
    ANSWER(SECCOMP_RET_KILL_PROCESS),
};

/* The time on the processor is limited from outside, page by page: see process.c. */
static int limit(void)
{
    static const struct rlimit none = { 0, 0 };
    if (setrlimit(RLIMIT_CORE, &none) != 0 || setrlimit(RLIMIT_NOFILE, &none) != 0 ||
        setrlimit(RLIMIT_NPROC, &none) != 0 || setrlimit(RLIMIT_FSIZE, &none) != 0)
        return errno;
#if !RT_GUARD_SANITIZED
    if (setrlimit(RLIMIT_AS, &none) != 0) /* not a byte more than is mapped */
        return errno;
#endif
    return 0;
}

int rt_guard_enter(const char **step)
{
    const struct sock_fprog program = { sizeof filter / sizeof *filter, filter };
    *step = "PR_SET_DUMPABLE";
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return errno;
    *step = "PR_SET_NO_NEW_PRIVS";
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return errno;
    *step = "setrlimit";
    int error = limit();
    if (error != 0)
        return error;
    *step = "seccomp";
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0)
        return errno;
    return 0;
}

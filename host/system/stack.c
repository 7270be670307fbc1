/* Compiled components use the stack of the thread that calls them, up to RT_WASM_STACK, and beyond
 * its end the process dies.  Threads of other programs may have less than that. */
#include "host/system/stack.h"

#include "host/component/sandbox.h"

#include <signal.h>
#include <stdint.h>

enum { HOST_PART = 512 << 10, NEED = RT_WASM_STACK + HOST_PART };

/* Of the thread; asked once, because for a process's first thread that means reading /proc. */
static _Thread_local struct {
    bool asked;
    uintptr_t lowest, highest;
} own;

static void ask(void)
{
    pthread_attr_t attr;
    void *lowest;
    size_t size;
    own.asked = true;
    if (pthread_getattr_np(pthread_self(), &attr) != 0)
        return;
    if (pthread_attr_getstack(&attr, &lowest, &size) == 0) {
        own.lowest = (uintptr_t)lowest;
        own.highest = own.lowest + size;
    }
    pthread_attr_destroy(&attr);
}

/* False, too, on a stack that is not the thread's own: a coroutine's, of unknown size. */
static bool has_room(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    if (!own.asked)
        ask();
    return here < own.highest && here > own.lowest && here - own.lowest >= NEED;
}

struct job {
    void (*fn)(void *arg);
    void *arg;
};

static void *run(void *p)
{
    const struct job *job = p;
    job->fn(job->arg);
    return NULL;
}

bool rt_stack_thread(pthread_t *out, void *(*body)(void *arg), void *arg)
{
    pthread_attr_t attr;
    if (pthread_attr_init(&attr) != 0)
        return false;
    static const int raised[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP };
    sigset_t all, old;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof raised / sizeof *raised; i++)
        sigdelset(&all, raised[i]);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    bool started = pthread_attr_setstacksize(&attr, 2 * NEED) == 0 &&
                   pthread_create(out, &attr, body, arg) == 0;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return started;
}

bool rt_stack_call(void (*fn)(void *arg), void *arg)
{
    if (has_room()) {
        fn(arg);
        return true;
    }
    struct job job = { fn, arg };
    pthread_t thread;
    int old;
    if (!rt_stack_thread(&thread, run, &job))
        return false;
    /* The job lies on this stack: the caller must not be cancelled before it is done. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
    pthread_join(thread, NULL);
    pthread_setcancelstate(old, NULL);
    return true;
}

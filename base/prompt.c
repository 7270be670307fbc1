/* Threads that run in short turns.  Linux 6.12 and later take the length of a turn for ordinary
 * threads from where real-time ones give their running time; earlier ones ignore it there. */
#include "base/prompt.h"

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined SYS_sched_getattr && defined SYS_sched_setattr
/* As the kernel has it; the C library does not declare it everywhere. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t turn_ns, deadline, period;
};

/* The shortest that it grants. */
enum { TURN_NS = 100000, ORDINARY = 0 };

void rt_prompt_thread(void)
{
    struct attributes own = { .size = sizeof own };
    if (syscall(SYS_sched_getattr, 0, &own, sizeof own, 0) != 0 || own.policy != ORDINARY)
        return;
    own.turn_ns = TURN_NS;
    syscall(SYS_sched_setattr, 0, &own, 0);
}
#else
void rt_prompt_thread(void) {}
#endif

/* What a process may use is told by its affinity, which taskset and cpusets of containers set; the
 * number of those that are online knows nothing of it. */
#include "base/cores.h"

#include <sched.h>
#include <unistd.h>

unsigned rt_cores(void)
{
    cpu_set_t own;
    long count = sched_getaffinity(0, sizeof own, &own) == 0 ? CPU_COUNT(&own)
                                                             : sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (unsigned)count : 1;
}

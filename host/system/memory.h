#ifndef RT_HOST_MEMORY_H
#define RT_HOST_MEMORY_H

#include <stdint.h>

/* What the system says of this process.  Members that cannot be read are 0. */
struct rt_process {
    uint64_t resident, address_space; /* bytes */
    uint64_t cpu_ns;                  /* user and system */
    uint64_t open_fds, max_fds;
    uint64_t start_ns; /* since 1970 */
};
/* Resident memory alone: cheap, for each second. */
uint64_t rt_process_resident(void);
void rt_process_read(struct rt_process *out);

/* Bytes that the control groups of this process allow it, of version 1 or 2; UINT64_MAX: no limit.
 */
uint64_t rt_process_memory_allowed(void);
/* The same in a tree of files that begins with the folder `root`; "": the real one. */
uint64_t rt_process_memory_allowed_in(const char *root);

/* Gives what the heap keeps free back to the system, where the C library can. */
void rt_process_trim(void);

#endif

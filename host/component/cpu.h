#ifndef RT_HOST_CPU_H
#define RT_HOST_CPU_H

#include <stddef.h>

/* Writes a line that differs between processors whose instruction sets differ, as the compiler sees
 * them.  The same on the same processor. */
void rt_cpu_describe(char *out, size_t room);

#endif

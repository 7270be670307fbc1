#ifndef RT_HOST_SLURP_H
#define RT_HOST_SLURP_H

#include <riptide/riptide.h>

/* Reads a whole file of at most `ceiling` bytes.  *owned is freed through rt_alloc_heap.
 * RT_IO_ERROR names the file and the reason. */
rt_status rt_slurp(const char *path, size_t ceiling, rt_str *out, char **owned, rt_error *err);

#endif

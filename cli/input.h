#ifndef RT_CLI_INPUT_H
#define RT_CLI_INPUT_H

#include <riptide/riptide.h>

/* A page's bytes, gzip already taken off.  The memory is used again by the next read. */
struct rt_input {
    char *at;
    size_t len, room;
};

/* Reads a whole file, "-" for standard input.  No more than a few times max_size is ever held,
 * whatever a compressed file swells to: beyond it RT_TOO_LARGE, with the real size in the text.
 * RT_IO_ERROR names the file and the reason. */
rt_status rt_input_read(struct rt_input *input, const char *path, size_t max_size, rt_error *err);
void rt_input_free(struct rt_input *input);

#endif

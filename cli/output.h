#ifndef RT_CLI_OUTPUT_H
#define RT_CLI_OUTPUT_H

#include <riptide/riptide.h>

/* A buffered writer with a sticky end: write freely, ask at the flush.  One thread. */
struct rt_output {
    int fd;
    const char *name; /* for messages */
    char *buffer;
    size_t len;
    int failed; /* errno of the first write that failed */
    bool owned; /* close fd */
};

enum rt_output_how { RT_OUTPUT_NEW, RT_OUTPUT_APPEND };

/* path NULL or "-": standard output.  RT_OUTPUT_APPEND reads, too: see rt_resume_scan(). */
rt_status rt_output_open(struct rt_output *out, const char *path, enum rt_output_how how,
                         rt_error *err);
void rt_output_write(struct rt_output *out, const char *at, size_t len);
/* RT_IO_ERROR with the reason, unless the reader of a pipe went away: rt_output_is_closed(). */
rt_status rt_output_flush(struct rt_output *out, rt_error *err);
bool rt_output_is_closed(const struct rt_output *out);
/* Flushes and closes; reports what either says. */
rt_status rt_output_close(struct rt_output *out, rt_error *err);

#endif

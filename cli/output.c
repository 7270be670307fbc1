/* Results out of the process: whole writes, a full disk reported, a closed pipe no error. */
#include "output.h"

#include "cli.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 256 << 10 };

rt_status rt_output_open(struct rt_output *out, const char *path, enum rt_output_how how,
                         rt_error *err)
{
    *out = (struct rt_output){ .fd = STDOUT_FILENO, .name = "standard output" };
    if (path && strcmp(path, "-") != 0) {
        int flags = how == RT_OUTPUT_APPEND ? O_RDWR | O_CREAT : O_WRONLY | O_CREAT | O_TRUNC;
        out->name = path;
        out->owned = true;
        out->fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
        if (out->fd < 0)
            return rt_fail(err, RT_IO_ERROR, "%.200s: %s", path, strerror(errno));
    }
    out->buffer = rt_cli_heap(NULL, ROOM);
    if (out->buffer)
        return RT_OK;
    if (out->owned)
        close(out->fd);
    return rt_fail(err, RT_NO_MEMORY, "no memory to write %.200s", out->name);
}

static void put(struct rt_output *out, const char *at, size_t len)
{
    while (len && !out->failed) {
        ssize_t n = write(out->fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            out->failed = errno;
            return;
        }
        at += n;
        len -= (size_t)n;
    }
}

void rt_output_write(struct rt_output *out, const char *at, size_t len)
{
    if (len > ROOM - out->len) {
        put(out, out->buffer, out->len);
        out->len = 0;
    }
    if (len > ROOM) {
        put(out, at, len);
    } else if (len) {
        memcpy(out->buffer + out->len, at, len);
        out->len += len;
    }
}

bool rt_output_is_closed(const struct rt_output *out) { return out->failed == EPIPE; }

rt_status rt_output_flush(struct rt_output *out, rt_error *err)
{
    put(out, out->buffer, out->len);
    out->len = 0;
    if (!out->failed || rt_output_is_closed(out))
        return RT_OK;
    return rt_fail(err, RT_IO_ERROR, "%.200s: %s", out->name, strerror(out->failed));
}

rt_status rt_output_close(struct rt_output *out, rt_error *err)
{
    rt_status s = rt_output_flush(out, err);
    if (out->owned && close(out->fd) != 0 && s == RT_OK)
        s = rt_fail(err, RT_IO_ERROR, "%.200s: %s", out->name, strerror(errno));
    rt_cli_heap(out->buffer, 0);
    out->buffer = NULL;
    return s;
}

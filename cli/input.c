/* Files into memory: plain or gzip-compressed, from a path or standard input, never more than a
 * page may have.  What is held is capped at a multiple of the limit, because a page in UTF-16 is
 * smaller once it is decoded; what is counted is capped too, so that a decompression bomb ends. */
#include "input.h"

#include "cli.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum {
    HELD = 4,     /* times max_size: kept */
    COUNTED = 64, /* times max_size: read on, for the size in the message */
    FIRST_ROOM = 256 << 10
};

static rt_status grow(struct rt_input *input, rt_error *err)
{
    size_t room = input->room ? input->room * 2 : FIRST_ROOM;
    char *at = rt_cli_heap(input->at, room);
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a page of %zu bytes", room);
    input->at = at;
    input->room = room;
    return RT_OK;
}

/* Counts what is still to come, without keeping it. */
static size_t count_rest(gzFile file, size_t len, size_t most)
{
    char scrap[16384];
    int n;
    while (len < most && (n = gzread(file, scrap, sizeof scrap)) > 0)
        len += (size_t)n;
    return len;
}

static rt_status gzip_failure(gzFile file, const char *path, rt_error *err)
{
    int code = Z_OK;
    const char *why = gzerror(file, &code);
    if (code == Z_ERRNO)
        why = strerror(errno);
    else if (code == Z_BUF_ERROR)
        why = "the gzip data is cut off";
    else if (code == Z_MEM_ERROR)
        return rt_fail(err, RT_NO_MEMORY, "%.200s: no memory to decompress it", path);
    else
        why = "the gzip data is damaged";
    return rt_fail(err, RT_IO_ERROR, "%.200s: %s", path, why);
}

static rt_status read_all(struct rt_input *input, gzFile file, const char *path, size_t max_size,
                          rt_error *err)
{
    const size_t held = max_size * HELD;
    for (;;) {
        if (input->len == input->room) {
            rt_status s = grow(input, err);
            if (s != RT_OK)
                return s;
        }
        size_t want = input->room - input->len;
        int n = gzread(file, input->at + input->len, want > 1u << 20 ? 1u << 20 : (unsigned)want);
        if (n < 0)
            return gzip_failure(file, path, err);
        if (n == 0)
            break;
        input->len += (size_t)n;
        if (input->len > held)
            return rt_fail(err, RT_TOO_LARGE, "HTML content too large: %zu bytes (max: %zu bytes)",
                           count_rest(file, input->len, max_size * COUNTED), max_size);
    }
    int code = Z_OK;
    gzerror(file, &code);
    return code == Z_OK || code == Z_STREAM_END ? RT_OK : gzip_failure(file, path, err);
}

rt_status rt_input_read(struct rt_input *input, const char *path, size_t max_size, rt_error *err)
{
    input->len = 0;
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return rt_fail(err, RT_IO_ERROR, "%.200s: %s", path, strerror(errno));
    gzFile file = gzdopen(fd, "rb");
    if (!file) {
        close(fd);
        return rt_fail(err, RT_NO_MEMORY, "%.200s: no memory to read it", path);
    }
    rt_status s = read_all(input, file, path, max_size, err);
    gzclose_r(file);
    return s;
}

void rt_input_free(struct rt_input *input)
{
    rt_cli_heap(input->at, 0);
    *input = (struct rt_input){ 0 };
}

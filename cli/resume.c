/* Carrying on where a batch ended.  A line is complete when its line end is there: the writer
 * writes in order, so only the last one can be torn. */
#include "resume.h"

#include "base/error.h"
#include "base/str.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yyjson.h>

static const char first_member[] = "{\"id\":\"";
enum { FIRST_MEMBER_LEN = sizeof first_member - 1 };

/* Adds the id at the beginning of a line; false where there is none. */
static bool add_id(struct rt_id_set *done, rt_str line, bool *no_memory)
{
    if (!rt_str_starts(line, (rt_str){ first_member, FIRST_MEMBER_LEN }))
        return false;
    size_t end = FIRST_MEMBER_LEN;
    while (end < line.len && line.at[end] != '"')
        end += line.at[end] == '\\' ? 2 : 1;
    if (end >= line.len)
        return false;
    size_t quote = FIRST_MEMBER_LEN - 1;
    yyjson_doc *doc = yyjson_read(line.at + quote, end + 1 - quote, YYJSON_READ_NOFLAG);
    const char *id = yyjson_get_str(yyjson_doc_get_root(doc));
    if (id)
        *no_memory = !rt_id_set_add(done, (rt_str){ id, yyjson_get_len(yyjson_doc_get_root(doc)) });
    yyjson_doc_free(doc);
    return id != NULL;
}

/* *whole receives how many bytes the complete lines take. */
static rt_status scan(rt_str rest, const char *name, struct rt_id_set *done, size_t *whole,
                      rt_error *err)
{
    size_t line_number = 0, len;
    bool no_memory = false;
    while ((len = rt_str_find_byte(rest, '\n')) != RT_NPOS) {
        line_number++;
        if (!add_id(done, rt_str_first(rest, len), &no_memory))
            return rt_fail(err, RT_INVALID_ARGUMENT,
                           "--resume: line %zu of %.200s is not of a batch: expected {\"id\":...",
                           line_number, name);
        if (no_memory)
            return rt_fail(err, RT_NO_MEMORY, "no memory for the ids of %.200s", name);
        *whole += len + 1;
        rest = rt_str_from(rest, len + 1);
    }
    size_t n = rest.len < FIRST_MEMBER_LEN ? rest.len : FIRST_MEMBER_LEN;
    if (n && memcmp(rest.at, first_member, n) != 0)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "--resume: the end of %.200s is not of a batch: expected {\"id\":...", name);
    return RT_OK;
}

rt_status rt_resume_scan(struct rt_output *out, struct rt_id_set *done, rt_error *err)
{
    struct stat st;
    if (fstat(out->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return rt_fail(err, RT_IO_ERROR, "--resume: %.200s: expected a regular file", out->name);
    size_t size = (size_t)st.st_size, whole = 0;
    if (size == 0)
        return RT_OK;
    char *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, out->fd, 0);
    if (at == MAP_FAILED)
        return rt_fail(err, RT_IO_ERROR, "--resume: %.200s: %s", out->name, strerror(errno));
    rt_status s = scan((rt_str){ at, size }, out->name, done, &whole, err);
    munmap(at, size);
    if (s != RT_OK)
        return s;
    if ((whole < size && ftruncate(out->fd, (off_t)whole) != 0) ||
        lseek(out->fd, (off_t)whole, SEEK_SET) < 0)
        return rt_fail(err, RT_IO_ERROR, "--resume: %.200s: %s", out->name, strerror(errno));
    return RT_OK;
}

/* Where a command's pages come from.  A list is read with read(2), not stdio: a thread that waits
 * for its next line must not keep the process from ending. */
#include "source.h"

#include "cli.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 64 << 10, LINE_MAX_BYTES = 1 << 20 };

static rt_status open_list(struct rt_source *source, const char *path, rt_error *err)
{
    bool is_stdin = strcmp(path, "-") == 0;
    source->name = is_stdin ? "standard input" : path;
    source->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (source->fd < 0)
        return rt_fail(err, RT_IO_ERROR, "%.200s: %s", path, strerror(errno));
    source->owned = !is_stdin;
    struct stat st;
    if (fstat(source->fd, &st) == 0 && S_ISREG(st.st_mode))
        source->size = (uint64_t)st.st_size;
    source->room = FIRST_ROOM;
    source->buffer = rt_cli_heap(NULL, FIRST_ROOM);
    return source->buffer ? RT_OK : rt_fail(err, RT_NO_MEMORY, "no memory to read %.200s", path);
}

rt_status rt_source_open(struct rt_source *source, const struct rt_options *options, rt_error *err)
{
    *source = (struct rt_source){ .fd = -1 };
    if ((options->list != NULL) == (options->args.len > 0))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "expected either pages or --list; see riptide help %s", options->command);
    if (options->list)
        return open_list(source, options->list, err);
    source->files = &options->args;
    return RT_OK;
}

/* Reads on; false at the end of the list or on failure. */
static bool fill(struct rt_source *source, rt_status *s, rt_error *err)
{
    if (source->at) {
        source->len -= source->at;
        memmove(source->buffer, source->buffer + source->at, source->len);
        source->at = 0;
    }
    if (source->len == source->room) {
        char *more =
            source->room < LINE_MAX_BYTES ? rt_cli_heap(source->buffer, source->room * 2) : NULL;
        if (!more) {
            *s = rt_fail(err, RT_INVALID_ARGUMENT, "%.200s: a line is longer than %d bytes",
                         source->name, LINE_MAX_BYTES);
            return false;
        }
        source->buffer = more;
        source->room *= 2;
    }
    ssize_t n;
    do
        n = read(source->fd, source->buffer + source->len, source->room - source->len);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        *s = rt_fail(err, RT_IO_ERROR, "%.200s: %s", source->name, strerror(errno));
    if (n <= 0)
        return false;
    source->len += (size_t)n;
    return true;
}

/* The next line, without its end; lives until the next call.  False at the end. */
static bool next_line(struct rt_source *source, rt_str *line, rt_status *s, rt_error *err)
{
    size_t seen = 0;
    for (;;) {
        rt_str rest = { source->buffer + source->at, source->len - source->at };
        size_t end = rt_str_find_byte(rt_str_from(rest, seen), '\n');
        if (end != RT_NPOS || (source->ended && rest.len)) {
            size_t len = end != RT_NPOS ? seen + end : rest.len;
            *line = rt_str_first(rest, len);
            len += end != RT_NPOS;
            source->at += len;
            source->consumed += len;
            return true;
        }
        if (source->ended)
            return false;
        seen = rest.len;
        source->ended = !fill(source, s, err);
        if (*s != RT_OK)
            return false;
    }
}

/* "a/0001.html.gz" -> "0001" */
static rt_str id_of(rt_str path)
{
    size_t slash = path.len;
    while (slash > 0 && path.at[slash - 1] != '/')
        slash--;
    rt_str name = rt_str_from(path, slash);
    static const rt_str tails[] = {
        { ".html.gz", 8 }, { ".htm.gz", 7 }, { ".html", 5 }, { ".htm", 4 }
    };
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (name.len > tails[i].len && rt_str_ends(name, tails[i]))
            return rt_str_first(name, name.len - tails[i].len);
    return name;
}

/* Copies s to *to, with U+FFFD for each byte that is not UTF-8, as the JSON will have it: that is
 * what --resume compares with.  Takes at most 3 * s.len bytes. */
static rt_str put_utf8(char **to, rt_str s)
{
    char *first = *to;
    for (size_t i = 0; i < s.len;)
        *to += rt_utf8_put(*to, rt_utf8_next(s, &i));
    return (rt_str){ first, (size_t)(*to - first) };
}

static rt_status make_entry(struct rt_entry *entry, rt_str path, rt_str url, rt_str id,
                            rt_error *err)
{
    if (url.len == 0)
        url = RT_LIT(RT_CLI_NO_URL);
    if (id.len == 0)
        id = id_of(path);
    char *at = rt_cli_heap(NULL, path.len + 1 + url.len + 3 * id.len);
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the name of a page");
    entry->store = at;
    entry->path = at;
    memcpy(at, path.at, path.len);
    at[path.len] = '\0';
    at += path.len + 1;
    memcpy(at, url.at, url.len);
    entry->url = (rt_str){ at, url.len };
    at += url.len;
    entry->id = put_utf8(&at, id);
    return RT_OK;
}

rt_status rt_source_next(struct rt_source *source, struct rt_entry *entry, bool *got, rt_error *err)
{
    const rt_str none = { NULL, 0 };
    *got = true;
    if (source->files) {
        if (source->next_file < source->files->len)
            return make_entry(entry, rt_str_from_c(source->files->at[source->next_file++]), none,
                              none, err);
        *got = false;
        return RT_OK;
    }
    rt_status s = RT_OK;
    rt_str line;
    while (next_line(source, &line, &s, err)) {
        if (rt_str_ends(line, RT_LIT("\r")))
            line.len--;
        if (line.len == 0)
            continue;
        rt_str path = none, url = none;
        rt_str_split(&line, '\t', &path);
        rt_str_split(&line, '\t', &url);
        return make_entry(entry, path, url, line, err);
    }
    *got = false;
    return s;
}

unsigned rt_source_done(const struct rt_source *source)
{
    uint64_t all = source->files ? source->files->len : source->size;
    uint64_t done = source->files ? source->next_file : source->consumed;
    return all && done <= all ? (unsigned)(done * 1000 / all) : 0;
}

void rt_source_close(struct rt_source *source)
{
    if (source->owned)
        close(source->fd);
    rt_cli_heap(source->buffer, 0);
    *source = (struct rt_source){ .fd = -1 };
}

void rt_entry_free(struct rt_entry *entry)
{
    rt_cli_heap(entry->store, 0);
    *entry = (struct rt_entry){ 0 };
}

/* The lines of an answer's head. */
#include "net/answer.h"

#include "base/str.h"

/* "HTTP/1.1 200 OK" */
static void read_status(struct rt_answer *answer, rt_str line)
{
    uint64_t bytes = answer->bytes;
    size_t i = rt_str_find_byte(line, ' ');
    int status = 0, digits = 0;
    for (; i != RT_NPOS && ++i < line.len && digits < 3 && rt_is_digit(line.at[i]); digits++)
        status = status * 10 + (line.at[i] - '0');
    memset(answer, 0, sizeof *answer);
    answer->bytes = bytes;
    answer->status = digits == 3 ? status : 0;
}

static void keep(char *to, size_t size, rt_str value)
{
    size_t len = value.len < size ? value.len : size - 1;
    if (len)
        memcpy(to, value.at, len);
    to[len] = '\0';
}

/* A cut one would be another. */
static void keep_whole(char *to, size_t size, rt_str value)
{
    keep(to, size, value.len < size ? value : (rt_str){ NULL, 0 });
}

static void read_length(struct rt_answer *answer, rt_str value)
{
    uint64_t length = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!rt_is_digit(value.at[i]))
            return;
        length = length < UINT64_MAX / 100 ? length * 10 + (uint64_t)(value.at[i] - '0') : length;
    }
    answer->has_length = value.len > 0;
    answer->length = length;
}

static void read_field(struct rt_answer *answer, rt_str name, rt_str value)
{
    if (rt_str_eq_nocase(name, RT_LIT("content-type"))) {
        answer->has_type = value.len > 0;
        keep(answer->type, sizeof answer->type, value);
    } else if (rt_str_eq_nocase(name, RT_LIT("location"))) {
        if (!answer->has_location)
            keep(answer->location, sizeof answer->location, value);
        answer->has_location = true;
    } else if (rt_str_eq_nocase(name, RT_LIT("content-length"))) {
        read_length(answer, value);
    } else if (rt_str_eq_nocase(name, RT_LIT("retry-after"))) {
        keep_whole(answer->retry_after, sizeof answer->retry_after, value);
    } else if (rt_str_eq_nocase(name, RT_LIT("etag"))) {
        keep_whole(answer->etag, sizeof answer->etag, value);
    } else if (rt_str_eq_nocase(name, RT_LIT("last-modified"))) {
        keep_whole(answer->modified, sizeof answer->modified, value);
    } else if (rt_str_eq_nocase(name, RT_LIT("cache-control"))) {
        answer->no_store |= rt_str_find_nocase(value, RT_LIT("no-store")) != RT_NPOS ||
                            rt_str_find_nocase(value, RT_LIT("private")) != RT_NPOS;
    }
}

void rt_answer_line(struct rt_answer *answer, rt_str line)
{
    answer->bytes += line.len;
    while (line.len && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
        line.len--;
    if (answer->ended) /* a trailer */
        return;
    if (rt_str_starts(line, RT_LIT("HTTP/"))) {
        read_status(answer, line);
    } else if (line.len == 0) {
        answer->ended = answer->status < 100 || answer->status >= 200;
    } else {
        size_t colon = rt_str_find_byte(line, ':');
        if (colon != RT_NPOS)
            read_field(answer, rt_str_first(line, colon),
                       rt_str_trim(rt_str_from(line, colon + 1)));
    }
}

/* Log lines, put together on the stack and written at once. */
#include "service/log.h"

#include "base/alloc.h"
#include "base/str.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX = 4096, TEXT_MAX = 1024 };

struct rt_log {
    int fd;
    bool json, journal;
    _Atomic(enum rt_log_level) level;
};

static atomic_uint_fast64_t lost; /* lines, of all logs */

static const struct {
    const char *name;
    char priority; /* of syslog, for the journal */
} levels[] = {
    [RT_LOG_ERROR] = { "error", '3' },
    [RT_LOG_WARN] = { "warn", '4' },
    [RT_LOG_INFO] = { "info", '6' },
    [RT_LOG_DEBUG] = { "debug", '7' },
};

static bool take_word(rt_str word, enum rt_log_level *level, enum rt_log_form *form)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (rt_str_eq(word, rt_str_from_c(levels[i].name))) {
            *level = (enum rt_log_level)i;
            return true;
        }
    if (rt_str_eq(word, RT_LIT("json")))
        *form = RT_LOG_JSON;
    else if (rt_str_eq(word, RT_LIT("plain")))
        *form = RT_LOG_PLAIN;
    else
        return false;
    return true;
}

bool rt_log_parse(const char *text, enum rt_log_level *level, enum rt_log_form *form)
{
    enum rt_log_level new_level = *level;
    enum rt_log_form new_form = *form;
    rt_str rest = rt_str_from_c(text), word;
    bool any = false;
    while (rt_str_split(&rest, ',', &word)) {
        if (!take_word(rt_str_trim(word), &new_level, &new_form))
            return false;
        any = true;
    }
    if (any) {
        *level = new_level;
        *form = new_form;
    }
    return any;
}

/* systemd names the file that the journal reads by its device and number. */
static bool is_journal(int fd)
{
    const char *named = getenv("JOURNAL_STREAM");
    struct stat at;
    char actual[64];
    if (!named || fstat(fd, &at) != 0)
        return false;
    snprintf(actual, sizeof actual, "%ju:%ju", (uintmax_t)at.st_dev, (uintmax_t)at.st_ino);
    return strcmp(named, actual) == 0;
}

struct rt_log *rt_log_open(int fd, enum rt_log_level level, enum rt_log_form form)
{
    struct rt_log *log = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *log);
    if (!log)
        return NULL;
    log->fd = fd;
    log->json = form == RT_LOG_JSON || (form == RT_LOG_AUTO && !isatty(fd));
    log->journal = is_journal(fd);
    atomic_init(&log->level, level);
    return log;
}

void rt_log_close(struct rt_log *log) { rt_alloc_resize(&rt_alloc_heap, log, 0); }

void rt_log_set_level(struct rt_log *log, enum rt_log_level level)
{
    if (log)
        atomic_store(&log->level, level);
}

bool rt_log_wants(const struct rt_log *log, enum rt_log_level level)
{
    return log && level <= atomic_load(&log->level);
}

/* ---- a line -------------------------------------------------------------------------------------
 */

struct line {
    char at[LINE_MAX];
    size_t len;
};

/* What does not fit is left out; the last bytes are kept for the end of the line. */
static void put(struct line *line, const char *bytes, size_t len)
{
    size_t room = sizeof line->at - 8 - line->len;
    len = len < room ? len : room;
    memcpy(line->at + line->len, bytes, len);
    line->len += len;
}

static void put_text(struct line *line, const char *text) { put(line, text, strlen(text)); }

/* What moves the cursor, or turns the direction of what follows, on some screen. */
static bool is_control(uint32_t c)
{
    return c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* One character at a time; never a part of one. */
static void put_quoted(struct line *line, const char *text)
{
    rt_str s = rt_str_first(rt_str_from_c(text), TEXT_MAX);
    put(line, "\"", 1);
    for (size_t i = 0; i < s.len && line->len < sizeof line->at - 32;) {
        char piece[8];
        uint32_t c = rt_utf8_next(s, &i);
        size_t n = rt_utf8_put(piece, c);
        if (c == '"' || c == '\\')
            n = (size_t)snprintf(piece, sizeof piece, "\\%c", (int)c);
        else if (is_control(c))
            n = (size_t)snprintf(piece, sizeof piece, "\\u%04x", (unsigned)c);
        put(line, piece, n);
    }
    put(line, "\"", 1);
}

static void put_time(struct line *line)
{
    struct timespec now;
    struct tm t;
    char text[48];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &t);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
    n += (size_t)snprintf(text + n, sizeof text - n, ".%06ldZ", now.tv_nsec / 1000);
    put(line, text, n);
}

static void put_number(struct line *line, const struct rt_log_field *field)
{
    char text[40];
    uint64_t n = field->number;
    if (field->seconds)
        snprintf(text, sizeof text, "%" PRIu64 ".%06" PRIu64, n / 1000000000, n / 1000 % 1000000);
    else
        snprintf(text, sizeof text, "%" PRIu64, n);
    put_text(line, text);
}

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text <= ' ' || *text >= 0x7F || *text == '"' || *text == '\\')
            return false;
    return true;
}

static void put_field(struct line *line, const struct rt_log_field *field, bool json)
{
    if (field->text && !*field->text)
        return;
    put_text(line, json ? ",\"" : " ");
    put_text(line, field->name);
    put_text(line, json ? "\":" : "=");
    if (!field->text)
        put_number(line, field);
    else if (json || !is_plain(field->text))
        put_quoted(line, field->text);
    else
        put_text(line, field->text);
}

/* One at a time, so that there is room for the line where poll() said so: it fits into what a pipe
 * takes at once.  Where nobody reads, the line is lost and not the service. */
static void send_line(const struct rt_log *log, const struct line *line)
{
    static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
    struct pollfd out = { .fd = log->fd, .events = POLLOUT };
    pthread_mutex_lock(&turn);
    bool has_room = poll(&out, 1, 0) == 1;
    ssize_t written = has_room ? write(log->fd, line->at, line->len) : 0;
    pthread_mutex_unlock(&turn);
    if (written < (ssize_t)line->len)
        atomic_fetch_add(&lost, 1);
}

void rt_log_write(const struct rt_log *log, enum rt_log_level level, const char *message,
                  const struct rt_log_field *fields, size_t count)
{
    struct line line = { .len = 0 };
    if (!rt_log_wants(log, level))
        return;
    if (log->journal)
        put(&line, (char[]){ '<', levels[level].priority, '>' }, 3);
    put_text(&line, log->json ? "{\"ts\":\"" : "");
    put_time(&line);
    put_text(&line, log->json ? "\",\"level\":\"" : " ");
    put_text(&line, levels[level].name);
    put_text(&line, log->json ? "\",\"msg\":" : " ");
    if (log->json)
        put_quoted(&line, message);
    else
        put_text(&line, message);
    for (size_t i = 0; i < count; i++)
        put_field(&line, &fields[i], log->json);
    memcpy(line.at + line.len, log->json ? "}\n" : "\n", log->json ? 2 : 1);
    line.len += log->json ? 2 : 1;
    send_line(log, &line);
}

uint64_t rt_log_lost(void) { return atomic_load(&lost); }

void rt_log_say(const struct rt_log *log, enum rt_log_level level, const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list ap;
    if (!rt_log_wants(log, level))
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    rt_log_write(log, level, text, NULL, 0);
}

static bool is_web_scheme(rt_str scheme)
{
    static const char web[] = "https";
    size_t n = 0;
    for (size_t i = 0; i < scheme.len; i++) {
        if ((uint8_t)scheme.at[i] <= ' ')
            continue;
        if (n == sizeof web - 1 || rt_lower(scheme.at[i]) != web[n])
            return false;
        n++;
    }
    return n >= 4;
}

/* Where the host of a web address, or what stands before it, begins: browsers, and who reads like
 * them, take any number of slashes of both kinds there, and drop white space anywhere.  0: it is no
 * web address. */
static size_t host_of(rt_str url)
{
    size_t colon = rt_str_find_byte(url, ':');
    if (colon == RT_NPOS || !is_web_scheme(rt_str_first(url, colon)))
        return 0;
    size_t i = colon + 1;
    while (i < url.len && (url.at[i] == '/' || url.at[i] == '\\' || (uint8_t)url.at[i] <= ' '))
        i++;
    return i;
}

/* Of any other address a password may stand before each @. */
static bool ends_host(char c, size_t host) { return host > 0 && (c == '/' || c == '\\'); }

void rt_log_url(rt_str url, char *out, size_t room)
{
    size_t end = 0;
    while (end < url.len && url.at[end] != '?' && url.at[end] != '#')
        end++;
    url = rt_str_first(url, end);
    size_t host = host_of(url), host_end = host, at = host;
    while (host_end < url.len && !ends_host(url.at[host_end], host))
        host_end++;
    for (size_t i = host; i < host_end; i++)
        if (url.at[i] == '@')
            at = i + 1;
    rt_str scheme = rt_str_first(url, host), rest = rt_str_from(url, at);
    rest = rt_utf8_whole(rt_str_first(rest, room > scheme.len + 1 ? room - scheme.len - 1 : 0));
    if (scheme.len + rest.len + 1 > room) {
        out[0] = '\0';
        return;
    }
    memcpy(out, scheme.at ? scheme.at : "", scheme.len);
    memcpy(out + scheme.len, rest.at ? rest.at : "", rest.len);
    out[scheme.len + rest.len] = '\0';
}

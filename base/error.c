/* Outcomes by name, and the one way to report a failure. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

static const struct row {
    const char *label, *text;
    int http, exit_code;
    enum rt_cause cause;
    bool retryable;
} rows[] = {
#define RT_STATUS(name, label, http, exit_code, cause, retryable, text)                           \
    [RT_##name] = { label, text, http, exit_code, RT_CAUSE_##cause, retryable },
#include "tables/status.def"
#undef RT_STATUS
};

/* The public enum is written out for its readers; a row that is missing there or stands elsewhere
 * does not build. */
enum row_number {
#define RT_STATUS(name, ...) ROW_##name,
#include "tables/status.def"
#undef RT_STATUS
    ROW_COUNT
};
#define RT_STATUS(name, ...)                                                                      \
    _Static_assert((int)ROW_##name == (int)RT_##name, "RT_" #name " has another number in riptide.h");
#include "tables/status.def"
#undef RT_STATUS

static const struct row *row_of(rt_status s)
{
    static const struct row unknown = { "unknown", "no such status", 500, 70, RT_CAUSE_NONE, false };
    return (unsigned)s < ROW_COUNT ? &rows[s] : &unknown;
}

const char *rt_status_label(rt_status s) { return row_of(s)->label; }
const char *rt_status_text(rt_status s) { return row_of(s)->text; }
int rt_status_http(rt_status s) { return row_of(s)->http; }
int rt_status_exit_code(rt_status s) { return row_of(s)->exit_code; }
bool rt_status_is_retryable(rt_status s) { return row_of(s)->retryable; }
enum rt_cause rt_status_cause(rt_status s) { return row_of(s)->cause; }

/* Cuts a character that the end of the message split: messages stay UTF-8. */
static void end_on_character(char *text, size_t room)
{
    size_t n = 0;
    while (n < room && text[n])
        n++;
    if (n + 1 < room)
        return;
    while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
        n--;
    if (n > 0 && (unsigned char)text[n - 1] >= 0xC0)
        n--;
    text[n] = '\0';
}

/* Messages are one line, whatever they quote. */
static void keep_to_one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            *text = ' ';
}

rt_status rt_fail(rt_error *err, rt_status s, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        err->status = s;
        vsnprintf(err->message, sizeof err->message, fmt, ap);
        va_end(ap);
        end_on_character(err->message, sizeof err->message);
        keep_to_one_line(err->message);
    }
    return s;
}

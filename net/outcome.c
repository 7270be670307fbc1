/* Failures by name. */
#include "net/outcome.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

static const struct row {
    const char *label;
    bool retryable;
} rows[] = {
#define RT_FETCH_FAILURE(name, label, retryable, text) { label, retryable },
#include "tables/fetch_failures.def"
#undef RT_FETCH_FAILURE
};

const char *rt_fetch_failure_label(enum rt_fetch_failure failure)
{
    return (unsigned)failure < RT_FETCH_FAILURES ? rows[failure].label : "unknown";
}

bool rt_fetch_failure_is_retryable(enum rt_fetch_failure failure)
{
    return (unsigned)failure < RT_FETCH_FAILURES && rows[failure].retryable;
}

bool rt_outcome_set(struct rt_outcome *outcome, enum rt_fetch_failure failure, const char *fmt, ...)
{
    rt_error line;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(line.message, sizeof line.message, fmt, ap);
    va_end(ap);
    char *text = line.message;
    size_t len = strlen(text);
    rt_utf8_mend(text, len);
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
            text[i] = ' ';
    size_t room = sizeof outcome->message - 1;
    rt_str shown = rt_utf8_whole(rt_str_first((rt_str){ text, len }, room));
    memcpy(outcome->message, shown.at, shown.len);
    outcome->message[shown.len] = '\0';
    outcome->failure = failure;
    return false;
}

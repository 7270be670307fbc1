#ifndef RT_SERVICE_LOG_H
#define RT_SERVICE_LOG_H

#include <riptide/content.h>

/* What the service does, one line each: a JSON object, or plain text for people at a terminal.
 * Never content of a page; of addresses no query, no credentials.  Any thread. */
struct rt_log;

enum rt_log_level { RT_LOG_ERROR, RT_LOG_WARN, RT_LOG_INFO, RT_LOG_DEBUG };
enum rt_log_form { RT_LOG_AUTO, RT_LOG_JSON, RT_LOG_PLAIN };

/* Reads "info", "debug,json": level and form in any order, each left alone where it is not named.
 * False for anything else. */
bool rt_log_parse(const char *text, enum rt_log_level *level, enum rt_log_form *form);

/* fd (borrowed).  RT_LOG_AUTO: plain for a terminal.  NULL without memory: nothing is logged then,
 * and the functions below take NULL. */
struct rt_log *rt_log_open(int fd, enum rt_log_level level, enum rt_log_form form);
void rt_log_close(struct rt_log *log);
void rt_log_set_level(struct rt_log *log, enum rt_log_level level);
bool rt_log_wants(const struct rt_log *log, enum rt_log_level level);

/* A field with text, or with a number where text is NULL; left out where it has a text that is
 * empty. seconds: the number is nanoseconds, written as seconds. */
struct rt_log_field {
    const char *name, *text;
    uint64_t number;
    bool seconds;
};
void rt_log_write(const struct rt_log *log, enum rt_log_level level, const char *message,
                  const struct rt_log_field *fields, size_t count);
/* The same without fields, formatted like printf(). */
void rt_log_say(const struct rt_log *log, enum rt_log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Lines that were dropped, since those before them were not read: a service that waited for that
 * would stand still with its log. */
uint64_t rt_log_lost(void);

/* The address without user, password, query and fragment, cut to the room. */
void rt_log_url(rt_str url, char *out, size_t room);

#endif

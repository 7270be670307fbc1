/* The rules of a service: which there are not, and what stands in for those that are not given. */
#include "service/rules.h"

#include "service/host_check.h"

#include "base/cores.h"
#include "base/error.h"
#include "base/str.h"
#include "net/ports.h"

#include <sys/resource.h>

/* ---- what is wrong ------------------------------------------------------------------------------
 */

static bool is_of(rt_str text, const char *others)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (!(c >= 'a' && c <= 'z') && !rt_is_digit(c) && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return text.len > 0;
}

/* ":8443", or nothing. */
static bool is_port(rt_str text)
{
    unsigned port;
    return text.len == 0 ||
           (text.at[0] == ':' && rt_port_read(rt_str_from(text, 1), &port) && port > 0);
}

/* As browsers write it: SCHEME://HOST or SCHEME://HOST:PORT, in lower case.  They compare bytes. */
static bool is_origin(rt_str text)
{
    size_t colon = rt_str_find(text, RT_LIT("://"));
    if (colon == RT_NPOS || !is_of(rt_str_first(text, colon), "+-."))
        return false;
    rt_str rest = rt_str_from(text, colon + 3);
    size_t end = rt_str_find_byte(rest, rt_str_starts(rest, RT_LIT("[")) ? ']' : ':');
    if (!rt_str_starts(rest, RT_LIT("[")))
        return is_of(rt_str_first(rest, end), "-._") && is_port(rt_str_from(rest, end));
    rt_str six = rt_str_from(rt_str_first(rest, end), 1);
    return end != RT_NPOS && is_of(six, ":.") && is_port(rt_str_from(rest, end + 1));
}

rt_status rt_service_rules_check(const struct rt_service_rules *rules, rt_error *err)
{
    const char *origin = rules->cors_origin;
    if (origin && strcmp(origin, "*") != 0 && !is_origin(rt_str_from_c(origin)))
        return rt_fail(err, RT_INVALID_SETTING,
                       "RIPTIDE_CORS_ORIGIN=\"%.120s\": expected *, or SCHEME://HOST or "
                       "SCHEME://HOST:PORT in lower case, like https://app.example",
                       origin);
    return rt_host_names_check(rules->hosts, err);
}

/* ---- what is not given --------------------------------------------------------------------------
 */

/* Four times what the largest page may become. */
enum { LEAST_ANSWERS = 256 << 20 };

static void set_unsigned(unsigned *field, unsigned otherwise)
{
    if (*field == 0)
        *field = otherwise;
}

/* A connection is a descriptor, and the rest of the process needs some, too. */
static unsigned within_descriptors(unsigned connections, const struct rt_log *log)
{
    enum { OTHERS = 512 };
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= (rlim_t)connections + OTHERS)
        return connections;
    unsigned room = limit.rlim_cur > 2 * OTHERS ? (unsigned)limit.rlim_cur - OTHERS : OTHERS;
    rt_log_say(log, RT_LOG_WARN,
               "at most %u connections instead of %u: the process may have %llu descriptors", room,
               connections, (unsigned long long)limit.rlim_cur);
    return room;
}

void rt_service_rules_complete(struct rt_service_rules *rules, rt_engine *engine)
{
    rt_engine_health health;
    bool known = rt_engine_get_health(engine, &health, NULL) == RT_OK && health.pool_limit > 0;
    set_unsigned(&rules->event_threads, rt_cores());
    set_unsigned(&rules->workers, known ? health.pool_limit : 8);
    set_unsigned(&rules->queue, 32 * rules->workers);
    set_unsigned(&rules->crawl_window, 8);
    set_unsigned(&rules->connections, 16384);
    rules->connections = within_descriptors(rules->connections, rules->log);
    set_unsigned(&rules->idle_s, 60);
    set_unsigned(&rules->receive_s, 60);
    set_unsigned(&rules->send_s, 60);
    set_unsigned(&rules->queue_s, 30);
    set_unsigned(&rules->health_s, 30);
    if (!rules->listen)
        rules->listen = "127.0.0.1:8080";
    if (!rules->max_body)
        rules->max_body = 16 << 20;
    if (!rules->max_bodies)
        rules->max_bodies = 512 << 20;
    if (!rules->max_answers)
        rules->max_answers = rules->max_bodies > LEAST_ANSWERS ? rules->max_bodies : LEAST_ANSWERS;
}

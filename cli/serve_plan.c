/* What `riptide serve` is to do, from the options and the settings. */
#include "serve_plan.h"

#include "base/error.h"
#include "base/str.h"
#include "net/ports.h"
#include "service/listen.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* (borrowed) from the settings; NULL where none is given and the table has no default. */
static const char *setting(const rt_settings *settings, const char *name)
{
    const char *value = rt_cli_setting(settings, name);
    return value && *value ? value : NULL;
}

enum width { U32, U64 };

/* Where the numbers of tables/settings.def go; their ranges are checked there. */
static const struct row {
    const char *name;
    enum width width;
    size_t field;
} rows[] = {
#define SERVICE(name, width, member)                                                               \
    { "RIPTIDE_HTTP_" name, width, offsetof(struct rt_serve_plan, service.member) }
#define FETCH(name, width, member)                                                                 \
    { "RIPTIDE_FETCH_" name, width, offsetof(struct rt_serve_plan, fetch.member) }
    SERVICE("EVENT_THREADS", U32, event_threads),
    SERVICE("WORKERS", U32, workers),
    SERVICE("QUEUE", U32, queue),
    SERVICE("PER_CLIENT", U32, per_client),
    SERVICE("CRAWL_WINDOW", U32, crawl_window),
    SERVICE("CONNECTIONS", U32, connections),
    SERVICE("MAX_BODY", U64, max_body),
    SERVICE("MAX_BODIES", U64, max_bodies),
    SERVICE("IDLE_SECS", U32, idle_s),
    SERVICE("RECEIVE_SECS", U32, receive_s),
    SERVICE("SEND_SECS", U32, send_s),
    SERVICE("QUEUE_SECS", U32, queue_s),
    SERVICE("HEALTH_SECS", U32, health_s),
    { "RIPTIDE_HTTP_READY_DELAY_SECS", U32, offsetof(struct rt_serve_plan, run.ready_delay_s) },
    { "RIPTIDE_HTTP_DRAIN_SECS", U32, offsetof(struct rt_serve_plan, run.drain_s) },
    FETCH("TIMEOUT_MS", U64, timeout_ms),
    FETCH("CONNECT_MS", U64, connect_ms),
    FETCH("MAX_BODY", U64, max_body),
    FETCH("MAX_REDIRECTS", U32, max_redirects),
    FETCH("RETRIES", U32, retries),
    FETCH("CONCURRENCY", U32, concurrency),
    FETCH("PER_HOST", U32, per_host),
    FETCH("HOST_DELAY_MS", U64, host_delay_ms),
    FETCH("CACHE_BYTES", U64, cache_bytes),
#undef SERVICE
#undef FETCH
};

static void read_row(struct rt_serve_plan *plan, const struct row *row)
{
    const char *value = setting(plan->settings, row->name);
    uint64_t n = value ? strtoull(value, NULL, 10) : 0;
    char *field = (char *)plan + row->field;
    if (row->width == U64)
        memcpy(field, &n, sizeof n);
    else
        memcpy(field, &(unsigned){ (unsigned)n }, sizeof(unsigned));
}

static rt_status read_log(struct rt_serve_plan *plan, rt_error *err)
{
    const char *text = plan->options->log;
    plan->level = RT_LOG_INFO;
    if (!text)
        text = setting(plan->settings, "RIPTIDE_LOG");
    if (text && !rt_log_parse(text, &plan->level, &plan->form))
        return rt_fail(err, RT_INVALID_SETTING,
                       "log \"%.80s\": expected error, warn, info or debug, and json or plain, "
                       "parted by a comma",
                       text);
    return RT_OK;
}

static bool names_port(const char *where)
{
    const char *colon = strrchr(where, ':');
    return colon && strchr(colon, ']') == NULL;
}

/* A port that is not named is that of $PORT, which platforms for containers set. */
static rt_status read_listen(struct rt_serve_plan *plan, rt_error *err)
{
    const char *host = setting(plan->settings, "RIPTIDE_LISTEN"), *port = getenv("PORT");
    plan->service.listen = plan->options->listen ? plan->options->listen : host;
    if (plan->service.listen && (plan->options->listen || names_port(host)))
        return RT_OK;
    if (!port || !*port)
        port = "8080";
    unsigned number;
    if (!rt_port_read(rt_str_from_c(port), &number) || number == 0)
        return rt_fail(err, RT_INVALID_SETTING, "PORT=\"%.40s\": expected a port from 1 to 65535",
                       port);
    snprintf(plan->listen, sizeof plan->listen, "%.255s:%u", host ? host : "127.0.0.1", number);
    plan->service.listen = plan->listen;
    return RT_OK;
}

rt_status rt_serve_plan_make(struct rt_serve_plan *plan, rt_error *err)
{
    const struct rt_options *options = plan->options;
    const rt_settings *settings = plan->settings;
    plan->fetch.robots = !options->no_robots;
    plan->fetch.allow_private = options->allow_private;
    plan->fetch.ports = setting(settings, "RIPTIDE_FETCH_PORTS");
    plan->fetch.proxy = setting(settings, "RIPTIDE_FETCH_PROXY");
    plan->fetch.ca_file = setting(settings, "RIPTIDE_FETCH_CA_FILE");
    plan->fetch.user_agent = setting(settings, "RIPTIDE_FETCH_USER_AGENT");
    plan->service.api_keys = setting(settings, "RIPTIDE_API_KEYS");
    plan->service.api_keys_file = options->api_keys_file
                                      ? options->api_keys_file
                                      : setting(settings, "RIPTIDE_API_KEYS_FILE");
    plan->service.hosts = setting(settings, "RIPTIDE_HTTP_HOSTS");
    plan->service.cors_origin = setting(settings, "RIPTIDE_CORS_ORIGIN");
    plan->service.no_fallback = rt_cli_setting_is(settings, "RIPTIDE_FALLBACK", "off");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        read_row(plan, &rows[i]);
    plan->fetch.max_bodies = plan->service.max_bodies;
    rt_fetch_rules_fill(&plan->fetch);
    rt_status s = RT_OK;
    if (plan->service.listener <= 0)
        s = read_listen(plan, err);
    if (s == RT_OK && plan->service.listen)
        s = rt_listen_check(plan->service.listen, err);
    if (s == RT_OK)
        s = read_log(plan, err);
    if (s == RT_OK)
        s = rt_service_rules_check(&plan->service, err);
    return s == RT_OK ? rt_fetch_rules_check(&plan->fetch, err) : s;
}

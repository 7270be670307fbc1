/* riptide serve: the HTTP service, from the settings to the last answer. */
#include "cli.h"
#include "trace.h"

#include "base/error.h"
#include "base/str.h"
#include "net/ports.h"
#include "service/activation.h"
#include "service/run.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* (borrowed) from the settings; NULL where none is given and the table has no default. */
static const char *setting(const rt_settings *settings, const char *name)
{
    const char *value = rt_cli_setting(settings, name);
    return value && *value ? value : NULL;
}

struct plan {
    const struct rt_options *options;
    const rt_settings *settings;
    struct rt_service_rules service;
    struct rt_fetch_rules fetch;
    struct rt_run_rules run;
    struct rt_notify notify;
    char listen[300]; /* RIPTIDE_LISTEN with a port */
    enum rt_log_level level;
    enum rt_log_form form;
};

enum width { U32, U64 };

/* Where the numbers of tables/settings.def go; their ranges are checked there. */
static const struct row {
    const char *name;
    enum width width;
    size_t field;
} rows[] = {
#define SERVICE(name, width, member)                                                               \
    { "RIPTIDE_HTTP_" name, width, offsetof(struct plan, service.member) }
#define FETCH(name, width, member)                                                                 \
    { "RIPTIDE_FETCH_" name, width, offsetof(struct plan, fetch.member) }
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
    { "RIPTIDE_HTTP_READY_DELAY_SECS", U32, offsetof(struct plan, run.ready_delay_s) },
    { "RIPTIDE_HTTP_DRAIN_SECS", U32, offsetof(struct plan, run.drain_s) },
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

static void read_row(struct plan *plan, const struct row *row)
{
    const char *value = setting(plan->settings, row->name);
    uint64_t n = value ? strtoull(value, NULL, 10) : 0;
    char *field = (char *)plan + row->field;
    if (row->width == U64)
        memcpy(field, &n, sizeof n);
    else
        memcpy(field, &(unsigned){ (unsigned)n }, sizeof(unsigned));
}

static rt_status read_log(struct plan *plan, rt_error *err)
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
static rt_status read_listen(struct plan *plan, rt_error *err)
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

static rt_status make_plan(struct plan *plan, rt_error *err)
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
    rt_status s = plan->service.listener > 0 ? RT_OK : read_listen(plan, err);
    if (s == RT_OK)
        s = read_log(plan, err);
    if (s == RT_OK)
        s = rt_service_rules_check(&plan->service, err);
    return s == RT_OK ? rt_fetch_rules_check(&plan->fetch, err) : s;
}

/* A connection is a descriptor: the system's default of 1024 is far below what the service takes.
 */
static void raise_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Of all settings only keys and log level are taken anew: the rest would need a new engine.  But
 * all have to be such that a start would take them. */
static rt_status reload(void *ctx, struct rt_service *service, rt_error *err)
{
    const struct plan *plan = ctx;
    struct plan next = { .options = plan->options, .service.listener = plan->service.listener };
    rt_settings *settings = NULL;
    rt_status s = rt_cli_settings(plan->options, &settings, err);
    next.settings = settings;
    if (s == RT_OK)
        s = rt_settings_check(settings, err);
    if (s == RT_OK)
        s = make_plan(&next, err);
    if (s == RT_OK)
        s = rt_service_reload(service, next.service.api_keys, next.service.api_keys_file, err);
    if (s == RT_OK)
        rt_log_set_level(plan->run.log, next.level);
    rt_settings_free(settings);
    return s;
}

static void say_listening(const struct plan *plan, const struct rt_service *service,
                          rt_engine *engine)
{
    const rt_engine_info *info = rt_engine_get_info(engine);
    const struct rt_log_field fields[] = {
        { .name = "address", .text = rt_service_address(service) },
        { .name = "version", .text = rt_version() },
        { .name = "component", .text = info->component },
        { .name = "pid", .number = (uint64_t)getpid() },
    };
    if (*info->warning)
        rt_log_say(plan->run.log, RT_LOG_WARN, "%s", info->warning);
    rt_log_write(plan->run.log, RT_LOG_INFO, "listening", fields, sizeof fields / sizeof *fields);
}

/* The service runs without its manager, too. */
static void open_notify(struct plan *plan)
{
    rt_error err;
    plan->run.notify = &plan->notify;
    if (rt_notify_open(&plan->notify, &err) != RT_OK)
        rt_log_say(plan->run.log, RT_LOG_WARN, "%s", err.message);
}

static void say_ready(const struct plan *plan, const struct rt_service *service)
{
    char status[RT_ADDRESS_ROOM + 16];
    snprintf(status, sizeof status, "listening on %s", rt_service_address(service));
    if (!rt_notify_ready(&plan->notify, status))
        rt_log_say(plan->run.log, RT_LOG_WARN, "NOTIFY_SOCKET could not be told");
}

static rt_status serve(struct plan *plan, rt_engine *engine, bool *clean, rt_error *err)
{
    struct rt_fetcher *fetcher = NULL;
    struct rt_service *service = NULL;
    rt_status s = rt_fetcher_open(&fetcher, &plan->fetch, err);
    if (s == RT_OK)
        s = rt_service_open(&service, engine, fetcher, &plan->service, err);
    if (s == RT_OK) {
        say_listening(plan, service, engine);
        say_ready(plan, service);
        *clean = rt_run(service, &plan->run);
    }
    rt_service_close(service);
    if (fetcher)
        rt_fetcher_close(fetcher);
    return s;
}

int rt_cmd_serve(const struct rt_options *options)
{
    struct plan plan = { .options = options };
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    struct rt_otlp *trace = NULL;
    rt_request unused = RT_REQUEST_INIT;
    bool clean = true;
    raise_descriptors();
    rt_run_block_signals();
    rt_status s = rt_activation_take(&plan.service.listener, &err);
    if (s == RT_OK)
        s = rt_cli_settings(options, &settings, &err);
    plan.settings = settings;
    if (s == RT_OK)
        s = make_plan(&plan, &err);
    if (s == RT_OK)
        s = rt_cli_engine_open(options, settings, &unused, &engine, &trace, &err);
    plan.run.log = rt_log_open(STDERR_FILENO, plan.level, plan.form);
    plan.run.reload = reload;
    plan.run.ctx = &plan;
    plan.service.log = plan.run.log;
    open_notify(&plan);
    if (s == RT_OK)
        s = serve(&plan, engine, &clean, &err);
    rt_notify_close(&plan.notify);
    rt_cli_engine_close(engine, trace);
    rt_log_close(plan.run.log);
    rt_settings_free(settings);
    if (s != RT_OK)
        return rt_cli_fail(options, &err);
    return clean ? RT_EXIT_OK : RT_EXIT_INTERRUPTED;
}

/* riptide serve: the HTTP service, from the settings to the last answer. */
#include "cli.h"
#include "trace.h"

#include "base/error.h"
#include "base/str.h"
#include "service/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* A setting of the service: of the settings, where their table has it, else of the environment. */
static const char *setting(const rt_settings *settings, const char *name)
{
    const char *value = rt_cli_setting(settings, name);
    if (!value)
        value = getenv(name);
    return value && *value ? value : NULL;
}

struct plan {
    const struct rt_options *options;
    const rt_settings *settings;
    struct rt_service_rules service;
    struct rt_fetch_rules fetch;
    struct rt_run_rules run;
    struct rt_notify notify;
    enum rt_log_level level;
    enum rt_log_form form;
};

enum width { U32, U64 };

/* Numbers that the environment may set; 0 and what is not set: the default. */
static const struct row {
    const char *name;
    enum width width;
    size_t field;
    uint64_t highest;
} rows[] = {
#define SERVICE(name, width, member, highest)                                                      \
    { "RIPTIDE_HTTP_" name, width, offsetof(struct plan, service.member), highest }
#define FETCH(name, width, member, highest)                                                        \
    { "RIPTIDE_FETCH_" name, width, offsetof(struct plan, fetch.member), highest }
    SERVICE("EVENT_THREADS", U32, event_threads, 64),
    SERVICE("WORKERS", U32, workers, 256),
    SERVICE("QUEUE", U32, queue, 100000),
    SERVICE("PER_CLIENT", U32, per_client, 100000),
    SERVICE("CRAWL_WINDOW", U32, crawl_window, 100),
    SERVICE("CONNECTIONS", U32, connections, 1000000),
    SERVICE("MAX_BODY", U64, max_body, UINT64_C(1) << 32),
    SERVICE("MAX_BODIES", U64, max_bodies, UINT64_C(1) << 40),
    SERVICE("IDLE_SECS", U32, idle_s, 3600),
    SERVICE("RECEIVE_SECS", U32, receive_s, 3600),
    SERVICE("SEND_SECS", U32, send_s, 3600),
    SERVICE("QUEUE_SECS", U32, queue_s, 3600),
    SERVICE("HEALTH_SECS", U32, health_s, 3600),
    { "RIPTIDE_HTTP_READY_DELAY_SECS", U32, offsetof(struct plan, run.ready_delay_s), 3600 },
    { "RIPTIDE_HTTP_DRAIN_SECS", U32, offsetof(struct plan, run.drain_s), 3600 },
    FETCH("TIMEOUT_MS", U64, timeout_ms, 3600000),
    FETCH("CONNECT_MS", U64, connect_ms, 3600000),
    FETCH("MAX_BODY", U64, max_body, UINT64_C(1) << 30),
    FETCH("MAX_REDIRECTS", U32, max_redirects, 100),
    FETCH("RETRIES", U32, retries, 100),
    FETCH("CONCURRENCY", U32, concurrency, 1000),
    FETCH("PER_HOST", U32, per_host, 1000),
    FETCH("HOST_DELAY_MS", U64, host_delay_ms, 3600000),
    FETCH("CACHE_BYTES", U64, cache_bytes, UINT64_C(1) << 40),
#undef SERVICE
#undef FETCH
};

static rt_status read_row(struct plan *plan, const struct row *row, rt_error *err)
{
    const char *value = setting(plan->settings, row->name), *c = value;
    uint64_t n = 0;
    char *field = (char *)plan + row->field;
    if (!value)
        return RT_OK;
    for (; rt_is_digit(*c) && n <= row->highest; c++)
        n = n * 10 + (uint64_t)(*c - '0');
    if (*c || n > row->highest)
        return rt_fail(err, RT_INVALID_SETTING, "%s=\"%.80s\": expected a whole number up to %llu",
                       row->name, value, (unsigned long long)row->highest);
    if (row->width == U64)
        memcpy(field, &n, sizeof n);
    else
        memcpy(field, &(unsigned){ (unsigned)n }, sizeof(unsigned));
    return RT_OK;
}

static rt_status read_log(struct plan *plan, const rt_settings *settings, rt_error *err)
{
    const char *text = plan->options->log;
    if (!text)
        text = setting(settings, "RIPTIDE_LOG");
    if (text && !rt_log_parse(text, &plan->level, &plan->form))
        return rt_fail(err, RT_INVALID_SETTING,
                       "log \"%.80s\": expected error, warn, info or debug, and json or plain, "
                       "parted by a comma",
                       text);
    return RT_OK;
}

static rt_status make_plan(struct plan *plan, rt_error *err)
{
    const struct rt_options *options = plan->options;
    const rt_settings *settings = plan->settings;
    plan->level = RT_LOG_INFO;
    plan->run.drain_s = 30;
    plan->fetch.retries = 2;
    plan->fetch.robots = !options->no_robots;
    plan->fetch.allow_private = options->allow_private;
    plan->fetch.is_cancelled = rt_service_is_cancelled;
    plan->fetch.ports = setting(settings, "RIPTIDE_FETCH_PORTS");
    plan->fetch.proxy = setting(settings, "RIPTIDE_FETCH_PROXY");
    plan->fetch.user_agent = setting(settings, "RIPTIDE_FETCH_USER_AGENT");
    plan->service.listen = options->listen ? options->listen : setting(settings, "RIPTIDE_LISTEN");
    plan->service.api_keys = setting(settings, "RIPTIDE_API_KEYS");
    plan->service.api_keys_file = options->api_keys_file
                                      ? options->api_keys_file
                                      : setting(settings, "RIPTIDE_API_KEYS_FILE");
    plan->service.cors_origin = setting(settings, "RIPTIDE_CORS_ORIGIN");
    plan->service.no_fallback = rt_cli_setting_is(settings, "RIPTIDE_FALLBACK", "off");
    rt_status s = read_log(plan, settings, err);
    for (size_t i = 0; s == RT_OK && i < sizeof rows / sizeof *rows; i++)
        s = read_row(plan, &rows[i], err);
    rt_fetch_rules_fill(&plan->fetch);
    return s;
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

/* Of files and environment only the log level is read again: the rest would need a new engine. */
static void reload(void *ctx)
{
    struct plan *plan = ctx;
    rt_settings *settings = NULL;
    rt_error err;
    rt_status s = rt_cli_settings(plan->options, &settings, &err);
    if (s == RT_OK)
        s = read_log(plan, settings, &err);
    if (s == RT_OK)
        rt_log_set_level(plan->run.log, plan->level);
    else
        rt_log_say(plan->run.log, RT_LOG_ERROR, "reload failed: %s", err.message);
    rt_settings_free(settings);
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
    rt_status s = rt_cli_settings(options, &settings, &err);
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

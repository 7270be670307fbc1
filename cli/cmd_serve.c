/* riptide serve: the HTTP service, from its plan to the last answer. */
#include "serve_plan.h"
#include "trace.h"

#include "base/error.h"
#include "service/activation.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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
    const struct rt_serve_plan *plan = ctx;
    struct rt_serve_plan next = { .options = plan->options,
                                  .service.listener = plan->service.listener };
    rt_settings *settings = NULL;
    rt_status s = rt_cli_settings(plan->options, &settings, err);
    next.settings = settings;
    if (s == RT_OK)
        s = rt_settings_check(settings, err);
    if (s == RT_OK)
        s = rt_serve_plan_make(&next, err);
    if (s == RT_OK)
        s = rt_service_reload(service, next.service.api_keys, next.service.api_keys_file, err);
    if (s == RT_OK)
        rt_log_set_level(plan->run.log, next.level);
    rt_settings_free(settings);
    return s;
}

static void say_listening(const struct rt_serve_plan *plan, const struct rt_service *service,
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
static void open_notify(const struct rt_serve_plan *plan, struct rt_notify *notify)
{
    rt_error err;
    if (rt_notify_open(notify, &err) != RT_OK)
        rt_log_say(plan->run.log, RT_LOG_WARN, "%s", err.message);
}

static void say_ready(const struct rt_serve_plan *plan, const struct rt_service *service)
{
    char status[RT_ADDRESS_ROOM + 16];
    snprintf(status, sizeof status, "listening on %s", rt_service_address(service));
    if (!rt_notify_ready(plan->run.notify, status))
        rt_log_say(plan->run.log, RT_LOG_WARN, "NOTIFY_SOCKET could not be told");
}

static rt_status serve(struct rt_serve_plan *plan, rt_engine *engine, bool *clean, rt_error *err)
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

/* What large pages take goes back to the system with them: by itself the C library comes to keep
 * blocks of up to 32 MiB, in each of many heaps. */
static void give_large_blocks_back(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int rt_cmd_serve(const struct rt_options *options)
{
    struct rt_serve_plan plan = { .options = options };
    struct rt_notify notify;
    rt_error err = { RT_OK, "" };
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    struct rt_otlp *trace = NULL;
    rt_request unused = RT_REQUEST_INIT;
    bool clean = true;
    raise_descriptors();
    give_large_blocks_back();
    rt_run_block_signals();
    rt_status s = rt_activation_take(&plan.service.listener, &err);
    if (s == RT_OK)
        s = rt_cli_settings(options, &settings, &err);
    plan.settings = settings;
    if (s == RT_OK)
        s = rt_serve_plan_make(&plan, &err);
    if (s == RT_OK)
        s = rt_cli_engine_open(options, settings, &unused, &engine, &trace, &err);
    plan.run.log = rt_log_open(STDERR_FILENO, plan.level, plan.form);
    plan.run.reload = reload;
    plan.run.ctx = &plan;
    plan.service.log = plan.run.log;
    plan.run.notify = &notify;
    open_notify(&plan, &notify);
    if (s == RT_OK)
        s = serve(&plan, engine, &clean, &err);
    rt_notify_close(&notify);
    rt_cli_engine_close(engine, trace);
    rt_log_close(plan.run.log);
    rt_settings_free(settings);
    if (s != RT_OK)
        return rt_cli_fail(options, &err);
    return clean ? RT_EXIT_OK : RT_EXIT_INTERRUPTED;
}

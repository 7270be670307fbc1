#ifndef RT_CLI_SERVE_PLAN_H
#define RT_CLI_SERVE_PLAN_H

#include "cli.h"

#include "net/fetch.h"
#include "service/run.h"

/* The rules of the service and of all that runs beside it. */
struct rt_serve_plan {
    /* Set by the caller, and (borrowed) as long as the plan; service.listener, too, where somebody
     * listens already. */
    const struct rt_options *options;
    const rt_settings *settings;

    struct rt_service_rules service;
    struct rt_fetch_rules fetch;
    struct rt_run_rules run;
    enum rt_log_level level;
    enum rt_log_form form;
    char listen[300]; /* RIPTIDE_LISTEN with a port */
};

/* Fills and checks it.  RT_INVALID_SETTING says what is wrong; RT_IO_ERROR names a file. */
rt_status rt_serve_plan_make(struct rt_serve_plan *plan, rt_error *err);

#endif

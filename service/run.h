#ifndef RT_SERVICE_RUN_H
#define RT_SERVICE_RUN_H

#include "service/notify.h"
#include "service/service.h"

/* The life of a service by signals: SIGHUP reloads; SIGTERM or SIGINT makes it not ready, stops new
 * connections and drains; a second one ends it at once. */
struct rt_run_rules {
    unsigned ready_delay_s; /* between being not ready and taking no more connections */
    unsigned drain_s;       /* longest drain */
    /* On SIGHUP: all that it takes anew, or nothing of it and why. */
    rt_status (*reload)(void *ctx, struct rt_service *service, rt_error *err);
    void *ctx;
    struct rt_log *log;
    const struct rt_notify *notify; /* the manager that is told of its life; may be NULL */
};

/* Blocks the signals for this thread and those that it makes: to be called before there are any. */
void rt_run_block_signals(void);

/* Until the service is drained or the second signal comes.  True: nothing was broken off.  The
 * service is still to be closed. */
bool rt_run(struct rt_service *service, const struct rt_run_rules *rules);

#endif

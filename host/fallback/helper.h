#ifndef RT_HOST_HELPER_H
#define RT_HOST_HELPER_H

#include "host/content/result.h"

#include <sys/types.h>

/* What a helper process is to do.  It is a copy of the host, made while other threads of the host
 * ran: it takes no lock, never asks the heap and returns from nothing that the host began. */
struct rt_helper_rules {
    pid_t parent;
    uint64_t memory; /* bytes for a page, all in all */
    /* The core; tests put a failing one in its place. */
    rt_status (*extract)(const rt_request *request, struct rt_result *result, rt_error *err);
};

/* Shuts the process in (guard.h), says on the socket how that went, and answers pages until the
 * other end closes.  The caller has all signals blocked. */
_Noreturn void rt_helper_run(int socket, const struct rt_helper_rules *rules);

#endif

#ifndef RT_HOST_PROCESS_H
#define RT_HOST_PROCESS_H

#include "host/fallback/helper.h"

#include <stdatomic.h>

/* A helper as the host sees it.  Belongs to one thread at a time. */
struct rt_helper {
    pid_t pid;         /* 0: there is none */
    atomic_int socket; /* -1 before it is closed: a fork() in between must not close another's */
    atomic_int watch;  /* a pidfd, or -1 where the kernel has none; likewise */
    uint64_t pages;    /* that it was asked for */
};

void rt_helper_init(struct rt_helper *helper);

/* Makes the process and waits until it is shut in.  It ends with the calling thread, which has all
 * signals blocked.  RT_FALLBACK_FAILED says what the system refused; there is then no process. */
rt_status rt_helper_start(struct rt_helper *helper, const struct rt_helper_rules *rules,
                          rt_error *err);

/* It waits for a page, as far as can be seen. */
bool rt_helper_is_ready(const struct rt_helper *helper);

/* Whether a helper with that much memory can take the request at all: RT_OK or RT_RESOURCE_LIMIT.
 */
rt_status rt_helper_check(const rt_request *request, uint64_t memory, rt_error *err);

/* One page. */
struct rt_helper_call {
    const rt_request *request; /* that rt_helper_check() passed */
    uint64_t memory;           /* of the helper's rules */
    uint64_t until_ns;         /* of rt_clock_now() */
    uint64_t
        length_ns; /* the limit that until_ns stands for: for messages and the processor's time */
};
/* Asks it for the page, which fills content and stats of the result.  The statuses of the core: the
 * helper can be asked again.  With any other it is gone: RT_FALLBACK_FAILED where it died or sent
 * nonsense, RT_TIMEOUT, RT_CANCELLED, RT_NO_MEMORY for the answer; *signal tells what it died of, 0
 * where it was ended or is not known. */
rt_status rt_helper_ask(struct rt_helper *helper, const struct rt_helper_call *call,
                        struct rt_result *result, int *signal, rt_error *err);

/* Ends the process, whatever it does, and reaps it and nothing else.  The signal that it died of,
 * SIGKILL where it was this one; 0 where that cannot be told. */
int rt_helper_end(struct rt_helper *helper);

/* In the child of a fork(): lets go of the parent's helper. */
void rt_helper_abandon(struct rt_helper *helper);

#endif

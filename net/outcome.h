#ifndef RT_NET_OUTCOME_H
#define RT_NET_OUTCOME_H

#include "net/fetch.h"

/* How a fetch, or a step of it, ends. */
struct rt_outcome {
    enum rt_fetch_failure failure;
    char message[256]; /* one line of UTF-8, whatever it quotes */
};

/* False, so that a failing path is one line. */
bool rt_outcome_set(struct rt_outcome *outcome, enum rt_fetch_failure failure, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), cold));

#endif

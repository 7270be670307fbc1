#ifndef RT_NET_CALLER_H
#define RT_NET_CALLER_H

#include <riptide/riptide.h>

/* What this folder needs of the program: its environment, and a place for warnings. */
struct rt_net_caller {
    const char *(*get)(void *ctx, const char *name); /* NULL where the variable is not set */
    void (*warn)(void *ctx, const char *text);       /* one line; from any thread */
    void *ctx;
};

/* NULL, too, where the variable is empty, as OpenTelemetry wants it. */
static inline const char *rt_net_get(const struct rt_net_caller *caller, const char *name)
{
    const char *value = caller->get(caller->ctx, name);
    return value && *value ? value : NULL;
}

/* Formats like printf(); what does not fit is cut off. */
void rt_net_warn(const struct rt_net_caller *caller, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), cold));

#endif

/* Warnings, each as one line. */
#include "net/caller.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

void rt_net_warn(const struct rt_net_caller *caller, const char *fmt, ...)
{
    char text[400];
    rt_error line;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    rt_fail(&line, RT_OK, "%s",
            text); /* quotes what the environment says: one line, whole characters */
    caller->warn(caller->ctx, line.message);
}

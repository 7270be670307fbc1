/* Warnings, gathered in a text of fixed size. */
#include "host/system/warning.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rt_warn(struct rt_warning *warning, const char *fmt, ...)
{
    size_t at = strlen(warning->text), room = sizeof warning->text;
    if (at > 0 && at + 2 < room) {
        memcpy(warning->text + at, "; ", 3);
        at += 2;
    }
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(warning->text + at, room - at, fmt, ap);
    va_end(ap);
}

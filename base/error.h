#ifndef RT_BASE_ERROR_H
#define RT_BASE_ERROR_H

#include <riptide/riptide.h>

/* Fills *err, where there is one, and returns s, so that a failing path is one line. */
rt_status rt_fail(rt_error *err, rt_status s, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), cold));

/* What a status says about who is to blame, see tables/status.def. */
enum rt_cause {
    RT_CAUSE_NONE,
    RT_CAUSE_CALLER,
    RT_CAUSE_PAGE,
    RT_CAUSE_LIMIT,
    RT_CAUSE_FAULT,
    RT_CAUSE_HOST
};
enum rt_cause rt_status_cause(rt_status s);

/* For "%.*s": s, cut so that it leaves room for the rest of a message. */
#define RT_SHOW(s) (int)((s).len > 120 ? 120 : (s).len), (s).len ? (s).at : ""

#endif

#ifndef RT_SERVICE_HEALTH_H
#define RT_SERVICE_HEALTH_H

#include <riptide/riptide.h>

/* Asks the component how it is, now and then, on a thread of its own: the question runs in the
 * sandbox and may have to wait, an answer about health may not. */
struct rt_health;

/* Waits for the first answer.  engine (kept).  NULL without memory or threads. */
struct rt_health *rt_health_open(rt_engine *engine, unsigned interval_s);
void rt_health_close(struct rt_health *health);

/* What the last check found. */
struct rt_health_report {
    bool good;                          /* it answered, and called itself healthy */
    char status[32];                    /* what it called itself, or "unreachable" */
    char version[32], core_version[32]; /* of the last answer, or "" */
    uint64_t checked_s;                 /* since 1970 */
};
struct rt_health_report rt_health_read(struct rt_health *health);

#endif

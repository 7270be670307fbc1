#ifndef RT_SERVICE_NOTIFY_H
#define RT_SERVICE_NOTIFY_H

#include <riptide/riptide.h>

/* What a service tells the manager that started it: the protocol of sd_notify(3), to the socket
 * that $NOTIFY_SOCKET names.  Without that variable nobody listens: all calls then do nothing and
 * succeed.  The socket is held from the start, so that a process that has run out of descriptors
 * still says that it lives.  Not for two threads at once. */
struct rt_notify {
    int fd;               /* -1: nobody listens */
    uint64_t watchdog_ns; /* the manager wants a sign of life within that; 0: it does not */
};

/* Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID.  *out is usable either way;
 * RT_INVALID_SETTING for an address that is none of AF_UNIX or a number that is none, RT_IO_ERROR
 * where nobody is at the address. */
rt_status rt_notify_open(struct rt_notify *out, rt_error *err);
void rt_notify_close(struct rt_notify *notify);

/* Each is false where the manager could not be told; to NULL nobody listens.  status: what people
 * see in `systemctl status`, one line; NULL leaves what was there. */
bool rt_notify_ready(const struct rt_notify *notify, const char *status);
/* Before a reload; rt_notify_ready() after it. */
bool rt_notify_reloading(const struct rt_notify *notify);
bool rt_notify_stopping(const struct rt_notify *notify, const char *status);
/* A sign of life: to be given at least every rt_notify_interval_ns(). */
bool rt_notify_alive(const struct rt_notify *notify);

/* Half of what the manager waits; 0: it wants no signs of life. */
uint64_t rt_notify_interval_ns(const struct rt_notify *notify);

#endif

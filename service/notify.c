/* sd_notify(3) without libsystemd: datagrams of NAME=VALUE lines on a connected socket. */
#include "service/notify.h"

#include "base/error.h"
#include "net/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { SEND_SECONDS = 2, MESSAGE_ROOM = 256 };

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static bool parse_number(const char *text, uint64_t *out)
{
    char *end = NULL;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    *out = n;
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

/* "/run/systemd/notify", or "@name" for one that has no file: its first byte is then 0 and its
 * length says where it ends. */
static bool parse_address(const char *text, struct sockaddr_un *out, socklen_t *len)
{
    size_t n = strlen(text);
    bool abstract = text[0] == '@';
    if ((!abstract && text[0] != '/') || n < 2 || n + !abstract > sizeof out->sun_path)
        return false;
    memset(out, 0, sizeof *out);
    out->sun_family = AF_UNIX;
    memcpy(out->sun_path, text, n);
    if (abstract)
        out->sun_path[0] = '\0';
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + !abstract);
    return true;
}

static rt_status connect_to(const char *where, int *out, rt_error *err)
{
    struct sockaddr_un address;
    socklen_t len = 0;
    if (!parse_address(where, &address, &len))
        return rt_fail(err, RT_INVALID_SETTING,
                       "NOTIFY_SOCKET %.120s: expected an absolute path or @ and a name", where);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return rt_fail(err, RT_IO_ERROR, "NOTIFY_SOCKET: no socket: %s", strerror(errno));
    /* A manager that does not read must not hang the service. */
    struct timeval patience = { .tv_sec = SEND_SECONDS };
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&address, len) != 0) {
        rt_status s = rt_fail(err, RT_IO_ERROR, "NOTIFY_SOCKET %.120s: %s", where, strerror(errno));
        close(fd);
        return s;
    }
    *out = fd;
    return RT_OK;
}

/* WATCHDOG_PID names the process that is meant; a child inherits both variables. */
static rt_status read_watchdog(uint64_t *out_ns, rt_error *err)
{
    const char *usec = variable("WATCHDOG_USEC"), *pid = variable("WATCHDOG_PID");
    uint64_t n = 0, meant = 0;
    if (!usec)
        return RT_OK;
    if (pid && !parse_number(pid, &meant))
        return rt_fail(err, RT_INVALID_SETTING, "WATCHDOG_PID %.40s: expected a process id", pid);
    if (pid && meant != (uint64_t)getpid())
        return RT_OK;
    if (!parse_number(usec, &n) || n == 0 || n > UINT64_MAX / 1000)
        return rt_fail(err, RT_INVALID_SETTING, "WATCHDOG_USEC %.40s: expected microseconds", usec);
    *out_ns = n * 1000;
    return RT_OK;
}

rt_status rt_notify_open(struct rt_notify *out, rt_error *err)
{
    *out = (struct rt_notify){ .fd = -1 };
    const char *where = variable("NOTIFY_SOCKET");
    if (!where)
        return RT_OK;
    rt_status s = connect_to(where, &out->fd, err);
    return s == RT_OK ? read_watchdog(&out->watchdog_ns, err) : s;
}

void rt_notify_close(struct rt_notify *notify)
{
    if (notify->fd >= 0)
        close(notify->fd);
    notify->fd = -1;
}

static bool tell(const struct rt_notify *notify, const char *message)
{
    if (!notify || notify->fd < 0)
        return true;
    size_t len = strlen(message);
    ssize_t sent = 0;
    do
        sent = send(notify->fd, message, len, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)len;
}

static bool tell_with_status(const struct rt_notify *notify, const char *what, const char *status)
{
    char message[MESSAGE_ROOM];
    if (!status)
        return tell(notify, what);
    /* A second line would be a message of its own. */
    snprintf(message, sizeof message, "%s\nSTATUS=%.*s", what, (int)strcspn(status, "\n"), status);
    return tell(notify, message);
}

bool rt_notify_ready(const struct rt_notify *notify, const char *status)
{
    return tell_with_status(notify, "READY=1", status);
}

bool rt_notify_stopping(const struct rt_notify *notify, const char *status)
{
    return tell_with_status(notify, "STOPPING=1", status);
}

bool rt_notify_reloading(const struct rt_notify *notify)
{
    char message[MESSAGE_ROOM];
    snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, rt_net_now() / 1000);
    return tell(notify, message);
}

bool rt_notify_alive(const struct rt_notify *notify) { return tell(notify, "WATCHDOG=1"); }

uint64_t rt_notify_interval_ns(const struct rt_notify *notify)
{
    return !notify || notify->fd < 0 ? 0 : notify->watchdog_ns / 2;
}

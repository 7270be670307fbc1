/* sd_listen_fds(3) without libsystemd: descriptors from 3 on, counted in $LISTEN_FDS. */
#include "service/activation.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST = 3 };

static bool read_number(const char *text, unsigned long *out)
{
    char *end = NULL;
    errno = 0;
    *out = strtoul(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

static int option(int fd, int name)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

static bool listens_to_tcp(int fd)
{
    int domain = option(fd, SO_DOMAIN);
    return (domain == AF_INET || domain == AF_INET6) && option(fd, SO_TYPE) == SOCK_STREAM &&
           option(fd, SO_ACCEPTCONN) == 1;
}

static rt_status take(const char *pid_text, const char *count_text, int *out, rt_error *err)
{
    unsigned long pid = 0, count = 0;
    if (!count_text)
        return RT_OK;
    if (pid_text && !read_number(pid_text, &pid))
        return rt_fail(err, RT_INVALID_SETTING, "LISTEN_PID %.40s: expected a process id",
                       pid_text);
    if (!pid_text || pid != (unsigned long)getpid())
        return RT_OK;
    if (!read_number(count_text, &count) || count > 1)
        return rt_fail(err, RT_INVALID_SETTING, "LISTEN_FDS %.40s: expected one socket",
                       count_text);
    if (count == 0)
        return RT_OK;
    int flags = fcntl(FIRST, F_GETFL);
    if (flags < 0 || !listens_to_tcp(FIRST))
        return rt_fail(err, RT_INVALID_SETTING,
                       "descriptor %d of LISTEN_FDS: expected a TCP socket that listens",
                       (int)FIRST);
    /* The HTTP library waits for many connections, never for one. */
    if (fcntl(FIRST, F_SETFL, flags | O_NONBLOCK) != 0 || fcntl(FIRST, F_SETFD, FD_CLOEXEC) != 0)
        return rt_fail(err, RT_IO_ERROR, "descriptor %d of LISTEN_FDS: %s", (int)FIRST,
                       strerror(errno));
    *out = FIRST;
    return RT_OK;
}

rt_status rt_activation_take(int *out, rt_error *err)
{
    *out = -1;
    rt_status s = take(getenv("LISTEN_PID"), getenv("LISTEN_FDS"), out, err);
    /* Processes that this one starts are not meant. */
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return s;
}

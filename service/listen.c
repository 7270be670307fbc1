/* From the text of an address to a socket that listens there. */
#include "service/listen.h"

#include "base/error.h"
#include "base/str.h"
#include "net/address.h"
#include "net/ports.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

/* Splits "host:port", "[host]:port"; host may be "*". */
static bool split(const char *where, char host[64], char port[8])
{
    const char *colon = strrchr(where, ':');
    unsigned number;
    if (!colon || colon == where || !rt_port_read(rt_str_from_c(colon + 1), &number))
        return false;
    size_t len = (size_t)(colon - where);
    bool in_brackets = where[0] == '[' && colon[-1] == ']';
    if (in_brackets) {
        where++;
        len -= 2;
    }
    if (len == 0 || len >= 64 || (!in_brackets && memchr(where, ':', len)))
        return false;
    memcpy(host, where, len);
    host[len] = '\0';
    snprintf(port, 8, "%u", number);
    return true;
}

static int open_one(const struct addrinfo *at)
{
    int on = 1, off = 0;
    int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* Of a family, or of any. */
static int open_first(const struct addrinfo *found, int family)
{
    int fd = -1;
    for (const struct addrinfo *at = found; fd < 0 && at; at = at->ai_next)
        if (family == AF_UNSPEC || at->ai_family == family)
            fd = open_one(at);
    return fd;
}

void rt_listen_show(int fd, char address[RT_ADDRESS_ROOM])
{
    struct sockaddr_storage at;
    socklen_t len = sizeof at;
    char host[64] = "?", port[8] = "?";
    getsockname(fd, (struct sockaddr *)&at, &len);
    getnameinfo((struct sockaddr *)&at, len, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(address, RT_ADDRESS_ROOM, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

bool rt_listen_is_loopback(int fd)
{
    struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
    socklen_t len = sizeof at;
    getsockname(fd, (struct sockaddr *)&at, &len);
    const char *range = rt_address_range((const struct sockaddr *)&at);
    return range && strcmp(range, "loopback") == 0;
}

rt_status rt_listen_check(const char *where, rt_error *err)
{
    char host[64], port[8];
    if (split(where, host, port))
        return RT_OK;
    return rt_fail(err, RT_INVALID_SETTING,
                   "listening on '%.120s': expected HOST:PORT, like 127.0.0.1:8080, with a port up "
                   "to 65535",
                   where);
}

rt_status rt_listen(const char *where, int *out, char address[RT_ADDRESS_ROOM], rt_error *err)
{
    char host[64], port[8];
    struct addrinfo want = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    struct addrinfo *found = NULL;
    if (!split(where, host, port))
        return rt_listen_check(where, err);
    bool any = strcmp(host, "*") == 0;
    if (getaddrinfo(any ? NULL : host, port, &want, &found) != 0)
        return rt_fail(err, RT_INVALID_SETTING,
                       "listening on '%.120s': expected an address of this machine", where);
    int fd = any ? open_first(found, AF_INET6) : -1; /* takes IPv4, too, where there is IPv6 */
    if (fd < 0)
        fd = open_first(found, AF_UNSPEC);
    int why = errno;
    freeaddrinfo(found);
    if (fd < 0)
        return rt_fail(err, RT_IO_ERROR, "listening on '%.120s': %s", where, strerror(why));
    rt_listen_show(fd, address);
    *out = fd;
    return RT_OK;
}

/* Blocking sockets with a time-out. */
#include "client.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int client_connect(const char *address)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    struct timeval patience = { .tv_sec = 20 };
    const char *colon = strrchr(address, ':');
    at.sin_port = htons((unsigned short)strtoul(colon + 1, NULL, 10));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

void client_send(int fd, const void *bytes, size_t len)
{
    for (const char *at = bytes; len > 0;) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return; /* what was answered says more */
        at += n;
        len -= (size_t)n;
    }
}

void client_say(int fd, const char *fmt, ...)
{
    char text[8192];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    client_send(fd, text, (size_t)n);
}

static bool read_line(int fd, char *line, size_t room)
{
    size_t n = 0;
    char c;
    while (recv(fd, &c, 1, 0) == 1) {
        if (c == '\n') {
            line[n] = '\0';
            return true;
        }
        if (c != '\r' && n + 1 < room)
            line[n++] = c;
    }
    return false;
}

static bool read_bytes(int fd, struct reply *reply, size_t len)
{
    reply->body = realloc(reply->body, reply->len + len + 1);
    while (len > 0) {
        ssize_t n = recv(fd, reply->body + reply->len, len, 0);
        if (n <= 0)
            break;
        reply->len += (size_t)n;
        len -= (size_t)n;
    }
    reply->body[reply->len] = '\0';
    return len == 0;
}

static bool read_chunks(int fd, struct reply *reply)
{
    char line[64];
    while (read_line(fd, line, sizeof line)) {
        size_t len = strtoull(line, NULL, 16);
        if (len == 0)
            return read_line(fd, line, sizeof line);
        if (!read_bytes(fd, reply, len) || !read_line(fd, line, sizeof line))
            return false;
    }
    return false;
}

static void read_head(int fd, struct reply *reply)
{
    size_t len = 0;
    while (read_line(fd, reply->head + len, sizeof reply->head - len - 2)) {
        size_t n = strlen(reply->head + len);
        len += n;
        if (n == 0)
            break;
        reply->head[len++] = '\n';
        reply->head[len] = '\0';
    }
    if (strncmp(reply->head, "HTTP/1.1 ", 9) == 0)
        reply->status = (int)strtol(reply->head + 9, NULL, 10);
}

struct reply client_read(int fd, bool is_head)
{
    struct reply reply = { .body = calloc(1, 1) };
    do {
        reply.head[0] = '\0';
        reply.status = 0;
        read_head(fd, &reply);
    } while (reply.status == 100);
    const char *length = reply_header(&reply, "Content-Length");
    size_t len = length ? strtoull(length, NULL, 10) : 0;
    if (is_head || reply.status == 0 || reply.status == 204)
        reply.whole = reply.status != 0;
    else if (reply_header(&reply, "Transfer-Encoding"))
        reply.whole = read_chunks(fd, &reply);
    else
        reply.whole = read_bytes(fd, &reply, len);
    return reply;
}

void reply_free(struct reply *reply)
{
    free(reply->body);
    *reply = (struct reply){ 0 };
}

const char *reply_header(const struct reply *reply, const char *name)
{
    static char value[1024];
    size_t len = strlen(name);
    for (const char *line = reply->head; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncasecmp(line, name, len) != 0 || line[len] != ':')
            continue;
        line += len + 1;
        line += strspn(line, " ");
        snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\n"), line);
        return value;
    }
    return NULL;
}

struct reply client_ask(const char *address, const char *method, const char *path, const char *more,
                        const char *body)
{
    int fd = client_connect(address);
    struct reply none = { .body = calloc(1, 1) };
    if (fd < 0)
        return none;
    free(none.body);
    client_say(fd, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path, more);
    if (body)
        client_say(fd, "Content-Length: %zu\r\n", strlen(body));
    client_say(fd, "\r\n");
    if (body)
        client_send(fd, body, strlen(body));
    struct reply reply = client_read(fd, strcmp(method, "HEAD") == 0);
    close(fd);
    return reply;
}

bool client_is_closed(int fd)
{
    char nowhere[4096];
    ssize_t n;
    while ((n = recv(fd, nowhere, sizeof nowhere, 0)) > 0)
        ;
    return n == 0 || (n < 0 && (shutdown(fd, SHUT_RDWR) != 0));
}

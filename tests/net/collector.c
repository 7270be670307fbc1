/* HTTP/1.1 as far as libcurl needs it, one connection at a time. */
#include "collector.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static bool is_stopping(struct collector *c)
{
    pthread_mutex_lock(&c->lock);
    bool stopping = c->stopping;
    pthread_mutex_unlock(&c->lock);
    return stopping;
}

/* False where it is to stop. */
static bool wait_readable(struct collector *c, int fd)
{
    struct pollfd look = { .fd = fd, .events = POLLIN };
    while (!is_stopping(c))
        if (poll(&look, 1, 10) > 0)
            return true;
    return false;
}

static void answer(struct collector *c, int fd, const char *text)
{
    size_t len = strlen(text);
    do {
        if (send(fd, text, len, MSG_NOSIGNAL) < 0)
            return;
    } while (c->manner == COLLECTOR_FLOODS && !is_stopping(c));
}

static void keep(struct collector *c, char *head, char *body)
{
    pthread_mutex_lock(&c->lock);
    if (c->n < sizeof c->requests / sizeof *c->requests) {
        c->requests[c->n++] = (struct collected){ strdup(head), strdup(body) };
        pthread_cond_broadcast(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
}

static const char *reply_of(enum collector_manner manner)
{
    switch (manner) {
    case COLLECTOR_REFUSES: return "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";
    case COLLECTOR_TAKES_PARTLY:
        return "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n"
               "{\"partialSuccess\":{\"rejectedSpans\":\"2\"}}";
    case COLLECTOR_FLOODS: return "HTTP/1.1 200 OK\r\n\r\n";
    default: return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    }
}

/* One request: its head up to the empty line, its body as Content-Length says. */
static bool serve_one(struct collector *c, int fd)
{
    static char text[4 << 20];
    size_t len = 0, wanted = 0;
    char *body = NULL;
    while (!body || len < wanted) {
        if (len + 1 >= sizeof text || !wait_readable(c, fd))
            return false;
        ssize_t n = recv(fd, text + len, sizeof text - 1 - len, 0);
        if (n <= 0)
            return false;
        len += (size_t)n;
        text[len] = '\0';
        if (!body && (body = strstr(text, "\r\n\r\n")) != NULL) {
            const char *field = strcasestr(text, "\r\nContent-Length:");
            *body = '\0';
            body += 4;
            wanted = (size_t)(body - text) + (field ? strtoul(field + 17, NULL, 10) : 0);
        }
    }
    keep(c, text, body);
    if (c->manner == COLLECTOR_HANGS)
        return wait_readable(c, fd) && false;
    answer(c, fd, reply_of(c->manner));
    return true;
}

static void *serve(void *ctx)
{
    struct collector *c = ctx;
    while (wait_readable(c, c->listener)) {
        int fd = accept(c->listener, NULL, NULL);
        if (fd < 0)
            continue;
        while (serve_one(c, fd))
            ;
        close(fd);
    }
    return NULL;
}

void collector_start(struct collector *c, enum collector_manner manner)
{
    memset(c, 0, sizeof *c);
    c->manner = manner;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    c->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->listener < 0 || bind(c->listener, (struct sockaddr *)&address, size) ||
        listen(c->listener, 16) || getsockname(c->listener, (struct sockaddr *)&address, &size) ||
        pthread_create(&c->thread, NULL, serve, c)) {
        perror("collector");
        abort();
    }
    snprintf(c->url, sizeof c->url, "http://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
}

void collector_stop(struct collector *c)
{
    pthread_mutex_lock(&c->lock);
    c->stopping = true;
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    close(c->listener);
    for (size_t i = 0; i < c->n; i++) {
        free(c->requests[i].head);
        free(c->requests[i].body);
    }
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
}

bool collector_wait(struct collector *c, size_t n)
{
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 60;
    int out = 0;
    pthread_mutex_lock(&c->lock);
    while (c->n < n && out != ETIMEDOUT)
        out = pthread_cond_timedwait(&c->changed, &c->lock, &end);
    bool there = c->n >= n;
    pthread_mutex_unlock(&c->lock);
    return there;
}

/* HTTP/1.1 as far as hostile and honest answers need it. */
#include "site.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct guest {
    struct site *site;
    int fd;
};

static bool is_stopping(struct site *s)
{
    pthread_mutex_lock(&s->lock);
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

static bool wait_readable(struct site *s, int fd)
{
    struct pollfd look = { .fd = fd, .events = POLLIN };
    while (!is_stopping(s))
        if (poll(&look, 1, 5) > 0)
            return true;
    return false;
}

static void keep(struct site *s, const char *head)
{
    pthread_mutex_lock(&s->lock);
    if (s->n < sizeof s->heads / sizeof *s->heads)
        s->heads[s->n++] = strdup(head);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void count(struct site *s, int change)
{
    pthread_mutex_lock(&s->lock);
    s->at_once += (unsigned)change;
    if (s->at_once > s->most_at_once)
        s->most_at_once = s->at_once;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

/* Closing with bytes unread would reset the connection and take the answer away. */
static void close_gently(struct site *s, int fd)
{
    char bytes[4096];
    shutdown(fd, SHUT_WR);
    while (wait_readable(s, fd) && recv(fd, bytes, sizeof bytes, 0) > 0)
        ;
    close(fd);
}

static void *serve_one(void *ctx)
{
    struct guest guest = *(struct guest *)ctx;
    char head[32768];
    size_t len = 0;
    free(ctx);
    head[0] = '\0';
    while (!strstr(head, "\r\n\r\n") && len + 1 < sizeof head &&
           wait_readable(guest.site, guest.fd)) {
        ssize_t n = recv(guest.fd, head + len, sizeof head - 1 - len, 0);
        if (n <= 0)
            break;
        len += (size_t)n;
        head[len] = '\0';
        if (head[0] < 'A') /* TLS */
            break;
    }
    if (len > 0) {
        keep(guest.site, head);
        guest.site->answer(guest.site, guest.fd, head);
    }
    count(guest.site, -1);
    close_gently(guest.site, guest.fd);
    pthread_mutex_lock(&guest.site->lock);
    pthread_cond_broadcast(&guest.site->changed);
    pthread_mutex_unlock(&guest.site->lock);
    return NULL;
}

static void *serve(void *ctx)
{
    struct site *s = ctx;
    pthread_t threads[1024];
    size_t n = 0;
    while (wait_readable(s, s->listener)) {
        struct guest *guest = malloc(sizeof *guest);
        if (!guest || n == sizeof threads / sizeof *threads)
            abort();
        *guest = (struct guest){ s, accept(s->listener, NULL, NULL) };
        count(s, 1);
        if (guest->fd < 0 || pthread_create(&threads[n++], NULL, serve_one, guest))
            abort();
    }
    while (n > 0)
        pthread_join(threads[--n], NULL);
    return NULL;
}

void site_start(struct site *s, site_answer *answer, void *ctx)
{
    memset(s, 0, sizeof *s);
    s->answer = answer;
    s->ctx = ctx;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    struct sockaddr_in address = { .sin_family = AF_INET };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&address, size) ||
        listen(s->listener, 256) || getsockname(s->listener, (struct sockaddr *)&address, &size) ||
        pthread_create(&s->thread, NULL, serve, s)) {
        perror("site");
        abort();
    }
    s->port = ntohs(address.sin_port);
}

void site_stop(struct site *s)
{
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
    close(s->listener);
    for (size_t i = 0; i < s->n; i++)
        free(s->heads[i]);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
}

bool site_send(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

bool site_say(int fd, const char *text) { return site_send(fd, text, strlen(text)); }

void site_hang(struct site *s, int fd)
{
    char byte;
    while (wait_readable(s, fd) && recv(fd, &byte, 1, 0) > 0)
        ;
}

size_t site_count(struct site *s, const char *begin)
{
    size_t count = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->n; i++)
        count += strncmp(s->heads[i], begin, strlen(begin)) == 0;
    pthread_mutex_unlock(&s->lock);
    return count;
}

bool site_last_has(struct site *s, const char *begin, const char *line)
{
    char wanted[256];
    bool has = false;
    snprintf(wanted, sizeof wanted, "\r\n%s", line);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < s->n; i++)
        if (strncmp(s->heads[i], begin, strlen(begin)) == 0)
            has = strcasestr(s->heads[i], wanted) != NULL;
    pthread_mutex_unlock(&s->lock);
    return has;
}

void site_wait(struct site *s, size_t n)
{
    pthread_mutex_lock(&s->lock);
    while (s->n < n)
        pthread_cond_wait(&s->changed, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

void site_path(const char *head, char *path, size_t size)
{
    const char *begin = strchr(head, ' ');
    size_t len = begin ? strcspn(begin + 1, " \r\n") : 0;
    snprintf(path, size, "%.*s", (int)len, begin ? begin + 1 : "");
}

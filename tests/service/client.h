#ifndef SERVICE_CLIENT_H
#define SERVICE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

/* The other side of the service's tests: HTTP/1.1 by hand, so that it can be spoken badly. */
struct reply {
    int status; /* 0: the connection was closed before there was one */
    char head[4096];
    char *body;
    size_t len;
    bool whole; /* all of the body that was announced came */
};

/* "127.0.0.1:8080".  Waits at most 20 seconds for whatever it waits. */
int client_connect(const char *address);
void client_send(int fd, const void *bytes, size_t len);
/* Formats like printf(). */
void client_say(int fd, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* is_head: the answer to HEAD has no body, whatever it says. */
struct reply client_read(int fd, bool is_head);
void reply_free(struct reply *reply);

/* The value of a header, or NULL; the result is overwritten by the next call. */
const char *reply_header(const struct reply *reply, const char *name);

/* One request on a connection of its own.  more: further header lines, each with its line end. */
struct reply client_ask(const char *address, const char *method, const char *path, const char *more,
                        const char *body);

/* Until the other side has closed; false after 20 seconds. */
bool client_is_closed(int fd);

#endif

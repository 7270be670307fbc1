#ifndef SERVICE_FUZZ_ANSWER_H
#define SERVICE_FUZZ_ANSWER_H

#include "fuzz_case.h"

/* A connection to the server, and what came over it. */
struct fuzz_line {
    int fd;          /* -1: there is none */
    char *at, *body; /* what was not looked at yet; of the last answer */
    size_t len, room;
    bool ended;
};

struct fuzz_answer {
    int status;  /* 0: the connection was closed, or reset, before there was one */
    bool is_own; /* by the service, not by its library */
    bool closes, is_chunked, has_length;
    size_t length;
    char type[64], id[160], allow[64], challenge[64];
    const char *body; /* in the line, until the next is read */
    size_t len;
};

/* source: the last byte of the address that is connected from, so that ports do not run out.  False
 * where it cannot be had. */
bool fuzz_line_open(struct fuzz_line *line, unsigned port, unsigned source);
void fuzz_line_close(struct fuzz_line *line);
void fuzz_line_free(struct fuzz_line *line);
/* False: the server hung up on it. */
bool fuzz_line_send(struct fuzz_line *line, const char *at, size_t len);

/* Reads one answer and checks that it is HTTP, and that of the case if there is one.  NULL, or what
 * is wrong (static, or of the thread). */
const char *fuzz_answer_read(struct fuzz_line *line, bool is_head, struct fuzz_answer *answer);
const char *fuzz_answer_check(const struct fuzz_case *c, const struct fuzz_answer *answer);
/* Waits for the end of the connection.  Nothing may come before it; behind an answer of the library
 * nothing of the service: up to 0.9.75 at least it says some of its heads twice. */
const char *fuzz_answer_end(struct fuzz_line *line, bool is_own);

#endif

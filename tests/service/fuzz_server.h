#ifndef SERVICE_FUZZ_SERVER_H
#define SERVICE_FUZZ_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* `riptide serve` as a process, on a port that the kernel chooses, and a thread that reads its log.
 */
struct fuzz_server {
    pid_t pid;
    int log;
    pthread_t reader;
    atomic_uint port; /* 0: it does not listen yet */
    atomic_bool ended;
    atomic_uint_fast64_t lines;
    char *other; /* what it said that is no line of its log: a sanitizer's report */
    size_t other_len;
};

/* False: it cannot be started, and that is said. */
bool fuzz_server_start(struct fuzz_server *server, const char *program);
/* SIGTERM, and its exit status, as waitpid() has it; -1 where it did not end, and had to be killed.
 */
int fuzz_server_stop(struct fuzz_server *server);
uint64_t fuzz_server_rss(const struct fuzz_server *server);

#endif

#ifndef RT_TEST_NET_COLLECTOR_H
#define RT_TEST_NET_COLLECTOR_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* A collector on 127.0.0.1 that keeps what it is sent, or misbehaves. */
enum collector_manner {
    COLLECTOR_TAKES,
    COLLECTOR_REFUSES,      /* 503 */
    COLLECTOR_TAKES_PARTLY, /* says that it refuses 2 spans */
    COLLECTOR_FLOODS,       /* 200 and an endless body */
    COLLECTOR_HANGS         /* never answers */
};

struct collected {
    char *head, *body; /* NUL-terminated */
};

struct collector {
    enum collector_manner manner;
    int listener;
    char url[64]; /* http://127.0.0.1:PORT */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stopping;
    struct collected requests[64];
    size_t n;
};

void collector_start(struct collector *collector, enum collector_manner manner);
/* Ends it and frees the requests. */
void collector_stop(struct collector *collector);
/* Returns when it has n requests; false after a minute. */
bool collector_wait(struct collector *collector, size_t n);

#endif

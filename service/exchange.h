#ifndef RT_SERVICE_EXCHANGE_H
#define RT_SERVICE_EXCHANGE_H

#include "service/clients.h"
#include "service/http.h"
#include "service/microhttpd.h"

#include <pthread.h>
#include <stdatomic.h>

/* What http.c and answer.c share; nobody else includes it. */
struct rt_http {
    const struct rt_microhttpd *mhd;
    struct rt_http_app app;
    struct rt_http_rules rules;
    struct rt_clients *clients;
    struct MHD_Daemon *daemon;
    int listener; /* -1 before the server takes no more connections: then it is the library's */
    atomic_bool quiescing;
    atomic_uint exchanges, deferred;
    atomic_uint_fast64_t body_bytes, answer_bytes;
};

enum { RT_EXCHANGE_HEADERS = 12 };

struct rt_exchange_part {
    struct rt_exchange_part *next;
    rt_text text;
    uint64_t room; /* that was taken for it */
};

struct rt_exchange {
    struct rt_http *http;
    struct MHD_Connection *connection;
    struct rt_client *client;
    struct rt_arena arena;
    uint64_t began_ns;
    rt_str method, path;
    rt_str authority;  /* of the target, or absent */
    const char *fault; /* NULL: none */

    struct {
        char *at;
        size_t len, room;
        uint64_t max, thrown_away;
        bool announced; /* by the headers */
        bool too_large, no_room;
    } body;

    struct rt_http_header headers[RT_EXCHANGE_HEADERS];
    unsigned header_count;

    bool handled, deferred;
    rt_cancel *stop;
    struct {
        int status; /* 0: there is none yet */
        const char *type;
        rt_str body;
        void (*release)(void *owner);
        void *owner;
        bool is_stream;
    } answer;

    /* Of a stream; the lock is for what both sides touch. */
    pthread_mutex_t lock;
    unsigned users; /* the library, and who sends a stream */
    struct rt_exchange_part *first, **last;
    uint64_t room;   /* that was taken for the answer and not given back */
    size_t taken;    /* of the first part */
    uint64_t unsent; /* bytes of all parts */
    void (*then)(void *ctx); /* once less is unsent, or never will be; NULL: nobody waits */
    void *then_ctx;
    bool asleep, ended, whole, gone, sent;

    _Alignas(16) char app[];
};

/* Queues the answer on the event thread. */
enum MHD_Result rt_exchange_queue(struct rt_exchange *x);
struct MHD_Response *rt_exchange_stream_response(struct rt_exchange *x);
/* Of the answer, what is there still. */
void rt_exchange_forget(struct rt_exchange *x);
/* The library lets go of it. */
void rt_exchange_let_go(struct rt_exchange *x, bool sent);
/* One user less; the last one ends it. */
void rt_exchange_leave(struct rt_exchange *x);

#endif

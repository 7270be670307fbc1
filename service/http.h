#ifndef RT_SERVICE_HTTP_H
#define RT_SERVICE_HTTP_H

#include "base/arena.h"

#include <riptide/riptide.h>

/* HTTP/1.1, behind a few functions: nothing else in the service knows which library speaks it.
 *
 * A request is an exchange.  On one of the server's event threads begin() sees its headers and may
 * answer already, and then the body is not read; handle() sees the body, too, and answers or
 * defers; end() is the last.  Event threads serve many connections each: whatever takes long is
 * deferred and answered from another thread. */
struct rt_http;
struct rt_exchange;

struct rt_http_header {
    const char *name, *value;
};

struct rt_http_app {
    void *ctx;
    size_t room; /* bytes that each exchange has for the app, zeroed: rt_exchange_app() */
    void (*begin)(void *ctx, struct rt_exchange *x);
    void (*handle)(void *ctx, struct rt_exchange *x);
    /* sent: all of the answer went out to somebody who was still there.  Not called for an exchange
     * that never began. */
    void (*end)(void *ctx, struct rt_exchange *x, bool sent);
    const struct rt_http_header *headers; /* of every answer, up to a name of NULL */
};

struct rt_http_rules {
    unsigned threads, connections;
    unsigned idle_s, receive_s, send_s; /* see struct rt_client_rules */
    uint64_t max_bodies;                /* bytes of all bodies that are there at once */
    uint64_t max_answers;               /* of all that took room; one may have a quarter of it */
    bool shares_listener; /* others go on to listen on it after the end */
};

/* listener (owned) from then on, also on failure, when *out is NULL.  app and what it points to
 * (kept).  *out is there before the first exchange begins. */
rt_status rt_http_open(struct rt_http **out, int listener, const struct rt_http_rules *rules,
                       const struct rt_http_app *app, rt_error *err);
/* Takes no new connections, hangs up on idle ones, and says with each answer that it is the last.
 */
void rt_http_quiesce(struct rt_http *http);
/* Triggers the stop of all exchanges that are deferred. */
void rt_http_stop(struct rt_http *http);
/* No exchange is deferred any more.  Breaks off those that are still sent. */
void rt_http_close(struct rt_http *http);

struct rt_http_counts {
    unsigned connections, exchanges; /* now */
    unsigned deferred;               /* of the exchanges */
    uint64_t body_bytes;             /* of the bodies that are there now */
    uint64_t answer_bytes;           /* of the answers that took room */
};
struct rt_http_counts rt_http_read(struct rt_http *http);

/* ---- an exchange: what the client says
 * ----------------------------------------------------------- */

/* All (borrowed) until the exchange ends. */
void *rt_exchange_app(struct rt_exchange *x);
struct rt_arena *rt_exchange_arena(struct rt_exchange *x);
rt_str rt_exchange_method(const struct rt_exchange *x);
rt_str rt_exchange_path(const struct rt_exchange *x);               /* decoded, without the query */
rt_str rt_exchange_authority(const struct rt_exchange *x);          /* the target's, or absent */
rt_str rt_exchange_header(struct rt_exchange *x, const char *name); /* the first, or absent */
rt_str rt_exchange_body(const struct rt_exchange *x);               /* in handle() and later */
uint64_t rt_exchange_began_ns(const struct rt_exchange *x);
/* In begin(): NULL, or what is wrong with the request, which is to be answered 400: the connection
 * is closed then, and nothing of what follows is read as a request. */
const char *rt_exchange_fault(const struct rt_exchange *x);
/* The client's address, 16 bytes, IPv4 as v4-mapped. */
void rt_exchange_peer(struct rt_exchange *x, uint8_t out[16]);
/* Calls each() for the query's parts, decoded, until it says false. */
void rt_exchange_query(struct rt_exchange *x, bool (*each)(void *ctx, rt_str name, rt_str value),
                       void *ctx);

/* ---- and what it is answered
 * --------------------------------------------------------------------- */

/* In begin(): takes a body of at most so many bytes; without it, none. */
void rt_exchange_take_body(struct rt_exchange *x, uint64_t max);
/* The body that was announced or came is larger: the app answers 413 where it is asked next. */
bool rt_exchange_is_too_large(const struct rt_exchange *x);
/* All bodies together are larger than the server may hold, or there is no memory: 503. */
bool rt_exchange_lacks_room(const struct rt_exchange *x);

/* Both (kept) until the exchange ends; at most 12 of them. */
void rt_exchange_add_header(struct rt_exchange *x, const char *name, const char *value);

/* In handle(): the answer comes later, from any thread.  NULL without memory; else what is
 * triggered when the client hangs up or the server closes, (borrowed) until the answer.  Nothing of
 * the exchange may be touched by the event thread from then on, once another thread has it. */
rt_cancel *rt_exchange_defer(struct rt_exchange *x);

/* Takes room for a part of an answer that may be large, from any thread: until the exchange ends,
 * or that much of its stream is taken.  False where there is none: answers wait for those who do
 * not take them. */
bool rt_exchange_take_room(struct rt_exchange *x, uint64_t bytes);

/* Answers with all of the body.  release(owner) is called when it is not needed any more; NULL:
 * body (kept) until the exchange ends.  type: NULL for an answer without a body.  Of a deferred
 * exchange nothing may be touched afterwards. */
void rt_exchange_answer(struct rt_exchange *x, int status, const char *type, rt_str body,
                        void (*release)(void *owner), void *owner);
int rt_exchange_status(const struct rt_exchange *x); /* 0: not answered yet */

/* Answers with 200 and a stream, of a deferred exchange: more is sent with each call.  text (owned):
 * taken over; once it is sent, so much of the room that was taken is given back.  False, and the
 * text is freed, where nobody takes it any more. */
void rt_exchange_stream(struct rt_exchange *x, const char *type);
bool rt_exchange_send(struct rt_exchange *x, rt_text *text, uint64_t room);
/* True where the client has much to take still; then() is called once, from any thread, when most of
 * it is taken or the client is gone.  The stream is not finished before. */
bool rt_exchange_waits(struct rt_exchange *x, void (*then)(void *ctx), void *ctx);
/* whole: false breaks it off, so that the client sees that it is torn. */
void rt_exchange_finish(struct rt_exchange *x, bool whole);

#endif

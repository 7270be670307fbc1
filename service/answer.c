/* The answers of exchanges: whole ones, deferred ones and streams.
 *
 * A connection whose answer is made elsewhere, or whose stream has nothing to send, is suspended:
 * the library does not look at it until it is resumed, which is the last that another thread may do
 * with the exchange, or happens under its lock. */
#include "service/exchange.h"

#include <string.h>

enum { UNSENT_MAX = 4 << 20 }; /* bytes of a stream */

static void nothing_to_release(void *owner) { (void)owner; }

/* ---- room ---------------------------------------------------------------------------------------
 */

bool rt_exchange_take_room(struct rt_exchange *x, uint64_t bytes)
{
    struct rt_http *http = x->http;
    uint64_t max = http->rules.max_answers;
    pthread_mutex_lock(&x->lock);
    bool has_room = x->room + bytes <= max / 4;
    if (has_room && atomic_fetch_add(&http->answer_bytes, bytes) + bytes > max) {
        atomic_fetch_sub(&http->answer_bytes, bytes);
        has_room = false;
    }
    x->room += has_room ? bytes : 0;
    pthread_mutex_unlock(&x->lock);
    return has_room;
}

/* With the lock held, or nobody else about. */
static void give_room_back(struct rt_exchange *x, uint64_t bytes)
{
    x->room -= bytes;
    atomic_fetch_sub(&x->http->answer_bytes, bytes);
}

/* ---- whole answers ------------------------------------------------------------------------------
 */

void rt_exchange_add_header(struct rt_exchange *x, const char *name, const char *value)
{
    if (value && x->header_count < RT_EXCHANGE_HEADERS)
        x->headers[x->header_count++] = (struct rt_http_header){ name, value };
}

static bool add_headers(struct rt_exchange *x, struct MHD_Response *response)
{
    const struct rt_microhttpd *mhd = x->http->mhd;
    bool good = true;
    if (x->answer.type)
        good = mhd->add_response_header(response, "Content-Type", x->answer.type) == MHD_YES;
    for (const struct rt_http_header *h = x->http->app.headers; good && h->name; h++)
        good = mhd->add_response_header(response, h->name, h->value) == MHD_YES;
    for (unsigned i = 0; good && i < x->header_count; i++)
        good =
            mhd->add_response_header(response, x->headers[i].name, x->headers[i].value) == MHD_YES;
    bool is_last = rt_client_is_to_go(x->http->clients, x->client);
    if (good && (is_last || atomic_load(&x->http->quiescing)))
        good = mhd->add_response_header(response, "Connection", "close") == MHD_YES;
    return good;
}

static struct MHD_Response *whole_response(struct rt_exchange *x)
{
    void (*release)(void *) = x->answer.release ? x->answer.release : nothing_to_release;
    void *body;
    memcpy(&body, &x->answer.body.at, sizeof body); /* is only read */
    struct MHD_Response *response =
        x->http->mhd->create_response_from_buffer_with_free_callback_cls(x->answer.body.len, body,
                                                                         release, x->answer.owner);
    if (!response)
        release(x->answer.owner);
    x->answer.release = NULL;
    return response;
}

enum MHD_Result rt_exchange_queue(struct rt_exchange *x)
{
    const struct rt_microhttpd *mhd = x->http->mhd;
    bool is_stream = x->answer.is_stream;
    struct MHD_Response *response = is_stream ? rt_exchange_stream_response(x) : whole_response(x);
    if (!response)
        return MHD_NO;
    if (is_stream)
        rt_client_takes(x->http->clients, x->client);
    else
        rt_client_receives(x->http->clients, x->client, x->answer.body.len);
    enum MHD_Result queued = MHD_NO;
    if (add_headers(x, response))
        queued = mhd->queue_response(x->connection, (unsigned)x->answer.status, response);
    mhd->destroy_response(response);
    return queued;
}

rt_cancel *rt_exchange_defer(struct rt_exchange *x)
{
    x->stop = rt_cancel_new();
    if (!x->stop)
        return NULL;
    x->deferred = true;
    atomic_fetch_add(&x->http->deferred, 1);
    rt_client_watch(x->http->clients, x->client, x->stop);
    x->http->mhd->suspend_connection(x->connection);
    return x->stop;
}

static void resume(struct rt_exchange *x)
{
    struct rt_http *http = x->http;
    if (x->answer.is_stream)
        rt_client_wakes(http->clients, x->client);
    else
        rt_client_unwatch(http->clients, x->client);
    http->mhd->resume_connection(x->connection);
}

void rt_exchange_answer(struct rt_exchange *x, int status, const char *type, rt_str body,
                        void (*release)(void *owner), void *owner)
{
    struct rt_http *http = x->http;
    bool deferred = x->deferred;
    x->answer.status = status;
    x->answer.type = type;
    x->answer.body = body.at ? body : (rt_str){ "", 0 };
    x->answer.release = release;
    x->answer.owner = owner;
    if (!deferred)
        return;
    resume(x);
    atomic_fetch_sub(&http->deferred, 1);
}

/* ---- streams ------------------------------------------------------------------------------------
 */

static void drop_first(struct rt_exchange *x)
{
    struct rt_exchange_part *part = x->first;
    x->first = part->next;
    if (!x->first)
        x->last = &x->first;
    x->taken = 0;
    give_room_back(x, part->room);
    rt_text_free(&part->text);
    rt_alloc_resize(&rt_alloc_heap, part, 0);
}

void rt_exchange_forget(struct rt_exchange *x)
{
    while (x->first)
        drop_first(x);
    give_room_back(x, x->room);
}

/* With the lock held: who waits for room is told once it is given back. */
static void (*take_waiting(struct rt_exchange *x))(void *ctx)
{
    void (*then)(void *ctx) = NULL;
    if (x->gone || x->unsent <= UNSENT_MAX / 2) {
        then = x->then;
        x->then = NULL;
    }
    if (then)
        rt_client_stalls(x->http->clients, x->client, false);
    return then;
}

static ssize_t copy_part(struct rt_exchange *x, char *to, size_t room)
{
    size_t left = x->first->text.len - x->taken, count = left < room ? left : room;
    memcpy(to, x->first->text.at + x->taken, count);
    x->taken += count;
    x->unsent -= count;
    if (count == left)
        drop_first(x);
    return (ssize_t)count;
}

/* Called when the last block has gone out: the client has so long for each. */
static ssize_t read_stream(void *ctx, uint64_t position, char *to, size_t room)
{
    struct rt_exchange *x = ctx;
    ssize_t n = 0;
    (void)position;
    pthread_mutex_lock(&x->lock);
    if (x->first || x->ended)
        rt_client_takes(x->http->clients, x->client);
    if (x->first) {
        n = copy_part(x, to, room);
    } else if (x->ended) {
        n = x->whole ? MHD_CONTENT_READER_END_OF_STREAM : MHD_CONTENT_READER_END_WITH_ERROR;
    } else {
        x->asleep = true;
        rt_client_watch(x->http->clients, x->client, x->stop);
        x->http->mhd->suspend_connection(x->connection);
    }
    void (*then)(void *ctx) = take_waiting(x);
    pthread_mutex_unlock(&x->lock);
    if (then)
        then(x->then_ctx);
    return n;
}

struct MHD_Response *rt_exchange_stream_response(struct rt_exchange *x)
{
    return x->http->mhd->create_response_from_callback(MHD_SIZE_UNKNOWN, RT_CLIENT_BLOCK,
                                                       read_stream, x, NULL);
}

void rt_exchange_stream(struct rt_exchange *x, const char *type)
{
    x->answer.status = 200;
    x->answer.type = type;
    x->answer.is_stream = true;
    x->users = 2;
    resume(x);
}

/* With the lock held. */
static void wake(struct rt_exchange *x)
{
    if (x->asleep && !x->gone)
        resume(x);
    x->asleep = false;
}

bool rt_exchange_send(struct rt_exchange *x, rt_text *text, uint64_t room)
{
    struct rt_exchange_part *part = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *part);
    bool taken = false;
    pthread_mutex_lock(&x->lock);
    if (part && !x->gone && text->len > 0) {
        *part = (struct rt_exchange_part){ .text = *text, .room = room };
        *x->last = part;
        x->last = &part->next;
        x->unsent += text->len;
        *text = (rt_text){ NULL, 0 };
        taken = true;
        wake(x);
    }
    pthread_mutex_unlock(&x->lock);
    if (!taken) {
        rt_alloc_resize(&rt_alloc_heap, part, 0);
        rt_text_free(text);
    }
    return taken;
}

bool rt_exchange_waits(struct rt_exchange *x, void (*then)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&x->lock);
    bool waits = !x->gone && x->unsent > UNSENT_MAX;
    if (waits) {
        x->then = then;
        x->then_ctx = ctx;
        rt_client_stalls(x->http->clients, x->client, true);
    }
    pthread_mutex_unlock(&x->lock);
    return waits;
}

void rt_exchange_finish(struct rt_exchange *x, bool whole)
{
    struct rt_http *http = x->http;
    pthread_mutex_lock(&x->lock);
    x->ended = true;
    x->whole = whole;
    wake(x);
    pthread_mutex_unlock(&x->lock);
    rt_exchange_leave(x);
    atomic_fetch_sub(&http->deferred, 1);
}

void rt_exchange_let_go(struct rt_exchange *x, bool sent)
{
    pthread_mutex_lock(&x->lock);
    x->gone = true;
    x->sent = sent;
    if (x->answer.is_stream)
        rt_client_unwatch(x->http->clients, x->client);
    if (x->answer.is_stream && !x->ended)
        rt_cancel_trigger(x->stop);
    void (*then)(void *ctx) = take_waiting(x);
    pthread_mutex_unlock(&x->lock);
    if (then)
        then(x->then_ctx);
    rt_exchange_leave(x);
}

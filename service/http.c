/* The server: libmicrohttpd's callbacks turned into exchanges.  Their answers are in answer.c. */
#include "service/exchange.h"
#include "service/request.h"

#include "base/error.h"
#include "base/prompt.h"
#include "base/str.h"
#include "net/clock.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_MEMORY = 32 * 1024, /* request line and headers have to fit */
    ARENA_MAX = 256 << 20,
    THROWN_AWAY_MAX = 1 << 20, /* of a body that nobody asked for */
    FIRST_ROOM = 64 * 1024
};

/* ---- the body -----------------------------------------------------------------------------------
 */

/* Counts before it takes, so that all bodies together stay within the limit. */
static bool grow_body(struct rt_exchange *x, size_t room)
{
    struct rt_http *http = x->http;
    uint64_t more = room - x->body.room;
    uint64_t all = atomic_fetch_add(&http->body_bytes, more) + more;
    char *at =
        all <= http->rules.max_bodies ? rt_alloc_resize(&rt_alloc_heap, x->body.at, room) : NULL;
    if (!at) {
        atomic_fetch_sub(&http->body_bytes, more);
        return false;
    }
    x->body.at = at;
    x->body.room = room;
    return true;
}

static void free_body(struct rt_exchange *x)
{
    atomic_fetch_sub(&x->http->body_bytes, x->body.room);
    rt_alloc_resize(&rt_alloc_heap, x->body.at, 0);
    x->body.at = NULL;
    x->body.room = x->body.len = 0;
}

static bool make_room(struct rt_exchange *x, size_t more)
{
    size_t want = x->body.len + more, room = x->body.room ? x->body.room : FIRST_ROOM;
    if (want <= x->body.room)
        return true;
    while (room < want)
        room *= 2;
    return grow_body(x, room < x->body.max ? room : x->body.max);
}

/* False: the connection is to be closed, since more comes than is worth throwing away. */
static bool take_body(struct rt_exchange *x, const char *at, size_t len)
{
    bool wanted = x->body.max > 0 && !x->body.too_large && !x->body.no_room;
    if (wanted && len > x->body.max - x->body.len)
        x->body.too_large = true;
    else if (wanted && !make_room(x, len))
        x->body.no_room = true;
    else if (wanted) {
        memcpy(x->body.at + x->body.len, at, len);
        x->body.len += len;
        return true;
    }
    if (x->body.room)
        free_body(x);
    x->body.thrown_away += len;
    return x->body.thrown_away <= (x->body.max > THROWN_AWAY_MAX ? x->body.max : THROWN_AWAY_MAX);
}

static uint64_t announced_length(rt_str text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!rt_is_digit(text.at[i]) || n > UINT64_MAX / 16)
            return UINT64_MAX;
        n = n * 10 + (uint64_t)(text.at[i] - '0');
    }
    return n;
}

void rt_exchange_take_body(struct rt_exchange *x, uint64_t max)
{
    rt_str announced = rt_exchange_header(x, "Content-Length");
    uint64_t length = announced_length(announced);
    x->body.max = announced.at && length < max ? length : max;
    x->body.too_large = length > max;
}

/* ---- one exchange -------------------------------------------------------------------------------
 */

static struct rt_client *client_of(struct rt_http *http, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        http->mhd->get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static enum MHD_Result see_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                  size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    rt_request_see(ctx, (rt_str){ name, name_len }, (rt_str){ value, value ? value_len : 0 });
    return MHD_YES;
}

static const char *find_fault(struct rt_exchange *x, const char *version, const char *so_far)
{
    struct rt_request_seen seen = { .fault = so_far };
    x->http->mhd->get_connection_values_n(x->connection, MHD_HEADER_KIND, see_header, &seen);
    return rt_request_fault(&seen, version);
}

static struct rt_exchange *new_exchange(struct rt_http *http, struct MHD_Connection *connection,
                                        const char *path, const char *method, const char *version,
                                        const char *fault)
{
    size_t size = sizeof(struct rt_exchange) + http->app.room;
    struct rt_exchange *x = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    if (!x)
        return NULL;
    memset(x, 0, size);
    x->http = http;
    x->connection = connection;
    x->client = client_of(http, connection);
    x->began_ns = rt_net_now();
    x->users = 1;
    x->last = &x->first;
    pthread_mutex_init(&x->lock, NULL);
    rt_arena_init(&x->arena, &rt_alloc_heap, ARENA_MAX);
    rt_str authority;
    x->path = rt_arena_copy(&x->arena, rt_request_path(rt_str_from_c(path), &authority));
    if (authority.at)
        x->authority = rt_arena_copy(&x->arena, authority);
    x->method = rt_arena_copy(&x->arena, rt_str_from_c(method));
    x->fault = find_fault(x, version, fault);
    x->body.announced = x->fault || rt_exchange_header(x, "Transfer-Encoding").at ||
                        announced_length(rt_exchange_header(x, "Content-Length")) > 0;
    if (x->fault)
        rt_exchange_add_header(x, "Connection", "close");
    atomic_fetch_add(&http->exchanges, 1);
    return x;
}

void rt_exchange_leave(struct rt_exchange *x)
{
    struct rt_http *http = x->http;
    pthread_mutex_lock(&x->lock);
    bool last = --x->users == 0;
    bool sent = x->sent && !rt_cancel_is_triggered(x->stop);
    pthread_mutex_unlock(&x->lock);
    if (!last)
        return;
    http->app.end(http->app.ctx, x, sent);
    rt_exchange_forget(x);
    if (x->answer.release) /* the client went away before it was queued */
        x->answer.release(x->answer.owner);
    free_body(x);
    rt_arena_free(&x->arena);
    rt_cancel_free(x->stop);
    pthread_mutex_destroy(&x->lock);
    rt_alloc_resize(&rt_alloc_heap, x, 0);
    atomic_fetch_sub(&http->exchanges, 1);
}

/* ---- the library's callbacks --------------------------------------------------------------------
 */

static enum MHD_Result begin(struct rt_http *http, struct rt_exchange *x)
{
    rt_client_sends(http->clients, x->client);
    http->app.begin(http->app.ctx, x);
    if (!x->answer.status)
        return MHD_YES;
    if (!x->body.announced) {
        x->handled =
            true; /* it can wait for the end of the request: the connection stays open then */
        return MHD_YES;
    }
    rt_client_refused(http->clients, x->client);
    return rt_exchange_queue(x);
}

/* Stand for the exchange of a target that is none, or is too large, until its headers are there. */
static const char bad_target[] = "the target has a space or a control character";
static const char large_target[] = "the target has more than 128 arguments, or with 80 bytes for "
                                   "each of them more than 30 KiB";
_Static_assert(RT_ARGUMENTS_MAX == 128 && RT_ARGUMENT_SIZE == 80 && RT_TARGET_MAX == 30 * 1024,
               "as it says");

/* What is wrong with the target, where *place stands for that. */
static const char *fault_at(const void *place)
{
    return place == bad_target || place == large_target ? place : NULL;
}

/* The library's own buffer, of which it shows a constant view: arguments for which it has no room
 * would leave it in a state from which it neither answers nor ends, and no other callback comes
 * before it reads them. */
static void cut_query(const char *target)
{
    char *query;
    memcpy(&query, &(const char *){ strchr(target, '?') }, sizeof query);
    if (query && query[1])
        query[1] = '\0';
}

/* Before the library takes it apart: a space is what "+" in a query is by the time of decode(). */
static void *see_target(void *ctx, const char *target, struct MHD_Connection *connection)
{
    const char *fault = rt_request_is_target(target) ? NULL : bad_target;
    void *place;
    (void)ctx;
    (void)connection;
    if (!rt_request_has_room(target)) {
        cut_query(target);
        fault = large_target;
    }
    memcpy(&place, &fault, sizeof place); /* is only compared */
    return place;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *count, void **place)
{
    struct rt_http *http = ctx;
    struct rt_exchange *x = *place;
    const char *fault = fault_at(*place);
    if (!x || fault) {
        x = new_exchange(http, connection, path, method, version, fault);
        *place = x;
        return x ? begin(http, x) : MHD_NO;
    }
    if (*count > 0) {
        bool go_on = take_body(x, bytes, *count);
        *count = 0;
        return go_on ? MHD_YES : MHD_NO;
    }
    if (!x->handled) {
        x->handled = true;
        http->app.handle(http->app.ctx, x);
        if (x->deferred)
            return MHD_YES; /* belongs to another thread by now */
    }
    return x->answer.status ? rt_exchange_queue(x) : MHD_NO;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **place,
                         enum MHD_RequestTerminationCode how)
{
    struct rt_http *http = ctx;
    struct rt_exchange *x = *place;
    *place = NULL;
    (void)connection;
    if (!x || fault_at(x))
        return;
    rt_client_waits(http->clients, x->client);
    rt_exchange_let_go(x, how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
}

/* The library's own threads pass on what workers and clients wait for. */
static void be_prompt(void)
{
    static _Thread_local bool done;
    if (!done)
        rt_prompt_thread();
    done = true;
}

static void on_connection(void *ctx, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode what)
{
    struct rt_http *http = ctx;
    be_prompt();
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        rt_client_leave(http->clients, *place);
        *place = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        http->mhd->get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *place = info ? rt_client_join(http->clients, info->connect_fd) : NULL;
}

/* ---- what the client says -----------------------------------------------------------------------
 */

void *rt_exchange_app(struct rt_exchange *x) { return x->app; }
struct rt_arena *rt_exchange_arena(struct rt_exchange *x) { return &x->arena; }
rt_str rt_exchange_method(const struct rt_exchange *x) { return x->method; }
rt_str rt_exchange_path(const struct rt_exchange *x) { return x->path; }
rt_str rt_exchange_authority(const struct rt_exchange *x) { return x->authority; }
uint64_t rt_exchange_began_ns(const struct rt_exchange *x) { return x->began_ns; }
bool rt_exchange_is_too_large(const struct rt_exchange *x) { return x->body.too_large; }
bool rt_exchange_lacks_room(const struct rt_exchange *x) { return x->body.no_room; }
const char *rt_exchange_fault(const struct rt_exchange *x) { return x->fault; }
int rt_exchange_status(const struct rt_exchange *x) { return x->answer.status; }

rt_str rt_exchange_body(const struct rt_exchange *x)
{
    return (rt_str){ x->body.at ? x->body.at : "", x->body.len };
}

rt_str rt_exchange_header(struct rt_exchange *x, const char *name)
{
    rt_str value = { NULL, 0 };
    x->http->mhd->lookup_connection_value_n(x->connection, MHD_HEADER_KIND, name, strlen(name),
                                            &value.at, &value.len);
    return value;
}

void rt_exchange_peer(struct rt_exchange *x, uint8_t out[16])
{
    const union MHD_ConnectionInfo *info =
        x->http->mhd->get_connection_info(x->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *at = info ? info->client_addr : NULL;
    memset(out, 0, 16);
    if (at && at->sa_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, at, sizeof six);
        memcpy(out, &six.sin6_addr, 16);
    } else if (at && at->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, at, sizeof four);
        out[10] = out[11] = 0xFF;
        memcpy(out + 12, &four.sin_addr, 4);
    }
}

struct walk {
    bool (*each)(void *ctx, rt_str name, rt_str value);
    void *ctx;
};

static enum MHD_Result take_part(void *ctx, enum MHD_ValueKind kind, const char *name,
                                 size_t name_len, const char *value, size_t value_len)
{
    const struct walk *walk = ctx;
    (void)kind;
    rt_str n = { name, name_len }, v = { value ? value : "", value ? value_len : 0 };
    return walk->each(walk->ctx, n, v) ? MHD_YES : MHD_NO;
}

void rt_exchange_query(struct rt_exchange *x, bool (*each)(void *ctx, rt_str name, rt_str value),
                       void *ctx)
{
    struct walk walk = { each, ctx };
    x->http->mhd->get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, take_part, &walk);
}

/* ---- the server ---------------------------------------------------------------------------------
 */

static size_t decode(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return rt_request_decode(text);
}

/* Without MHD_OPTION_STRICT_FOR_CLIENT: what it refuses on top it answers in its own words, or
 * hangs up on without any, and what it refuses differs from version to version.  Here that is done
 * by see_target() and find_fault(), and the app answers. */
static struct MHD_Daemon *start(struct rt_http *http, int listener)
{
    const struct rt_http_rules *rules = &http->rules;
    /* A pool of one is none. */
    const struct MHD_OptionItem pool[] = {
        { rules->threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, rules->threads, NULL },
        { MHD_OPTION_END, 0, NULL }
    };
    return http->mhd->start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, http,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT, rules->connections,
        MHD_OPTION_CONNECTION_TIMEOUT, rules->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_URI_LOG_CALLBACK, see_target,
        http, MHD_OPTION_UNESCAPE_CALLBACK, decode, http, MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

rt_status rt_http_open(struct rt_http **out, int listener, const struct rt_http_rules *rules,
                       const struct rt_http_app *app, rt_error *err)
{
    const struct rt_microhttpd *mhd;
    rt_status s = rt_microhttpd_load(&mhd, err);
    struct rt_http *http = s == RT_OK ? rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *http) : NULL;
    if (!http) {
        close(listener);
        return s != RT_OK ? s : rt_fail(err, RT_NO_MEMORY, "no memory for the server");
    }
    const struct rt_client_rules patience = { rules->idle_s, rules->receive_s, rules->send_s,
                                              listener };
    memset(http, 0, sizeof *http);
    http->mhd = mhd;
    http->rules = *rules;
    http->app = *app;
    http->listener = -1;
    http->clients = rt_clients_open(&patience);
    *out = http;
    http->daemon = http->clients ? start(http, listener) : NULL;
    if (http->daemon)
        return RT_OK;
    *out = NULL;
    rt_clients_close(http->clients);
    close(listener);
    rt_alloc_resize(&rt_alloc_heap, http, 0);
    return rt_fail(err, RT_NO_MEMORY, "the threads of the server cannot be made");
}

void rt_http_quiesce(struct rt_http *http)
{
    if (atomic_exchange(&http->quiescing, true))
        return;
    rt_clients_drain(http->clients);
    http->listener = http->mhd->quiesce_daemon(http->daemon);
    if (http->listener >= 0 && !http->rules.shares_listener)
        shutdown(http->listener, SHUT_RDWR); /* who comes now is refused, and does not wait */
}

void rt_http_stop(struct rt_http *http) { rt_clients_stop(http->clients); }

void rt_http_close(struct rt_http *http)
{
    if (!http)
        return;
    rt_clients_drain(http->clients); /* the listener is closed by what follows */
    http->mhd->stop_daemon(http->daemon);
    rt_clients_close(http->clients);
    if (http->listener >= 0)
        close(http->listener); /* not before: the library's threads may have used it */
    rt_alloc_resize(&rt_alloc_heap, http, 0);
}

struct rt_http_counts rt_http_read(struct rt_http *http)
{
    return (struct rt_http_counts){ rt_clients_count(http->clients), atomic_load(&http->exchanges),
                                    atomic_load(&http->deferred), atomic_load(&http->body_bytes),
                                    atomic_load(&http->answer_bytes) };
}

/* One request: what libcurl is told, and what is watched while the answer comes. */
#include "net/transfer.h"

#include "base/str.h"
#include "net/address.h"
#include "net/clock.h"
#include "net/media_type.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

enum {
    READ_SIZE = 16 * 1024, /* libcurl may have decompressed so much before it counts it */
    FIRST_ROOM = 64 * 1024,
    RATIO_FROM = 1024 * 1024,
    UNWANTED_MAX = 16 * 1024 /* read so that the connection can be used again */
};
static const uint64_t UNWANTED_NS = 250 * 1000000ull;

/* ---- connecting ---------------------------------------------------------------------------------
 */

bool rt_transfer_may_ask(const struct rt_fetch_rules *rules, const struct sockaddr *address)
{
    return rules->allow_private ? rt_address_is_askable(address) : rt_address_is_public(address);
}

static void refuse_address(struct rt_transfer *t, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "?";
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    if (address->sa_family == AF_INET) {
        memcpy(&in, address, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    } else if (address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
    }
    t->refused++;
    rt_outcome_set(&t->outcome, RT_FETCH_FORBIDDEN_ADDRESS,
                   "the address of \"%.*s\" is %s (%s): expected one of the public Internet",
                   (int)(t->url->host.len < 120 ? t->url->host.len : 120), t->url->host.at, text,
                   rt_address_range(address));
    t->outcome.failure = RT_FETCH_NONE; /* unless no other address of the host will do */
}

/* Called for each address that libcurl is about to connect to, after it resolved the name: what is
 * checked is what is used. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct rt_transfer *t = ctx;
    const struct rt_fetch_rules *rules = t->setup->rules;
    (void)purpose;
    t->looks_up = false;
    if (t->is_left)
        return CURL_SOCKET_BAD;
    if (!rules->proxy && !rt_transfer_may_ask(rules, &to->addr)) {
        refuse_address(t, &to->addr);
        return CURL_SOCKET_BAD;
    }
    t->opened++;
    if (t->setup->hooks->connect)
        t->setup->hooks->connect(t->setup->hooks->ctx, &to->addr);
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static int see_look_up(void *resolver, void *reserved, void *ctx)
{
    struct rt_transfer *t = ctx;
    (void)resolver, (void)reserved;
    t->looks_up = true;
    return 0;
}

/* Connected, also where a name was looked up after the socket was there, for a proxy. */
static int see_connection(void *ctx, char *ip, char *own_ip, int port, int own_port)
{
    struct rt_transfer *t = ctx;
    (void)ip, (void)own_ip, (void)port, (void)own_port;
    t->looks_up = false;
    return t->is_left ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

bool rt_transfer_looks_up(const struct rt_transfer *t) { return t->looks_up; }

static void give_back_room(struct rt_transfer *t)
{
    if (t->held)
        rt_holder_shrink(t->holder, t->held);
    t->held = 0;
}

void rt_transfer_leave(struct rt_transfer *t)
{
    t->is_left = true;
    give_back_room(t);
}

/* ---- the answer's head --------------------------------------------------------------------------
 */

static bool has_wanted_status(const struct rt_transfer *t)
{
    return t->answer.status >= 200 && t->answer.status < 300;
}

static bool judge_head(struct rt_transfer *t)
{
    const struct rt_answer *answer = &t->answer;
    uint64_t max = t->setup->rules->max_body;
    t->wants_body = has_wanted_status(t);
    t->unwanted_since_ns = rt_net_now();
    if (!t->wants_body || t->kind == RT_TRANSFER_ROBOTS)
        return true;
    if (answer->status == 206)
        return rt_outcome_set(&t->outcome, RT_FETCH_PROTOCOL,
                              "the host answered 206 with a part of the page: expected all of it");
    rt_str name = rt_media_type_parse(rt_str_from_c(answer->type)).name;
    if (answer->has_type && !rt_media_type_is_html(name))
        return rt_outcome_set(&t->outcome, RT_FETCH_CONTENT_TYPE,
                              "the content type is \"%.*s\": expected text/html or "
                              "application/xhtml+xml",
                              (int)name.len, name.at);
    if (answer->has_length && answer->length > max)
        return rt_outcome_set(&t->outcome, RT_FETCH_TOO_LARGE,
                              "the page has %" PRIu64 " bytes: expected at most %" PRIu64,
                              answer->length, max);
    return true;
}

static size_t take_header(char *data, size_t size, size_t n, void *ctx)
{
    struct rt_transfer *t = ctx;
    (void)size; /* is 1 */
    bool had_ended = t->answer.ended;
    rt_answer_line(&t->answer, (rt_str){ data, n });
    if (t->answer.bytes > t->setup->rules->max_headers) {
        rt_outcome_set(&t->outcome, RT_FETCH_HEADERS_TOO_LARGE,
                       "the headers have more than %" PRIu64 " bytes",
                       t->setup->rules->max_headers);
        return 0;
    }
    return had_ended || !t->answer.ended || judge_head(t) ? n : 0;
}

/* ---- the body -----------------------------------------------------------------------------------
 */

bool rt_transfer_take_share(struct rt_transfer *t, size_t room)
{
    if (room <= t->held)
        return true;
    t->lacks_room = !rt_holder_grow(t->holder, room - t->held);
    if (t->lacks_room)
        return rt_outcome_set(&t->outcome, RT_FETCH_NO_MEMORY,
                              "there is no room for a page of %zu bytes and more now", t->len);
    t->held = room;
    return true;
}

/* Of a robots.txt no more is read; a page is refused. */
static uint64_t largest(const struct rt_transfer *t)
{
    return t->kind == RT_TRANSFER_ROBOTS ? RT_ROBOTS_MAX : t->setup->rules->max_body;
}

static bool grow(struct rt_transfer *t, size_t n)
{
    uint64_t most = largest(t);
    if (n < t->room - t->len)
        return true;
    size_t room = t->room ? 2 * t->room : FIRST_ROOM;
    while (room - t->len <= n)
        room *= 2;
    room = room > most ? most + 1 : room;
    if (!rt_transfer_take_share(t, room))
        return false;
    char *body = rt_alloc_resize(t->setup->alloc, t->body, room);
    if (!body)
        return rt_outcome_set(&t->outcome, RT_FETCH_NO_MEMORY, "no memory for the page");
    t->body = body;
    t->room = room;
    return true;
}

static bool too_large(struct rt_transfer *t)
{
    return rt_outcome_set(&t->outcome, RT_FETCH_TOO_LARGE,
                          "the page has more than %" PRIu64 " bytes", t->setup->rules->max_body);
}

static bool is_within(struct rt_transfer *t, size_t n)
{
    const struct rt_fetch_rules *rules = t->setup->rules;
    curl_off_t wire = 0;
    if (n > rules->max_body || t->len > rules->max_body - n)
        return too_large(t);
    if (t->len + n <= RATIO_FROM)
        return true;
    t->setup->curl->easy_getinfo(t->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
    if ((t->len + n) / rules->max_ratio <= (uint64_t)wire + READ_SIZE)
        return true;
    return rt_outcome_set(&t->outcome, RT_FETCH_BAD_ENCODING,
                          "the page has more than %" PRIu64 " bytes for each that was sent",
                          rules->max_ratio);
}

static size_t take_body(char *data, size_t size, size_t n, void *ctx)
{
    struct rt_transfer *t = ctx;
    size_t given = n;
    (void)size; /* is 1 */
    if (!t->wants_body) {
        t->unwanted += n;
        return t->unwanted > UNWANTED_MAX ? 0 : given;
    }
    if (t->kind == RT_TRANSFER_ROBOTS) {
        t->is_cut = n > RT_ROBOTS_MAX - t->len;
        n = t->is_cut ? RT_ROBOTS_MAX - t->len : n;
    } else if (!is_within(t, n)) {
        return 0;
    }
    if (!grow(t, n))
        return 0;
    memcpy(t->body + t->len, data, n);
    t->len += n;
    t->body[t->len] = '\0';
    return t->is_cut ? 0 : given;
}

/* Sees bytes that decompress to nothing, too. */
static int see_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
                        curl_off_t up)
{
    struct rt_transfer *t = ctx;
    (void)total, (void)up_total, (void)up;
    t->wire = (uint64_t)now;
    if (!t->wants_body || t->wire <= largest(t) + READ_SIZE)
        return 0;
    return too_large(t) ? 0 : 1;
}

bool rt_transfer_look(struct rt_transfer *t, uint64_t now_ns)
{
    const struct rt_fetch_rules *rules = t->setup->rules;
    if (t->answer.ended && !t->wants_body)
        return now_ns < t->unwanted_since_ns + UNWANTED_NS;
    if (rt_pace_holds(&t->pace, t->answer.bytes + t->wire, now_ns, rules->slow_ms * 1000000,
                      rules->slow_bytes))
        return true;
    return rt_outcome_set(&t->outcome, RT_FETCH_TOO_SLOW,
                          "the answer brought less than %" PRIu64 " bytes in %" PRIu64 " ms",
                          rules->slow_bytes, rules->slow_ms);
}

/* ---- setting up ---------------------------------------------------------------------------------
 */

static bool add_header(struct rt_transfer *t, const char *name, const char *value)
{
    char line[320];
    if (!*value)
        return true;
    snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *list = t->setup->curl->slist_append(t->headers, line);
    if (list)
        t->headers = list;
    return list != NULL;
}

/* What the test says that the name's address is. */
static bool add_address(struct rt_transfer *t)
{
    const struct rt_fetch_hooks *hooks = t->setup->hooks;
    struct sockaddr_storage literal;
    char host[256], line[400];
    if (!hooks->resolve || t->url->host.len >= sizeof host || rt_web_url_literal(t->url, &literal))
        return true;
    snprintf(host, sizeof host, "%.*s", (int)t->url->host.len, t->url->host.at);
    const char *address = hooks->resolve(hooks->ctx, host);
    if (!address)
        return true;
    snprintf(line, sizeof line, "%s:%u:%s", host, t->url->port, address);
    t->addresses = t->setup->curl->slist_append(NULL, line);
    return t->addresses && t->setup->curl->easy_setopt(t->easy, CURLOPT_RESOLVE, t->addresses) == 0;
}

/* Options that must not fail: the guard rails. */
static bool set_guards(struct rt_transfer *t)
{
    const struct rt_curl *curl = t->setup->curl;
    const struct rt_fetch_rules *rules = t->setup->rules;
    CURL *easy = t->easy;
    unsigned bad = 0;
    bad |= curl->easy_setopt(easy, CURLOPT_CURLU, t->url->handle);
    bad |= curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl->easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    bad |= curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    bad |= curl->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, see_look_up);
    bad |= curl->easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_PREREQFUNCTION, see_connection);
    bad |= curl->easy_setopt(easy, CURLOPT_PREREQDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_PROXY, rules->proxy ? rules->proxy : "");
    bad |= curl->easy_setopt(easy, CURLOPT_NOPROXY, ""); /* else the environment's */
    bad |= curl->easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    bad |= curl->easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    bad |= curl->easy_setopt(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    bad |= curl->easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    bad |= curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |=
        curl->easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* waits for no name server at the end */
    bad |= curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)rules->connect_ms);
    bad |= curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)READ_SIZE);
    bad |= curl->easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return bad == 0;
}

/* Whom the operator trusts takes the place of whom the system does. */
static bool set_trust(struct rt_transfer *t)
{
    const struct rt_curl *curl = t->setup->curl;
    const char *file = t->setup->rules->ca_file;
    unsigned bad = 0;
    bad |= curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYPEER, 1L);
    bad |= curl->easy_setopt(t->easy, CURLOPT_SSL_VERIFYHOST, 2L);
    bad |= curl->easy_setopt(t->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (file) {
        bad |= curl->easy_setopt(t->easy, CURLOPT_CAINFO, file);
        bad |= curl->easy_setopt(t->easy, CURLOPT_CAPATH, NULL);
    }
    return bad == 0;
}

static bool set_rest(struct rt_transfer *t, const char *etag, const char *modified)
{
    const struct rt_curl *curl = t->setup->curl;
    CURL *easy = t->easy;
    unsigned bad = 0;
    /* Where this libcurl has no HTTP/2, 1.1 will do. */
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    bad |= curl->easy_setopt(easy, CURLOPT_PRIVATE, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, t->why);
    bad |= curl->easy_setopt(easy, CURLOPT_USERAGENT, t->setup->rules->user_agent);
    bad |= curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    bad |= curl->easy_setopt(easy, CURLOPT_HEADERDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    bad |= curl->easy_setopt(easy, CURLOPT_WRITEDATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, see_progress);
    bad |= curl->easy_setopt(easy, CURLOPT_XFERINFODATA, (void *)t);
    bad |= curl->easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    bad |= curl->easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, t->setup->encodings);
    const char *accept = t->kind == RT_TRANSFER_ROBOTS
                             ? "text/plain,*/*;q=0.5"
                             : "text/html,application/xhtml+xml,*/*;q=0.1";
    bool added = add_header(t, "Accept", accept) && add_header(t, "If-None-Match", etag) &&
                 add_header(t, "If-Modified-Since", modified);
    bad |= curl->easy_setopt(easy, CURLOPT_HTTPHEADER, t->headers);
    return bad == 0 && added && add_address(t);
}

bool rt_transfer_open(struct rt_transfer *t, const struct rt_transfer_setup *setup,
                      const struct rt_web_url *url, enum rt_transfer_kind kind, const char *etag,
                      const char *modified)
{
    memset(t, 0, sizeof *t);
    t->setup = setup;
    t->url = url;
    t->kind = kind;
    t->easy = setup->curl->easy_init();
    if (t->easy && set_guards(t) && set_trust(t) && set_rest(t, etag, modified))
        return true;
    rt_transfer_close(t);
    return false;
}

void rt_transfer_close(struct rt_transfer *t)
{
    if (!t->setup)
        return;
    if (t->easy)
        t->setup->curl->easy_cleanup(t->easy);
    if (t->headers)
        t->setup->curl->slist_free_all(t->headers);
    if (t->addresses)
        t->setup->curl->slist_free_all(t->addresses);
    rt_alloc_resize(t->setup->alloc, t->body, 0);
    give_back_room(t);
    memset(t, 0, sizeof *t);
}

/* Answers: whether they are HTTP, and whether they are what a case may be answered. */
#include "fuzz_answer.h"

#include "base/utf8.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <yyjson.h>

enum { PATIENCE_S = 20, MOST = 8 << 20 };

/* ---- the connection -----------------------------------------------------------------------------
 */

bool fuzz_line_open(struct fuzz_line *line, unsigned port, unsigned source)
{
    struct sockaddr_in from = { .sin_family = AF_INET }, to = { .sin_family = AF_INET };
    struct timeval patience = { .tv_sec = PATIENCE_S };
    int on = 1;
    line->len = 0;
    line->ended = false;
    line->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line->fd < 0)
        return false;
    setsockopt(line->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(line->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(line->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(line->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    from.sin_addr.s_addr = htonl(0x7F000100 + source); /* where it is not there, any is as good */
    if (bind(line->fd, (struct sockaddr *)&from, sizeof from) != 0)
        errno = 0;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((uint16_t)port);
    if (connect(line->fd, (struct sockaddr *)&to, sizeof to) == 0)
        return true;
    fuzz_line_close(line);
    return false;
}

void fuzz_line_close(struct fuzz_line *line)
{
    if (line->fd >= 0)
        close(line->fd);
    line->fd = -1;
}

void fuzz_line_free(struct fuzz_line *line)
{
    fuzz_line_close(line);
    free(line->at);
    free(line->body);
}

bool fuzz_line_send(struct fuzz_line *line, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = send(line->fd, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* More bytes.  False at the end, and sets *why where none came in time. */
static bool receive(struct fuzz_line *line, const char **why)
{
    if (line->ended)
        return false;
    if (line->room - line->len < 4096) {
        line->room = 2 * line->room + 16384;
        line->at = realloc(line->at, line->room);
        if (!line->at)
            abort();
    }
    ssize_t n = recv(line->fd, line->at + line->len, line->room - line->len - 1, 0);
    if (n > 0) {
        line->len += (size_t)n;
        line->at[line->len] = '\0';
        if (line->len > MOST)
            *why = "the answer has no end";
        return line->len <= MOST;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        *why = "silence: neither an answer nor the end of the connection";
    line->ended = true;
    return false;
}

/* ---- HTTP ---------------------------------------------------------------------------------------
 */

static void keep(char *to, size_t room, const char *value, size_t len)
{
    snprintf(to, room, "%.*s", (int)len, value);
}

static const char *take_header(struct fuzz_answer *answer, const char *at, size_t len)
{
    const char *colon = memchr(at, ':', len);
    size_t name = colon ? (size_t)(colon - at) : 0;
    if (name == 0 || strcspn(at, " \t()<>@,;\\\"/[]?={}") < name)
        return "a header of the answer has no name";
    const char *value = colon + 1;
    size_t rest = len - name - 1;
    for (; rest > 0 && *value == ' '; value++)
        rest--;
    for (size_t i = 0; i < rest; i++)
        if ((unsigned char)value[i] < ' ' || value[i] == 0x7F)
            return "a header of the answer has a control character";
#define IS(text) (name == sizeof text - 1 && strncasecmp(at, text, name) == 0)
    if (IS("Content-Length")) {
        if (answer->has_length || rest == 0 || strspn(value, "0123456789") != rest)
            return "Content-Length of the answer is wrong";
        answer->has_length = true;
        answer->length = strtoull(value, NULL, 10);
    } else if (IS("Transfer-Encoding")) {
        answer->is_chunked = true;
    } else if (IS("Connection")) {
        answer->closes = rest == 5 && strncasecmp(value, "close", 5) == 0;
    } else if (IS("Content-Type")) {
        keep(answer->type, sizeof answer->type, value, rest);
    } else if (IS("X-Request-Id")) {
        answer->is_own = true;
        keep(answer->id, sizeof answer->id, value, rest);
    } else if (IS("Allow")) {
        keep(answer->allow, sizeof answer->allow, value, rest);
    } else if (IS("WWW-Authenticate")) {
        keep(answer->challenge, sizeof answer->challenge, value, rest);
    }
#undef IS
    return NULL;
}

static const char *take_head(struct fuzz_answer *answer, const char *at, size_t len)
{
    const char *end = at + len, *why = NULL;
    if (len < 15 || strncmp(at, "HTTP/1.1 ", 9) != 0 || strspn(at + 9, "0123456789") != 3 ||
        at[12] != ' ')
        return "the status line is none";
    answer->status = (int)strtol(at + 9, NULL, 10);
    at = strstr(at, "\r\n") + 2;
    while (!why && at < end) {
        size_t line = (size_t)(strstr(at, "\r\n") - at);
        why = take_header(answer, at, line);
        at += line + 2;
    }
    return why;
}

/* Joins the chunks where they are; *used: what they took of the line. */
static const char *take_chunks(struct fuzz_line *line, size_t from, size_t *used, size_t *body)
{
    const char *why = NULL;
    size_t at = from, to = from;
    for (;;) {
        char *end;
        while (!strstr(line->at + at, "\r\n"))
            if (!receive(line, &why))
                return why ? why : "the answer ends within a chunk's size";
        size_t size = strtoull(line->at + at, &end, 16);
        if (end == line->at + at || end[0] != '\r')
            return "a chunk's size is none";
        at = (size_t)(end - line->at) + 2;
        while (line->len < at + size + 2)
            if (!receive(line, &why))
                return why ? why : "the answer ends within a chunk";
        if (strncmp(line->at + at + size, "\r\n", 2) != 0)
            return "a chunk does not end where it should";
        memmove(line->at + to, line->at + at, size);
        to += size;
        at += size + 2;
        if (size == 0)
            break;
    }
    *used = at;
    *body = to - from;
    return NULL;
}

static void forget(struct fuzz_line *line, size_t used)
{
    memmove(line->at, line->at + used, line->len - used);
    line->len -= used;
    line->at[line->len] = '\0';
}

const char *fuzz_answer_read(struct fuzz_line *line, bool is_head, struct fuzz_answer *answer)
{
    const char *why = NULL, *end;
    do {
        *answer = (struct fuzz_answer){ 0 };
        while (line->len == 0 || !(end = strstr(line->at, "\r\n\r\n")))
            if (!receive(line, &why))
                return why ? why : line->len ? "the answer ends within its head" : NULL;
        size_t head = (size_t)(end - line->at) + 2;
        why = take_head(answer, line->at, head);
        if (why)
            return why;
        forget(line, head + 2);
    } while (answer->status == 100);
    size_t used = 0;
    bool empty = is_head || answer->status == 204 || answer->status == 304;
    if (answer->is_chunked && answer->has_length)
        return "the answer has two lengths";
    if (!empty && !answer->is_chunked && !answer->has_length)
        return "the answer has no length";
    if (!empty && answer->is_chunked) {
        why = take_chunks(line, 0, &used, &answer->len);
    } else if (!empty) {
        while (!why && line->len < answer->length)
            if (!receive(line, &why))
                why = why ? why : "the answer is shorter than it says";
        used = answer->len = answer->length;
    }
    if (why)
        return why;
    line->body = realloc(line->body, answer->len + 1);
    if (!line->body)
        abort();
    if (answer->len)
        memcpy(line->body, line->at, answer->len);
    line->body[answer->len] = '\0';
    answer->body = line->body;
    if (used)
        forget(line, used);
    return NULL;
}

const char *fuzz_answer_end(struct fuzz_line *line, bool is_own)
{
    const char *why = NULL;
    while ((!is_own || line->len == 0) && receive(line, &why))
        ;
    bool more = line->len && (is_own || strstr(line->at, "X-Request-Id"));
    return more ? "something comes behind the last answer" : why;
}

/* ---- what it says -------------------------------------------------------------------------------
 */

static bool is_allowed(const char *list, int status)
{
    char text[8];
    snprintf(text, sizeof text, status ? "%d" : "-", status);
    size_t len = strlen(text);
    for (const char *at = list; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, text, len) == 0 && (at[len] == ' ' || at[len] == '\0'))
            return true;
    }
    return false;
}

static bool is_text(yyjson_val *object, const char *name)
{
    return yyjson_get_len(yyjson_obj_get(object, name)) > 0;
}

static const char *check_problem(const struct fuzz_answer *answer)
{
    if (strcmp(answer->type, "application/problem+json") != 0)
        return "a refusal is no problem document";
    yyjson_doc *doc = yyjson_read(answer->body, answer->len, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    bool good = is_text(root, "type") && is_text(root, "title") && is_text(root, "code") &&
                yyjson_get_int(yyjson_obj_get(root, "status")) == answer->status &&
                yyjson_equals_str(yyjson_obj_get(root, "instance"), answer->id) &&
                yyjson_is_bool(yyjson_obj_get(root, "retryable"));
    yyjson_doc_free(doc);
    return good ? NULL : "a problem document lacks a member, or one is wrong";
}

/* Objects, one a line; *count of them. */
static bool are_lines(const char *at, size_t len, unsigned *count)
{
    bool good = true;
    for (*count = 0; good && len > 0; ++*count) {
        const char *end = memchr(at, '\n', len);
        size_t line = end ? (size_t)(end - at) : len;
        yyjson_doc *doc = yyjson_read(at, line, 0);
        good = end && yyjson_is_obj(yyjson_doc_get_root(doc));
        yyjson_doc_free(doc);
        at += line + 1;
        len -= end ? line + 1 : line;
    }
    return good;
}

static const char *check_success(const struct fuzz_case *c, const struct fuzz_answer *answer)
{
    bool is_json = strcmp(answer->type, "application/json") == 0;
    unsigned count = 0;
    if (strcmp(answer->type, "application/x-ndjson") == 0) {
        if (!are_lines(answer->body, answer->len, &count) || (c->urls && count != c->urls))
            return "a line of the answer is missing, or is no object";
    } else if (is_json) {
        yyjson_doc *doc = yyjson_read(answer->body, answer->len, 0);
        yyjson_val *root = yyjson_doc_get_root(doc);
        bool good =
            root && (!c->urls || (yyjson_get_uint(yyjson_obj_get(root, "total_urls")) == c->urls &&
                                  yyjson_arr_size(yyjson_obj_get(root, "results")) == c->urls));
        yyjson_doc_free(doc);
        if (!good)
            return "the answer is not the JSON that was asked for";
    } else if (rt_utf8_check((rt_str){ answer->body, answer->len }) != answer->len) {
        return "the answer is not UTF-8";
    }
    return NULL;
}

static bool is_id(const char *id)
{
    size_t len = strlen(id);
    return len > 0 && len <= 128 &&
           strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-") == len;
}

const char *fuzz_answer_check(const struct fuzz_case *c, const struct fuzz_answer *answer)
{
    static _Thread_local char why[200];
    if (!is_allowed(c->allowed, answer->status)) {
        snprintf(why, sizeof why, "answered %d, expected %s", answer->status, c->allowed);
        return why;
    }
    if (answer->status == 0)
        return NULL;
    if (answer->is_own && answer->status == 500)
        return "the service answered 500";
    if (!answer->is_own)
        return c->by_library ? NULL : "the library answered instead of the service";
    if (!is_id(answer->id) || (*c->id && strcmp(c->id, answer->id) != 0))
        return "X-Request-Id is wrong";
    if (answer->status == 405 && !*answer->allow)
        return "405 without Allow";
    if (answer->status == 401 && !*answer->challenge)
        return "401 without WWW-Authenticate";
    if (c->is_head)
        return NULL;
    if (answer->status < 400)
        return check_success(c, answer);
    bool is_form =
        strncmp(c->family, "form", 4) == 0 && strcmp(answer->type, "text/html; charset=utf-8") == 0;
    return is_form ? check_success(c, answer) : check_problem(answer);
}

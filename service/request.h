#ifndef RT_SERVICE_REQUEST_H
#define RT_SERVICE_REQUEST_H

#include "service/exchange.h"

/* What the library leaves open about a request.  All functions are pure. */

/* The target's path without the scheme and the host that it may begin with (RFC 9112, 3.2.2).
 * *authority: this host, with a port if it has one, or absent. */
rt_str rt_request_path(rt_str target, rt_str *authority);

/* Whether it may stand in a request line: it has neither spaces nor control characters, at which
 * others would end it.  Bytes above ASCII are let through, as people type them into addresses. */
bool rt_request_is_target(const char *text);

/* Whether the library has room for it: beside the target's own bytes each argument takes some of
 * the connection's memory, and where that is full the library loses its way. */
enum { RT_TARGET_MAX = 30 * 1024, RT_ARGUMENT_SIZE = 80, RT_ARGUMENTS_MAX = 128 };
bool rt_request_has_room(const char *target);

/* Decodes "%XX" in place, the length of the result; "%00" stays, so that nothing ends before its
 * end, and so does what is no "%XX". */
size_t rt_request_decode(char *text);

/* What is seen of a request while its headers go by. */
struct rt_request_seen {
    unsigned hosts, lengths, codings;
    bool is_chunked;   /* the coding is the one that is known */
    const char *fault; /* NULL: none */
};
void rt_request_see(struct rt_request_seen *seen, rt_str name, rt_str value);
/* NULL, or what is wrong, for people: where the request ends is not beyond doubt, and whoever
 * stands before the service may see it elsewhere (RFC 9112, 2.2, 3.2, 5.1 and 6.3). */
const char *rt_request_fault(const struct rt_request_seen *seen, const char *version);

#endif

#ifndef RT_HOST_WIRE_H
#define RT_HOST_WIRE_H

#include "base/arena.h"

#include <riptide/riptide.h>

/* What goes over the socket between the host and a helper: a head of fixed size, then a body.  Both
 * ends are one process before the fork, so numbers stand as they stand in memory.  The content's
 * side takes every byte for an attacker's. */

/* The first that a helper sends: that it is shut in, or why it could not be. */
struct rt_wire_greeting {
    uint32_t error; /* errno, or 0 */
    char step[28];  /* what failed, NUL-terminated */
};

struct rt_wire_ask {
    uint64_t number; /* of the page; the answer repeats it */
    uint64_t body_len;
    uint32_t mode;
    uint32_t selectors; /* how many begin the body */
};

struct rt_wire_answer {
    uint64_t number;
    uint64_t body_len; /* content, or with another status than RT_OK the message */
    uint64_t call_ns, memory_peak;
    uint32_t status, nodes;
};

/* Most entries of one list of the content. */
enum { RT_WIRE_MAX_LIST = 1 << 20 };

/* A body on its way out, through a small buffer.  Failure is sticky: ask once, at the end. */
struct rt_wire_sink {
    bool (*write)(void *ctx, const char *at, size_t len); /* NULL: only counts */
    void *ctx;
    uint64_t total;
    bool failed; /* write did, or there is something that cannot be sent */
    size_t len;
    char buffer[4096];
};
void rt_wire_put(struct rt_wire_sink *sink, const void *at, size_t len);
void rt_wire_put_request(struct rt_wire_sink *sink, const rt_request *request);
void rt_wire_put_content(struct rt_wire_sink *sink, const rt_content *content);
/* Hands on what is in the buffer; whether all went well. */
bool rt_wire_flush(struct rt_wire_sink *sink);

/* In the helper.  out: strings point into the body, lists into the arena.  False for a body that is
 * not what the ask says, and without memory. */
bool rt_wire_read_request(const struct rt_wire_ask *ask, rt_str body, struct rt_arena *arena,
                          rt_request *out);

/* In the host.  Whether the head can be an answer to the page `number` from a helper with that much
 * memory: RT_OK, or RT_FALLBACK_FAILED with what is wrong. */
rt_status rt_wire_check_answer(const struct rt_wire_answer *answer, uint64_t number,
                               uint64_t memory, rt_error *err);
/* out: strings point into the body, lists into the arena.  Every length, count, range and character
 * is checked, and that nothing is left over: RT_FALLBACK_FAILED names the field.  RT_NO_MEMORY. */
rt_status rt_wire_read_content(rt_str body, struct rt_arena *arena, rt_content *out, rt_error *err);
/* The failure that the helper reports: answer->status with the body as message. */
rt_status rt_wire_read_failure(const struct rt_wire_answer *answer, rt_str body, rt_error *err);

#endif

#ifndef RT_NET_ANSWER_H
#define RT_NET_ANSWER_H

#include "net/reference.h"

#include <stdbool.h>

/* What the head of an answer says, as far as it matters here, read line by line.  Zero before the
 * first.  Interim answers (1xx) give way to the final one. */
struct rt_answer {
    uint64_t bytes; /* of all lines */
    int status;
    bool ended;     /* the empty line of the final answer came */
    bool has_type, has_location, has_length, no_store;
    uint64_t length; /* Content-Length */
    char type[256];
    char location[RT_REFERENCE_MAX + 2]; /* of one that is too long the beginning, which still is */
    char retry_after[64];
    char etag[256], modified[64]; /* "" where absent or too long */
};

/* line: with or without its end. */
void rt_answer_line(struct rt_answer *answer, rt_str line);

#endif

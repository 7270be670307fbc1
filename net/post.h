#ifndef RT_NET_POST_H
#define RT_NET_POST_H

#include "net/curl.h"

/* POST requests to one address over a connection that is kept.  Belongs to one thread. */
struct rt_post {
    const struct rt_curl *curl;
    CURL *easy;
    CURLM *multi;
    struct curl_slist *headers;
    char answer[4096]; /* the beginning of the last body */
    size_t answer_len;
    char why[CURL_ERROR_SIZE];
};

/* Loads libcurl.  certificate: file, or NULL for the system's.  RT_IO_ERROR, RT_NO_MEMORY. */
rt_status rt_post_open(struct rt_post *post, const char *url, const char *certificate,
                       rt_error *err);
/* A zeroed one is allowed. */
void rt_post_close(struct rt_post *post);

/* "Name: value", of every request. */
rt_status rt_post_header(struct rt_post *post, const char *line, rt_error *err);

/* When to give up, in nanoseconds of the monotonic clock; asked every now and then, so that it may
 * come nearer while a request is under way. */
struct rt_post_deadline {
    uint64_t (*get)(void *ctx);
    void *ctx;
};

/* RT_OK for an answer of 2xx: post->answer.  RT_NETWORK_ERROR says what else there was. */
rt_status rt_post_send(struct rt_post *post, rt_text body, struct rt_post_deadline deadline,
                       rt_error *err);

#endif

/* One request after the other, each with a deadline that may move. */
#include "net/post.h"

#include "base/error.h"
#include "net/clock.h"

#include <string.h>

static size_t keep_answer(char *data, size_t size, size_t n, void *ctx)
{
    struct rt_post *post = ctx;
    size_t room = sizeof post->answer - post->answer_len;
    size_t kept = n < room ? n : room;
    (void)size; /* is 1 */
    memcpy(post->answer + post->answer_len, data, kept);
    post->answer_len += kept;
    return n;
}

/* Where libcurl finds no memory for one of these, the request says so. */
static void set_up(struct rt_post *post, const char *url, const char *certificate)
{
    const struct rt_curl *curl = post->curl;
    curl->easy_setopt(post->easy, CURLOPT_URL, url);
    curl->easy_setopt(post->easy, CURLOPT_POST, 1L);
    curl->easy_setopt(post->easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(post->easy, CURLOPT_QUICK_EXIT, 1L); /* waits for no name server at the end */
    curl->easy_setopt(post->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(post->easy, CURLOPT_USERAGENT, "riptide/" RT_VERSION);
    curl->easy_setopt(post->easy, CURLOPT_ERRORBUFFER, post->why);
    curl->easy_setopt(post->easy, CURLOPT_WRITEFUNCTION, keep_answer);
    curl->easy_setopt(post->easy, CURLOPT_WRITEDATA, (void *)post);
    if (certificate)
        curl->easy_setopt(post->easy, CURLOPT_CAINFO, certificate);
}

rt_status rt_post_open(struct rt_post *post, const char *url, const char *certificate,
                       rt_error *err)
{
    memset(post, 0, sizeof *post);
    rt_status s = rt_curl_load(&post->curl, err);
    if (s != RT_OK)
        return s;
    post->easy = post->curl->easy_init();
    post->multi = post->curl->multi_init();
    if (!post->easy || !post->multi) {
        rt_post_close(post);
        return rt_fail(err, RT_NO_MEMORY, "no memory for a connection");
    }
    set_up(post, url, certificate);
    return RT_OK;
}

void rt_post_close(struct rt_post *post)
{
    if (post->easy)
        post->curl->easy_cleanup(post->easy);
    if (post->multi)
        post->curl->multi_cleanup(post->multi);
    if (post->headers)
        post->curl->slist_free_all(post->headers);
    memset(post, 0, sizeof *post);
}

rt_status rt_post_header(struct rt_post *post, const char *line, rt_error *err)
{
    struct curl_slist *list = post->curl->slist_append(post->headers, line);
    if (!list)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a header");
    post->headers = list;
    return RT_OK;
}

/* False where the deadline came first. */
static bool run(struct rt_post *post, struct rt_post_deadline deadline)
{
    enum { LOOK_EACH_MS = 50 };
    for (;;) {
        int running = 0;
        if (post->curl->multi_perform(post->multi, &running) != CURLM_OK || !running)
            return true;
        uint64_t now = rt_net_now(), end = deadline.get(deadline.ctx);
        if (now >= end)
            return false;
        uint64_t ms = (end - now) / 1000000 + 1;
        post->curl->multi_poll(post->multi, NULL, 0, ms < LOOK_EACH_MS ? (int)ms : LOOK_EACH_MS,
                               NULL);
    }
}

static rt_status judge(struct rt_post *post, rt_error *err)
{
    int left;
    const CURLMsg *message = post->curl->multi_info_read(post->multi, &left);
    CURLcode code =
        message && message->msg == CURLMSG_DONE ? message->data.result : CURLE_OUT_OF_MEMORY;
    if (code != CURLE_OK)
        return rt_fail(err, RT_NETWORK_ERROR, "%s",
                       *post->why ? post->why : post->curl->easy_strerror(code));
    long status = 0;
    post->curl->easy_getinfo(post->easy, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299)
        return rt_fail(err, RT_NETWORK_ERROR, "it answers %ld", status);
    return RT_OK;
}

rt_status rt_post_send(struct rt_post *post, rt_text body, struct rt_post_deadline deadline,
                       rt_error *err)
{
    const struct rt_curl *curl = post->curl;
    post->answer_len = 0;
    *post->why = '\0';
    curl->easy_setopt(post->easy, CURLOPT_HTTPHEADER, post->headers);
    curl->easy_setopt(post->easy, CURLOPT_POSTFIELDS, body.at);
    curl->easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    if (curl->multi_add_handle(post->multi, post->easy) != CURLM_OK)
        return rt_fail(err, RT_NO_MEMORY, "no memory for a request");
    rt_status s = run(post, deadline)
                      ? judge(post, err)
                      : rt_fail(err, RT_NETWORK_ERROR, "it does not answer in time");
    curl->multi_remove_handle(post->multi, post->easy);
    return s;
}

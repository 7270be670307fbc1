/* How a request ended: from what was seen of the answer, then from what libcurl says. */
#include "net/media_type.h"
#include "net/transfer.h"

#include "base/str.h"

#include <inttypes.h>

static const struct {
    CURLcode code;
    enum rt_fetch_failure failure;
} failures[] = {
    { CURLE_URL_MALFORMAT, RT_FETCH_INVALID_URL },
    { CURLE_COULDNT_RESOLVE_HOST, RT_FETCH_DNS },
    { CURLE_COULDNT_RESOLVE_PROXY, RT_FETCH_CONNECT },
    { CURLE_COULDNT_CONNECT, RT_FETCH_CONNECT },
    { CURLE_INTERFACE_FAILED, RT_FETCH_CONNECT },
    { CURLE_PROXY, RT_FETCH_CONNECT },
    { CURLE_SSL_CONNECT_ERROR, RT_FETCH_TLS },
    { CURLE_PEER_FAILED_VERIFICATION, RT_FETCH_TLS },
    { CURLE_SSL_CERTPROBLEM, RT_FETCH_TLS },
    { CURLE_SSL_CIPHER, RT_FETCH_TLS },
    { CURLE_SSL_CACERT_BADFILE, RT_FETCH_TLS },
    { CURLE_SSL_CRL_BADFILE, RT_FETCH_TLS },
    { CURLE_SSL_ISSUER_ERROR, RT_FETCH_TLS },
    { CURLE_SSL_ENGINE_INITFAILED, RT_FETCH_TLS },
    { CURLE_SSL_INVALIDCERTSTATUS, RT_FETCH_TLS },
    { CURLE_USE_SSL_FAILED, RT_FETCH_TLS },
    { CURLE_FILESIZE_EXCEEDED, RT_FETCH_TOO_LARGE },
    { CURLE_BAD_CONTENT_ENCODING, RT_FETCH_BAD_ENCODING },
    { CURLE_WRITE_ERROR, RT_FETCH_BAD_ENCODING }, /* of libcurl's own: bytes behind the end */
    { CURLE_OUT_OF_MEMORY, RT_FETCH_NO_MEMORY },
};

static enum rt_fetch_failure failure_of(CURLcode code)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].code == code)
            return failures[i].failure;
    return RT_FETCH_PROTOCOL;
}

static bool has(const struct rt_transfer *t, CURLINFO info)
{
    curl_off_t value = 0;
    t->setup->curl->easy_getinfo(t->easy, info, &value);
    return value > 0;
}

/* libcurl says no more than that time ran out, and memory is short also where a line is longer than
 * it takes: what was reached tells them apart. */
static enum rt_fetch_failure failure_by_evidence(const struct rt_transfer *t, CURLcode code)
{
    if (code == CURLE_OPERATION_TIMEDOUT)
        return t->opened > 0 ? RT_FETCH_CONNECT : RT_FETCH_DNS;
    bool asked = has(t, CURLINFO_PRETRANSFER_TIME_T);
    if (code == CURLE_OUT_OF_MEMORY && asked && !t->answer.ended)
        return RT_FETCH_HEADERS_TOO_LARGE;
    return failure_of(code);
}

static void judge_failure(struct rt_transfer *t, CURLcode code, struct rt_outcome *outcome)
{
    enum rt_fetch_failure failure = failure_by_evidence(t, code);
    if (t->refused > 0 && t->opened == 0) {
        *outcome = t->outcome;
        outcome->failure = RT_FETCH_FORBIDDEN_ADDRESS;
        return;
    }
    rt_str host = rt_str_first(t->url->host, 120);
    const char *why = *t->why ? t->why : t->setup->curl->easy_strerror(code);
    if (failure == RT_FETCH_HEADERS_TOO_LARGE)
        why = "a header is longer than libcurl takes";
    rt_outcome_set(outcome, failure, "\"%.*s\": %s", (int)host.len, host.at, why);
}

bool rt_transfer_is_redirect(const struct rt_transfer *t)
{
    switch (t->answer.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return true;
    default: return false;
    }
}

/* An answer counts from its head on where its body is not wanted. */
static void judge_status(const struct rt_transfer *t, struct rt_outcome *outcome)
{
    int status = t->answer.status;
    if (status == 304 || rt_transfer_is_redirect(t))
        return;
    enum rt_fetch_failure failure = RT_FETCH_PROTOCOL;
    if (status >= 300 && status < 400)
        failure = RT_FETCH_BAD_REDIRECT;
    else if (status == 429)
        failure = RT_FETCH_HTTP_BUSY;
    else if (status >= 400 && status < 500)
        failure = RT_FETCH_HTTP_CLIENT;
    else if (status >= 500 && status < 600)
        failure = RT_FETCH_HTTP_SERVER;
    rt_outcome_set(outcome, failure, "the host answered %d: expected 200", status);
}

void rt_transfer_judge(struct rt_transfer *t, CURLcode code, struct rt_outcome *outcome)
{
    *outcome = (struct rt_outcome){ .failure = RT_FETCH_NONE };
    if (t->outcome.failure != RT_FETCH_NONE) {
        *outcome = t->outcome;
    } else if (t->answer.ended && !t->wants_body) {
        judge_status(t, outcome);
    } else if (code != CURLE_OK && !t->is_cut) {
        judge_failure(t, code, outcome);
    } else if (!t->answer.ended) {
        rt_outcome_set(outcome, RT_FETCH_PROTOCOL, "the host ended without an answer");
    } else if (t->kind == RT_TRANSFER_PAGE && !t->answer.has_type && t->len > 0 &&
               !rt_looks_like_html((rt_str){ t->body, t->len })) {
        rt_outcome_set(outcome, RT_FETCH_CONTENT_TYPE,
                       "there is no content type and the page does not begin like HTML");
    }
}

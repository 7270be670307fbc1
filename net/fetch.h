#ifndef RT_NET_FETCH_H
#define RT_NET_FETCH_H

#include <riptide/riptide.h>

/* Pages from addresses that strangers name.  One thread drives all transfers (libcurl multi); any
 * thread may ask.  http and https only; every connection's address is checked when it is made, on
 * every hop; sizes, times and redirects are bounded; nothing is shared between requests but
 * connections, names, robots.txt and, where it is on, the cache. */
struct rt_fetcher;

/* From the settings.  Zero means what rt_fetch_rules_fill() puts there, but for retries, host_delay_ms
 * and cache_bytes: none. */
struct rt_fetch_rules {
    uint64_t timeout_ms, connect_ms;   /* of one page, redirects, retries and waiting included */
    uint64_t slow_ms, slow_bytes;      /* an answer that brings less than that in that time is too slow */
    uint64_t max_body;                 /* bytes, after decompression */
    uint64_t max_headers;              /* bytes, of one answer */
    uint64_t max_ratio;                /* decompressed to compressed, beyond the first 1 MiB */
    unsigned max_redirects, retries;
    uint64_t backoff_ms;               /* before the first retry, doubled for each further one */
    unsigned concurrency, per_host;
    uint64_t host_delay_ms;            /* between two pages of a host; its Crawl-delay, up to 30 s, if
                                          that is longer */
    uint64_t max_bodies;               /* bytes of the bodies that come, and of those that came and were
                                          not yet freed; at least four of the largest */
    uint64_t cache_bytes;              /* 0: no cache */
    bool robots;                       /* ask robots.txt first, RFC 9309 */
    bool allow_private;                /* for tests and intranets: of the address check only link-local
                                          and clouds' own stay, and nothing else goes */
    const char *ports;                 /* "80,443"; "*": any */
    const char *proxy;                 /* the operator's, or NULL; the environment is not asked.  Names
                                          are then the proxy's to resolve and to refuse */
    const char *ca_file;               /* PEM: who vouches for https hosts; NULL: whom the system trusts */
    const char *user_agent;
};
void rt_fetch_rules_fill(struct rt_fetch_rules *rules);
/* Of rules that are filled, what rt_fetcher_open() refuses: RT_INVALID_SETTING, RT_IO_ERROR. */
rt_status rt_fetch_rules_check(const struct rt_fetch_rules *rules, rt_error *err);

/* rules (borrowed) until the fetcher is closed.  RT_NO_MEMORY, RT_INVALID_SETTING, RT_IO_ERROR. */
rt_status rt_fetcher_open(struct rt_fetcher **out, const struct rt_fetch_rules *rules,
                          rt_error *err);
/* Ends all transfers: who waits gets RT_FETCH_CANCELLED.  Not from done(). */
void rt_fetcher_close(struct rt_fetcher *fetcher);

/* One per outcome that a client can tell apart; the label is the "code" of its error. */
enum rt_fetch_failure {
#define RT_FETCH_FAILURE(name, ...) RT_FETCH_##name,
#include "tables/fetch_failures.def"
#undef RT_FETCH_FAILURE
    RT_FETCH_FAILURES
};
const char *rt_fetch_failure_label(enum rt_fetch_failure failure);
bool rt_fetch_failure_is_retryable(enum rt_fetch_failure failure);

/* What came: an answer of 2xx that is text/html or application/xhtml+xml, or that has no Content-Type
 * and begins like HTML; text/plain is no page.  (owned) rt_fetched_free(). */
struct rt_fetched {
    enum rt_fetch_failure failure; /* RT_FETCH_NONE: a page */
    char message[256];             /* of a failure: what was given and what was expected */
    int http_status;               /* of the last answer; 0: there was none */
    unsigned redirects, attempts;
    uint64_t took_ns, wire_bytes;
    bool from_cache;
    rt_text body;                  /* as sent, decompressed; empty unless it is a page */
    char charset[64];              /* of Content-Type, or "" */
    rt_text final_url;             /* that was asked last, without its fragment */
    struct rt_holder *holder;      /* of the room that the body takes, or NULL */
    uint64_t held;
};
void rt_fetched_free(struct rt_fetched *fetched);

/* Asks for a page and returns at once; done() is called on the fetcher's thread, once, also where the
 * fetch cannot begin, and must not block.  What *fetched holds is (owned) by it: it copies the struct,
 * or frees it.  cancel (borrowed) until then, may be NULL.  RT_NO_MEMORY. */
struct rt_fetch_request {
    rt_str url;
    uint64_t timeout_ms; /* where it is less than the rules'; 0: these */
    const rt_cancel *cancel;
    void (*done)(void *ctx, struct rt_fetched *fetched);
    void *ctx;
    uint8_t owner[16]; /* who asks: callers share the fetcher by net/shares.h */
};
rt_status rt_fetcher_ask(struct rt_fetcher *fetcher, const struct rt_fetch_request *request,
                         rt_error *err);

/* The same, waiting for it.  RT_OK: *out says how it ended.  Not from done(). */
rt_status rt_fetcher_get(struct rt_fetcher *fetcher, rt_str url, uint64_t timeout_ms,
                         const rt_cancel *cancel, struct rt_fetched *out, rt_error *err);

/* Counts since the start, for the metrics. */
struct rt_fetch_counts {
    uint64_t by_failure[RT_FETCH_FAILURES];
    uint64_t active, waiting, bytes, cache_hits;
};
void rt_fetcher_read(struct rt_fetcher *fetcher, struct rt_fetch_counts *out);

#endif

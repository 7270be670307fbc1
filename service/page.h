#ifndef RT_SERVICE_PAGE_H
#define RT_SERVICE_PAGE_H

#include "net/fetch.h"
#include "service/page_options.h"

/* The address of a page that comes without one: it names no host (RFC 2606). */
#define RT_PAGE_NO_URL "https://example.invalid/"

/* A page to extract; all (borrowed). */
struct rt_page {
    rt_str bytes, charset; /* as they came; charset of the header, or absent */
    bool is_utf8;          /* no need to look for an encoding */
    rt_str url;
    const struct rt_page_options *options;
    uint64_t began_ns; /* what timeout_ms counts from */
    const rt_cancel *cancel;
    const char *traceparent; /* or "" */
};

/* Decodes and extracts it.  result (owned) rt_result_free(). */
rt_status rt_page_extract(rt_engine *engine, const struct rt_page *page, rt_result **result,
                          rt_error *err);

/* What can be told before it is fetched: rt_check_request().  An address that is none is left to the
 * fetcher. */
rt_status rt_page_check(rt_engine *engine, const struct rt_page_options *options, rt_str url,
                        rt_error *err);

/* What is left of timeout_ms; 0: none was given; RT_TIMEOUT where nothing is left. */
rt_status rt_page_time_left(const struct rt_page_options *options, uint64_t began_ns, uint64_t *ms,
                            rt_error *err);

/* (borrowed, static) where the instance came from: "hot", "warm", "cold", or "none". */
const char *rt_page_tier(const rt_stats *stats);

/* The result as JSON, with {"stats": {...}} at its end if asked for.  fetched: of a page that came
 * from elsewhere, or NULL.  out (owned). */
rt_status rt_page_json(const rt_result *result, bool stats, const struct rt_fetched *fetched,
                       rt_text *out, rt_error *err);

#endif

/* One page through the engine, and its result as JSON. */
#include "service/page.h"

#include "base/error.h"
#include "base/str.h"
#include "net/clock.h"
#include "net/reference.h"
#include "service/json.h"

rt_status rt_page_time_left(const struct rt_page_options *options, uint64_t began_ns, uint64_t *ms,
                            rt_error *err)
{
    uint64_t past = (rt_net_now() - began_ns) / 1000000;
    *ms = 0;
    if (!options->timeout_ms)
        return RT_OK;
    if (past >= options->timeout_ms)
        return rt_fail(err, RT_TIMEOUT, "the page's %u ms were over before it could be extracted",
                       (unsigned)options->timeout_ms);
    *ms = options->timeout_ms - past;
    return RT_OK;
}

rt_status rt_page_check(rt_engine *engine, const struct rt_page_options *options, rt_str url,
                        rt_error *err)
{
    rt_request request = RT_REQUEST_INIT;
    char whole[RT_REFERENCE_MAX + 1];
    enum rt_reference read =
        rt_reference_join((rt_str){ NULL, 0 }, url, whole, &request.url.len);
    request.url.at = whole;
    if (read == RT_REFERENCE_TOO_LONG)
        request.url = url;
    else if (read != RT_REFERENCE_OK)
        request.url = RT_LIT(RT_PAGE_NO_URL);
    request.mode = options->mode;
    request.selectors = options->selectors;
    return rt_check_request(engine, &request, err);
}

rt_status rt_page_extract(rt_engine *engine, const struct rt_page *page, rt_result **result,
                          rt_error *err)
{
    rt_request request = RT_REQUEST_INIT;
    rt_text decoded = { NULL, 0 };
    rt_status s = rt_page_time_left(page->options, page->began_ns, &request.timeout_ms, err);
    request.html = page->bytes;
    if (s == RT_OK && !page->is_utf8) {
        s = rt_decode(page->bytes, page->charset, &decoded, err);
        request.html = (rt_str){ decoded.at, decoded.len };
    }
    request.url = page->url;
    request.mode = page->options->mode;
    request.selectors = page->options->selectors;
    request.cancel = page->cancel;
    if (*page->traceparent)
        request.traceparent = rt_str_from_c(page->traceparent);
    if (s == RT_OK)
        s = rt_extract(engine, &request, result, err);
    rt_text_free(&decoded);
    return s;
}

static void put_fetch(struct rt_net_json *json, yyjson_mut_val *stats,
                      const struct rt_fetched *fetched)
{
    yyjson_mut_val *fetch = rt_net_json_object(json);
    rt_net_json_put(json, stats, "fetch", fetch);
    rt_json_put_text(json, fetch, "final_url",
                     (rt_str){ fetched->final_url.at, fetched->final_url.len });
    rt_json_put_uint(json, fetch, "status", (uint64_t)fetched->http_status);
    rt_json_put_uint(json, fetch, "redirects", fetched->redirects);
    rt_json_put_uint(json, fetch, "attempts", fetched->attempts);
    rt_json_put_uint(json, fetch, "took_ns", fetched->took_ns);
    rt_json_put_uint(json, fetch, "wire_bytes", fetched->wire_bytes);
    rt_json_put_bool(json, fetch, "from_cache", fetched->from_cache);
}

const char *rt_page_tier(const rt_stats *stats)
{
    static const char *const tiers[] = { "hot", "warm", "cold" };
    return stats->tier < sizeof tiers / sizeof *tiers ? tiers[stats->tier] : "none";
}

static rt_status stats_json(const rt_stats *stats, const struct rt_fetched *fetched, rt_text *out,
                            rt_error *err)
{
    struct rt_net_json json;
    rt_net_json_open(&json, &rt_alloc_heap);
    yyjson_mut_val *root = rt_net_json_object(&json);
    rt_json_put_uint(&json, root, "wait_ns", stats->wait_ns);
    rt_json_put_uint(&json, root, "take_ns", stats->take_ns);
    rt_json_put_uint(&json, root, "instantiate_ns", stats->instantiate_ns);
    rt_json_put_uint(&json, root, "lower_ns", stats->lower_ns);
    rt_json_put_uint(&json, root, "call_ns", stats->call_ns);
    rt_json_put_uint(&json, root, "lift_ns", stats->lift_ns);
    rt_json_put_uint(&json, root, "drop_ns", stats->drop_ns);
    rt_json_put_uint(&json, root, "fuel_used", stats->fuel_used);
    rt_json_put_uint(&json, root, "memory_peak", stats->memory_peak);
    rt_json_put_uint(&json, root, "nodes", stats->nodes);
    rt_json_put_text(&json, root, "tier", rt_str_from_c(rt_page_tier(stats)));
    if (fetched)
        put_fetch(&json, root, fetched);
    return rt_net_json_close(&json, root, out, err);
}

/* {..., "stats": STATS}: both are whole objects. */
static rt_status append(rt_text *object, const rt_text *stats, rt_error *err)
{
    static const char key[] = ",\"stats\":";
    size_t len = object->len - 1, key_len = sizeof key - 1;
    char *at = rt_alloc_resize(&rt_alloc_heap, object->at, len + key_len + stats->len + 2);
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the result");
    memcpy(at + len, key, key_len);
    memcpy(at + len + key_len, stats->at, stats->len);
    len += key_len + stats->len;
    memcpy(at + len, "}", 2);
    *object = (rt_text){ at, len + 1 };
    return RT_OK;
}

rt_status rt_page_json(const rt_result *result, bool stats, const struct rt_fetched *fetched,
                       rt_text *out, rt_error *err)
{
    const rt_str no_id = { NULL, 0 };
    rt_text all = { NULL, 0 }, part = { NULL, 0 };
    rt_status s = rt_result_json(result, no_id, &all, err);
    if (s == RT_OK && stats)
        s = stats_json(rt_result_stats(result), fetched, &part, err);
    if (s == RT_OK && stats)
        s = append(&all, &part, err);
    rt_text_free(&part);
    if (s == RT_OK)
        *out = all;
    else
        rt_text_free(&all);
    return s;
}

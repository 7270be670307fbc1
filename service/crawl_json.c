/* The answers of a crawl. */
#include "service/crawl.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "net/clock.h"
#include "service/json.h"

#include <inttypes.h>
#include <stdio.h>

static void put_error(struct rt_net_json *json, yyjson_mut_val *object,
                      const struct rt_problem *problem, const char *message)
{
    yyjson_mut_val *error = rt_net_json_object(json);
    char text[512];
    snprintf(text, sizeof text, "%s", *message ? message : problem->title);
    rt_utf8_mend(text, strlen(text));
    rt_net_json_put(json, object, "error", error);
    rt_json_put_text(json, error, "code", rt_str_from_c(problem->code));
    rt_json_put_text(json, error, "message", rt_str_from_c(text));
    rt_json_put_bool(json, error, "retryable", problem->retryable);
}

static void put_failure(struct rt_net_json *json, yyjson_mut_val *object,
                        const struct rt_crawl_page *page, const rt_error *err)
{
    const rt_error *why = page->refused.status != RT_OK ? &page->refused : err;
    bool fetch_failed = page->refused.status == RT_OK && page->fetched.failure != RT_FETCH_NONE;
    struct rt_problem problem = fetch_failed ? rt_problem_of_fetch(page->fetched.failure)
                                             : rt_problem_of_status(why->status);
    put_error(json, object, &problem, fetch_failed ? page->fetched.message : why->message);
}

static rt_status write_page(const struct rt_crawl_page *page, const rt_str *document,
                            const rt_error *err, rt_text *out)
{
    const struct rt_fetched *f = &page->fetched;
    struct rt_net_json json;
    rt_net_json_open(&json, &rt_alloc_heap);
    yyjson_mut_val *root = rt_net_json_object(&json);
    if (page->crawl->is_stream)
        rt_json_put_uint(&json, root, "index", page->index);
    rt_json_put_text(&json, root, "url", page->url);
    rt_json_put_text(&json, root, "final_url", (rt_str){ f->final_url.at, f->final_url.len });
    rt_json_put_uint(&json, root, "status", (uint64_t)f->http_status);
    rt_json_put_uint(&json, root, "processing_time_ms", page->took_ms);
    if (document)
        rt_json_put_raw(&json, root, "document", *document);
    else
        put_failure(&json, root, page, err);
    return rt_net_json_close(&json, root, out, NULL);
}

static void end_line(rt_text *text)
{
    char *at = rt_alloc_resize(&rt_alloc_heap, text->at, text->len + 2);
    if (!at) {
        rt_text_free(text);
        return;
    }
    memcpy(at + text->len, "\n", 2);
    *text = (rt_text){ at, text->len + 1 };
}

void rt_crawl_page_json(struct rt_crawl_page *page, const rt_result *result, const rt_error *err)
{
    rt_text document = { NULL, 0 };
    rt_error why = *err;
    page->took_ms = (rt_net_now() - page->began_ns) / 1000000;
    page->bytes = page->fetched.wire_bytes;
    page->from_cache = page->fetched.from_cache;
    if (result &&
        rt_page_json(result, page->crawl->options.stats, &page->fetched, &document, &why) ==
            RT_OK &&
        rt_respond_room(page->crawl->x, document.len, &why) != RT_OK)
        rt_text_free(&document);
    page->room = document.len;
    page->good = document.at != NULL;
    rt_str text = { document.at, document.len };
    write_page(page, page->good ? &text : NULL, &why, &page->json);
    rt_text_free(&document);
    if (page->json.at && page->crawl->is_stream)
        end_line(&page->json);
}

/* ---- the whole ----------------------------------------------------------------------------------
 */

struct sums {
    size_t good, from_cache;
    uint64_t took_ms, bytes, length;
};

static struct sums add_up(const struct rt_crawl *crawl)
{
    struct sums sums = { 0 };
    for (size_t i = 0; i < crawl->count; i++) {
        const struct rt_crawl_page *page = &crawl->pages[i];
        sums.good += page->good;
        sums.from_cache += page->from_cache;
        sums.took_ms += page->took_ms;
        sums.bytes += page->bytes;
        sums.length += page->json.len + 1;
    }
    return sums;
}

rt_status rt_crawl_json(struct rt_crawl *crawl, rt_text *out, rt_error *err)
{
    struct sums sums = add_up(crawl);
    char head[128], tail[256];
    int head_len = snprintf(head, sizeof head,
                            "{\"total_urls\":%zu,\"successful\":%zu,\"failed\":%zu,\"results\":[",
                            crawl->count, sums.good, crawl->count - sums.good);
    int tail_len = snprintf(tail, sizeof tail,
                            "],\"statistics\":{\"total_processing_time_ms\":%" PRIu64
                            ",\"avg_processing_time_ms\":%" PRIu64 ",\"bytes_fetched\":%" PRIu64
                            ",\"from_cache\":%zu}}",
                            (rt_net_now() - crawl->began_ns) / 1000000, sums.took_ms / crawl->count,
                            sums.bytes, sums.from_cache);
    size_t room = (size_t)head_len + sums.length + (size_t)tail_len + 1;
    char *at = rt_alloc_resize(&rt_alloc_heap, NULL, room);
    if (!at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the results");
    size_t len = (size_t)head_len;
    memcpy(at, head, len);
    for (size_t i = 0; i < crawl->count; i++) {
        rt_text *json = &crawl->pages[i].json;
        if (!json->at) {
            rt_alloc_resize(&rt_alloc_heap, at, 0);
            return rt_fail(err, RT_NO_MEMORY, "no memory for the results");
        }
        if (i > 0)
            at[len++] = ',';
        memcpy(at + len, json->at, json->len);
        len += json->len;
        rt_text_free(json); /* else all of it would be there twice */
    }
    memcpy(at + len, tail, (size_t)tail_len + 1);
    *out = (rt_text){ at, len + (size_t)tail_len };
    return RT_OK;
}

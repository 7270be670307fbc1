/* What the service reads of a request itself.  Whatever comes, it is taken or refused with a
 * reason; what is taken holds what was asked for, within its limits.
 *
 * Input: a first line that is "json", "form", "accept", "target" or "headers", then the text. */
#include "fuzz/fuzz.h"

#include "base/arena.h"
#include "service/accept.h"
#include "service/form.h"
#include "service/host_check.h"
#include "service/request.h"
#include "service/request_id.h"

static bool is_reason(rt_status s, const rt_error *err)
{
    return (s == RT_INVALID_ARGUMENT || s == RT_UNSUPPORTED_MODE) && err->message[0];
}

static void check_options(const struct rt_page_options *options)
{
    FUZZ_HOLDS(options->selectors.len <= RT_PAGE_SELECTORS);
    FUZZ_HOLDS(options->timeout_ms <= RT_PAGE_TIMEOUT_MS);
    FUZZ_HOLDS(!options->selectors.len || options->mode == RT_MODE_CUSTOM);
}

static void read_json(rt_str text, struct rt_arena *arena)
{
    struct rt_page_options options;
    yyjson_doc *doc = NULL;
    yyjson_val *name, *value;
    size_t i, count;
    rt_error err = { RT_OK, "" };
    rt_status s = rt_read_object(text, &doc, &err);
    FUZZ_HOLDS(s == RT_OK ? doc != NULL : is_reason(s, &err));
    if (s != RT_OK)
        return;
    rt_page_options_init(&options, arena);
    yyjson_obj_foreach(yyjson_doc_get_root(doc), i, count, name, value)
    {
        rt_str key = { yyjson_get_str(name), yyjson_get_len(name) };
        bool known;
        if (s == RT_OK)
            s = rt_page_options_member(&options, key, value, &known, &err);
    }
    s = s == RT_OK ? rt_page_options_complete(&options, &err) : s;
    FUZZ_HOLDS(s == RT_OK || is_reason(s, &err));
    if (s == RT_OK)
        check_options(&options);
    yyjson_doc_free(doc);
}

static void read_form(rt_str text, struct rt_arena *arena)
{
    struct rt_page_options options;
    struct rt_form form;
    rt_error err = { RT_OK, "" };
    rt_page_options_init(&options, arena);
    rt_status s = rt_form_read(text, arena, &options, &form, &err);
    FUZZ_HOLDS(s == RT_OK || is_reason(s, &err));
    if (s != RT_OK)
        return;
    FUZZ_HOLDS(form.url.at || form.html.at);
    FUZZ_HOLDS(!form.url.at || fuzz_is_utf8(form.url));
    FUZZ_HOLDS(form.url.len + form.html.len <= text.len);
    check_options(&options);
}

static void read_accept(rt_str text)
{
    static const char *const offers[] = { "application/json", "text/markdown", "text/plain" };
    int all = rt_accept_choose(text, offers, 3), one = rt_accept_choose(text, offers, 1);
    FUZZ_HOLDS(all >= -1 && all < 3);
    FUZZ_HOLDS(one >= -1 && one < 1);
    FUZZ_HOLDS(all >= 0 || one < 0);
}

/* What is given only adds to what is ours. */
static void read_host(rt_str host)
{
    bool always = rt_host_is_ours(host, NULL), given = rt_host_is_ours(host, "a.example,b");
    FUZZ_HOLDS(!always || given);
    FUZZ_HOLDS(rt_host_is_ours(host, "*"));
}

static void read_target(rt_str text)
{
    char *copy = malloc(text.len + 1);
    if (!copy)
        abort();
    if (text.len)
        memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    size_t before = strlen(copy), len = rt_request_decode(copy);
    FUZZ_HOLDS(len == strlen(copy) && len <= before);
    rt_str authority, path = rt_request_path((rt_str){ copy, len }, &authority);
    FUZZ_HOLDS(path.len <= len || rt_str_eq(path, RT_LIT("/")));
    FUZZ_HOLDS(authority.len <= len);
    FUZZ_HOLDS(!rt_request_has_room(copy) || len < RT_TARGET_MAX);
    if (authority.at)
        read_host(authority);
    free(copy);
}

static void read_headers(rt_str text)
{
    struct rt_request_seen seen = { 0 };
    char id[RT_REQUEST_ID_ROOM], traceparent[RT_TRACEPARENT_ROOM], trace_id[RT_TRACE_ID_ROOM];
    while (text.len > 0) {
        rt_str value = fuzz_line(&text);
        size_t colon = rt_str_find_byte(value, ':');
        rt_str name = rt_str_first(value, colon);
        value = colon == RT_NPOS ? (rt_str){ NULL, 0 } : rt_str_from(value, colon + 1);
        rt_request_see(&seen, name, value);
        if (value.at)
            read_host(value);
        rt_request_id(value, id);
        FUZZ_HOLDS(*id && strlen(id) < sizeof id);
        rt_traceparent(value, traceparent, trace_id);
        FUZZ_HOLDS(strlen(traceparent) == 0 || strlen(traceparent) == RT_TRACEPARENT_ROOM - 1);
        FUZZ_HOLDS(strlen(trace_id) == (*traceparent ? RT_TRACE_ID_ROOM - 1 : 0));
    }
    bool old = !rt_request_fault(&seen, "HTTP/1.0"), now = !rt_request_fault(&seen, "HTTP/1.1");
    FUZZ_HOLDS(!now || (seen.hosts == 1 && seen.lengths + seen.codings <= 1));
    FUZZ_HOLDS(!old || (seen.hosts <= 1 && seen.codings == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rt_str rest = { (const char *)data, size };
    rt_str kind = fuzz_line(&rest);
    char *bytes = fuzz_copy(rest);
    rt_str text = { bytes, rest.len };
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, 64 << 20);
    if (rt_str_eq(kind, RT_LIT("json")))
        read_json(text, &arena);
    else if (rt_str_eq(kind, RT_LIT("form")))
        read_form(text, &arena);
    else if (rt_str_eq(kind, RT_LIT("accept")))
        read_accept(text);
    else if (rt_str_eq(kind, RT_LIT("target")))
        read_target(text);
    else if (rt_str_eq(kind, RT_LIT("headers")))
        read_headers(text);
    rt_arena_free(&arena);
    free(bytes);
    return 0;
}

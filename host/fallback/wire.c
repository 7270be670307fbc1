/* Requests to a helper and content from it.  A string is its length and its bytes, a list its count
 * and its strings; the fields follow each other as in tables/content.def. */
#include "host/fallback/wire.h"

#include "base/error.h"
#include "base/utf8.h"

#include <string.h>

/* In the place of a length. */
#define ABSENT UINT32_MAX

/* ---- out ------------------------------------------------------------------------------------- */

static void hand_on(struct rt_wire_sink *sink, const char *at, size_t len)
{
    if (sink->write && len > 0 && !sink->failed)
        sink->failed = !sink->write(sink->ctx, at, len);
}

bool rt_wire_flush(struct rt_wire_sink *sink)
{
    hand_on(sink, sink->buffer, sink->len);
    sink->len = 0;
    return !sink->failed;
}

void rt_wire_put(struct rt_wire_sink *sink, const void *at, size_t len)
{
    sink->total += len;
    if (!sink->write || sink->failed || len == 0)
        return;
    if (len > sizeof sink->buffer - sink->len)
        rt_wire_flush(sink);
    if (len > sizeof sink->buffer) {
        hand_on(sink, at, len);
        return;
    }
    memcpy(sink->buffer + sink->len, at, len);
    sink->len += len;
}

static void put_u32(struct rt_wire_sink *sink, uint32_t n) { rt_wire_put(sink, &n, sizeof n); }

static void put_STR(struct rt_wire_sink *sink, rt_str s)
{
    if (s.len >= ABSENT)
        sink->failed = true;
    put_u32(sink, (uint32_t)s.len);
    rt_wire_put(sink, s.at, s.len);
}

static void put_OPT_STR(struct rt_wire_sink *sink, rt_str s)
{
    if (s.at)
        put_STR(sink, s);
    else
        put_u32(sink, ABSENT);
}

static void put_STR_LIST(struct rt_wire_sink *sink, rt_str_list list)
{
    if (list.len > RT_WIRE_MAX_LIST)
        sink->failed = true;
    put_u32(sink, (uint32_t)list.len);
    for (size_t i = 0; i < list.len; i++)
        put_STR(sink, list.at[i]);
}

static void put_OPT_U32(struct rt_wire_sink *sink, rt_opt_u32 n)
{
    put_u32(sink, n.set);
    put_u32(sink, n.set ? n.value : 0);
}

static void put_OPT_U8(struct rt_wire_sink *sink, rt_opt_u8 n)
{
    put_OPT_U32(sink, (rt_opt_u32){ n.set, n.value });
}

void rt_wire_put_request(struct rt_wire_sink *sink, const rt_request *request)
{
    for (size_t i = 0; i < request->selectors.len; i++)
        put_STR(sink, request->selectors.at[i]);
    put_STR(sink, request->url);
    put_STR(sink, request->html);
}

void rt_wire_put_content(struct rt_wire_sink *sink, const rt_content *content)
{
#define RT_FIELD(kind, field, wit) put_##kind(sink, content->field);
#include "tables/content.def"
#undef RT_FIELD
}

/* ---- in -------------------------------------------------------------------------------------- */

/* The first complaint stands; after it everything reads as nothing. */
struct reader {
    rt_str rest;
    struct rt_arena *arena;
    bool trusted;      /* its strings were checked before they were sent */
    const char *wrong; /* NULL: all well so far */
};

static void complain(struct reader *r, const char *wrong)
{
    if (!r->wrong)
        r->wrong = wrong;
    r->rest.len = 0;
}

static uint32_t read_u32(struct reader *r)
{
    uint32_t n;
    if (r->rest.len < sizeof n) {
        complain(r, "the answer ends in it");
        return 0;
    }
    memcpy(&n, r->rest.at, sizeof n);
    r->rest = (rt_str){ r->rest.at + sizeof n, r->rest.len - sizeof n };
    return n;
}

static rt_str read_bytes(struct reader *r, uint32_t len)
{
    if (len > r->rest.len) {
        complain(r, "it is longer than the answer");
        return (rt_str){ "", 0 };
    }
    rt_str s = { r->rest.at, len };
    r->rest = (rt_str){ r->rest.at + len, r->rest.len - len };
    if (!r->trusted && rt_utf8_check(s) != s.len)
        complain(r, "it is not UTF-8");
    return s;
}

static void read_STR(struct reader *r, rt_str *out)
{
    uint32_t len = read_u32(r);
    *out = read_bytes(r, len);
}

static void read_OPT_STR(struct reader *r, rt_str *out)
{
    uint32_t len = read_u32(r);
    *out = len == ABSENT ? (rt_str){ NULL, 0 } : read_bytes(r, len);
}

static void read_strings(struct reader *r, uint32_t count, rt_str_list *out)
{
    *out = (rt_str_list){ NULL, 0 };
    if (count > RT_WIRE_MAX_LIST || count > r->rest.len / sizeof(uint32_t)) {
        complain(r, "it has more entries than can be");
        return;
    }
    if (count == 0)
        return;
    rt_str *at = rt_arena_zeroed(r->arena, count, sizeof *at);
    if (!at) {
        complain(r, "no memory for it");
        return;
    }
    for (uint32_t i = 0; i < count && !r->wrong; i++)
        read_STR(r, &at[i]);
    *out = (rt_str_list){ at, count };
}

static void read_STR_LIST(struct reader *r, rt_str_list *out)
{
    uint32_t count = read_u32(r);
    read_strings(r, count, out);
}

static void read_OPT_U32(struct reader *r, rt_opt_u32 *out)
{
    uint32_t set = read_u32(r), value = read_u32(r);
    if (set > 1 || (set == 0 && value != 0))
        complain(r, "it is neither set nor absent");
    *out = (rt_opt_u32){ set == 1, value };
}

static void read_OPT_U8(struct reader *r, rt_opt_u8 *out)
{
    rt_opt_u32 n;
    read_OPT_U32(r, &n);
    if (n.value > UINT8_MAX)
        complain(r, "it is out of range");
    *out = (rt_opt_u8){ n.set, (uint8_t)n.value };
}

bool rt_wire_read_request(const struct rt_wire_ask *ask, rt_str body, struct rt_arena *arena,
                          rt_request *out)
{
    struct reader r = { .rest = body, .arena = arena, .trusted = true };
    *out = (rt_request)RT_REQUEST_INIT;
    out->mode = (rt_mode)ask->mode;
    out->extractor = RT_EXTRACTOR_NATIVE;
    read_strings(&r, ask->selectors, &out->selectors);
    read_STR(&r, &out->url);
    read_STR(&r, &out->html);
    return ask->mode <= RT_MODE_CUSTOM && !r.wrong && r.rest.len == 0;
}

/* ---- answers --------------------------------------------------------------------------------- */

/* What the core may answer: success, a refused selector and the cases of the interface. */
static bool is_of_the_core(uint32_t status)
{
    switch (status) {
    case RT_OK:
    case RT_INVALID_ARGUMENT:
#define RT_WIT_ERROR(name, wit) case RT_##name:
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
        return true;
    default: return false;
    }
}

rt_status rt_wire_check_answer(const struct rt_wire_answer *answer, uint64_t number,
                               uint64_t memory, rt_error *err)
{
    if (answer->number != number)
        return rt_fail(err, RT_FALLBACK_FAILED, "the helper's answer is for another page");
    if (!is_of_the_core(answer->status))
        return rt_fail(err, RT_FALLBACK_FAILED, "the helper's answer: no such outcome: %u",
                       answer->status);
    uint64_t most = answer->status == RT_OK ? memory : sizeof err->message - 1;
    if (answer->body_len > most || answer->memory_peak > memory)
        return rt_fail(err, RT_FALLBACK_FAILED,
                       "the helper's answer is larger than the helper can be");
    return RT_OK;
}

rt_status rt_wire_read_content(rt_str body, struct rt_arena *arena, rt_content *out, rt_error *err)
{
    struct reader r = { .rest = body, .arena = arena };
    const char *field = "url";
#define RT_FIELD(kind, name, wit)                                                                  \
    if (!r.wrong) {                                                                                \
        field = wit;                                                                               \
        read_##kind(&r, &out->name);                                                               \
    }
#include "tables/content.def"
#undef RT_FIELD
    if (arena->refused)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the content");
    if (r.wrong)
        return rt_fail(err, RT_FALLBACK_FAILED, "the helper's answer, field %s: %s", field,
                       r.wrong);
    if (r.rest.len > 0)
        return rt_fail(err, RT_FALLBACK_FAILED, "the helper's answer: %zu bytes too many",
                       r.rest.len);
    if (out->quality_score.set && out->quality_score.value > 100)
        return rt_fail(err, RT_FALLBACK_FAILED,
                       "the helper's answer, field quality-score: expected 0 to 100, found %u",
                       (unsigned)out->quality_score.value);
    return RT_OK;
}

rt_status rt_wire_read_failure(const struct rt_wire_answer *answer, rt_str body, rt_error *err)
{
    if (rt_utf8_check(body) != body.len)
        return rt_fail(err, RT_FALLBACK_FAILED, "the helper's answer: its message is not UTF-8");
    return rt_fail(err, (rt_status)answer->status, "%.*s", (int)body.len, body.at);
}

/* Calls as OTLP/HTTP JSON. */
#include "net/otlp_json.h"

#include "base/error.h"
#include "net/json.h"

#include <string.h>

/* Numbers of the protocol. */
enum {
    KIND_INTERNAL = 1,
    STATUS_ERROR = 2,
    FLAG_SAMPLED = 0x001,
    FLAG_KNOWS_PARENT = 0x100, /* the next one says something */
    FLAG_PARENT_IS_REMOTE = 0x200
};

/* ---- times -------------------------------------------------------------------------------------
 */

struct part {
    const char *name;
    uint64_t start, ns;
};

static uint64_t less(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

/* The whole first; in it, from its beginning, the steps in their order.  What remains at its end is
 * the host's own, giving the instance back for one. */
static size_t parts_of(const rt_event *event, struct part parts[RT_OTLP_MOST_SPANS])
{
    const rt_stats *stats = &event->stats;
    const struct {
        const char *name; /* NULL: time that belongs to the whole alone */
        uint64_t ns;
    } steps[] = {
        { "queue", stats->wait_ns },
        { NULL, less(stats->take_ns, stats->instantiate_ns) },
        { "instantiate", stats->instantiate_ns },
        { "lower", stats->lower_ns },
        { "call", stats->call_ns },
        { "lift", stats->lift_ns },
        { NULL, stats->drop_ns },
    };
    uint64_t whole = 0;
    size_t came_to = 0;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        whole += steps[i].ns;
        if (steps[i].name && steps[i].ns)
            came_to = i + 1;
    }
    if (event->extractor == RT_EXTRACTOR_NATIVE) /* goes no such way */
        came_to = 0;
    if (whole < event->value)
        whole = event->value;
    uint64_t at = less(event->time_ns, whole);
    size_t n = 0;
    parts[n++] = (struct part){ "extract", at, event->time_ns - at };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (steps[i].name && (steps[i].ns || i < came_to))
            parts[n++] = (struct part){ steps[i].name, at, steps[i].ns };
        at += steps[i].ns;
    }
    return n;
}

size_t rt_otlp_spans_of(const rt_event *event)
{
    struct part parts[RT_OTLP_MOST_SPANS];
    return parts_of(event, parts);
}

/* ---- spans -------------------------------------------------------------------------------------
 */

static yyjson_mut_val *hex(struct rt_net_json *json, const uint8_t *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char text[33];
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * n] = '\0';
    return rt_net_json_text(json, text);
}

static const char *mode_label(rt_mode mode)
{
    static const char *const labels[] = {
#define RT_MODE(name, label, ...) [RT_MODE_##name] = label,
#include "tables/modes.def"
#undef RT_MODE
    };
    return (unsigned)mode < sizeof labels / sizeof *labels ? labels[mode] : "unknown";
}

static void put_outcome(struct rt_net_json *json, yyjson_mut_val *span, const rt_event *event)
{
    static const char *const tiers[] = { "hot", "warm", "cold" };
    const rt_stats *stats = &event->stats;
    const char *outcome = rt_status_label(event->status);
    bool native = event->extractor == RT_EXTRACTOR_NATIVE;
    yyjson_mut_val *list = rt_net_json_array(json);
    rt_net_json_attribute_text(json, list, "riptide.mode", mode_label(event->mode));
    rt_net_json_attribute_text(json, list, "riptide.outcome", outcome);
    rt_net_json_attribute_text(json, list, "riptide.extractor", native ? "native" : "component");
    rt_net_json_attribute_number(json, list, "riptide.html_bytes", event->html_bytes);
    rt_net_json_attribute_number(json, list, "riptide.fuel_used", stats->fuel_used);
    rt_net_json_attribute_number(json, list, "riptide.memory_peak", stats->memory_peak);
    if (!native && stats->call_ns && stats->tier < sizeof tiers / sizeof *tiers)
        rt_net_json_attribute_text(json, list, "riptide.tier", tiers[stats->tier]);
    if (event->status != RT_OK) {
        yyjson_mut_val *status = rt_net_json_object(json);
        rt_net_json_put(json, status, "code", yyjson_mut_int(json->doc, STATUS_ERROR));
        rt_net_json_put(json, status, "message",
                        rt_net_json_text(json, rt_status_text(event->status)));
        rt_net_json_put(json, span, "status", status);
        rt_net_json_attribute_text(json, list, "error.type", outcome);
    }
    rt_net_json_put(json, span, "attributes", list);
}

static void add_call(struct rt_net_json *json, yyjson_mut_val *spans,
                     const struct rt_otlp_call *call, const uint8_t (*ids)[8])
{
    struct part parts[RT_OTLP_MOST_SPANS];
    size_t n = parts_of(&call->event, parts);
    for (size_t i = 0; i < n; i++) {
        yyjson_mut_val *span = rt_net_json_object(json);
        bool is_root = i == 0;
        const uint8_t *parent = is_root ? call->context.parent_id : ids[0];
        bool is_remote = is_root && call->context.has_parent;
        int flags = FLAG_SAMPLED | FLAG_KNOWS_PARENT | (is_remote ? FLAG_PARENT_IS_REMOTE : 0);
        rt_net_json_put(json, span, "traceId", hex(json, call->context.trace_id, 16));
        rt_net_json_put(json, span, "spanId", hex(json, ids[i], 8));
        if (!is_root || call->context.has_parent)
            rt_net_json_put(json, span, "parentSpanId", hex(json, parent, 8));
        rt_net_json_put(json, span, "flags", yyjson_mut_int(json->doc, flags));
        rt_net_json_put(json, span, "name", rt_net_json_text(json, parts[i].name));
        rt_net_json_put(json, span, "kind", yyjson_mut_int(json->doc, KIND_INTERNAL));
        rt_net_json_put(json, span, "startTimeUnixNano", rt_net_json_number(json, parts[i].start));
        rt_net_json_put(json, span, "endTimeUnixNano",
                        rt_net_json_number(json, parts[i].start + parts[i].ns));
        if (is_root)
            put_outcome(json, span, &call->event);
        rt_net_json_append(json, spans, span);
    }
}

rt_status rt_otlp_json(const struct rt_otlp_call *calls, size_t n, rt_text resource,
                       const uint8_t (*ids)[8], const struct rt_alloc *alloc, rt_text *out,
                       rt_error *err)
{
    struct rt_net_json json;
    rt_net_json_open(&json, alloc);
    yyjson_mut_val *spans = rt_net_json_array(&json);
    for (size_t i = 0; i < n; i++) {
        add_call(&json, spans, &calls[i], ids);
        ids += rt_otlp_spans_of(&calls[i].event);
    }
    yyjson_mut_val *scope = rt_net_json_object(&json);
    rt_net_json_put(&json, scope, "name", rt_net_json_text(&json, "riptide"));
    rt_net_json_put(&json, scope, "version", rt_net_json_text(&json, rt_version()));
    yyjson_mut_val *of_scope = rt_net_json_object(&json);
    rt_net_json_put(&json, of_scope, "scope", scope);
    rt_net_json_put(&json, of_scope, "spans", spans);
    yyjson_mut_val *scopes = rt_net_json_array(&json);
    rt_net_json_append(&json, scopes, of_scope);
    yyjson_mut_val *whose = rt_net_json_object(&json);
    rt_net_json_put(&json, whose, "attributes",
                    yyjson_mut_rawn(json.doc, resource.at, resource.len));
    yyjson_mut_val *of_resource = rt_net_json_object(&json);
    rt_net_json_put(&json, of_resource, "resource", whose);
    rt_net_json_put(&json, of_resource, "scopeSpans", scopes);
    yyjson_mut_val *resources = rt_net_json_array(&json);
    rt_net_json_append(&json, resources, of_resource);
    yyjson_mut_val *root = rt_net_json_object(&json);
    rt_net_json_put(&json, root, "resourceSpans", resources);
    return rt_net_json_close(&json, root, out, err);
}

uint64_t rt_otlp_rejected(char *body, size_t len)
{
    char room[32 << 10]; /* for the few KiB of an answer that are kept */
    yyjson_alc alc;
    yyjson_alc_pool_init(&alc, room, sizeof room);
    yyjson_doc *doc = yyjson_read_opts(body, len, 0, &alc, NULL);
    yyjson_val *partial = yyjson_obj_get(yyjson_doc_get_root(doc), "partialSuccess");
    yyjson_val *count = yyjson_obj_get(partial, "rejectedSpans");
    uint64_t n = yyjson_get_uint(count);
    const char *c = yyjson_get_str(count);
    for (; c && *c >= '0' && *c <= '9' && n < UINT64_MAX / 16; c++)
        n = n * 10 + (uint64_t)(*c - '0');
    return n;
}

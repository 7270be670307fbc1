/* W3C trace context and samplers. */
#include "net/trace_context.h"

#include <string.h>

/* Small letters only, as the standard wants it. */
static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

static bool read_hex(uint8_t *out, size_t bytes, const char *text)
{
    for (size_t i = 0; i < bytes; i++) {
        int high = digit_of(text[2 * i]);
        int low = high < 0 ? -1 : digit_of(text[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool is_zero(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i])
            return false;
    return true;
}

bool rt_trace_context_parse(struct rt_trace_context *out, const char *traceparent)
{
    enum { LENGTH = 55, TRACE_ID = 3, PARENT_ID = 36, FLAGS = 53 };
    struct rt_trace_context c = { .has_parent = true };
    uint8_t version, flags;
    size_t len = strnlen(traceparent, LENGTH + 1);
    if (len < LENGTH || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-')
        return false;
    if (!read_hex(&version, 1, traceparent) || !read_hex(c.trace_id, 16, traceparent + TRACE_ID) ||
        !read_hex(c.parent_id, 8, traceparent + PARENT_ID) ||
        !read_hex(&flags, 1, traceparent + FLAGS))
        return false;
    bool ends_right = len == LENGTH || (version != 0 && traceparent[LENGTH] == '-');
    if (version == 0xFF || !ends_right || is_zero(c.trace_id, 16) || is_zero(c.parent_id, 8))
        return false;
    c.parent_is_sampled = flags & 1;
    *out = c;
    return true;
}

/* The last 8 bytes of an id are random in every generator; 63 bits of them against the ratio. */
static bool is_below(const uint8_t trace_id[16], double ratio)
{
    uint64_t x = 0;
    for (size_t i = 8; i < 16; i++)
        x = x << 8 | trace_id[i];
    return ratio >= 1 || (x >> 1) < (uint64_t)(ratio * 9223372036854775808.0);
}

bool rt_sampler_takes(const struct rt_sampler *sampler, const struct rt_trace_context *context)
{
    if (sampler->parent_based && context->has_parent)
        return context->parent_is_sampled;
    switch (sampler->kind) {
    case RT_SAMPLER_ON: return true;
    case RT_SAMPLER_OFF: return false;
    case RT_SAMPLER_RATIO: return is_below(context->trace_id, sampler->ratio);
    }
    return false;
}

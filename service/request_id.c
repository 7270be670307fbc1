/* Names of requests. */
#include "service/request_id.h"

#include "base/str.h"
#include "net/clock.h"
#include "net/trace_context.h"

#include <stdatomic.h>
#include <sys/random.h>

static bool is_sane(rt_str id)
{
    if (id.len == 0 || id.len >= RT_REQUEST_ID_ROOM)
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.at[i];
        if (!rt_is_digit(c) && !rt_is_alpha(c) && c != '.' && c != '_' && c != '-' && c != ':')
            return false;
    }
    return true;
}

/* Without randomness, which the system gives at any time but early in its start, time and a count.
 */
static void fill(uint8_t bytes[16])
{
    static atomic_uint_fast64_t count;
    if (getrandom(bytes, 16, GRND_NONBLOCK) == 16)
        return;
    uint64_t parts[2] = { rt_net_now(), atomic_fetch_add(&count, 1) };
    memcpy(bytes, parts, 16);
}

void rt_request_id(rt_str given, char out[RT_REQUEST_ID_ROOM])
{
    static const char digits[] = "0123456789abcdef";
    if (is_sane(given)) {
        memcpy(out, given.at, given.len);
        out[given.len] = '\0';
        return;
    }
    uint8_t bytes[16];
    fill(bytes);
    for (size_t i = 0; i < 16; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[32] = '\0';
}

void rt_traceparent(rt_str given, char out[RT_TRACEPARENT_ROOM], char trace_id[RT_TRACE_ID_ROOM])
{
    struct rt_trace_context context;
    char text[RT_TRACEPARENT_ROOM + 8] = "";
    out[0] = trace_id[0] = '\0';
    given = rt_str_trim(given);
    if (given.len < RT_TRACEPARENT_ROOM - 1)
        return;
    /* Of a later version what follows does not matter, but that it follows. */
    size_t len = given.len < sizeof text - 1 ? given.len : sizeof text - 1;
    memcpy(text, given.at, len);
    text[len] = '\0';
    if (!rt_trace_context_parse(&context, text))
        return;
    memcpy(out, text, RT_TRACEPARENT_ROOM - 1);
    out[RT_TRACEPARENT_ROOM - 1] = '\0';
    memcpy(trace_id, text + 3, RT_TRACE_ID_ROOM - 1);
    trace_id[RT_TRACE_ID_ROOM - 1] = '\0';
}

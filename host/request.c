/* Requests of callers that were built with another version of the header. */
#include "host/request.h"

#include "base/error.h"

#include <stddef.h>
#include <string.h>

/* No request will ever be larger: a size beyond is no size. */
enum { MAX_REQUEST = 4096 };

/* Options of a newer caller, which mean nothing here, are zero unless he wants something. */
static bool has_unknown_options(const rt_request *request)
{
    const char *bytes = (const char *)request;
    for (size_t i = sizeof *request; i < request->size; i++)
        if (bytes[i])
            return true;
    return false;
}

static bool points_nowhere(rt_str s) { return !s.at && s.len > 0; }

static bool points_nowhere_in(rt_str_list list)
{
    if (!list.at)
        return list.len > 0;
    for (size_t i = 0; i < list.len; i++)
        if (points_nowhere(list.at[i]))
            return true;
    return false;
}

rt_status rt_request_read(const rt_request *from, rt_request *out, rt_error *err)
{
    static const rt_request init = RT_REQUEST_INIT;
    if (!from || from->size < offsetof(rt_request, mode) || from->size > MAX_REQUEST)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: expected a request made with RT_REQUEST_INIT");
    if (has_unknown_options(from))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: the request has options that version " RT_VERSION
                       " of the library does not know");
    *out = init;
    memcpy(out, from, from->size < sizeof *out ? from->size : sizeof *out);
    if (points_nowhere(out->html) || points_nowhere(out->url) || points_nowhere(out->traceparent) ||
        points_nowhere_in(out->selectors))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: a text of the request has a length but no bytes");
    if (out->extractor != RT_EXTRACTOR_COMPONENT && out->extractor != RT_EXTRACTOR_NATIVE)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_extract: extractor %d: expected RT_EXTRACTOR_COMPONENT or "
                       "RT_EXTRACTOR_NATIVE",
                       (int)out->extractor);
    return RT_OK;
}

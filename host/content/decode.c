/* Bytes into UTF-8, for callers: the rules are the core's. */
#include "base/alloc.h"
#include "base/error.h"
#include "core/decode.h"

rt_status rt_decode(rt_str bytes, rt_str charset, rt_text *out, rt_error *err)
{
    if (!out || (!bytes.at && bytes.len > 0) || (!charset.at && charset.len > 0))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_decode: out is NULL, or a text has a length but no bytes");
    if (!bytes.at)
        bytes.at = "";
    return rt_decode_html(bytes, charset, &rt_alloc_heap, &out->at, &out->len, err);
}

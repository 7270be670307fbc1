/* Bytes into UTF-8, for callers: the rules are the core's. */
#include "base/alloc.h"
#include "base/error.h"
#include "core/decode.h"

rt_status rt_decode(rt_str bytes, rt_str charset, rt_text *out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_decode: out is NULL");
    return rt_decode_html(bytes, charset, &rt_alloc_heap, &out->at, &out->len, err);
}

/* JSON texts through yyjson, on our own heap. */
#include "host/content/json.h"

#include "base/error.h"
#include "base/json_heap.h"
#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

yyjson_mut_doc *rt_json_new(const struct rt_alloc *alloc)
{
    yyjson_alc alc = rt_json_heap(alloc);
    return yyjson_mut_doc_new(&alc);
}

yyjson_mut_val *rt_json_str(yyjson_mut_doc *doc, rt_str s)
{
    return s.at ? yyjson_mut_strn(doc, s.at, s.len) : yyjson_mut_null(doc);
}

yyjson_mut_val *rt_json_any_str(yyjson_mut_doc *doc, rt_str s)
{
    if (!s.at || rt_utf8_check(s) == s.len)
        return rt_json_str(doc, s);
    if (s.len > SIZE_MAX / 3)
        return NULL;
    char *clean = rt_alloc_resize(doc->alc.ctx, NULL, s.len * 3);
    if (!clean)
        return NULL;
    size_t len = 0;
    while (s.len > 0) {
        size_t good = rt_utf8_check(s);
        memcpy(clean + len, s.at, good);
        len += good;
        s = rt_str_from(s, good);
        if (s.len > 0) {
            len += rt_utf8_put(clean + len, 0xFFFD);
            s = rt_str_from(s, 1);
        }
    }
    yyjson_mut_val *val = yyjson_mut_strncpy(doc, clean, len);
    rt_alloc_resize(doc->alc.ctx, clean, 0);
    return val;
}

rt_status rt_json_write(const yyjson_mut_doc *doc, const struct rt_alloc *alloc, rt_text *out,
                        rt_error *err)
{
    yyjson_alc alc = rt_json_heap(alloc);
    yyjson_write_err why;
    size_t len;
    char *at = yyjson_mut_write_opts(doc, 0, &alc, &len, &why);
    if (!at && why.code == YYJSON_WRITE_ERROR_MEMORY_ALLOCATION)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the JSON text");
    if (!at)
        return rt_fail(err, RT_INTERNAL_ERROR, "the JSON text cannot be written: %s", why.msg);
    *out = (rt_text){ at, len };
    return RT_OK;
}

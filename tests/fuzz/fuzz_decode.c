/* Decoding.  What comes out is UTF-8, ends in a NUL, and is at most three times as long as what went
 * in; decoded once more as UTF-8 it stays what it is.
 *
 * Input: bytes; or a first line "charset LABEL", then the bytes. */
#include "fuzz/fuzz.h"

#include "core/decode.h"

static void run(rt_str bytes, rt_str charset)
{
    char *once = NULL, *twice = NULL;
    size_t once_len = 0, twice_len = 0;
    rt_error err = { RT_OK, "" };
    FUZZ_HOLDS(rt_decode_html(bytes, charset, &rt_alloc_heap, &once, &once_len, &err) == RT_OK);
    FUZZ_HOLDS(fuzz_is_utf8((rt_str){ once, once_len }));
    FUZZ_HOLDS(once[once_len] == '\0' && once_len <= 3 * bytes.len);
    rt_str text = { once, once_len };
    if (!rt_str_starts(text, RT_LIT("\xEF\xBB\xBF"))) {     /* a second mark would go, too */
        FUZZ_HOLDS(rt_decode_html(text, RT_LIT("utf-8"), &rt_alloc_heap, &twice, &twice_len,
                                  &err) == RT_OK);
        FUZZ_HOLDS(rt_str_eq(text, (rt_str){ twice, twice_len }));
    }
    rt_alloc_resize(&rt_alloc_heap, once, 0);
    rt_alloc_resize(&rt_alloc_heap, twice, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rt_str bytes = { (const char *)data, size }, charset = { NULL, 0 };
    if (rt_str_starts(bytes, RT_LIT("charset ")))
        charset = rt_str_from(fuzz_line(&bytes), 8);
    char *copy = fuzz_copy(bytes);
    run((rt_str){ copy, bytes.len }, charset);
    free(copy);
    return 0;
}

/* Content from a helper that a page has taken over.  It is refused with a reason in one line, or it
 * is content whose strings are UTF-8 and whose numbers are in range, and sent again it gives the
 * same bytes.
 *
 * Input: the body of an answer. */
#include "fuzz/fuzz.h"

#include "host/fallback/wire.h"

static void check_STR(rt_str s) { FUZZ_HOLDS(s.at && fuzz_is_utf8(s)); }

static void check_OPT_STR(rt_str s) { FUZZ_HOLDS(s.at ? fuzz_is_utf8(s) : s.len == 0); }

static void check_STR_LIST(rt_str_list list)
{
    for (size_t i = 0; i < list.len; i++)
        check_STR(list.at[i]);
}

static void check_OPT_U32(rt_opt_u32 n) { FUZZ_HOLDS(n.set || n.value == 0); }

static void check_OPT_U8(rt_opt_u8 n) { FUZZ_HOLDS(n.value <= 100); }

static bool compare(void *ctx, const char *at, size_t len)
{
    rt_str *rest = ctx;
    FUZZ_HOLDS(len <= rest->len && memcmp(at, rest->at, len) == 0);
    *rest = rt_str_from(*rest, len);
    return true;
}

static void check(const rt_content *content, rt_str body)
{
    struct rt_wire_sink sink = { .write = compare, .ctx = &body };
#define RT_FIELD(kind, field, wit) check_##kind(content->field);
#include "tables/content.def"
#undef RT_FIELD
    rt_wire_put_content(&sink, content);
    FUZZ_HOLDS(rt_wire_flush(&sink) && body.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rt_arena arena;
    rt_content content;
    rt_error err = { RT_OK, "" };
    rt_str body = { fuzz_copy((rt_str){ (const char *)data, size }), size };
    rt_arena_init(&arena, &rt_alloc_heap, (size_t)256 << 20);
    rt_status s = rt_wire_read_content(body, &arena, &content, &err);
    if (s == RT_OK)
        check(&content, body);
    else
        FUZZ_HOLDS(s == RT_FALLBACK_FAILED && err.message[0] && !strchr(err.message, '\n'));
    rt_arena_free(&arena);
    free((char *)(uintptr_t)body.at);
    return 0;
}

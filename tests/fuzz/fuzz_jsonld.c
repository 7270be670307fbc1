/* JSON-LD as pages have it.  Every string is one line of UTF-8 without control characters and no
 * longer than a script could justify; a list has no absent member.
 *
 * Input: a script; a line "----" begins another one. */
#include "fuzz/fuzz.h"

#include "core/jsonld.h"

enum { MAX_SCRIPTS = 8 };

static void check(rt_str s, size_t input)
{
    FUZZ_HOLDS(fuzz_is_utf8(s) && s.len <= 3 * input + 64);
    for (size_t i = 0; i < s.len; i++)
        FUZZ_HOLDS((uint8_t)s.at[i] >= ' ');
}

static void check_list(rt_str_list list, size_t input)
{
    for (size_t i = 0; i < list.len; i++) {
        FUZZ_HOLDS(list.at[i].at);
        check(list.at[i], input);
    }
}

static void check_all(const struct rt_jsonld *found, size_t input)
{
    const rt_str lines[] = { found->headline,  found->description, found->published,
                             found->modified,  found->publisher,   found->language };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check(lines[i], input);
    check_list(found->authors, input);
    check_list(found->sections, input);
    check_list(found->keywords, input);
    check_list(found->crumbs, input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = fuzz_copy_utf8((rt_str){ (const char *)data, size });
    rt_str scripts[MAX_SCRIPTS], rest = { bytes, size };
    char *copies[MAX_SCRIPTS];
    size_t count = 0;
    while (count < MAX_SCRIPTS && rest.len) {
        size_t end = rt_str_find(rest, RT_LIT("\n----\n"));
        size_t len = end < rest.len ? end : rest.len;
        copies[count] = fuzz_copy(rt_str_first(rest, len));
        scripts[count] = (rt_str){ copies[count], len };
        count++;
        rest = rt_str_from(rest, len < rest.len ? len + 6 : len);
    }
    struct rt_arena arena;
    struct rt_jsonld found;
    rt_arena_init(&arena, &rt_alloc_heap, (size_t)256 << 20);
    rt_jsonld_read(&arena, scripts, count, RT_LIT("https://example.org/a/page"), &found);
    check_all(&found, size);
    rt_arena_free(&arena);
    while (count)
        free(copies[--count]);
    free(bytes);
    return 0;
}

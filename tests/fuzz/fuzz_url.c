/* Addresses.  A result is absolute, of the web and in ASCII, has a host, is at most three times as long
 * as what it is made of, and resolves to itself but for the case of letters.
 *
 * Input: a first line with the base, then a line for each address. */
#include "fuzz/fuzz.h"

#include "core/lexbor_port.h"
#include "core/url.h"

static void check(struct rt_url_resolver *resolver, rt_str base, rt_str href)
{
    rt_str found = rt_url_resolve(resolver, href);
    if (!found.at)
        return;
    FUZZ_HOLDS(fuzz_is_address(found));
    FUZZ_HOLDS(found.len <= 3 * (base.len + href.len) + 64);
    FUZZ_HOLDS(rt_url_host(found).len > 0);
    FUZZ_HOLDS(rt_str_eq_nocase(rt_url_resolve(resolver, found), found));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_alloc_heap, (size_t)256 << 20);
    struct rt_arena *before = rt_lexbor_use(&arena);
    char *bytes = fuzz_copy_utf8((rt_str){ (const char *)data, size });
    rt_str rest = { bytes, size }, base = fuzz_line(&rest);
    struct rt_url_resolver *resolver = rt_url_resolver_new(&arena, base);
    FUZZ_HOLDS(resolver);
    while (rest.len) {
        rt_str line = fuzz_line(&rest);
        char *href = fuzz_copy(line);
        check(resolver, base, (rt_str){ href, line.len });
        free(href);
    }
    free(bytes);
    rt_lexbor_use(before);
    rt_arena_free(&arena);
    return 0;
}

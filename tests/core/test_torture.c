/* The core with too little memory: it is given a little more each time, from nothing to enough.
 * Every run but the last ones must say so; none may crash, leak or give another content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "core/extract.h"

#include <stdlib.h>

static const char page[] =
    "<!DOCTYPE html><html lang=en><head><title>On Torture - Site</title>"
    "<meta name=description content='All that can fail, fails once.'>"
    "<meta property='og:image' content='/a.png'><base href='https://example.org/x/'>"
    "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"Article\",\"author\":"
    "[{\"name\":\"Ann Author\"}],\"datePublished\":\"2024-05-06T07:08:09Z\",}]}</script></head>"
    "<body><nav><a href=/>Home</a><a href=/b>B</a></nav><article><h1>On Torture</h1>"
    "<p>A page that has <b>something</b> of <i>everything</i>, so that all of the code allocates, and "
    "that is long enough, with commas, to be taken for content by whoever chooses it.</p>"
    "<ul><li>one<li>two <ol><li>three</ol></ul><table><tr><th>a<th>b<tr><td>c<td>d</table>"
    "<pre><code class=language-c>int x;\n</code></pre><blockquote><p>quoted, at length and in full"
    "</blockquote><p>Another paragraph of text, with <a href='y?z=1'>a link</a> and a picture "
    "<img src=p.png alt=pic srcset='q.png 2x'>, so that the walk meets them all.</p></article>"
    "<footer>Imprint</footer></body></html>";

enum { STEP = 256 * RT_TEST_SHARE };

struct heap {
    long live;
};

static void *counted(void *ctx, void *p, size_t size)
{
    struct heap *heap = ctx;
    if (size == 0) {
        heap->live -= p != NULL;
        free(p);
        return NULL;
    }
    heap->live += p == NULL;
    return realloc(p, size);
}

static rt_status run(size_t ceiling, rt_mode mode, size_t *text_len)
{
    static const rt_str selectors[] = { { "article p", 9 } };
    struct heap heap = { 0 };
    struct rt_alloc alloc = { counted, &heap, false, NULL };
    struct rt_arena arena;
    rt_arena_init(&arena, &alloc, ceiling);
    struct rt_link_list links;
    struct rt_core_request request = { .html = { page, sizeof page - 1 },
                                       .url = RT_LIT("https://example.org/"),
                                       .mode = mode, .selectors = { selectors, 1 },
                                       .link_details = &links };
    rt_content content = { .url = { NULL, 0 } };
    struct rt_core_stats stats = { 0 };
    rt_error err = { RT_OK, "" };
    rt_status s = rt_core_extract(&request, &arena, &content, &stats, &err);
    if (s == RT_OK)
        *text_len = content.text.len;
    else
        assert_string_not_equal(err.message, "");
    rt_arena_free(&arena);
    assert_int_equal(heap.live, 0);
    return s;
}

static void every_allocation_may_fail(void **state)
{
    const rt_mode mode = *(const rt_mode *)*state;
    size_t wanted = 0, got = 0, failures = 0;
    assert_int_equal(run(SIZE_MAX, mode, &wanted), RT_OK);
    for (size_t ceiling = 0;; ceiling += STEP) {
        rt_status s = run(ceiling, mode, &got);
        if (s == RT_OK)
            break;
        assert_int_equal(s, RT_RESOURCE_LIMIT);
        failures++;
    }
    assert_int_equal(got, wanted);
    assert_in_range(failures, 100, 20000);
}

int main(void)
{
    static rt_mode modes[] = { RT_MODE_ARTICLE, RT_MODE_FULL, RT_MODE_METADATA, RT_MODE_CUSTOM };
    const struct CMUnitTest tests[] = {
        { "article", every_allocation_may_fail, NULL, NULL, &modes[0] },
        { "full", every_allocation_may_fail, NULL, NULL, &modes[1] },
        { "metadata", every_allocation_may_fail, NULL, NULL, &modes[2] },
        { "custom", every_allocation_may_fail, NULL, NULL, &modes[3] },
    };
    if (RT_TEST_SHARE > 1)
        print_message("left out: %d of %d ceilings\n", RT_TEST_SHARE - 1, RT_TEST_SHARE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

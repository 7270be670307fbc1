/* The core.  Content or a reason in one line; then: every string is UTF-8, links and media are
 * absolute and of the web, none appears twice, the text is at most six times as long as the page, the
 * Markdown at most TIMES as long, both without control characters, numbers are in their ranges.  With
 * half of the memory that it took: the same content, or RT_RESOURCE_LIMIT.  Each link has its details.
 *
 * Input: a page; or a first line "full", "metadata" or "custom SELECTOR|SELECTOR", then the page. */
#include "fuzz/fuzz.h"

#include "core/extract.h"

enum { TIMES = 64, SLACK = 4096, MAX_SELECTORS = 8 };

static const struct rt_core_request *current;

static rt_str check_text(rt_str s, bool lines)
{
    FUZZ_HOLDS(fuzz_is_utf8(s));
    for (size_t i = 0; i < s.len; i++)
        FUZZ_HOLDS((uint8_t)s.at[i] >= ' ' || (lines && (s.at[i] == '\n' || s.at[i] == '\t')));
    return s;
}

static int compare(const void *a, const void *b)
{
    const rt_str *x = a, *y = b;
    size_t shorter = x->len < y->len ? x->len : y->len;
    int order = shorter ? memcmp(x->at, y->at, shorter) : 0;
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static void check_addresses(rt_str_list list)
{
    rt_str *sorted = malloc((list.len + 1) * sizeof *sorted);
    if (!sorted)
        abort();
    for (size_t i = 0; i < list.len; i++) {
        FUZZ_HOLDS(fuzz_is_address(list.at[i]));
        sorted[i] = list.at[i];
    }
    qsort(sorted, list.len, sizeof *sorted, compare);
    for (size_t i = 1; i < list.len; i++)
        FUZZ_HOLDS(compare(&sorted[i - 1], &sorted[i]) != 0);
    free(sorted);
}

static void check_content(const rt_content *content)
{
    const rt_str lines[] = { content->title,    content->byline,    content->published_iso,
                             content->language, content->site_name, content->description };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_text(lines[i], false);
    for (size_t i = 0; i < content->categories.len; i++)
        check_text(content->categories.at[i], false);
    check_addresses(content->links);
    check_addresses(content->media);
    size_t page = current->html.len;
    FUZZ_HOLDS(check_text(content->text, true).len <= 6 * page + SLACK);
    FUZZ_HOLDS(check_text(content->markdown, true).len <= TIMES * page + SLACK);
    FUZZ_HOLDS(content->quality_score.value <= 100);
    FUZZ_HOLDS(content->word_count.value <= content->text.len);
}

static void check_links(const struct rt_link_list *links, const rt_content *content)
{
    FUZZ_HOLDS(links->at && links->len == content->links.len);
    for (size_t i = 0; i < links->len; i++) {
        FUZZ_HOLDS(rt_str_eq(links->at[i].url, content->links.at[i]));
        FUZZ_HOLDS(check_text(links->at[i].text, false).len <= 1000);
        check_text(links->at[i].hreflang, false);
    }
}

static rt_status extract(struct rt_arena *arena, rt_content *content)
{
    struct rt_core_stats stats = { 0 };
    rt_error err = { RT_OK, "" };
    rt_status s = rt_core_extract(current, arena, content, &stats, &err);
    FUZZ_HOLDS(s == RT_OK || (err.status == s && err.message[0]));
    if (s != RT_OK)
        FUZZ_HOLDS(check_text(rt_str_from_c(err.message), false).len > 0);
    return s;
}

static void with_half_the_memory(size_t used, rt_status before, const rt_content *wanted)
{
    struct rt_arena arena;
    rt_content content = { .url = { NULL, 0 } };
    rt_arena_init(&arena, &rt_alloc_heap, used / 2);
    rt_status s = extract(&arena, &content);
    FUZZ_HOLDS(s == before || s == RT_RESOURCE_LIMIT);
    if (s == RT_OK)
        FUZZ_HOLDS(rt_str_eq(content.text, wanted->text));
    rt_arena_free(&arena);
}

static void run(struct rt_core_request *request)
{
    struct rt_arena arena;
    struct rt_link_list links;
    rt_content content = { .url = { NULL, 0 } };
    rt_arena_init(&arena, &rt_alloc_heap, (size_t)1 << 30);
    request->link_details = &links;
    current = request;
    rt_status s = extract(&arena, &content);
    if (s == RT_OK) {
        check_content(&content);
        check_links(&links, &content);
    }
    with_half_the_memory(arena.used, s, &content);
    rt_arena_free(&arena);
}

static size_t split_selectors(rt_str text, rt_str selectors[MAX_SELECTORS])
{
    size_t count = 0;
    while (count < MAX_SELECTORS && rt_str_split(&text, '|', &selectors[count]))
        count++;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = fuzz_copy_utf8((rt_str){ (const char *)data, size });
    rt_str selectors[MAX_SELECTORS];
    struct rt_core_request request = { .html = { bytes, size },
                                       .url = RT_LIT("https://example.org/a/page"),
                                       .mode = RT_MODE_ARTICLE,
                                       .selectors = { selectors, 0 } };
    rt_str rest = request.html, first = fuzz_line(&rest);
    bool has_line = true;
    if (rt_str_eq(first, RT_LIT("full")))
        request.mode = RT_MODE_FULL;
    else if (rt_str_eq(first, RT_LIT("metadata")))
        request.mode = RT_MODE_METADATA;
    else if (rt_str_starts(first, RT_LIT("custom ")))
        request.mode = RT_MODE_CUSTOM;
    else
        has_line = false;
    if (request.mode == RT_MODE_CUSTOM)
        request.selectors.len = split_selectors(rt_str_from(first, 7), selectors);
    if (has_line)
        request.html = rest;
    run(&request);
    free(bytes);
    return 0;
}

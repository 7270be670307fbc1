/* HTML in, content out: the order of the steps, and what makes a page fail. */
#include "core/extract.h"

#include "base/error.h"
#include "base/str.h"
#include "core/language.h"
#include "core/lexbor_port.h"
#include "core/links.h"
#include "core/markdown.h"
#include "core/media.h"
#include "core/metadata.h"
#include "core/page.h"
#include "core/quality.h"
#include "core/select.h"
#include "core/selectors.h"
#include "core/text.h"
#include "core/words.h"

/* lexbor's constructors and its tree builder do not all survive a refused allocation.  This much is
 * kept for them: it lasts from the refusal to the next token, where the parser is stopped. */
enum { RESERVE = 512 * 1024 };

static rt_status check(const struct rt_core_request *request, rt_error *err)
{
    if (rt_str_trim(request->html).len == 0)
        return rt_fail(err, RT_INVALID_HTML, "Empty HTML content");
    if (!rt_str_starts_nocase(request->url, RT_LIT("http://")) &&
        !rt_str_starts_nocase(request->url, RT_LIT("https://")))
        return rt_fail(err, RT_INVALID_HTML, "Invalid URL format");
    if (request->mode == RT_MODE_CUSTOM)
        return rt_selectors_check(request->selectors, err);
    return RT_OK;
}

static rt_status out_of_memory(const struct rt_arena *arena, rt_error *err)
{
    return rt_fail(err, RT_RESOURCE_LIMIT,
                   "The content needs more memory than allowed: %zu bytes in use", arena->used);
}

static rt_status select_content(struct rt_page *page, const struct rt_core_request *request,
                                rt_str title, rt_error *err)
{
    switch (request->mode) {
    case RT_MODE_ARTICLE:
        return rt_select_article(page, title) ? RT_OK : out_of_memory(page->arena, err);
    case RT_MODE_FULL:
        return rt_select_full(page, title) ? RT_OK : out_of_memory(page->arena, err);
    case RT_MODE_CUSTOM:
        return rt_selectors_select(page, request->selectors, err);
    case RT_MODE_METADATA:
        break;
    }
    return RT_OK;
}

/* An empty answer always has a reason. */
static rt_status nothing_found(const struct rt_page *page, rt_mode mode, rt_error *err)
{
    if (mode == RT_MODE_CUSTOM)
        return rt_fail(err, RT_EXTRACTOR_ERROR, "No content found: the selectors match no text");
    for (rt_node *n = page->body; n; n = rt_node_next(n, page->body))
        if (rt_node_is_text(n) && !rt_page_has(page, n, RT_NODE_HIDDEN) &&
            rt_str_trim(rt_node_data(n)).len)
            return rt_fail(err, RT_EXTRACTOR_ERROR,
                           "No content found: none of the page's text is its main content");
    return rt_fail(err, RT_EXTRACTOR_ERROR,
                   "No content found: the page shows no text without running scripts");
}

static bool is_paragraph(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_P || tag == LXB_TAG_LI || tag == LXB_TAG_PRE || tag == LXB_TAG_TD ||
           tag == LXB_TAG_DD;
}

static void count_parts(const struct rt_page *page, struct rt_quality_facts *facts)
{
    const rt_node *link_end = NULL;
    bool in_link = false;
    for (rt_node *n = page->body, *next; n; n = next) {
        bool kept = rt_page_has(page, n, RT_NODE_KEEP);
        next = kept ? rt_node_next(n, page->body) : rt_node_after(n, page->body);
        if (n == link_end)
            in_link = false;
        if (!kept)
            continue;
        lxb_tag_id_t tag = rt_node_tag(n);
        facts->headings += tag >= LXB_TAG_H1 && tag <= LXB_TAG_H6;
        facts->paragraphs += is_paragraph(tag);
        if (tag == LXB_TAG_A && !in_link) {
            in_link = true;
            link_end = rt_node_after(n, page->body);
        }
        if (in_link && rt_node_is_text(n))
            facts->link_words += rt_words_count(rt_node_data(n));
    }
}

static void rate(const struct rt_page *page, rt_content *content)
{
    struct rt_quality_facts facts = { .words = rt_words_count(content->text),
                                      .confidence = page->confidence };
    const rt_str metadata[] = { content->title,    content->byline,    content->published_iso,
                                content->language, content->site_name, content->description };
    for (size_t i = 0; i < sizeof metadata / sizeof *metadata; i++)
        facts.metadata += metadata[i].at != NULL;
    count_parts(page, &facts);
    content->quality_score = (rt_opt_u8){ true, rt_quality_score(&facts) };
    content->word_count = (rt_opt_u32){ true, facts.words };
    content->reading_time = (rt_opt_u32){ true, rt_words_minutes(facts.words) };
}

static rt_status render(struct rt_page *page, rt_mode mode, rt_content *content, rt_error *err)
{
    content->text = rt_text_render(page);
    content->markdown = rt_markdown_render(page);
    if (!content->text.at || !content->markdown.at)
        return out_of_memory(page->arena, err);
    if (content->text.len == 0 && content->markdown.len == 0)
        return nothing_found(page, mode, err);
    return RT_OK;
}

static rt_status extract(const struct rt_core_request *request, struct rt_arena *arena,
                         rt_content *content, struct rt_core_stats *stats, rt_error *err)
{
    struct rt_page page;
    if (!rt_arena_hold_reserve(arena, RESERVE))
        return out_of_memory(arena, err);
    enum rt_page_attrs attrs =
        request->mode == RT_MODE_CUSTOM ? RT_PAGE_ATTRS_ALL : RT_PAGE_ATTRS_READ;
    rt_status s = rt_page_parse(&page, arena, request->html, request->url, attrs, err);
    if (s != RT_OK)
        return s;
    *content = (rt_content){ .url = request->url, .markdown = RT_LIT(""), .text = RT_LIT("") };
    struct rt_url_resolver *resolver = rt_url_resolver_new(arena, page.base);
    if (!resolver || !rt_metadata_read(&page, content) ||
        !rt_links_find(&page, resolver, &content->links, request->link_details) ||
        !rt_media_find(&page, resolver, &content->media, &stats->images))
        return out_of_memory(arena, err);
    stats->nodes = page.nodes;
    stats->links = (uint32_t)content->links.len;
    s = select_content(&page, request, content->title, err);
    if (s == RT_OK && request->mode != RT_MODE_METADATA)
        s = render(&page, request->mode, content, err);
    if (s != RT_OK)
        return s;
    content->language = rt_language_find(arena, content->language, content->text);
    if (request->mode != RT_MODE_METADATA)
        rate(&page, content);
    return arena->refused ? out_of_memory(arena, err) : RT_OK;
}

rt_status rt_core_extract(const struct rt_core_request *request, struct rt_arena *arena,
                          rt_content *content, struct rt_core_stats *stats, rt_error *err)
{
    rt_status s = check(request, err);
    if (s != RT_OK)
        return s;
    struct rt_arena *before = rt_lexbor_use(arena);
    s = extract(request, arena, content, stats, err);
    rt_lexbor_use(before);
    return s;
}

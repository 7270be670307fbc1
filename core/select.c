/* Marking what is content.  Which blocks are is chosen elsewhere; here their nodes are kept, and
 * with them what has no text of its own: images and rules between them, empty cells of their
 * tables. */
#include "core/select.h"

#include "core/choice.h"
#include "core/facts.h"
#include "core/names.h"

static bool is_shown(const struct rt_page *page, const rt_node *node)
{
    return !rt_page_has(page, node, RT_NODE_HIDDEN) && node->ns != LXB_NS_SVG;
}

/* All nodes of the block, but for what is never text. */
static void keep_block(struct rt_page *page, const struct rt_block *b)
{
    bool is_hidden = rt_page_has(page, b->first, RT_NODE_HIDDEN);
    for (rt_node *n = b->first; n;) {
        if (n == b->last) {
            rt_page_keep(page, n);
            return;
        }
        bool out = rt_tag_is_opaque(rt_node_tag(n)) || n->ns == LXB_NS_SVG ||
                   (!is_hidden && rt_page_has(page, n, RT_NODE_HIDDEN));
        if (!out)
            rt_page_keep(page, n);
        n = out ? rt_node_after(n, page->body) : rt_node_next(n, page->body);
    }
}

static bool is_picture(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_IMG || tag == LXB_TAG_PICTURE || tag == LXB_TAG_VIDEO ||
           tag == LXB_TAG_AUDIO || tag == LXB_TAG_SOURCE || tag == LXB_TAG_HR;
}

/* Most of what stands in the smallest box round it that has text is content; where that box is the
 * whole page, it has to stand between content. */
static bool is_among_content(const struct rt_facts *f, uint32_t element, const uint32_t *kept_words)
{
    const struct rt_blocks *b = f->blocks;
    const struct rt_element *box = &b->elements[f->elements[element].up];
    uint32_t kept = kept_words[box->end] - kept_words[box->first];
    uint32_t place = b->elements[element].first;
    if (box->end - box->first == b->count && b->count > 1 &&
        (!kept_words[place] || kept_words[place] == kept_words[b->count]))
        return false;
    return kept * UINT64_C(2) > rt_blocks_sum(b, words, box->first, box->end);
}

static void keep_textless(struct rt_page *page, const struct rt_facts *f,
                          const uint32_t *kept_words)
{
    const struct rt_blocks *b = f->blocks;
    for (uint32_t i = 1; i < b->element_count; i++) {
        const struct rt_element *e = &b->elements[i], *parent = &b->elements[e->parent];
        if (!is_shown(page, e->node) || rt_page_has(page, e->node, RT_NODE_KEEP))
            continue;
        bool is_cell = e->tag == LXB_TAG_TD || e->tag == LXB_TAG_TH;
        if (is_cell ? rt_page_has(page, parent->node, RT_NODE_KEEP)
                    : is_picture(e->tag) && !(e->context & RT_IN_NOSCRIPT) &&
                          is_among_content(f, i, kept_words))
            rt_page_keep(page, e->node);
    }
}

static bool keep_chosen(struct rt_page *page, const struct rt_facts *f, const uint8_t *kept)
{
    const struct rt_blocks *b = f->blocks;
    uint32_t *words = rt_arena_zeroed(page->arena, (size_t)b->count + 1, sizeof *words);
    if (!words)
        return false;
    bool any = false;
    for (uint32_t i = 0; i < b->count; i++) {
        words[i + 1] = words[i] + (kept[i] ? b->blocks[i].text.words : 0);
        any |= kept[i];
        if (kept[i])
            keep_block(page, &b->blocks[i]);
    }
    if (any)
        keep_textless(page, f, words);
    return true;
}

/* The mean probability of the chosen words. */
static uint32_t confidence(const struct rt_blocks *b, const struct rt_choice *choice)
{
    uint64_t words = 0, likely = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t own = choice->kept[i] ? b->blocks[i].text.words : 0;
        words += own;
        likely += (uint64_t)own * choice->p[i];
    }
    return words ? (uint32_t)(likely / words) : 0;
}

bool rt_select_article(struct rt_page *page, rt_str title)
{
    struct rt_names names;
    struct rt_blocks blocks;
    struct rt_facts facts;
    rt_names_init(&names);
    if (!rt_blocks_make(&blocks, page, &names))
        return false;
    if (!blocks.count)
        return true;
    if (!rt_facts_make(&facts, page, &blocks, &names, title))
        return false;
    struct rt_choice choice;
    if (!rt_choice_make(&choice, &facts))
        return false;
    page->confidence = confidence(&blocks, &choice);
    return keep_chosen(page, &facts, choice.kept);
}

bool rt_select_full(struct rt_page *page, rt_str title)
{
    if (!rt_select_article(page, title))
        return false;
    page->confidence = RT_PAGE_CERTAIN;
    for (rt_node *n = page->body; n;) {
        bool shown = is_shown(page, n);
        if (shown)
            page->flags[rt_node_ordinal(n)] |= RT_NODE_KEEP;
        n = shown ? rt_node_next(n, page->body) : rt_node_after(n, page->body);
    }
    for (rt_node *n = page->body; n && rt_node_ordinal(n); n = n->parent)
        page->flags[rt_node_ordinal(n)] |= RT_NODE_KEEP;
    return true;
}

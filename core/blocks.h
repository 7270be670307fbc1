#ifndef RT_CORE_BLOCKS_H
#define RT_CORE_BLOCKS_H

#include "core/measure.h"
#include "core/page.h"

/* The page as choosing sees it: blocks of text (runs under one block-level element, parted at a
 * double <br>) and the elements round them, both in document order.  Whatever is known of a block
 * is summed up front, so that any figure of any subtree is a difference of two sums. */

/* What the elements round a text say of it, by their tags and roles; inherited. */
enum rt_context {
    RT_IN_ARTICLE = 1 << 0, RT_IN_MAIN = 1 << 1, RT_IN_NAV = 1 << 2, RT_IN_ASIDE = 1 << 3,
    RT_IN_FOOTER = 1 << 4, RT_IN_HEADER = 1 << 5, RT_IN_FORM = 1 << 6, RT_IN_LIST = 1 << 7,
    RT_IN_TABLE = 1 << 8, RT_IN_SECTION = 1 << 9, RT_IN_QUOTE = 1 << 10, RT_IN_PRE = 1 << 11,
    RT_IN_FIGURE = 1 << 12, RT_IN_CONTROL = 1 << 13, RT_IN_DIALOG = 1 << 14, RT_IN_TERMS = 1 << 15,
    RT_IN_HEADING = 1 << 16, RT_IN_LINK = 1 << 17, RT_IN_HIDDEN = 1 << 18,
    RT_IN_NOSCRIPT = 1 << 19, RT_IN_DETAILS = 1 << 20, RT_IN_MENU = 1 << 21,
    RT_IN_BODY_PROP = 1 << 22, RT_IN_BOLD = 1 << 23, RT_IN_PARAGRAPH = 1 << 24
};

/* An element that is neither opaque nor an inline one that is hidden. */
struct rt_element {
    rt_node *node;
    uint32_t parent;        /* index; the body is 0 and its own parent */
    uint32_t holder;        /* the innermost block-level element, perhaps itself */
    uint32_t first, end;    /* its blocks; one that it shares with its parent counts for both */
    uint32_t look;          /* hash of tag and class, never 0 */
    uint32_t alike;         /* siblings of the same look, itself included */
    uint32_t context;       /* enum rt_context */
    uint32_t names;         /* enum rt_name of its own attributes */
    uint16_t depth;
    uint16_t tag;           /* LXB_TAG_... or LXB_TAG__UNDEF */
};

struct rt_block {
    rt_node *first, *last;  /* text nodes; whatever stands between them belongs to the block */
    uint32_t leaf;          /* the innermost element that holds all of it */
    uint32_t holder;        /* the innermost block-level element */
    struct rt_measure text;
};

/* Over all blocks before one. */
struct rt_sums {
    uint32_t words, chars, link_chars, good, headings, prices, shorts, stops;
};

struct rt_blocks {
    struct rt_element *elements;
    struct rt_block *blocks;
    struct rt_sums *sums;   /* count + 1 of them */
    uint32_t element_count, count;
};

/* False where the arena gave out. */
struct rt_names;
bool rt_blocks_make(struct rt_blocks *out, const struct rt_page *page, struct rt_names *names);

/* The text node of the block behind `node`, which is one too; NULL behind the last one. */
rt_node *rt_block_next_text(const struct rt_page *page, const struct rt_block *block,
                            rt_node *node);

/* The words of a block, where it is long enough and not mostly links, are good ones. */
static inline uint32_t rt_block_good(const struct rt_block *b)
{
    return b->text.words >= 12 && b->text.link_chars * UINT64_C(5) < b->text.chars * UINT64_C(2)
               ? b->text.words : 0;
}

/* A figure of the blocks from first to end, such as rt_blocks_sum(b, words, e->first, e->end). */
#define rt_blocks_sum(b, figure, first_, end_) \
    ((b)->sums[end_].figure - (b)->sums[first_].figure)

#endif

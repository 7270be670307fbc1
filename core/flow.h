#ifndef RT_CORE_FLOW_H
#define RT_CORE_FLOW_H

#include "core/page.h"

/* What the renderers share: the walk over the kept nodes, and what a character of text is to a
 * reader.  The walk needs no stack of its own and is linear in the page. */

enum rt_flow_event {
    RT_FLOW_END,
    RT_FLOW_TEXT,   /* a text node */
    RT_FLOW_ENTER,  /* an element, before its children */
    RT_FLOW_LEAVE,  /* the same element, after them; reported for each RT_FLOW_ENTER */
    RT_FLOW_MATH    /* a formula, `math`; has no LEAVE */
};

struct rt_flow {
    const struct rt_page *page;
    rt_node *root;
    rt_node *node;      /* what the event is about */
    lxb_tag_id_t tag;   /* of node: rt_node_tag() */
    rt_node *math;      /* the formula, see core/math.h */
    unsigned pre;       /* how many <pre> and the like are open round node, itself included */
    rt_node *to;        /* where the walk goes on, */
    bool up;            /* which is to be left, not entered */
};

void rt_flow_begin(struct rt_flow *flow, const struct rt_page *page);
/* The next event, in document order. */
enum rt_flow_event rt_flow_next(struct rt_flow *flow);
/* After RT_FLOW_ENTER: nothing inside is reported, RT_FLOW_LEAVE comes next. */
void rt_flow_skip(struct rt_flow *flow);

/* White space is kept as it stands in the source: <pre>, <listing>, <xmp>, <plaintext>. */
bool rt_flow_is_pre(lxb_tag_id_t tag);

/* <td> and <th>. */
static inline bool rt_flow_is_cell(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_TD || tag == LXB_TAG_TH;
}

/* The class attribute, empty where there is none; costs no look-up. */
rt_str rt_flow_class(const rt_node *element);

/* A character for a reader. */
enum rt_glyph {
    RT_GLYPH_INK,       /* shown */
    RT_GLYPH_SPACE,     /* white space; Unicode's many spaces all count as one ' ' */
    RT_GLYPH_BREAK,     /* line feed, tab: white space that stays what it is in <pre> */
    RT_GLYPH_NOTHING,   /* zero width, bidi control, tag or control character: never shown */
    RT_GLYPH_BROKEN     /* not UTF-8: shown as U+FFFD */
};

/* The glyph at s.at[i], and how long it is.  Joiners are shown where a script or an emoji needs
 * them, and nowhere else. */
enum rt_glyph rt_flow_glyph(rt_str s, size_t i, size_t *len);
/* Where the words that begin at i end: a run of ink in which single spaces may stand, but not at
 * its end.  At i stands ink, or nothing is found. */
size_t rt_flow_words(rt_str s, size_t i);

#endif

#ifndef RT_CORE_DOM_H
#define RT_CORE_DOM_H

#include <lexbor/dom/dom.h>
#include <lexbor/html/html.h>
#include <riptide/content.h>
#include <stdbool.h>
#include <stdint.h>

/* Looking at the tree that lexbor made.  All walks are iterative: a page may be as deep as it
 * likes, the walk's state is one pointer. */

typedef lxb_dom_node_t rt_node;

static inline bool rt_node_is_element(const rt_node *node)
{
    return node->type == LXB_DOM_NODE_TYPE_ELEMENT;
}

static inline bool rt_node_is_text(const rt_node *node)
{
    return node->type == LXB_DOM_NODE_TYPE_TEXT;
}

/* LXB_TAG_... of an HTML element, LXB_TAG__UNDEF for anything else (SVG and MathML included). */
static inline lxb_tag_id_t rt_node_tag(const rt_node *node)
{
    return rt_node_is_element(node) && node->ns == LXB_NS_HTML ? node->local_name : LXB_TAG__UNDEF;
}

/* The next node in document order that is not inside node; NULL at the end of root's tree. */
static inline rt_node *rt_node_after(rt_node *node, const rt_node *root)
{
    while (node != root) {
        if (node->next)
            return node->next;
        node = node->parent;
    }
    return NULL;
}

/* The next node in document order, children first; NULL at the end of root's tree. */
static inline rt_node *rt_node_next(rt_node *node, const rt_node *root)
{
    return node->first_child ? node->first_child : rt_node_after(node, root);
}

/* The node's own number in document order, from 1; an index into rt_page.flags. */
static inline uint32_t rt_node_ordinal(const rt_node *node)
{
    return (uint32_t)(uintptr_t)node->user;
}

/* A text node's bytes, as the parser made them. */
rt_str rt_node_data(const rt_node *node);

/* The first attribute of an element, NULL for other nodes; the rest by ->next. */
static inline const lxb_dom_attr_t *rt_node_attrs(const rt_node *node)
{
    return rt_node_is_element(node)
               ? ((const lxb_dom_element_t *)(const void *)node)->first_attr : NULL;
}

/* The value of an attribute; empty where it has none. */
rt_str rt_attr_value(const lxb_dom_attr_t *attr);

/* The attribute's value, empty where it has none; absent where there is no such attribute.  name in
 * lower case. */
rt_str rt_node_attr(const rt_node *node, const char *name);

enum { RT_TAG_BLOCK = 1, RT_TAG_OPAQUE = 2 };
extern const uint8_t rt_tag_kinds[LXB_TAG__LAST_ENTRY];

/* Starts a new line in the default style sheet of browsers: block, list item, table parts. */
static inline bool rt_tag_is_block(lxb_tag_id_t tag)
{
    return tag < LXB_TAG__LAST_ENTRY && rt_tag_kinds[tag] == RT_TAG_BLOCK;
}

/* Its content is never text for a reader: script, style, template, head, iframe, form controls. */
static inline bool rt_tag_is_opaque(lxb_tag_id_t tag)
{
    return tag < LXB_TAG__LAST_ENTRY && rt_tag_kinds[tag] == RT_TAG_OPAQUE;
}

#endif

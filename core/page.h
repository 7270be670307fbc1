#ifndef RT_CORE_PAGE_H
#define RT_CORE_PAGE_H

#include "base/arena.h"
#include "core/dom.h"

#include <riptide/riptide.h>

/* What is known of a node, a byte each.  Selection sets KEEP; the renderers read it. */
enum rt_node_flag {
    RT_NODE_KEEP = 1,   /* to be rendered: a chosen text or void element, or an ancestor of one */
    RT_NODE_HIDDEN = 2  /* this node or an ancestor is hidden or opaque */
};

/* Ids to compare attr->node.local_name with; RT_ATTR_ID_NONE, which no attribute has, where the page
 * does not use the name. */
#define RT_ATTR_ID_NONE UINTPTR_MAX
struct rt_attr_ids {
#define RT_ATTR(name, text) lxb_dom_attr_id_t name;
#include "core/attr_ids.def"
#undef RT_ATTR
};

/* A parsed page: made once, then asked by every step. */
struct rt_page {
    struct rt_arena *arena;
    lxb_html_document_t *document;
    rt_node *root;      /* <html> */
    rt_node *head;      /* <head> */
    rt_node *body;      /* <body>, or <frameset> */
    rt_str url;         /* as given */
    rt_str base;        /* what relative addresses are resolved against: <base href> or url */
    struct rt_attr_ids attr_ids;
    uint32_t nodes;     /* ordinals are 1..nodes */
    uint32_t elements;  /* of these */
    uint8_t *flags;     /* enum rt_node_flag, by ordinal */
    uint32_t confidence;    /* of the choice of the content, in thousandths */
};

enum { RT_PAGE_CERTAIN = 1000 }; /* the confidence where nothing had to be chosen */

/* Depth at which further start tags are taken as siblings, as browsers do. */
enum { RT_PAGE_MAX_DEPTH = 512 };

/* Which attributes the tree has: every one, for selectors, or those in attr_read.def. */
enum rt_page_attrs { RT_PAGE_ATTRS_ALL, RT_PAGE_ATTRS_READ };

/* Parses and numbers the page; all of it lives in the arena.  html and url are (borrowed) until the
 * arena goes.  RT_RESOURCE_LIMIT where the arena gives out, RT_PARSE_ERROR where lexbor fails. */
rt_status rt_page_parse(struct rt_page *page, struct rt_arena *arena, rt_str html, rt_str url,
                        enum rt_page_attrs attrs, rt_error *err);

static inline bool rt_page_has(const struct rt_page *page, const rt_node *node,
                               enum rt_node_flag flag)
{
    return page->flags[rt_node_ordinal(node)] & flag;
}

/* Keeps the node, and its ancestors so that the renderers reach it. */
void rt_page_keep(struct rt_page *page, rt_node *node);

#endif

/* The walk over the kept nodes that text and Markdown have in common. */
#include "core/flow.h"

#include "base/str.h"
#include "core/math.h"

void rt_flow_begin(struct rt_flow *flow, const struct rt_page *page)
{
    bool has_root = rt_page_has(page, page->root, RT_NODE_KEEP);
    *flow = (struct rt_flow){ .page = page, .root = has_root ? page->root : page->body };
    flow->to = flow->root;
}

bool rt_flow_is_pre(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_PRE || tag == LXB_TAG_LISTING || tag == LXB_TAG_XMP ||
           tag == LXB_TAG_PLAINTEXT;
}

rt_str rt_flow_class(const rt_node *element)
{
    const lxb_dom_attr_t *attr =
        ((const lxb_dom_element_t *)(const void *)element)->attr_class;
    return attr && attr->value && attr->value->data
               ? (rt_str){ (const char *)attr->value->data, attr->value->length }
               : RT_LIT("");
}

/* Line numbers beside code, by the names that highlighters give them. */
static bool is_gutter(const struct rt_flow *flow)
{
    static const rt_str names[] = {
        RT_LIT("lineno"), RT_LIT("linenos"), RT_LIT("linenumber"), RT_LIT("linenumbers"),
        RT_LIT("line-number"), RT_LIT("line-numbers"), RT_LIT("line-numbers-rows"),
        RT_LIT("gutter"), RT_LIT("rouge-gutter"), RT_LIT("blob-num"), RT_LIT("hljs-ln-numbers"),
        RT_LIT("code-line-number"), RT_LIT("crayon-nums"), RT_LIT("lnt"), RT_LIT("ln"),
    };
    if (flow->tag != LXB_TAG_TD && (flow->tag == LXB_TAG_CODE || flow->pre == 0))
        return false;
    rt_str classes = rt_flow_class(flow->node), name;
    if (rt_flow_is_pre(flow->tag) && !rt_str_eq_nocase(rt_str_trim(classes), names[0]))
        return false;
    while (rt_str_word(&classes, &name))
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            if (rt_str_eq_nocase(name, names[i]))
                return true;
    return false;
}

static void leave(struct rt_flow *flow)
{
    rt_node *node = flow->node;
    flow->up = node != flow->root && !node->next;
    flow->to = node == flow->root ? NULL : flow->up ? node->parent : node->next;
}

/* Where a formula may stand: MathML, or what is hidden because a script was to show it. */
static bool may_be_math(const rt_node *node, bool is_kept)
{
    if (is_kept || !rt_node_is_element(node))
        return node->ns == LXB_NS_MATH;
    lxb_tag_id_t tag = rt_node_tag(node);
    return tag == LXB_TAG_SCRIPT || (tag == LXB_TAG_SPAN && rt_flow_class(node).len > 0);
}

/* What the MathJax script put beside the formula, which is still there as TeX. */
static bool is_math_image(const struct rt_flow *flow)
{
    return (flow->tag == LXB_TAG_SPAN || flow->tag == LXB_TAG_DIV) &&
           rt_str_starts(rt_flow_class(flow->node), RT_LIT("MathJax"));
}

static bool is_skipped(const struct rt_flow *flow)
{
    return is_gutter(flow) || is_math_image(flow);
}

enum rt_flow_event rt_flow_next(struct rt_flow *flow)
{
    while (flow->to) {
        rt_node *node = flow->node = flow->to;
        if (flow->up) {
            flow->tag = rt_node_tag(node);
            leave(flow);
            flow->pre -= rt_flow_is_pre(flow->tag);
            return RT_FLOW_LEAVE;
        }
        bool is_kept = rt_page_has(flow->page, node, RT_NODE_KEEP);
        if (is_kept && rt_node_is_text(node)) {
            leave(flow);
            return RT_FLOW_TEXT;
        }
        if (may_be_math(node, is_kept) && (flow->math = rt_math_at(node)) != NULL) {
            leave(flow);
            return RT_FLOW_MATH;
        }
        if (!is_kept || !rt_node_is_element(node) || node->ns == LXB_NS_SVG) {
            leave(flow);
            continue;
        }
        flow->tag = rt_node_tag(node);
        flow->pre += rt_flow_is_pre(flow->tag);
        flow->up = !node->first_child || is_skipped(flow);
        flow->to = flow->up ? node : node->first_child;
        return RT_FLOW_ENTER;
    }
    return RT_FLOW_END;
}

void rt_flow_skip(struct rt_flow *flow)
{
    flow->to = flow->node;
    flow->up = true;
}

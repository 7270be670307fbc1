/* Formulas as TeX.  Most pages that have MathML carry the TeX it was made from; the rest is
 * translated element by element: each has a text before, between and after its children. */
#include "core/math.h"

#include "base/str.h"

enum { WRAPPER_LEVELS = 4, MAX_ARGUMENTS = 3 };

static const struct element {
    rt_str name;
    rt_str parts[MAX_ARGUMENTS + 1];    /* before each child; the last one is repeated, */
    rt_str end;                         /* and after the last child */
} elements[] = {
    { RT_LIT("mfrac"), { RT_LIT("\\frac{"), RT_LIT("}{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("msup"), { RT_LIT("{"), RT_LIT("}^{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("mover"), { RT_LIT("{"), RT_LIT("}^{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("msub"), { RT_LIT("{"), RT_LIT("}_{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("munder"), { RT_LIT("{"), RT_LIT("}_{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("msubsup"), { RT_LIT("{"), RT_LIT("}_{"), RT_LIT("}^{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("munderover"), { RT_LIT("{"), RT_LIT("}_{"), RT_LIT("}^{"), RT_LIT("") },
      RT_LIT("}") },
    { RT_LIT("msqrt"), { RT_LIT("\\sqrt{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("mroot"), { RT_LIT("{"), RT_LIT("}^{1/"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("mtext"), { RT_LIT("\\text{"), RT_LIT("") }, RT_LIT("}") },
    { RT_LIT("mtable"), { RT_LIT("\\begin{matrix}"), RT_LIT(" \\\\ "), RT_LIT(" \\\\ ") },
      RT_LIT("\\end{matrix}") },
    { RT_LIT("mtr"), { RT_LIT(""), RT_LIT(" & "), RT_LIT(" & ") }, RT_LIT("") },
    { RT_LIT("mfenced"), { RT_LIT("("), RT_LIT(", "), RT_LIT(", ") }, RT_LIT(")") },
};

static rt_str name_of(const rt_node *node)
{
    size_t len = 0;
    if (!rt_node_is_element(node))
        return (rt_str){ "", 0 };
    lxb_dom_element_t *element = lxb_dom_interface_element((rt_node *)(uintptr_t)node);
    const lxb_char_t *name = lxb_dom_element_local_name(element, &len);
    return name ? (rt_str){ (const char *)name, len } : RT_LIT("");
}

static bool is_named(const rt_node *node, rt_str name)
{
    return rt_str_eq(name_of(node), name);
}

static bool is_math(const rt_node *node)
{
    return node->ns == LXB_NS_MATH && is_named(node, RT_LIT("math"));
}

static rt_str class_of(const rt_node *node)
{
    rt_str classes = rt_node_attr(node, "class");
    return classes.at ? classes : RT_LIT("");
}

rt_node *rt_math_at(rt_node *node)
{
    if (rt_node_tag(node) == LXB_TAG_SCRIPT) {
        rt_str type = rt_str_trim(rt_node_attr(node, "type"));
        return rt_str_starts_nocase(type, RT_LIT("math/tex")) ? node : NULL;
    }
    if (rt_node_tag(node) == LXB_TAG_SPAN && !rt_str_starts(class_of(node), RT_LIT("mwe-math")))
        return NULL;
    for (int i = 0; node && i < WRAPPER_LEVELS; i++, node = node->first_child)
        if (is_math(node))
            return node;
    return NULL;
}

/* White space becomes one space between words; the rest goes out as it is. */
static void write_text(struct rt_buf *out, rt_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool is_space = (unsigned char)text.at[i] <= ' ';
        if (!is_space)
            rt_buf_byte(out, text.at[i]);
        else if (out->len > 0 && out->at[out->len - 1] != ' ')
            rt_buf_byte(out, ' ');
    }
}

static void write_texts(struct rt_buf *out, rt_node *root)
{
    for (rt_node *n = root; n; n = rt_node_next(n, root))
        if (rt_node_is_text(n))
            write_text(out, rt_node_data(n));
}

static rt_node *find_annotation(rt_node *math)
{
    for (rt_node *n = math; n; n = rt_node_next(n, math))
        if (n->ns == LXB_NS_MATH && is_named(n, RT_LIT("annotation")) &&
            rt_str_find_nocase(rt_node_attr(n, "encoding"), RT_LIT("tex")) != RT_NPOS)
            return n;
    return NULL;
}

static const struct element *element_of(const rt_node *node)
{
    rt_str name = name_of(node);
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (rt_str_eq(name, elements[i].name))
            return &elements[i];
    return NULL;
}

/* How many elements stand before the node, as far as it matters. */
static size_t argument_of(const rt_node *node)
{
    size_t count = 0;
    int steps = 0;
    for (node = node->prev; node && count < MAX_ARGUMENTS && steps < 16; node = node->prev, steps++)
        count += rt_node_is_element(node);
    return count;
}

/* The last part that the element has is written before all further children. */
static void write_before(struct rt_buf *out, const rt_node *node)
{
    const struct element *parent = node->parent ? element_of(node->parent) : NULL;
    if (!parent)
        return;
    size_t last = 0, argument = argument_of(node);
    while (last < MAX_ARGUMENTS && parent->parts[last + 1].at)
        last++;
    rt_buf_str(out, parent->parts[argument < last ? argument : last]);
}

static void write_end(struct rt_buf *out, const rt_node *node)
{
    const struct element *element = element_of(node);
    if (element && node->first_child)
        rt_buf_str(out, element->end);
}

static bool is_annotation(const rt_node *node)
{
    return rt_str_starts(name_of(node), RT_LIT("annotation"));
}

static void write_mathml(struct rt_buf *out, rt_node *math)
{
    for (rt_node *n = math->first_child; n;) {
        bool is_element = rt_node_is_element(n), is_skipped = is_element && is_annotation(n);
        bool is_argument = is_element || is_named(n->parent, RT_LIT("mtext"));
        if (is_argument && !is_skipped)
            write_before(out, n);
        if (rt_node_is_text(n))
            write_text(out, rt_node_data(n));
        if (n->first_child && !is_skipped) {
            n = n->first_child;
            continue;
        }
        while (!n->next && n->parent != math) {
            n = n->parent;
            write_end(out, n);
        }
        n = n->next;
    }
}

static bool is_display(const rt_node *math)
{
    if (rt_str_eq_nocase(rt_node_attr(math, "display"), RT_LIT("block")))
        return true;
    const rt_node *n = math;
    for (int i = 0; n && i < WRAPPER_LEVELS; i++, n = n->parent)
        if (rt_node_is_element(n) && rt_str_has_token(class_of(n), RT_LIT("katex-display")))
            return true;
    return false;
}

/* MediaWiki wraps all its formulas. */
static void trim(struct rt_buf *out)
{
    static const rt_str wrapper = RT_LIT("{\\displaystyle ");
    while (out->len > 0 && out->at[out->len - 1] == ' ')
        out->len--;
    if (out->len > wrapper.len && memcmp(out->at, wrapper.at, wrapper.len) == 0 &&
        out->at[out->len - 1] == '}') {
        out->at += wrapper.len;
        out->len -= wrapper.len + 1;
    }
}

void rt_math_write(rt_node *formula, struct rt_buf *out, bool *display)
{
    if (rt_node_tag(formula) == LXB_TAG_SCRIPT) {
        *display = rt_str_has(rt_node_attr(formula, "type"), RT_LIT("mode=display"));
        write_texts(out, formula);
    } else {
        *display = is_display(formula);
        rt_node *annotation = find_annotation(formula);
        rt_str alttext = rt_node_attr(formula, "alttext");
        if (annotation)
            write_texts(out, annotation);
        else if (alttext.len > 0)
            write_text(out, alttext);
        else
            write_mathml(out, formula);
    }
    trim(out);
}

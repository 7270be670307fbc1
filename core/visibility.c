/* What a reader does not get to see, as far as the markup tells. */
#include "core/visibility.h"

#include "base/str.h"

/* "-9999px" and the like: far outside of any screen. */
static bool is_far_negative(rt_str value)
{
    size_t digits = 1;
    while (digits < value.len && rt_is_digit(value.at[digits]))
        digits++;
    return value.len > 1 && value.at[0] == '-' && digits - 1 >= 3 &&
           !rt_str_starts(rt_str_from(value, digits), RT_LIT("%"));
}

/* Hidden outright, or moved off the screen.  Transparent and tiny text stays: pages that fade in
 * when a script runs begin like that. */
static bool style_hides(rt_str style)
{
    rt_str declaration;
    while (rt_str_split(&style, ';', &declaration)) {
        size_t colon = rt_str_find_byte(declaration, ':');
        if (colon == RT_NPOS)
            continue;
        rt_str name = rt_str_trim(rt_str_first(declaration, colon));
        rt_str value = rt_str_trim(rt_str_from(declaration, colon + 1));
        if (rt_str_eq_nocase(name, RT_LIT("display")) && rt_str_starts_nocase(value, RT_LIT("none")))
            return true;
        if (rt_str_eq_nocase(name, RT_LIT("visibility")) &&
            rt_str_starts_nocase(value, RT_LIT("hidden")))
            return true;
        if ((rt_str_eq_nocase(name, RT_LIT("left")) || rt_str_eq_nocase(name, RT_LIT("top")) ||
             rt_str_eq_nocase(name, RT_LIT("text-indent"))) && is_far_negative(value))
            return true;
    }
    return false;
}

bool rt_node_is_hidden(const struct rt_page *page, const rt_node *node)
{
    const struct rt_attr_ids *ids = &page->attr_ids;
    bool is_closed = rt_node_tag(node) == LXB_TAG_DIALOG;
    for (const lxb_dom_attr_t *attr = rt_node_attrs(node); attr; attr = attr->next) {
        lxb_dom_attr_id_t id = attr->node.local_name;
        if (id == ids->hidden || (id == LXB_DOM_ATTR_STYLE && style_hides(rt_attr_value(attr))) ||
            (id == ids->aria_hidden && rt_str_eq_nocase(rt_attr_value(attr), RT_LIT("true"))))
            return true;
        if (id == ids->open)
            is_closed = false;
    }
    return is_closed;
}

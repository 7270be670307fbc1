/* Questions about one node of the tree. */
#include "core/dom.h"

#include "base/str.h"

rt_str rt_node_data(const rt_node *node)
{
    const lxb_dom_character_data_t *data = (const lxb_dom_character_data_t *)(const void *)node;
    return (rt_str){ (const char *)data->data.data, data->data.length };
}

rt_str rt_attr_value(const lxb_dom_attr_t *attr)
{
    return attr->value && attr->value->data
               ? (rt_str){ (const char *)attr->value->data, attr->value->length }
               : RT_LIT("");
}

rt_str rt_node_attr(const rt_node *node, const char *name)
{
    if (!rt_node_is_element(node))
        return (rt_str){ NULL, 0 };
    lxb_dom_element_t *element = lxb_dom_interface_element((rt_node *)(uintptr_t)node);
    size_t len;
    const lxb_dom_attr_t *attr =
        lxb_dom_element_attr_by_name(element, (const lxb_char_t *)name, strlen(name));
    if (!attr)
        return (rt_str){ NULL, 0 };
    const lxb_char_t *value = lxb_dom_attr_value_noi((lxb_dom_attr_t *)(uintptr_t)attr, &len);
    return value ? (rt_str){ (const char *)value, len } : RT_LIT("");
}

const uint8_t rt_tag_kinds[LXB_TAG__LAST_ENTRY] = {
    [LXB_TAG_ADDRESS] = RT_TAG_BLOCK, [LXB_TAG_ARTICLE] = RT_TAG_BLOCK,
    [LXB_TAG_ASIDE] = RT_TAG_BLOCK, [LXB_TAG_BLOCKQUOTE] = RT_TAG_BLOCK,
    [LXB_TAG_BODY] = RT_TAG_BLOCK, [LXB_TAG_CAPTION] = RT_TAG_BLOCK,
    [LXB_TAG_CENTER] = RT_TAG_BLOCK, [LXB_TAG_DD] = RT_TAG_BLOCK, [LXB_TAG_DETAILS] = RT_TAG_BLOCK,
    [LXB_TAG_DIALOG] = RT_TAG_BLOCK, [LXB_TAG_DIR] = RT_TAG_BLOCK, [LXB_TAG_DIV] = RT_TAG_BLOCK,
    [LXB_TAG_DL] = RT_TAG_BLOCK, [LXB_TAG_DT] = RT_TAG_BLOCK, [LXB_TAG_FIELDSET] = RT_TAG_BLOCK,
    [LXB_TAG_FIGCAPTION] = RT_TAG_BLOCK, [LXB_TAG_FIGURE] = RT_TAG_BLOCK,
    [LXB_TAG_FOOTER] = RT_TAG_BLOCK, [LXB_TAG_FORM] = RT_TAG_BLOCK,
    [LXB_TAG_FRAMESET] = RT_TAG_BLOCK, [LXB_TAG_H1] = RT_TAG_BLOCK, [LXB_TAG_H2] = RT_TAG_BLOCK,
    [LXB_TAG_H3] = RT_TAG_BLOCK, [LXB_TAG_H4] = RT_TAG_BLOCK, [LXB_TAG_H5] = RT_TAG_BLOCK,
    [LXB_TAG_H6] = RT_TAG_BLOCK, [LXB_TAG_HEADER] = RT_TAG_BLOCK, [LXB_TAG_HGROUP] = RT_TAG_BLOCK,
    [LXB_TAG_HR] = RT_TAG_BLOCK, [LXB_TAG_HTML] = RT_TAG_BLOCK, [LXB_TAG_LEGEND] = RT_TAG_BLOCK,
    [LXB_TAG_LI] = RT_TAG_BLOCK, [LXB_TAG_LISTING] = RT_TAG_BLOCK, [LXB_TAG_MAIN] = RT_TAG_BLOCK,
    [LXB_TAG_MENU] = RT_TAG_BLOCK, [LXB_TAG_NAV] = RT_TAG_BLOCK, [LXB_TAG_OL] = RT_TAG_BLOCK,
    [LXB_TAG_OPTGROUP] = RT_TAG_BLOCK, [LXB_TAG_OPTION] = RT_TAG_BLOCK, [LXB_TAG_P] = RT_TAG_BLOCK,
    [LXB_TAG_PLAINTEXT] = RT_TAG_BLOCK, [LXB_TAG_PRE] = RT_TAG_BLOCK,
    [LXB_TAG_SEARCH] = RT_TAG_BLOCK, [LXB_TAG_SECTION] = RT_TAG_BLOCK,
    [LXB_TAG_SUMMARY] = RT_TAG_BLOCK, [LXB_TAG_TABLE] = RT_TAG_BLOCK,
    [LXB_TAG_TBODY] = RT_TAG_BLOCK, [LXB_TAG_TD] = RT_TAG_BLOCK, [LXB_TAG_TFOOT] = RT_TAG_BLOCK,
    [LXB_TAG_TH] = RT_TAG_BLOCK, [LXB_TAG_THEAD] = RT_TAG_BLOCK, [LXB_TAG_TR] = RT_TAG_BLOCK,
    [LXB_TAG_UL] = RT_TAG_BLOCK, [LXB_TAG_XMP] = RT_TAG_BLOCK,
    [LXB_TAG_SCRIPT] = RT_TAG_OPAQUE, [LXB_TAG_STYLE] = RT_TAG_OPAQUE,
    [LXB_TAG_TEMPLATE] = RT_TAG_OPAQUE, [LXB_TAG_HEAD] = RT_TAG_OPAQUE,
    [LXB_TAG_IFRAME] = RT_TAG_OPAQUE, [LXB_TAG_OBJECT] = RT_TAG_OPAQUE,
    [LXB_TAG_EMBED] = RT_TAG_OPAQUE, [LXB_TAG_CANVAS] = RT_TAG_OPAQUE,
    [LXB_TAG_SELECT] = RT_TAG_OPAQUE, [LXB_TAG_TEXTAREA] = RT_TAG_OPAQUE,
    [LXB_TAG_BUTTON] = RT_TAG_OPAQUE, [LXB_TAG_INPUT] = RT_TAG_OPAQUE,
    [LXB_TAG_DATALIST] = RT_TAG_OPAQUE, [LXB_TAG_NOFRAMES] = RT_TAG_OPAQUE,
    [LXB_TAG_NOEMBED] = RT_TAG_OPAQUE, [LXB_TAG_TITLE] = RT_TAG_OPAQUE,
    [LXB_TAG_LINK] = RT_TAG_OPAQUE, [LXB_TAG_META] = RT_TAG_OPAQUE, [LXB_TAG_BASE] = RT_TAG_OPAQUE,
    [LXB_TAG_MAP] = RT_TAG_OPAQUE,
};

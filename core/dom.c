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

bool rt_tag_is_block(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_ADDRESS: case LXB_TAG_ARTICLE: case LXB_TAG_ASIDE: case LXB_TAG_BLOCKQUOTE:
    case LXB_TAG_BODY: case LXB_TAG_CAPTION: case LXB_TAG_CENTER: case LXB_TAG_DD:
    case LXB_TAG_DETAILS: case LXB_TAG_DIALOG: case LXB_TAG_DIR: case LXB_TAG_DIV: case LXB_TAG_DL:
    case LXB_TAG_DT: case LXB_TAG_FIELDSET: case LXB_TAG_FIGCAPTION: case LXB_TAG_FIGURE:
    case LXB_TAG_FOOTER: case LXB_TAG_FORM: case LXB_TAG_FRAMESET: case LXB_TAG_H1: case LXB_TAG_H2:
    case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5: case LXB_TAG_H6: case LXB_TAG_HEADER:
    case LXB_TAG_HGROUP: case LXB_TAG_HR: case LXB_TAG_HTML: case LXB_TAG_LEGEND: case LXB_TAG_LI:
    case LXB_TAG_LISTING: case LXB_TAG_MAIN: case LXB_TAG_MENU: case LXB_TAG_NAV: case LXB_TAG_OL:
    case LXB_TAG_OPTGROUP: case LXB_TAG_OPTION: case LXB_TAG_P: case LXB_TAG_PLAINTEXT:
    case LXB_TAG_PRE: case LXB_TAG_SEARCH: case LXB_TAG_SECTION: case LXB_TAG_SUMMARY:
    case LXB_TAG_TABLE: case LXB_TAG_TBODY: case LXB_TAG_TD: case LXB_TAG_TFOOT: case LXB_TAG_TH:
    case LXB_TAG_THEAD: case LXB_TAG_TR: case LXB_TAG_UL: case LXB_TAG_XMP:
        return true;
    default:
        return false;
    }
}

bool rt_tag_is_opaque(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_TEMPLATE: case LXB_TAG_HEAD:
    case LXB_TAG_IFRAME: case LXB_TAG_OBJECT: case LXB_TAG_EMBED: case LXB_TAG_CANVAS:
    case LXB_TAG_SELECT: case LXB_TAG_TEXTAREA: case LXB_TAG_BUTTON: case LXB_TAG_INPUT:
    case LXB_TAG_DATALIST: case LXB_TAG_NOFRAMES: case LXB_TAG_NOEMBED: case LXB_TAG_TITLE:
    case LXB_TAG_LINK: case LXB_TAG_META: case LXB_TAG_BASE: case LXB_TAG_MAP:
        return true;
    default:
        return false;
    }
}

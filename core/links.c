/* The links of a page, in one walk. */
#include "core/links.h"

#include "base/str.h"
#include "base/strset.h"

/* The href of a link, or absent. */
static rt_str href_of(const rt_node *node)
{
    lxb_tag_id_t tag = rt_node_tag(node);
    if (tag != LXB_TAG_A && tag != LXB_TAG_AREA)
        return (rt_str){ NULL, 0 };
    const lxb_dom_element_t *element = (const lxb_dom_element_t *)(const void *)node;
    const lxb_dom_attr_t *attr = element->first_attr;
    while (attr && attr->node.local_name != LXB_DOM_ATTR_HREF)
        attr = attr->next;
    if (!attr || !attr->value || !attr->value->data)
        return (rt_str){ NULL, 0 };
    return rt_str_trim((rt_str){ (const char *)attr->value->data, attr->value->length });
}

static rt_str without_fragment(rt_str address)
{
    return rt_str_first(address, rt_str_find_byte(address, '#'));
}

/* Names a place in the page itself by the page's address in full, which has no fragment. */
static bool is_inside(rt_str address, rt_str page_address)
{
    return address.len > page_address.len && address.at[page_address.len] == '#' &&
           rt_str_starts(address, page_address);
}

static rt_str address_of_page(const struct rt_page *page)
{
    struct rt_url_resolver *resolver = rt_url_resolver_new(page->arena, page->url);
    return resolver ? without_fragment(rt_url_resolve(resolver, page->url)) : (rt_str){ NULL, 0 };
}

bool rt_links_find(const struct rt_page *page, struct rt_url_resolver *resolver, rt_str_list *out)
{
    struct rt_strset links;
    rt_strset_init(&links, page->arena);
    rt_str page_address = address_of_page(page);
    for (rt_node *n = page->root; n && !page->arena->refused; n = rt_node_next(n, page->root)) {
        rt_str href = href_of(n);
        if (!href.len || href.at[0] == '#')
            continue;
        rt_str address = rt_url_resolve(resolver, href);
        if (address.at && !is_inside(address, page_address))
            rt_strset_add(&links, address);
    }
    bool done = !links.failed && !page->arena->refused;
    *out = done ? rt_strset_list(&links) : (rt_str_list){ NULL, 0 };
    return done;
}

/* The links of a page, in one walk; where it is asked for, their texts in a second one, which looks
 * at no node twice however links are nested: all texts go into one buffer, of which each link's is
 * a slice. */
#include "core/links.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/strset.h"
#include "base/utf8.h"
#include "core/flow.h"

#define NONE SIZE_MAX

/* Where a link was found first, and its slice of the texts. */
struct place {
    rt_node *node;
    size_t outer; /* the link round it that is open, or NONE */
    size_t start, end;
    bool is_read;
};

struct places {
    struct place *at;
    size_t len, room;
};

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

/* Without memory the arena has refused, which ends the walk. */
static void add_place(struct places *places, struct rt_arena *arena, rt_node *node)
{
    if (places->len == places->room) {
        size_t size = sizeof *places->at, room = places->room ? places->room * 2 : 64;
        struct place *at = NULL;
        if (room <= SIZE_MAX / size)
            at = rt_arena_grow(arena, places->at, places->room * size, room * size);
        if (!at)
            return;
        places->at = at;
        places->room = room;
    }
    places->at[places->len++] = (struct place){ .node = node, .outer = NONE };
}

/* ---- texts ----------------------------------------------------------------------------------- */

struct reader {
    const struct rt_page *page;
    struct rt_buf out;
    struct places *places;
    size_t next; /* the first place that may still come in this walk */
    size_t open; /* the innermost link that the walk is in, or NONE */
    bool is_space_due;
    bool takes_hidden; /* the walk began at a hidden link */
};

static void begin_word(struct reader *r)
{
    if (r->is_space_due)
        rt_buf_byte(&r->out, ' ');
    r->is_space_due = false;
}

static void add_text(struct reader *r, rt_str s)
{
    for (size_t i = 0, len; i < s.len; i += len) {
        len = rt_is_space(s.at[i]) ? 0 : rt_flow_words(s, i) - i;
        if (len > 0) {
            begin_word(r);
            rt_buf_add(&r->out, s.at + i, len);
            continue;
        }
        enum rt_glyph glyph = rt_flow_glyph(s, i, &len);
        if (glyph == RT_GLYPH_SPACE || glyph == RT_GLYPH_BREAK) {
            r->is_space_due = true;
        } else if (glyph == RT_GLYPH_BROKEN) {
            begin_word(r);
            rt_buf_lit(&r->out, "\xEF\xBF\xBD");
        }
    }
}

static bool is_skipped(const struct reader *r, const rt_node *node)
{
    return r->takes_hidden ? rt_tag_is_opaque(rt_node_tag(node))
                           : rt_page_has(r->page, node, RT_NODE_HIDDEN);
}

static bool parts_words(const rt_node *node)
{
    lxb_tag_id_t tag = rt_node_tag(node);
    return tag == LXB_TAG_BR || rt_tag_is_block(tag);
}

static void open_place(struct reader *r, const rt_node *node)
{
    const struct places *places = r->places;
    while (r->next < places->len &&
           rt_node_ordinal(places->at[r->next].node) < rt_node_ordinal(node))
        r->next++;
    if (r->next == places->len || places->at[r->next].node != node)
        return;
    struct place *place = &places->at[r->next];
    place->is_read = true;
    place->start = r->out.len;
    place->outer = r->open;
    r->open = r->next++;
    if (rt_node_tag(node) == LXB_TAG_AREA)
        add_text(r, rt_node_attr(node, "alt"));
}

static void enter(struct reader *r, const rt_node *node)
{
    if (rt_node_is_text(node)) {
        add_text(r, rt_node_data(node));
        return;
    }
    if (parts_words(node))
        r->is_space_due = true;
    open_place(r, node);
}

static void leave(struct reader *r, const rt_node *node)
{
    if (parts_words(node))
        r->is_space_due = true;
    if (r->open == NONE || r->places->at[r->open].node != node)
        return;
    struct place *place = &r->places->at[r->open];
    place->end = r->out.len;
    r->open = place->outer;
}

/* A link and all that are in it, but for those in what is skipped: they are begun with later. */
static void read_link(struct reader *r, size_t first)
{
    rt_node *top = r->places->at[first].node;
    r->next = first;
    r->is_space_due = false;
    r->takes_hidden = rt_page_has(r->page, top, RT_NODE_HIDDEN);
    for (rt_node *n = top; n && !r->out.failed;) {
        bool is_taken = n == top || !is_skipped(r, n);
        if (is_taken)
            enter(r, n);
        if (is_taken && n->first_child) {
            n = n->first_child;
            continue;
        }
        leave(r, n);
        while (n != top && !n->next) {
            n = n->parent;
            leave(r, n);
        }
        n = n == top ? NULL : n->next;
    }
}

/* ---- details --------------------------------------------------------------------------------- */

static rt_str text_of(const struct reader *r, const struct place *place)
{
    rt_str text = rt_str_trim(
        (rt_str){ r->out.at ? r->out.at + place->start : "", place->end - place->start });
    if (text.len > RT_LINKS_TEXT_CAP)
        text = rt_str_trim(rt_utf8_whole(rt_str_first(text, RT_LINKS_TEXT_CAP)));
    return text;
}

/* What can be a language tag, in whatever case and with whatever hyphen, or absent. */
static rt_str language_in(rt_str value)
{
    value = rt_str_trim(value);
    if (value.len == 0 || value.len > RT_LINKS_LANGUAGE_CAP)
        return (rt_str){ NULL, 0 };
    for (size_t i = 0; i < value.len; i++)
        if (!rt_is_alpha(value.at[i]) && !rt_is_digit(value.at[i]) && value.at[i] != '-' &&
            value.at[i] != '_')
            return (rt_str){ NULL, 0 };
    return value;
}

static rt_link details_of(const struct reader *r, const struct place *place, rt_str url)
{
    rt_link link = { .url = url, .text = text_of(r, place) };
    for (const lxb_dom_attr_t *a = rt_node_attrs(place->node); a; a = a->next) {
        if (a->node.local_name == LXB_DOM_ATTR_REL) {
            rt_str rel = rt_attr_value(a);
            link.nofollow = rt_str_has_token(rel, RT_LIT("nofollow"));
            link.ugc = rt_str_has_token(rel, RT_LIT("ugc"));
            link.sponsored = rt_str_has_token(rel, RT_LIT("sponsored"));
        } else if (a->node.local_name == LXB_DOM_ATTR_HREFLANG) {
            link.hreflang = language_in(rt_attr_value(a));
        }
    }
    return link;
}

static bool read_details(const struct rt_page *page, struct places *places, rt_str_list urls,
                         struct rt_link_list *out)
{
    struct reader r = { .page = page, .places = places, .open = NONE };
    rt_buf_init(&r.out, page->arena);
    for (size_t i = 0; i < places->len; i++)
        if (!places->at[i].is_read)
            read_link(&r, i);
    rt_link *links = rt_arena_zeroed(page->arena, urls.len ? urls.len : 1, sizeof *links);
    if (r.out.failed || !links)
        return false;
    for (size_t i = 0; i < urls.len; i++)
        links[i] = details_of(&r, &places->at[i], urls.at[i]);
    *out = (struct rt_link_list){ links, urls.len };
    return true;
}

bool rt_links_find(const struct rt_page *page, struct rt_url_resolver *resolver, rt_str_list *out,
                   struct rt_link_list *details)
{
    struct rt_strset links;
    struct places places = { NULL, 0, 0 };
    rt_strset_init(&links, page->arena);
    rt_str page_address = address_of_page(page);
    for (rt_node *n = page->root; n && !page->arena->refused; n = rt_node_next(n, page->root)) {
        rt_str href = href_of(n);
        if (!href.len || href.at[0] == '#')
            continue;
        rt_str address = rt_url_resolve(resolver, href);
        if (address.at && !is_inside(address, page_address) && rt_strset_add(&links, address) &&
            details)
            add_place(&places, page->arena, n);
    }
    bool done = !links.failed && !page->arena->refused;
    if (done && details)
        done = read_details(page, &places, rt_strset_list(&links), details);
    *out = done ? rt_strset_list(&links) : (rt_str_list){ NULL, 0 };
    return done;
}

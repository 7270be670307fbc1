/* Footnotes: links that look like a reference, joined to the elements that their fragments name. */
#include "core/footnotes.h"

#include "base/hash.h"
#include "base/str.h"
#include "core/flow.h"

/* A note that is referred to; its place is found by its id. */
struct note {
    rt_str id;
    uint32_t number;        /* 0 for a free place */
    const rt_node *holder;  /* NULL where the page has no such note */
};

struct rt_footnotes {
    struct note *places;
    size_t room;            /* a power of two, more than twice the notes */
    uint32_t count;
};

static rt_str fragment_of(const rt_node *a)
{
    rt_str href = rt_str_trim(rt_node_attr(a, "href"));
    return href.len > 1 && href.at[0] == '#' ? rt_str_from(href, 1) : (rt_str){ NULL, 0 };
}

static bool starts_with_any(rt_str s, const rt_str *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rt_str_starts_nocase(s, prefixes[i]))
            return true;
    return false;
}

static bool is_back_fragment(rt_str id)
{
    static const rt_str prefixes[] = {
        RT_LIT("fnref"), RT_LIT("_fnref"), RT_LIT("_ftnref"), RT_LIT("ftnref"), RT_LIT("cite_ref"),
        RT_LIT("cite-ref"), RT_LIT("footnote-ref"), RT_LIT("footnoteref"), RT_LIT("noteref"),
        RT_LIT("ref-footnote"), RT_LIT("user-content-fnref"), RT_LIT("identifier_"),
    };
    return starts_with_any(id, prefixes, sizeof prefixes / sizeof *prefixes);
}

static bool is_note_fragment(rt_str id)
{
    static const rt_str prefixes[] = {
        RT_LIT("fn"), RT_LIT("_fn"), RT_LIT("_ftn"), RT_LIT("ftn"), RT_LIT("cite_note"),
        RT_LIT("cite-note"), RT_LIT("footnote"), RT_LIT("user-content-fn"), RT_LIT("easy-footnote"),
        RT_LIT("note-"), RT_LIT("endnote"),
    };
    return starts_with_any(id, prefixes, sizeof prefixes / sizeof *prefixes) &&
           !is_back_fragment(id);
}

bool rt_footnotes_is_reference(const rt_node *a)
{
    rt_str id = fragment_of(a);
    if (!id.at || is_back_fragment(id))
        return false;
    rt_str classes = rt_flow_class(a);
    return is_note_fragment(id) || rt_str_has_token(classes, RT_LIT("footnote-ref")) ||
           rt_str_has_token(classes, RT_LIT("noteref")) ||
           rt_str_eq_nocase(rt_node_attr(a, "role"), RT_LIT("doc-noteref")) ||
           rt_node_attr(a, "data-footnote-ref").at;
}

bool rt_footnotes_is_backlink(const rt_node *a)
{
    rt_str id = fragment_of(a), classes = rt_flow_class(a);
    return id.at && (is_back_fragment(id) ||
                     rt_str_has_token(classes, RT_LIT("footnote-backref")) ||
                     rt_str_has_token(classes, RT_LIT("reversefootnote")) ||
                     rt_str_eq_nocase(rt_node_attr(a, "role"), RT_LIT("doc-backlink")));
}

static rt_str id_of(const rt_node *element)
{
    const lxb_dom_attr_t *attr = ((const lxb_dom_element_t *)(const void *)element)->attr_id;
    return attr && attr->value && attr->value->data
               ? (rt_str){ (const char *)attr->value->data, attr->value->length }
               : (rt_str){ NULL, 0 };
}

/* The place of the id, or the free one where it would go. */
static struct note *place_of(const struct rt_footnotes *notes, rt_str id)
{
    size_t at = rt_hash(id, 0) & (notes->room - 1);
    while (notes->places[at].number > 0 && !rt_str_eq(notes->places[at].id, id))
        at = (at + 1) & (notes->room - 1);
    return &notes->places[at];
}

static bool holds_notes(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_LI || tag == LXB_TAG_P || tag == LXB_TAG_DIV || tag == LXB_TAG_DD ||
           tag == LXB_TAG_ASIDE;
}

static bool is_kept_link(const struct rt_page *page, const rt_node *node)
{
    return rt_page_has(page, node, RT_NODE_KEEP) && rt_node_tag(node) == LXB_TAG_A &&
           rt_footnotes_is_reference(node);
}

static bool make_places(const struct rt_page *page, struct rt_footnotes *notes)
{
    size_t links = 0;
    for (rt_node *n = page->root; n; n = rt_node_next(n, page->root))
        links += is_kept_link(page, n);
    notes->room = 2;
    while (notes->room <= 2 * links)
        notes->room *= 2;
    notes->places = rt_arena_zeroed(page->arena, notes->room, sizeof *notes->places);
    return notes->places != NULL;
}

/* Notes that the page does not hold have taken no number. */
static void number_notes(const struct rt_page *page, struct rt_footnotes *notes)
{
    for (rt_node *n = page->root; n; n = rt_node_next(n, page->root)) {
        if (!is_kept_link(page, n))
            continue;
        struct note *note = place_of(notes, fragment_of(n));
        if (note->holder && note->number == UINT32_MAX)
            note->number = ++notes->count;
    }
}

struct rt_footnotes *rt_footnotes_find(const struct rt_page *page)
{
    struct rt_footnotes *notes = rt_arena_zeroed(page->arena, 1, sizeof *notes);
    if (!notes || !make_places(page, notes))
        return NULL;
    for (rt_node *n = page->root; n; n = rt_node_next(n, page->root))
        if (is_kept_link(page, n)) {
            rt_str id = fragment_of(n);
            *place_of(notes, id) = (struct note){ .id = id, .number = UINT32_MAX };
        }
    for (rt_node *n = page->root; n; n = rt_node_next(n, page->root)) {
        if (!holds_notes(rt_node_tag(n)) || !rt_page_has(page, n, RT_NODE_KEEP) || !id_of(n).at)
            continue;
        struct note *note = place_of(notes, id_of(n));
        if (note->number > 0 && !note->holder)
            note->holder = n;
    }
    number_notes(page, notes);
    return notes;
}

uint32_t rt_footnotes_reference(const struct rt_footnotes *notes, const rt_node *a)
{
    if (!rt_footnotes_is_reference(a))
        return 0;
    const struct note *note = place_of(notes, fragment_of(a));
    return note->holder ? note->number : 0;
}

uint32_t rt_footnotes_definition(const struct rt_footnotes *notes, const rt_node *element)
{
    rt_str id = id_of(element);
    if (notes->count == 0 || !id.at)
        return 0;
    const struct note *note = place_of(notes, id);
    return note->holder == element ? note->number : 0;
}

/* One walk over the body gives elements and blocks; then the sums.  The state of the walk is the
 * element it is in: what a text node needs of its ancestors was inherited on the way down. */
#include "core/blocks.h"

#include "base/hash.h"
#include "base/str.h"
#include "core/names.h"

#define CURRENT(w) (&(w)->out->elements[(w)->at])

struct walk {
    const struct rt_page *page;
    struct rt_blocks *out;
    uint32_t block_room;
    uint32_t at;            /* the element we are in */
    uint32_t meet;          /* the innermost element round the open block's text and this place */
    uint32_t breaks;        /* <br> in a row */
    bool is_open;           /* blocks[count] has text already */
    bool failed;
    struct rt_names *names;
};

static bool starts_block(lxb_tag_id_t tag)
{
    return rt_tag_is_block(tag) || tag == LXB_TAG_NOSCRIPT;
}

static bool is_skipped(const struct rt_page *page, const rt_node *node)
{
    if (!rt_node_is_element(node))
        return true;
    if (node->ns == LXB_NS_SVG || rt_tag_is_opaque(rt_node_tag(node)))
        return true;
    return !starts_block(rt_node_tag(node)) && rt_page_has(page, node, RT_NODE_HIDDEN) &&
           !rt_page_has(page, node->parent, RT_NODE_HIDDEN);
}

static uint32_t context_of_tag(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_ARTICLE: return RT_IN_ARTICLE;
    case LXB_TAG_MAIN: return RT_IN_MAIN;
    case LXB_TAG_NAV: return RT_IN_NAV;
    case LXB_TAG_ASIDE: return RT_IN_ASIDE;
    case LXB_TAG_FOOTER: return RT_IN_FOOTER;
    case LXB_TAG_HEADER: return RT_IN_HEADER;
    case LXB_TAG_FORM: case LXB_TAG_FIELDSET: case LXB_TAG_SEARCH: return RT_IN_FORM;
    case LXB_TAG_UL: case LXB_TAG_OL: case LXB_TAG_LI: return RT_IN_LIST;
    case LXB_TAG_TABLE: return RT_IN_TABLE;
    case LXB_TAG_SECTION: return RT_IN_SECTION;
    case LXB_TAG_BLOCKQUOTE: case LXB_TAG_Q: return RT_IN_QUOTE;
    case LXB_TAG_PRE: case LXB_TAG_CODE: return RT_IN_PRE;
    case LXB_TAG_FIGURE: case LXB_TAG_FIGCAPTION: return RT_IN_FIGURE;
    case LXB_TAG_LABEL: case LXB_TAG_LEGEND: case LXB_TAG_OUTPUT: return RT_IN_CONTROL;
    case LXB_TAG_DIALOG: return RT_IN_DIALOG;
    case LXB_TAG_DL: return RT_IN_TERMS;
    case LXB_TAG_H1: case LXB_TAG_H2: case LXB_TAG_H3: case LXB_TAG_H4: case LXB_TAG_H5:
    case LXB_TAG_H6: return RT_IN_HEADING;
    case LXB_TAG_A: return RT_IN_LINK;
    case LXB_TAG_NOSCRIPT: return RT_IN_NOSCRIPT;
    case LXB_TAG_DETAILS: case LXB_TAG_SUMMARY: return RT_IN_DETAILS;
    case LXB_TAG_MENU: return RT_IN_MENU;
    case LXB_TAG_B: case LXB_TAG_STRONG: return RT_IN_BOLD;
    case LXB_TAG_P: return RT_IN_PARAGRAPH;
    default: return 0;
    }
}

static uint32_t context_of_role(rt_str role)
{
    static const struct {
        const char *role;
        uint32_t context;
    } roles[] = {
        { "article", RT_IN_ARTICLE },       { "main", RT_IN_MAIN },
        { "navigation", RT_IN_NAV },        { "complementary", RT_IN_ASIDE },
        { "contentinfo", RT_IN_FOOTER },    { "banner", RT_IN_HEADER },
        { "search", RT_IN_FORM },           { "form", RT_IN_FORM },
        { "button", RT_IN_CONTROL },        { "tab", RT_IN_CONTROL },
        { "dialog", RT_IN_DIALOG },         { "alertdialog", RT_IN_DIALOG },
        { "heading", RT_IN_HEADING },       { "menu", RT_IN_MENU },
        { "menubar", RT_IN_MENU },          { "menuitem", RT_IN_MENU },
        { "tablist", RT_IN_MENU },          { "listbox", RT_IN_MENU },
    };
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (rt_str_eq_nocase(role, rt_str_from_c(roles[i].role)))
            return roles[i].context;
    return 0;
}

static uint32_t context_of_property(rt_str property)
{
    return rt_str_has_token(property, RT_LIT("articleBody")) ||
                   rt_str_has_token(property, RT_LIT("description")) ||
                   rt_str_has_token(property, RT_LIT("text")) ||
                   rt_str_has_token(property, RT_LIT("recipeInstructions"))
               ? RT_IN_BODY_PROP : 0;
}

static void read_role(struct rt_element *e, rt_str role)
{
    e->context |= context_of_role(role);
    e->names |= rt_str_eq_nocase(role, RT_LIT("tabpanel")) ? RT_NAME_FAQ : 0u;
}

/* What the attributes of an element say of it.  Long values are cut: what they say, they say at
 * their beginning. */
static void read_attributes(struct walk *w, struct rt_element *e)
{
    enum { READ = 240 };
    const struct rt_attr_ids *ids = &w->page->attr_ids;
    e->look = ((uint32_t)e->tag + 1) * 2654435761u;
    for (const lxb_dom_attr_t *attr = rt_node_attrs(e->node); attr; attr = attr->next) {
        lxb_dom_attr_id_t id = attr->node.local_name;
        if (id == LXB_DOM_ATTR_CLASS) {
            rt_str value = rt_str_first(rt_attr_value(attr), READ);
            e->look = rt_hash(value, e->look);
            e->names |= rt_names_match(w->names, value, e->look);
        } else if (id == LXB_DOM_ATTR_ID) {
            e->names |= rt_names_match_once(w->names, rt_attr_value(attr));
        } else if (id == ids->aria_label || id == ids->data_testid) {
            rt_str value = rt_str_first(rt_attr_value(attr), READ);
            e->names |= rt_names_match(w->names, value, rt_hash_ends(value));
        } else if (id == ids->itemprop) {
            e->context |= context_of_property(rt_str_first(rt_attr_value(attr), READ));
        } else if (id == ids->role) {
            read_role(e, rt_attr_value(attr));
        }
    }
    e->look |= !e->look;
}

static struct rt_block *room_for_block(struct walk *w)
{
    struct rt_blocks *out = w->out;
    if (out->count == w->block_room) {
        size_t old = w->block_room * sizeof *out->blocks;
        uint32_t room = w->block_room ? w->block_room * 2 : 256;
        void *p = rt_arena_grow(w->page->arena, out->blocks, old, room * sizeof *out->blocks);
        if (!p) {
            w->failed = true;
            return NULL;
        }
        out->blocks = p;
        w->block_room = room;
    }
    return &out->blocks[out->count];
}

static void end_block(struct walk *w)
{
    w->breaks = 0;
    if (!w->is_open)
        return;
    rt_measure_end(&w->out->blocks[w->out->count].text);
    w->out->count++;
    w->is_open = false;
}

/* White space, no-break and zero-width space included: no reader sees a block there. */
static bool is_blank(rt_str s)
{
    for (size_t i = 0; (i = rt_str_skip_space(s, i)) < s.len;) {
        rt_str rest = rt_str_from(s, i);
        if (rt_str_starts(rest, RT_LIT("\xC2\xA0")))
            i += 2;
        else if (rt_str_starts(rest, RT_LIT("\xE2\x80\x8B")) ||
                 rt_str_starts(rest, RT_LIT("\xEF\xBB\xBF")))
            i += 3;
        else
            return false;
    }
    return true;
}

static void add_text(struct walk *w, rt_node *node)
{
    rt_str text = rt_node_data(node);
    bool blank = is_blank(text);
    if (blank && !w->is_open)
        return;
    struct rt_block *b = room_for_block(w);
    if (!b)
        return;
    if (!w->is_open) {
        *b = (struct rt_block){ .first = node, .holder = CURRENT(w)->holder };
        w->is_open = true;
        w->meet = w->at;
    }
    uint32_t context = CURRENT(w)->context;
    rt_measure_add(&b->text, text, (context & RT_IN_LINK ? RT_MEASURE_LINK : 0u) |
                                       (context & RT_IN_BOLD ? RT_MEASURE_BOLD : 0u));
    if (blank)
        return;
    b->last = node;
    b->leaf = w->meet;
    w->breaks = 0;
}

static void enter(struct walk *w, rt_node *node)
{
    struct rt_blocks *out = w->out;
    lxb_tag_id_t tag = rt_node_tag(node);
    uint32_t parent = w->at, index = out->element_count++;
    struct rt_element *e = &out->elements[index];
    *e = (struct rt_element){ .node = node, .parent = parent, .tag = (uint16_t)tag };
    if (tag > UINT16_MAX)
        e->tag = LXB_TAG__UNDEF;
    read_attributes(w, e);
    e->context |= context_of_tag(tag);
    if (rt_page_has(w->page, node, RT_NODE_HIDDEN))
        e->context |= RT_IN_HIDDEN;
    if (index > 0) {
        e->context |= out->elements[parent].context;
        e->depth = (uint16_t)(out->elements[parent].depth + 1);
    }
    if (starts_block(tag) || index == 0) {
        end_block(w);
        e->holder = index;
    } else {
        e->holder = out->elements[parent].holder;
    }
    e->first = out->count;
    w->at = index;
}

static void leave(struct walk *w)
{
    struct rt_blocks *out = w->out;
    struct rt_element *e = CURRENT(w);
    if (e->holder == w->at)
        end_block(w);
    e->end = out->count + (w->is_open ? 1 : 0);
    if (w->meet == w->at)
        w->meet = e->parent;
    w->at = e->parent;
}

/* What has no inside for the walk. */
static void pass(struct walk *w, rt_node *node)
{
    if (rt_node_is_text(node))
        add_text(w, node);
}

static bool goes_in(struct walk *w, const rt_node *node)
{
    if (rt_node_tag(node) == LXB_TAG_BR && ++w->breaks >= 2)
        end_block(w);
    return !is_skipped(w->page, node);
}

static void walk_body(struct walk *w, rt_node *body)
{
    for (rt_node *n = body; n && !w->failed;) {
        if (goes_in(w, n)) {
            enter(w, n);
            if (n->first_child) {
                n = n->first_child;
                continue;
            }
            leave(w);
        } else {
            pass(w, n);
        }
        for (; n != body && !n->next; n = n->parent)
            leave(w);
        n = n == body ? NULL : n->next;
    }
}

static bool make_sums(struct rt_blocks *out, struct rt_arena *arena)
{
    out->sums = rt_arena_zeroed(arena, (size_t)out->count + 1, sizeof *out->sums);
    if (!out->sums)
        return false;
    for (uint32_t i = 0; i < out->count; i++) {
        const struct rt_block *b = &out->blocks[i];
        const struct rt_measure *m = &b->text;
        struct rt_sums *s = &out->sums[i + 1];
        *s = out->sums[i];
        s->words += m->words;
        s->chars += m->chars;
        s->link_chars += m->link_chars;
        s->good += rt_block_good(b);
        s->headings += (out->elements[b->leaf].context & RT_IN_HEADING) != 0;
        s->prices += m->has_currency && m->digits && m->chars < 120;
        s->shorts += m->words <= 3;
        s->stops += m->stops;
    }
    return true;
}

/* Equal looks under one parent are counted in a table that is never more than half full; a page
 * that is made to collide only loses exactness: a slot is looked for in a few places. */
static bool count_alike(struct rt_blocks *out, struct rt_arena *arena)
{
    enum { TRIES = 12 };
    uint32_t size = 64;
    while (size < out->element_count * 2)
        size *= 2;
    struct seat {
        uint32_t parent, look, count;
    } *seats = rt_arena_zeroed(arena, size, sizeof *seats);
    uint32_t *seat_of = rt_arena_zeroed(arena, out->element_count, sizeof *seat_of);
    if (!seats || !seat_of)
        return false;
    for (uint32_t i = 0; i < out->element_count; i++) {
        const struct rt_element *e = &out->elements[i];
        uint32_t h = (e->look ^ (e->parent * 2654435761u)) * 2246822519u;
        h ^= h >> 15;
        for (uint32_t k = 0; k < TRIES; k++, h++) {
            struct seat *s = &seats[h & (size - 1)];
            if (s->count && (s->parent != e->parent || s->look != e->look) && k + 1 < TRIES)
                continue;
            if (!s->count)
                *s = (struct seat){ e->parent, e->look, 0 };
            s->count++;
            seat_of[i] = h & (size - 1);
            break;
        }
    }
    for (uint32_t i = 0; i < out->element_count; i++)
        out->elements[i].alike = seats[seat_of[i]].count;
    return true;
}

rt_node *rt_block_next_text(const struct rt_page *page, const struct rt_block *block, rt_node *node)
{
    if (node == block->last)
        return NULL;
    do {
        node = is_skipped(page, node) && !rt_node_is_text(node) ? rt_node_after(node, page->body)
                                                                : rt_node_next(node, page->body);
    } while (node && !rt_node_is_text(node));
    return node;
}

bool rt_blocks_make(struct rt_blocks *out, const struct rt_page *page, struct rt_names *names)
{
    *out = (struct rt_blocks){ 0 };
    struct walk w = { .page = page, .out = out, .names = names };
    if (page->body) {
        out->elements = rt_arena_take(page->arena, page->elements * sizeof *out->elements);
        if (!out->elements)
            return false;
        walk_body(&w, page->body);
    }
    return !w.failed && make_sums(out, page->arena) && count_alike(out, page->arena);
}

/* The author: what the page declares, then what its bylines show. */
#include "core/byline.h"

#include "base/str.h"
#include "core/author_name.h"
#include "core/line.h"

enum { LINE_CAP = 200, MAX_LINES = 4, MAX_AUTHORS = 24, NEAR_NODES = 90, MAX_INSIDE = 60 };

struct names {
    const struct rt_page *page;
    const struct rt_meta_scan *scan;
    rt_str site;
    rt_str at[MAX_AUTHORS];
    size_t count;
};

/* "Rob Picheta, CNN" on CNN. */
static rt_str without_site(rt_str name, rt_str site)
{
    size_t comma = RT_NPOS;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] == ',')
            comma = i;
    if (comma != RT_NPOS && site.at && rt_line_same(rt_str_from(name, comma + 1), site))
        return rt_str_trim(rt_str_first(name, comma));
    return name;
}

static bool add_name(struct names *names, rt_str name)
{
    if (!name.at || rt_line_same(name, names->site))
        return false;
    size_t before = names->count;
    rt_line_add_once(names->at, &names->count, MAX_AUTHORS, without_site(name, names->site));
    return names->count > before;
}

static bool add(struct names *names, rt_str raw)
{
    return add_name(names, rt_author_name(names->page->arena, raw));
}

/* "Lee, Ann" -> "Ann Lee", as citation_author has it. */
static rt_str turned(struct rt_arena *arena, rt_str raw)
{
    size_t comma = rt_str_find_byte(raw, ',');
    if (comma == RT_NPOS || rt_str_find_byte(rt_str_from(raw, comma + 1), ',') != RT_NPOS)
        return raw;
    rt_str parts[] = { rt_str_trim(rt_str_from(raw, comma + 1)),
                       rt_str_trim(rt_str_first(raw, comma)) };
    return rt_arena_join(arena, parts, 2, RT_LIT(" "));
}

static void add_metas(struct names *names, enum rt_meta_key key)
{
    for (size_t i = 0; i < names->scan->tag_count; i++) {
        const struct rt_meta_tag *tag = &names->scan->tags[i];
        if (tag->key == key)
            add(names, key == RT_META_AUTHOR_CITATION ? turned(names->page->arena, tag->value)
                                                      : tag->value);
    }
}

/* twitter:label1 "Written by", twitter:data1 "Ann Lee". */
static void add_label(struct names *names)
{
    rt_str rest, label = rt_meta_first(names->scan, RT_META_LABEL);
    if (label.len && rt_author_prefix(label, &rest) && rest.len == 0)
        add(names, rt_meta_first(names->scan, RT_META_DATA));
}

/* The name inside <... itemprop="author"><meta itemprop="name" content="Ann Lee">. */
static rt_str named_inside(const struct rt_page *page, rt_node *node)
{
    size_t seen = 0;
    for (rt_node *n = node; n && seen < MAX_INSIDE; n = rt_node_next(n, node)) {
        seen++;
        if (n == node || !rt_node_is_element(n) ||
            !rt_str_eq_nocase(rt_node_attr(n, "itemprop"), RT_LIT("name")))
            continue;
        rt_str content = rt_node_attr(n, "content");
        return content.at ? content : rt_line_of_node(page, n, LINE_CAP);
    }
    return (rt_str){ NULL, 0 };
}

/* The text of the only link in node, absent where there are more or none. */
static rt_str only_link(const struct rt_page *page, rt_node *node)
{
    rt_str found = { NULL, 0 };
    size_t seen = 0;
    for (rt_node *n = node; n && seen < MAX_INSIDE; n = rt_node_next(n, node)) {
        seen++;
        if (rt_node_tag(n) != LXB_TAG_A || n == node || rt_page_has(page, n, RT_NODE_HIDDEN))
            continue;
        rt_str text = rt_line_of_node(page, n, LINE_CAP);
        if (text.at && found.at && !rt_str_eq(text, found))
            return (rt_str){ NULL, 0 };
        if (text.at)
            found = text;
    }
    return found;
}

/* The first line of node that is a name; the link in it, where that is its beginning. */
static bool add_shown(struct names *names, rt_node *node)
{
    struct rt_arena *arena = names->page->arena;
    rt_str lines[MAX_LINES];
    size_t count = rt_lines_of_node(names->page, node, LINE_CAP, lines, MAX_LINES);
    rt_str link = rt_author_name(arena, only_link(names->page, node));
    for (size_t i = 0; i < count; i++) {
        rt_str name = rt_author_name(arena, lines[i]);
        if (name.at && link.at && rt_str_starts(name, link))
            name = link;
        if (name.at && rt_author_looks_like_name(name))
            return add_name(names, name);
    }
    return link.at && rt_author_looks_like_name(link) && add_name(names, link);
}

static void add_hints(struct names *names, enum rt_meta_hint_kind kind)
{
    for (size_t i = 0; i < names->scan->hint_count && !names->count; i++) {
        const struct rt_meta_hint *h = &names->scan->hints[i];
        if (h->kind != kind || rt_meta_is_aside(names->scan, h->zone))
            continue;
        if (kind != RT_HINT_AUTHOR_ITEMPROP || !add(names, named_inside(names->page, h->node)))
            add_shown(names, h->node);
    }
}

/* "By Ann Lee" in the text round the main heading.  The name may be in an element of its own behind
 * the word. */
static bool add_near_text(struct names *names, rt_node *text)
{
    rt_str rest, raw = rt_str_trim(rt_node_data(text));
    if (raw.len < 2 || raw.len > LINE_CAP || !rt_author_prefix(raw, &rest))
        return false;
    rt_node *holder = text->parent;
    for (int up = 0; up < 2 && holder && holder != names->page->body; up++) {
        rt_str lines[1];
        if (rt_lines_of_node(names->page, holder, LINE_CAP, lines, 1) &&
            rt_author_prefix(lines[0], &rest) && rest.len)
            return rt_author_looks_like_name(rt_author_name(names->page->arena, lines[0])) &&
                   add_shown(names, holder);
        holder = holder->parent;
    }
    return false;
}

static void add_near(struct names *names)
{
    rt_node *heading = names->scan->main_heading;
    size_t seen = 0;
    if (!heading)
        return;
    for (rt_node *n = rt_node_after(heading, names->page->root);
         n && seen < NEAR_NODES && !names->count; n = rt_node_next(n, names->page->root)) {
        seen++;
        if (rt_node_is_text(n) && !rt_page_has(names->page, n, RT_NODE_HIDDEN) &&
            !rt_meta_is_elsewhere(names->scan, rt_node_ordinal(n)))
            add_near_text(names, n);
    }
}

static void add_declared(struct names *names, const struct rt_jsonld *jsonld)
{
    for (size_t i = 0; i < jsonld->authors.len; i++)
        add(names, jsonld->authors.at[i]);
    static const enum rt_meta_key keys[] = { RT_META_AUTHOR, RT_META_AUTHOR_CITATION,
                                             RT_META_AUTHOR_ARTICLE };
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !names->count; i++)
        add_metas(names, keys[i]);
    if (!names->count)
        add_label(names);
}

rt_str rt_byline_find(const struct rt_page *page, const struct rt_meta_scan *scan,
                      const struct rt_jsonld *jsonld, rt_str site)
{
    struct names names = { .page = page, .scan = scan, .site = site };
    add_declared(&names, jsonld);
    static const enum rt_meta_hint_kind kinds[] = { RT_HINT_AUTHOR_ITEMPROP, RT_HINT_AUTHOR_REL,
                                                    RT_HINT_BYLINE_CLASS, RT_HINT_AUTHOR_CLASS };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !names.count; i++)
        add_hints(&names, kinds[i]);
    if (!names.count)
        add_near(&names);
    if (!names.count)
        add_hints(&names, RT_HINT_USER_CLASS);
    return names.count ? rt_arena_join(page->arena, names.at, names.count, RT_LIT(", "))
                       : (rt_str){ NULL, 0 };
}

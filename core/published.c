/* Which of the dates of a page is the one of publication. */
#include "core/published.h"

#include "base/str.h"
#include "core/date.h"
#include "core/line.h"

enum { TEXT_CAP = 120, NEAR_NODES = 60, BEFORE_NODES = 20 };

static enum rt_date_order order_of(rt_str language)
{
    bool english = rt_str_starts_nocase(language, RT_LIT("en"));
    bool is_us = language.len < 4 || rt_str_find_nocase(language, RT_LIT("US")) != RT_NPOS;
    return !language.at || (english && is_us) ? RT_DATE_MONTH_FIRST : RT_DATE_DAY_FIRST;
}

static bool from_meta(const struct rt_meta_scan *scan, enum rt_meta_key key,
                      enum rt_date_order order, struct rt_date *out)
{
    for (size_t i = 0; i < scan->tag_count; i++)
        if (scan->tags[i].key == key && rt_date_parse(scan->tags[i].value, order, out))
            return true;
    return false;
}

static bool read_hint(const struct rt_page *page, rt_node *node, enum rt_date_order order,
                      struct rt_date *out)
{
    static const char *const attrs[] = { "datetime", "content" };
    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
        if (rt_date_parse(rt_node_attr(node, attrs[i]), order, out))
            return true;
    rt_str text = rt_line_of_node(page, node, TEXT_CAP);
    return rt_date_find(text, order, out, NULL, NULL);
}

static bool from_hints(const struct rt_page *page, const struct rt_meta_scan *scan,
                       enum rt_meta_hint_kind kind, bool modified, enum rt_date_order order,
                       struct rt_date *out)
{
    for (size_t i = 0; i < scan->hint_count; i++) {
        const struct rt_meta_hint *h = &scan->hints[i];
        bool is_apart = kind != RT_HINT_DATE_ITEMPROP
                            ? rt_meta_is_aside(scan, h->zone)
                            : rt_meta_is_elsewhere(scan, rt_node_ordinal(h->node));
        if (h->kind == kind && h->is_modified == modified && !is_apart &&
            read_hint(page, h->node, order, out))
            return true;
    }
    return false;
}

/* <time> close to the main heading, in an <aside> too. */
static bool from_near_time(const struct rt_page *page, const struct rt_meta_scan *scan,
                           enum rt_date_order order, struct rt_date *out)
{
    for (size_t i = 0; scan->main_heading && i < scan->hint_count; i++) {
        const struct rt_meta_hint *h = &scan->hints[i];
        uint32_t at = rt_node_ordinal(h->node), heading = rt_node_ordinal(scan->main_heading);
        if (h->kind == RT_HINT_TIME && !h->is_modified && at + BEFORE_NODES >= heading &&
            at <= heading + NEAR_NODES && !rt_meta_is_elsewhere(scan, at) &&
            read_hint(page, h->node, order, out))
            return true;
    }
    return false;
}

static bool text_has_date(const struct rt_page *page, const struct rt_meta_scan *scan,
                          const rt_node *n, enum rt_date_order order, struct rt_date *out)
{
    if (!rt_node_is_text(n) || rt_page_has(page, n, RT_NODE_HIDDEN))
        return false;
    rt_str text = rt_str_trim(rt_node_data(n));
    return text.len >= 6 && text.len <= TEXT_CAP && rt_date_find(text, order, out, NULL, NULL) &&
           !rt_meta_is_elsewhere(scan, rt_node_ordinal(n));
}

/* The node before n in document order. */
static rt_node *node_before(rt_node *n)
{
    if (!n->prev)
        return n->parent;
    n = n->prev;
    while (n->last_child)
        n = n->last_child;
    return n;
}

/* A short text just before the main heading that has a date. */
static bool from_text_before(const struct rt_page *page, const struct rt_meta_scan *scan,
                             enum rt_date_order order, struct rt_date *out)
{
    rt_node *n = scan->main_heading;
    for (size_t seen = 0; n && n != page->body && seen < BEFORE_NODES; seen++) {
        if (text_has_date(page, scan, n, order, out))
            return true;
        n = node_before(n);
    }
    return false;
}

/* A short text behind the main heading that has a date. */
static bool from_text(const struct rt_page *page, const struct rt_meta_scan *scan,
                      enum rt_date_order order, struct rt_date *out)
{
    if (!scan->main_heading)
        return false;
    size_t seen = 0;
    for (rt_node *n = rt_node_after(scan->main_heading, page->root); n && seen < NEAR_NODES;
         n = rt_node_next(n, page->root)) {
        seen++;
        if (text_has_date(page, scan, n, order, out))
            return true;
    }
    return false;
}

static bool find(const struct rt_page *page, const struct rt_meta_scan *scan,
                 const struct rt_jsonld *jsonld, enum rt_date_order order, struct rt_date *out)
{
    return rt_date_parse(jsonld->published, order, out) ||
           from_meta(scan, RT_META_PUBLISHED, order, out) ||
           from_hints(page, scan, RT_HINT_DATE_ITEMPROP, false, order, out) ||
           from_meta(scan, RT_META_PUBLISHED_WEAK, order, out) ||
           rt_date_from_url(page->url, out) ||
           from_hints(page, scan, RT_HINT_TIME, false, order, out) ||
           from_hints(page, scan, RT_HINT_DATE_CLASS, false, order, out) ||
           from_near_time(page, scan, order, out) || from_text(page, scan, order, out) ||
           from_text_before(page, scan, order, out) ||
           from_hints(page, scan, RT_HINT_DATE_CLASS, true, order, out);
}

rt_str rt_published_find(const struct rt_page *page, const struct rt_meta_scan *scan,
                         const struct rt_jsonld *jsonld, rt_str language)
{
    struct rt_date date;
    return find(page, scan, jsonld, order_of(language), &date)
               ? rt_date_format(page->arena, &date)
               : (rt_str){ NULL, 0 };
}

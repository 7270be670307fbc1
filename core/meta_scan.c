/* The one walk over the tree that all metadata is read from.  It sorts elements by tag and by the
 * words of their class names; what the values mean is for the modules that read them. */
#include "core/meta_scan.h"

#include "base/hash.h"
#include "base/str.h"
#include "core/meta_keys.h"

/* Zones that a node may be in at once. */
enum { MAX_NESTED = 12 };

struct scanner {
    const struct rt_page *page;
    struct rt_meta_scan *scan;
    uint16_t open[MAX_NESTED];
    size_t open_count;
    uint32_t link_end;                      /* last ordinal of the <a> that the walk is in */
    struct {
        rt_str name;
        unsigned words;
    } seen[128];                            /* class names come again and again */
};

/* The attributes of one element that say something. */
struct marks {
    rt_str class_name, id, rel, itemprop, aria_label;
};

static uint16_t zone_now(const struct scanner *s)
{
    return s->open_count ? s->open[s->open_count - 1] : 0;
}

static uint32_t last_inside(const struct scanner *s, rt_node *node)
{
    const rt_node *after = rt_node_after(node, s->page->root);
    return after ? rt_node_ordinal(after) - 1 : s->page->nodes;
}

static void open_zone(struct scanner *s, rt_node *node, bool is_soft)
{
    struct rt_meta_scan *scan = s->scan;
    if (s->open_count == MAX_NESTED || scan->zone_count == RT_META_MAX_ZONES)
        return;
    scan->zones[scan->zone_count] = (struct rt_meta_zone){ rt_node_ordinal(node),
                                                           last_inside(s, node), zone_now(s),
                                                           is_soft };
    s->open[s->open_count++] = (uint16_t)scan->zone_count++;
}

static void close_zones(struct scanner *s, const rt_node *node)
{
    while (s->open_count && s->scan->zones[zone_now(s)].to < rt_node_ordinal(node))
        s->open_count--;
}

static void add_tag(struct rt_meta_scan *scan, enum rt_meta_key key, rt_str value)
{
    if (key != RT_META_NONE && value.len && scan->tag_count < RT_META_MAX_TAGS)
        scan->tags[scan->tag_count++] = (struct rt_meta_tag){ key, value };
}

static void read_meta(struct scanner *s, const rt_node *node)
{
    rt_str content = { NULL, 0 };
    enum rt_meta_key key = RT_META_NONE;
    const struct rt_attr_ids *ids = &s->page->attr_ids;
    for (const lxb_dom_attr_t *a = rt_node_attrs(node); a; a = a->next) {
        lxb_dom_attr_id_t id = a->node.local_name;
        if (id == LXB_DOM_ATTR_CONTENT)
            content = rt_str_trim(rt_attr_value(a));
        else if (key == RT_META_NONE &&
                 (id == ids->name || id == ids->property || id == LXB_DOM_ATTR_HTTP_EQUIV ||
                  (id == ids->itemprop && s->open_count == 0)))
            key = rt_meta_key_find(rt_str_trim(rt_attr_value(a)));
    }
    add_tag(s->scan, key, content);
}

static void read_script(struct scanner *s, const rt_node *node)
{
    if (s->scan->script_count == RT_META_MAX_SCRIPTS || !node->first_child ||
        !rt_node_is_text(node->first_child))
        return;
    for (const lxb_dom_attr_t *a = rt_node_attrs(node); a; a = a->next)
        if (a->node.local_name == LXB_DOM_ATTR_TYPE &&
            rt_str_starts_nocase(rt_str_trim(rt_attr_value(a)), RT_LIT("application/ld+json"))) {
            s->scan->scripts[s->scan->script_count++] = rt_node_data(node->first_child);
            return;
        }
}

static void add_hint(struct scanner *s, rt_node *node, enum rt_meta_hint_kind kind, bool modified)
{
    struct rt_meta_scan *scan = s->scan;
    if (scan->hint_count < RT_META_MAX_HINTS)
        scan->hints[scan->hint_count++] =
            (struct rt_meta_hint){ kind, modified, zone_now(s), node };
}

static struct marks read_marks(const struct scanner *s, const rt_node *node)
{
    struct marks m = { 0 };
    const struct rt_attr_ids *ids = &s->page->attr_ids;
    for (const lxb_dom_attr_t *a = rt_node_attrs(node); a; a = a->next) {
        lxb_dom_attr_id_t id = a->node.local_name;
        if (id == LXB_DOM_ATTR_CLASS)
            m.class_name = rt_attr_value(a);
        else if (id == LXB_DOM_ATTR_ID)
            m.id = rt_attr_value(a);
        else if (id == LXB_DOM_ATTR_REL)
            m.rel = rt_attr_value(a);
        else if (id == ids->itemprop)
            m.itemprop = rt_attr_value(a);
        else if (id == ids->aria_label)
            m.aria_label = rt_attr_value(a);
    }
    return m;
}

/* Never an aside, whatever the class: they hold the article, or too little. */
static bool is_never_zone(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_HTML: case LXB_TAG_BODY: case LXB_TAG_MAIN: case LXB_TAG_H1: case LXB_TAG_A:
    case LXB_TAG_SPAN: case LXB_TAG_TIME: case LXB_TAG_P: case LXB_TAG_HEADER:
        return true;
    default:
        return false;
    }
}

static bool is_zone(const struct scanner *s, uint32_t ordinal, lxb_tag_id_t tag,
                    const struct marks *m, unsigned words)
{
    if (tag == LXB_TAG_ASIDE || tag == LXB_TAG_NAV)
        return true;
    if (tag == LXB_TAG_ARTICLE)
        return s->scan->article != 0;
    if (is_never_zone(tag))
        return false;
    /* The foot of the article often has its author and date. */
    if (tag == LXB_TAG_FOOTER || (words & RT_WORD_FOOT))
        return ordinal > s->scan->article_end;
    return (words & RT_WORD_ASIDE) || rt_str_has_token(m->itemprop, RT_LIT("comment")) ||
           rt_str_has_token(m->itemprop, RT_LIT("review"));
}

static void read_itemprop(struct scanner *s, rt_node *node, rt_str itemprop)
{
    if (rt_str_has_token(itemprop, RT_LIT("author")) ||
        rt_str_has_token(itemprop, RT_LIT("creator")))
        add_hint(s, node, RT_HINT_AUTHOR_ITEMPROP, false);
    if (rt_str_has_token(itemprop, RT_LIT("datePublished")) ||
        rt_str_has_token(itemprop, RT_LIT("dateCreated")))
        add_hint(s, node, RT_HINT_DATE_ITEMPROP, false);
    else if (rt_str_has_token(itemprop, RT_LIT("dateModified")))
        add_hint(s, node, RT_HINT_DATE_ITEMPROP, true);
}

static void read_words(struct scanner *s, rt_node *node, unsigned words, lxb_tag_id_t tag)
{
    if (tag == LXB_TAG_BODY || tag == LXB_TAG_HTML || tag == LXB_TAG_IMG)
        return;
    if ((words & RT_WORD_BREADCRUMB) && !s->scan->breadcrumbs)
        s->scan->breadcrumbs = node;
    if (words & RT_WORD_BYLINE)
        add_hint(s, node, RT_HINT_BYLINE_CLASS, false);
    else if (words & RT_WORD_AUTHOR)
        add_hint(s, node, RT_HINT_AUTHOR_CLASS, false);
    else if (words & RT_WORD_USER)
        add_hint(s, node, RT_HINT_USER_CLASS, false);
    if (tag != LXB_TAG_TIME && (words & (RT_WORD_DATE | RT_WORD_MODIFIED)))
        add_hint(s, node, RT_HINT_DATE_CLASS, words & RT_WORD_MODIFIED);
}

static uint8_t heading_level(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_H1 ? 1 : tag == LXB_TAG_H2 ? 2 : tag == LXB_TAG_H3 ? 3 : 0;
}

static void read_heading(struct scanner *s, rt_node *node, uint8_t level)
{
    struct rt_meta_scan *scan = s->scan;
    if (scan->heading_count == RT_META_MAX_HEADINGS ||
        (level > 1 && scan->lesser_count++ >= RT_META_MAX_LESSER))
        return;
    struct rt_meta_heading *h = &scan->headings[scan->heading_count++];
    h->node = node;
    h->level = level;
    h->zone = zone_now(s);
    h->is_in_link = rt_node_ordinal(node) <= s->link_end;
}

/* What the element is by its tag alone. */
static void read_by_tag(struct scanner *s, rt_node *node, lxb_tag_id_t tag)
{
    if (tag == LXB_TAG_ARTICLE && !s->scan->article) {
        s->scan->article = rt_node_ordinal(node);
        s->scan->article_end = last_inside(s, node);
    } else if (tag == LXB_TAG_A && s->link_end < rt_node_ordinal(node)) {
        s->link_end = last_inside(s, node);
    } else if (heading_level(tag)) {
        read_heading(s, node, heading_level(tag));
    }
}

static unsigned words_of(struct scanner *s, rt_str name)
{
    if (name.len == 0)
        return 0;
    size_t seat = rt_hash_ends(name) % (sizeof s->seen / sizeof *s->seen);
    if (!rt_str_eq(s->seen[seat].name, name)) {
        s->seen[seat].name = name;
        s->seen[seat].words = rt_name_words(name);
    }
    return s->seen[seat].words;
}

static bool names_breadcrumbs(rt_str aria_label)
{
    enum { LOOKED_AT = 40 };
    return rt_str_find_nocase(rt_str_first(aria_label, LOOKED_AT), RT_LIT("breadcrumb")) !=
           RT_NPOS;
}

static void read_visible(struct scanner *s, rt_node *node, lxb_tag_id_t tag)
{
    struct marks m = read_marks(s, node);
    unsigned words = words_of(s, m.class_name) | rt_name_words(m.id);
    if (is_zone(s, rt_node_ordinal(node), tag, &m, words))
        open_zone(s, node, tag != LXB_TAG_NAV && tag != LXB_TAG_FOOTER &&
                               tag != LXB_TAG_ARTICLE && !(words & RT_WORD_ASIDE) &&
                               m.itemprop.len == 0);
    read_by_tag(s, node, tag);
    if (m.itemprop.len)
        read_itemprop(s, node, m.itemprop);
    if (m.rel.len && rt_str_has_token(m.rel, RT_LIT("author")))
        add_hint(s, node, RT_HINT_AUTHOR_REL, false);
    if (tag == LXB_TAG_TIME)
        add_hint(s, node, RT_HINT_TIME, words & RT_WORD_MODIFIED);
    if (m.aria_label.len && names_breadcrumbs(m.aria_label))
        words |= RT_WORD_BREADCRUMB;
    if (words)
        read_words(s, node, words, tag);
}

static void walk(struct scanner *s)
{
    const rt_node *root = s->page->root;
    for (rt_node *n = s->page->root; n; n = rt_node_next(n, root)) {
        if (!rt_node_is_element(n))
            continue;
        lxb_tag_id_t tag = rt_node_tag(n);
        if (s->open_count)
            close_zones(s, n);
        if (tag == LXB_TAG_META)
            read_meta(s, n);
        else if (tag == LXB_TAG_SCRIPT)
            read_script(s, n);
        else if (tag == LXB_TAG_TITLE && !s->scan->title)
            s->scan->title = n;
        else if (tag != LXB_TAG__UNDEF && !rt_page_has(s->page, n, RT_NODE_HIDDEN))
            read_visible(s, n, tag);
    }
}

struct rt_meta_scan *rt_meta_scan(const struct rt_page *page)
{
    struct rt_meta_scan *scan = rt_arena_take(page->arena, sizeof *scan);
    if (!scan)
        return NULL;
    *scan = (struct rt_meta_scan){ .zone_count = 1 };
    struct scanner s = {
        .page = page, .scan = scan,
    };
    walk(&s);
    return scan;
}

rt_str rt_meta_first(const struct rt_meta_scan *scan, enum rt_meta_key key)
{
    for (size_t i = 0; i < scan->tag_count; i++)
        if (scan->tags[i].key == key)
            return scan->tags[i].value;
    return (rt_str){ NULL, 0 };
}

/* Holds neither the main heading nor all of the first article. */
static bool is_apart(const struct rt_meta_scan *scan, const struct rt_meta_zone *z)
{
    uint32_t main = scan->main_heading ? rt_node_ordinal(scan->main_heading) : 0;
    bool has_heading = main && z->from <= main && main <= z->to;
    bool has_article = scan->article && z->from <= scan->article && scan->article_end <= z->to;
    return !has_heading && !has_article;
}

bool rt_meta_is_elsewhere(const struct rt_meta_scan *scan, uint32_t ordinal)
{
    for (size_t i = 1; i < scan->zone_count && scan->zones[i].from <= ordinal; i++) {
        const struct rt_meta_zone *z = &scan->zones[i];
        if (ordinal <= z->to && !z->is_soft && is_apart(scan, z))
            return true;
    }
    return false;
}

bool rt_meta_is_aside(const struct rt_meta_scan *scan, uint16_t zone)
{
    for (; zone; zone = scan->zones[zone].outer)
        if (is_apart(scan, &scan->zones[zone]))
            return true;
    return false;
}

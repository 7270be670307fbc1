/* What a page is filed under. */
#include "core/categories.h"

#include "base/str.h"
#include "core/line.h"

enum { MAX_CATEGORIES = 24, FEW_KEYWORDS = 12, NAME_CAP = 80, MAX_CRUMB_NODES = 400,
       MAX_CRUMBS = 8 };

struct list {
    const struct rt_page *page;
    rt_str title, site;
    rt_str at[MAX_CATEGORIES];
    size_t count;
};

static bool is_home(rt_str s)
{
    static const char *const names[] = { "home", "homepage", "home page", "start", "startseite",
                                         "accueil", "inicio", "início", "hem", "hjem", "etusivu",
                                         "strona główna", "domů", "главная", "ana sayfa", "首页",
                                         "ホーム", "홈", "index" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (rt_line_same(s, rt_str_from_c(names[i])))
            return true;
    return false;
}

static void add(struct list *list, rt_str line)
{
    enum { MAX_LEN = 60 };
    if (line.at && line.len <= MAX_LEN)
        rt_line_add_once(list->at, &list->count, MAX_CATEGORIES, line);
}

static void add_crumb(struct list *list, rt_str line)
{
    if (line.at && !is_home(line) && !rt_line_same(line, list->title) &&
        !rt_line_same(line, list->site) && !rt_line_has(line, list->title))
        add(list, line);
}

/* "a, b, c", or a single one; nothing where there are many: they are then written for engines. */
static void add_parted(struct list *list, rt_str raw, size_t few)
{
    size_t commas = 0;
    for (size_t i = 0; i < raw.len && commas <= few; i++)
        commas += raw.at[i] == ',' || raw.at[i] == ';';
    if (commas >= few)
        return;
    bool by_comma = rt_str_find_byte(raw, ',') != RT_NPOS;
    rt_str part;
    while (rt_str_split(&raw, by_comma ? ',' : ';', &part))
        add(list, rt_line_decode(list->page->arena, part, NAME_CAP));
}

static void add_metas(struct list *list, const struct rt_meta_scan *scan, enum rt_meta_key key)
{
    for (size_t i = 0; i < scan->tag_count; i++)
        if (scan->tags[i].key == key)
            add_parted(list, scan->tags[i].value, FEW_KEYWORDS);
}

/* The links of the visible breadcrumbs.  An element of that name with more links than a path has is
 * something round them. */
static void add_visible_crumbs(struct list *list, rt_node *crumbs)
{
    rt_node *links[MAX_CRUMBS];
    size_t seen = 0, count = 0;
    for (rt_node *n = crumbs; n && seen < MAX_CRUMB_NODES; n = rt_node_next(n, crumbs)) {
        seen++;
        if (rt_node_tag(n) != LXB_TAG_A || rt_page_has(list->page, n, RT_NODE_HIDDEN))
            continue;
        if (count == MAX_CRUMBS)
            return;
        links[count++] = n;
    }
    for (size_t i = 0; i < count; i++)
        add_crumb(list, rt_line_of_node(list->page, links[i], NAME_CAP));
}

rt_str_list rt_categories_find(const struct rt_page *page, const struct rt_meta_scan *scan,
                               const struct rt_jsonld *jsonld, rt_str title, rt_str site)
{
    struct list list = { .page = page, .title = title, .site = site };
    for (size_t i = 0; i < jsonld->sections.len; i++)
        add(&list, jsonld->sections.at[i]);
    add_metas(&list, scan, RT_META_SECTION);
    if (jsonld->crumbs.len)
        for (size_t i = 0; i < jsonld->crumbs.len; i++)
            add_crumb(&list, jsonld->crumbs.at[i]);
    else if (scan->breadcrumbs)
        add_visible_crumbs(&list, scan->breadcrumbs);
    add_metas(&list, scan, RT_META_TAG);
    for (size_t i = 0; jsonld->keywords.len <= FEW_KEYWORDS && i < jsonld->keywords.len; i++)
        add(&list, jsonld->keywords.at[i]);
    add_metas(&list, scan, RT_META_KEYWORDS);
    rt_str *at = list.count ? rt_arena_take(page->arena, list.count * sizeof *at) : NULL;
    if (!at)
        return (rt_str_list){ NULL, 0 };
    memcpy(at, list.at, list.count * sizeof *at);
    return (rt_str_list){ at, list.count };
}

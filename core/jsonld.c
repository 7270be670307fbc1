/* JSON-LD to a few facts.  Nothing is believed of a node before its type was looked at: authors are
 * strings, objects, lists of both, or "@id" of something else in the graph.  No recursion: what can
 * describe the page is first put in one flat list. */
#include "core/jsonld.h"

#include "base/str.h"
#include "core/json_rescue.h"
#include "core/line.h"

#include <yyjson.h>

enum {
    MAX_NODES = 256,        /* objects that may describe the page */
    MAX_DOCUMENTS = 4,      /* in one script */
    MAX_LIST = 32,          /* values of one list */
    MAX_WIDTH = 2000,       /* members of an array that are looked at */
    NAME_CAP = 160, TITLE_CAP = 400, TEXT_CAP = 2000, DATE_CAP = 80
};

enum rank { RANK_NONE, RANK_THING, RANK_PAGE, RANK_WORK, RANK_ARTICLE };

struct graph {
    struct rt_arena *arena;
    yyjson_val *nodes[MAX_NODES];   /* objects and arrays, in order */
    size_t count;
};

static rt_str text_of(yyjson_val *v)
{
    return yyjson_is_str(v) ? (rt_str){ yyjson_get_str(v), yyjson_get_len(v) }
                            : (rt_str){ NULL, 0 };
}

static yyjson_val *member(yyjson_val *object, const char *name)
{
    return yyjson_is_obj(object) ? yyjson_obj_get(object, name) : NULL;
}

/* The first of a list, or the value itself. */
static yyjson_val *single(yyjson_val *v)
{
    return yyjson_is_arr(v) ? yyjson_arr_get_first(v) : v;
}

static rt_str string_in(yyjson_val *object, const char *name)
{
    yyjson_val *v = single(member(object, name));
    if (yyjson_is_obj(v))
        v = member(v, "@value");
    return text_of(v);
}

static rt_str line_in(const struct graph *g, yyjson_val *object, const char *name, size_t cap)
{
    return rt_line_decode(g->arena, string_in(object, name), cap);
}

static void push(struct graph *g, yyjson_val *v)
{
    if (g->count < MAX_NODES && (yyjson_is_obj(v) || yyjson_is_arr(v)))
        g->nodes[g->count++] = v;
}

/* Adds what the list reaches through arrays, @graph and mainEntity to its end. */
static void flatten(struct graph *g, size_t first)
{
    for (size_t i = first; i < g->count; i++) {
        yyjson_val *v = g->nodes[i];
        if (yyjson_is_arr(v)) {
            yyjson_arr_iter it = yyjson_arr_iter_with(v);
            for (size_t n = 0; n < MAX_WIDTH && yyjson_arr_iter_has_next(&it); n++)
                push(g, yyjson_arr_iter_next(&it));
            continue;
        }
        push(g, member(v, "@graph"));
        push(g, member(v, "mainEntity"));
        yyjson_val *main = member(v, "mainEntityOfPage");
        if (yyjson_obj_size(main) > 2)
            push(g, main);
        push(g, member(v, "breadcrumb"));
    }
}

/* type: the value of "@type", a string or a list of them. */
static bool type_ends(yyjson_val *type, rt_str end)
{
    if (yyjson_is_str(type))
        return rt_str_ends(text_of(type), end);
    yyjson_arr_iter it;
    if (!yyjson_arr_iter_init(type, &it))
        return false;
    for (size_t n = 0; n < MAX_LIST && yyjson_arr_iter_has_next(&it); n++)
        if (rt_str_ends(text_of(yyjson_arr_iter_next(&it)), end))
            return true;
    return false;
}

static enum rank rank_of(yyjson_val *object)
{
    static const struct { rt_str end; enum rank rank; } types[] = {
        { { "Article", 7 }, RANK_ARTICLE },     { { "Posting", 7 }, RANK_ARTICLE },
        { { "Report", 6 }, RANK_ARTICLE },      { { "Recipe", 6 }, RANK_ARTICLE },
        { { "HowTo", 5 }, RANK_ARTICLE },       { { "CreativeWork", 12 }, RANK_WORK },
        { { "PodcastEpisode", 14 }, RANK_WORK },{ { "Event", 5 }, RANK_WORK },
        { { "Course", 6 }, RANK_WORK },         { { "VideoObject", 11 }, RANK_THING },
        { { "Question", 8 }, RANK_WORK },       { { "Book", 4 }, RANK_WORK },
        { { "Product", 7 }, RANK_WORK },        { { "ProductGroup", 12 }, RANK_WORK },
        { { "Review", 6 }, RANK_WORK },         { { "Thesis", 6 }, RANK_ARTICLE },
        { { "Page", 4 }, RANK_PAGE },
    };
    enum rank best = RANK_NONE;
    yyjson_val *type = member(object, "@type");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].rank > best && type_ends(type, types[i].end))
            best = types[i].rank;
    return best;
}

/* The path without the scheme, the host's "www.", the query and the last slash. */
static rt_str address(rt_str url)
{
    size_t scheme = rt_str_find(rt_str_first(url, 10), RT_LIT("://"));
    if (scheme != RT_NPOS)
        url = rt_str_from(url, scheme + 3);
    if (rt_str_starts_nocase(url, RT_LIT("www.")))
        url = rt_str_from(url, 4);
    for (size_t i = 0; i < url.len; i++)
        if (url.at[i] == '?' || url.at[i] == '#')
            url.len = i;
    while (url.len && url.at[url.len - 1] == '/')
        url.len--;
    return url;
}

static bool is_at(yyjson_val *object, rt_str url)
{
    static const char *const names[] = { "url", "@id", "mainEntityOfPage" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        yyjson_val *v = member(object, names[i]);
        rt_str text = text_of(yyjson_is_obj(v) ? member(v, "@id") : v);
        if (text.len && rt_str_eq_nocase(address(text), url))
            return true;
    }
    return false;
}

/* The node that describes the page: the highest rank, the page's own address before others.  Of
 * three and more articles elsewhere none is the page's: they are a list of links. */
static yyjson_val *main_node(const struct graph *g, rt_str url, enum rank least, enum rank most)
{
    yyjson_val *best = NULL;
    unsigned best_score = 0, others = 0;
    for (size_t i = 0; i < g->count; i++) {
        enum rank rank = rank_of(g->nodes[i]);
        if (rank < least || rank > most)
            continue;
        bool here = is_at(g->nodes[i], url);
        unsigned score = (unsigned)rank * 2 + here;
        others += !here && rank == RANK_ARTICLE;
        if (score > best_score) {
            best_score = score;
            best = g->nodes[i];
        }
    }
    return best_score == RANK_ARTICLE * 2 && others > 2 ? NULL : best;
}

static yyjson_val *by_id(const struct graph *g, rt_str id)
{
    for (size_t i = 0; id.len && i < g->count; i++)
        if (yyjson_obj_size(g->nodes[i]) > 1 && rt_str_eq(text_of(member(g->nodes[i], "@id")), id))
            return g->nodes[i];
    return NULL;
}

/* A node that is only "@id" stands for another one. */
static yyjson_val *resolved(const struct graph *g, yyjson_val *v)
{
    if (!yyjson_is_obj(v) || member(v, "name"))
        return v;
    yyjson_val *other = by_id(g, text_of(member(v, "@id")));
    return other ? other : v;
}

struct list {
    rt_str at[MAX_LIST];
    size_t count;
};

static void add_name(const struct graph *g, struct list *list, yyjson_val *v)
{
    v = resolved(g, v);
    if (yyjson_is_obj(v)) {
        yyjson_val *name = member(v, "name");
        yyjson_arr_iter it = { 0 };
        bool many = yyjson_arr_iter_init(name, &it);
        for (size_t n = 0; many && n < MAX_LIST && yyjson_arr_iter_has_next(&it); n++)
            rt_line_add_once(list->at, &list->count, MAX_LIST,
                             rt_line_decode(g->arena, text_of(yyjson_arr_iter_next(&it)),
                                            NAME_CAP));
        if (!many)
            rt_line_add_once(list->at, &list->count, MAX_LIST, line_in(g, v, "name", NAME_CAP));
    } else {
        rt_line_add_once(list->at, &list->count, MAX_LIST,
                         rt_line_decode(g->arena, text_of(v), NAME_CAP));
    }
}

static rt_str_list kept(const struct graph *g, const struct list *list)
{
    rt_str *at = list->count ? rt_arena_take(g->arena, list->count * sizeof *at) : NULL;
    if (!at)
        return (rt_str_list){ NULL, 0 };
    memcpy(at, list->at, list->count * sizeof *at);
    return (rt_str_list){ at, list->count };
}

static rt_str_list names_in(const struct graph *g, yyjson_val *object, const char *name)
{
    struct list list = { .count = 0 };
    yyjson_val *v = member(object, name);
    yyjson_arr_iter it;
    if (!yyjson_arr_iter_init(v, &it)) {
        add_name(g, &list, v);
        return kept(g, &list);
    }
    for (size_t n = 0; n < MAX_LIST && yyjson_arr_iter_has_next(&it); n++)
        add_name(g, &list, yyjson_arr_iter_next(&it));
    return kept(g, &list);
}

/* Strings, or one string of several parted by commas. */
static rt_str_list words_in(const struct graph *g, yyjson_val *object, const char *name)
{
    yyjson_val *v = member(object, name);
    if (!yyjson_is_str(v))
        return names_in(g, object, name);
    struct list list = { .count = 0 };
    rt_str rest = rt_str_first(text_of(v), TEXT_CAP * 4), part;
    while (list.count < MAX_LIST && rt_str_split(&rest, ',', &part))
        rt_line_add_once(list.at, &list.count, MAX_LIST,
                         rt_line_decode(g->arena, part, NAME_CAP));
    return kept(g, &list);
}

static rt_str crumb_name(const struct graph *g, yyjson_val *element)
{
    rt_str name = line_in(g, element, "name", NAME_CAP);
    return name.at ? name : line_in(g, resolved(g, member(element, "item")), "name", NAME_CAP);
}

/* In the order of "position", or of the list where they do not say. */
static rt_str_list crumbs_of(const struct graph *g, yyjson_val *object)
{
    struct list list = { .count = 0 };
    rt_str placed[MAX_LIST] = { { NULL, 0 } };
    yyjson_arr_iter it;
    if (!yyjson_arr_iter_init(member(object, "itemListElement"), &it))
        return kept(g, &list);
    for (size_t n = 0; n < MAX_LIST && yyjson_arr_iter_has_next(&it); n++) {
        yyjson_val *element = yyjson_arr_iter_next(&it), *position = member(element, "position");
        uint64_t at = yyjson_is_uint(position) ? yyjson_get_uint(position) : n + 1;
        placed[at >= 1 && at <= MAX_LIST && !placed[at - 1].at ? at - 1 : n] =
            crumb_name(g, element);
    }
    for (size_t n = 0; n < MAX_LIST; n++)
        rt_line_add_once(list.at, &list.count, MAX_LIST, placed[n]);
    return kept(g, &list);
}

static void read_crumbs(const struct graph *g, struct rt_jsonld *out)
{
    for (size_t i = 0; i < g->count && out->crumbs.len == 0; i++)
        if (type_ends(member(g->nodes[i], "@type"), RT_LIT("BreadcrumbList")))
            out->crumbs = crumbs_of(g, g->nodes[i]);
}

/* The name of the WebSite before that of the Organization. */
static rt_str site_of(const struct graph *g)
{
    static const rt_str types[] = { { "WebSite", 7 }, { "Organization", 12 } };
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (size_t i = 0; i < g->count; i++) {
            if (!type_ends(member(g->nodes[i], "@type"), types[t]))
                continue;
            rt_str name = line_in(g, g->nodes[i], "name", NAME_CAP);
            if (name.at)
                return name;
        }
    return (rt_str){ NULL, 0 };
}

static void fill(rt_str *to, rt_str value)
{
    if (!to->at)
        *to = value;
}

/* What is missing so far. */
static void read_node(const struct graph *g, yyjson_val *node, struct rt_jsonld *out)
{
    fill(&out->headline, line_in(g, node, "headline", TITLE_CAP));
    fill(&out->headline, line_in(g, node, "name", TITLE_CAP));
    fill(&out->headline, line_in(g, node, "title", TITLE_CAP));
    fill(&out->description, line_in(g, node, "description", TEXT_CAP));
    fill(&out->published, line_in(g, node, "datePublished", DATE_CAP));
    fill(&out->published, line_in(g, node, "dateCreated", DATE_CAP));
    fill(&out->published, line_in(g, node, "datePosted", DATE_CAP));
    fill(&out->published, line_in(g, node, "uploadDate", DATE_CAP));
    fill(&out->modified, line_in(g, node, "dateModified", DATE_CAP));
    fill(&out->language, line_in(g, node, "inLanguage", NAME_CAP));
    yyjson_val *publisher = resolved(g, single(member(node, "publisher")));
    fill(&out->publisher, yyjson_is_obj(publisher)
                              ? line_in(g, publisher, "name", NAME_CAP)
                              : rt_line_decode(g->arena, text_of(publisher), NAME_CAP));
    if (out->authors.len == 0)
        out->authors = names_in(g, node, "author");
    if (out->authors.len == 0)
        out->authors = names_in(g, node, "creator");
    if (out->sections.len == 0)
        out->sections = names_in(g, node, "articleSection");
    if (out->keywords.len == 0)
        out->keywords = words_in(g, node, "keywords");
}

static void read_scripts(struct graph *g, const rt_str *scripts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rt_str text = scripts[i];
        for (size_t n = 0; n < MAX_DOCUMENTS; n++) {
            yyjson_doc *doc = rt_json_read(g->arena, &text);
            if (!doc)
                break;
            push(g, yyjson_doc_get_root(doc));
        }
    }
}

void rt_jsonld_read(struct rt_arena *arena, const rt_str *scripts, size_t count, rt_str url,
                    struct rt_jsonld *out)
{
    *out = (struct rt_jsonld){ 0 };
    struct graph *g = count ? rt_arena_take(arena, sizeof *g) : NULL;
    if (!g)
        return;
    g->arena = arena;
    g->count = 0;
    read_scripts(g, scripts, count);
    flatten(g, 0);
    rt_str own = address(url);
    yyjson_val *node = main_node(g, own, RANK_WORK, RANK_ARTICLE);
    if (node) {
        out->is_article = rank_of(node) == RANK_ARTICLE;
        read_node(g, node, out);
    }
    yyjson_val *page = main_node(g, own, RANK_PAGE, RANK_PAGE);
    if (page)
        read_node(g, page, out);
    read_crumbs(g, out);
    fill(&out->publisher, site_of(g));
}

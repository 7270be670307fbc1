/* The title: the main heading where <title>, og:title or the JSON-LD agree with it, else what they
 * say with the site's name cut off. */
#include "core/title.h"

#include "base/str.h"
#include "core/line.h"
#include "core/site.h"

enum { TITLE_CAP = 400, FOLD_ROOM = 408, MAX_PARTS = 8 };

/* A title at its separators. */
struct parts {
    rt_str at[MAX_PARTS];
    size_t count;
};

/* The length of the separator that stands at i, 0 for none. */
static size_t separator_at(rt_str s, size_t i)
{
    static const rt_str signs[] = {
        { " | ", 3 }, { " - ", 3 }, { " \xe2\x80\x93 ", 5 }, { " \xe2\x80\x94 ", 5 },
        { " :: ", 4 }, { " \xc2\xbb ", 4 }, { " \xc2\xab ", 4 }, { " \xc2\xb7 ", 4 },
        { " \xe2\x80\xa2 ", 5 }, { " ~ ", 3 }, { " \\ ", 3 }, { " / ", 3 }, { " : ", 3 },
        { " > ", 3 }, { " < ", 3 }, { " || ", 4 }, { " // ", 4 }, { " \xe2\x80\x90 ", 5 },
        { " \xe2\x80\xba ", 5 }, { " \xe2\x97\x8f ", 5 }, { " * ", 3 }, { " -- ", 4 },
        { "| ", 2 }, { " |", 2 }, { "|", 1 },
    };
    rt_str rest = rt_str_from(s, i);
    for (size_t n = 0; n < sizeof signs / sizeof *signs; n++)
        if (rt_str_starts(rest, signs[n]))
            return signs[n].len;
    return 0;
}

static void split(rt_str title, struct parts *parts)
{
    size_t from = 0;
    parts->count = 0;
    for (size_t i = 0; i < title.len && parts->count + 1 < MAX_PARTS;) {
        char c = title.at[i];
        size_t len = c == ' ' || c == '|' ? separator_at(title, i) : 0;
        if (len && i > from) {
            parts->at[parts->count++] = (rt_str){ title.at + from, i - from };
            from = i + len;
        }
        i += len ? len : 1;
    }
    if (from < title.len)
        parts->at[parts->count++] = rt_str_from(title, from);
}

static bool names_site(rt_str part, rt_str site, rt_str url)
{
    part = rt_str_trim(part);
    if (site.at && (rt_line_same(part, site) ||
                    (rt_line_has(part, site) && part.len <= site.len * 2 + 8) ||
                    (rt_line_has(site, part) && part.len * 2 >= site.len)))
        return true;
    return rt_site_is_host(url, part);
}

static rt_str joined(rt_str first, rt_str last)
{
    return rt_str_trim((rt_str){ first.at, (size_t)(last.at + last.len - first.at) });
}

rt_str rt_title_cut(rt_str title, rt_str site, rt_str url)
{
    struct parts p;
    split(title, &p);
    if (p.count < 2)
        return title;
    size_t first = 0, last = p.count - 1;
    while (last > first && names_site(p.at[last], site, url))
        last--;
    while (first < last && names_site(p.at[first], site, url))
        first++;
    return joined(p.at[first], p.at[last]);
}

/* Without a name to go by: a short last part behind a longer rest is taken for the site. */
static rt_str cut_blindly(rt_str title)
{
    struct parts p;
    split(title, &p);
    if (p.count < 2)
        return title;
    rt_str rest = joined(p.at[0], p.at[p.count - 2]);
    return rt_str_count_words(p.at[p.count - 1]) <= 4 && rt_str_count_words(rest) >= 2 ? rest : title;
}

/* What the page says of its own title. */
struct said {
    rt_str tag, og, twitter, headline, other;
    char room[5][FOLD_ROOM];
    rt_str folded[5];       /* of each, see rt_line_fold() */
};

static rt_str tag_text(const struct rt_page *page, const struct rt_meta_scan *scan)
{
    if (!scan->title || !scan->title->first_child || !rt_node_is_text(scan->title->first_child))
        return (rt_str){ NULL, 0 };
    return rt_line_clean(page->arena, rt_node_data(scan->title->first_child), TITLE_CAP);
}

static rt_str meta_line(const struct rt_page *page, const struct rt_meta_scan *scan,
                        enum rt_meta_key key)
{
    return rt_line_decode(page->arena, rt_meta_first(scan, key), TITLE_CAP);
}

/* How well a heading agrees with what is said: 3 the same, 2 a part of it, 1 has it, 0 not. */
static unsigned agreement(rt_str heading, const struct said *said)
{
    unsigned best = 0;
    char room[FOLD_ROOM];
    rt_str own = { room, rt_line_fold(heading, room, sizeof room) };
    for (size_t i = 0; own.len && i < sizeof said->folded / sizeof *said->folded; i++) {
        rt_str other = said->folded[i];
        if (other.len == 0)
            continue;
        unsigned n = rt_str_eq(own, other)    ? 3
                     : rt_str_has(other, own) ? 2
                     : rt_str_has(own, other) ? 1
                                              : 0;
        if (n > best)
            best = n;
    }
    return best;
}

/* Signs that link a heading to itself, at its end. */
static rt_str without_anchor(rt_str heading)
{
    static const rt_str signs[] = { { "\xc2\xb6", 2 }, { "\xc2\xa7", 2 }, { "#", 1 } };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (heading.len > signs[i].len + 1 && rt_str_ends(heading, signs[i]) &&
            !(signs[i].len == 1 && heading.at[heading.len - 2] != ' '))
            return rt_str_trim(rt_str_first(heading, heading.len - signs[i].len));
    return heading;
}

struct heading {
    rt_str text;
    unsigned agrees;
    bool is_certain;    /* the only h1, in no link and no aside */
};

static bool is_plain(const struct rt_meta_heading *h)
{
    return h->level == 1 && !h->is_in_link && h->zone == 0;
}

static unsigned heading_score(const struct rt_meta_heading *h, unsigned agreed)
{
    return 1 + agreed * 4 + (h->zone == 0) * 2u + !h->is_in_link + (h->level == 1) * 3u;
}

/* The visible heading that is the title, or what comes nearest.  An h2 or h3 must agree. */
static struct heading main_heading(const struct rt_page *page, struct rt_meta_scan *scan,
                                   const struct said *said, rt_str site)
{
    struct heading best = { .agrees = 0 };
    unsigned best_score = 0, certain = 0;
    for (size_t i = 0; i < scan->heading_count; i++) {
        const struct rt_meta_heading *h = &scan->headings[i];
        rt_str text = rt_line_of_node(page, h->node, TITLE_CAP);
        if (!text.at)
            continue;
        text = without_anchor(text);
        unsigned agreed = agreement(text, said);
        bool is_site = rt_line_same(text, site) || rt_site_is_host(page->url, text);
        if (is_site && agreed < 3)
            continue;
        if (h->level > 1 && (agreed < 2 || rt_str_count_words(text) < 2))
            continue;
        certain += is_plain(h) && !is_site;
        if (heading_score(h, agreed) > best_score) {
            best_score = heading_score(h, agreed);
            best = (struct heading){ text, agreed, is_plain(h) };
            scan->main_heading = h->node;
        }
    }
    best.is_certain = best.is_certain && certain == 1;
    return best;
}

/* The heading, or what the page says of itself where that is a clean part of it: headings have
 * kickers. */
static rt_str heading_or_part(const struct heading *heading, const struct said *said)
{
    if (heading->agrees != 1)
        return heading->text;
    const rt_str parts[] = { said->headline, said->og };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (rt_line_has(heading->text, parts[i]) && parts[i].len * 2 > heading->text.len)
            return parts[i];
    return heading->text;
}

static rt_str best_said(const struct said *said, bool is_article)
{
    if (said->headline.at && is_article)
        return said->headline;
    if (said->og.at)
        return cut_blindly(said->og);
    if (said->twitter.at)
        return cut_blindly(said->twitter);
    return (rt_str){ NULL, 0 };
}

/* The last part of <title> where the rest is the title. */
static rt_str tail_of(rt_str tag, rt_str title)
{
    struct parts p;
    split(tag, &p);
    if (p.count < 2 || rt_str_count_words(p.at[p.count - 1]) > 5 ||
        !rt_line_same(joined(p.at[0], p.at[p.count - 2]), title))
        return (rt_str){ NULL, 0 };
    return rt_str_trim(p.at[p.count - 1]);
}

static void collect(const struct rt_page *page, const struct rt_meta_scan *scan,
                    const struct rt_jsonld *jsonld, struct said *said)
{
    *said = (struct said){
        .tag = tag_text(page, scan),
        .og = meta_line(page, scan, RT_META_TITLE_OG),
        .twitter = meta_line(page, scan, RT_META_TITLE_TWITTER),
        .headline = jsonld->headline,
        .other = meta_line(page, scan, RT_META_TITLE),
    };
}

rt_str rt_title_find(const struct rt_page *page, struct rt_meta_scan *scan,
                     const struct rt_jsonld *jsonld, rt_str site, rt_str *tail)
{
    struct said said;
    collect(page, scan, jsonld, &said);
    rt_str *const each[] = { &said.tag, &said.og, &said.twitter, &said.headline, &said.other };
    const rt_str tag = said.tag;
    for (size_t i = 0; i < 5; i++) {
        if (each[i]->at)
            *each[i] = rt_title_cut(*each[i], site, page->url);
        said.folded[i] = (rt_str){ said.room[i],
                                   rt_line_fold(*each[i], said.room[i], FOLD_ROOM) };
    }
    struct heading heading = main_heading(page, scan, &said, site);
    rt_str title = { NULL, 0 };
    if (heading.text.at && (heading.agrees || heading.is_certain))
        title = heading_or_part(&heading, &said);
    if (!title.at)
        title = best_said(&said, jsonld->is_article);
    if (!title.at)
        title = heading.text;
    if (!title.at && said.tag.at)
        title = cut_blindly(said.tag);
    if (!title.at)
        title = said.headline.at ? said.headline : said.other;
    *tail = tail_of(tag, title);
    return title;
}

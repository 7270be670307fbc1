#ifndef RT_CORE_META_SCAN_H
#define RT_CORE_META_SCAN_H

#include "core/page.h"

/* What the metadata of a page can be read from, collected in one walk over the tree.  Everything is
 * bounded: what comes later on a page that has more is left out. */

/* What a <meta> is about, whatever its spelling. */
enum rt_meta_key {
    RT_META_NONE,
    RT_META_TITLE_OG,
    RT_META_TITLE_TWITTER,
    RT_META_TITLE,
    RT_META_AUTHOR,
    RT_META_AUTHOR_ARTICLE,
    RT_META_AUTHOR_CITATION,
    RT_META_PUBLISHED,
    RT_META_PUBLISHED_WEAK,
    RT_META_MODIFIED,
    RT_META_SITE_OG,
    RT_META_SITE_APP,
    RT_META_SITE_PUBLISHER,
    RT_META_DESCRIPTION,
    RT_META_DESCRIPTION_OG,
    RT_META_DESCRIPTION_TWITTER,
    RT_META_KEYWORDS,
    RT_META_SECTION,
    RT_META_TAG,
    RT_META_LANGUAGE,
    RT_META_LOCALE,
    RT_META_TYPE_OG,
    RT_META_LABEL,
    RT_META_DATA
};

struct rt_meta_tag {
    enum rt_meta_key key;
    rt_str value;           /* as it stands in the page, not empty */
};

/* A part of the page that is not the article: comments, related cards, side bars, feet. */
struct rt_meta_zone {
    uint32_t from, to;      /* ordinals, both inside */
    uint16_t outer;         /* index of the zone round it, 0: none */
    bool is_soft;           /* <aside>, class=footer: may be a part of the article itself */
};

enum rt_meta_hint_kind {
    RT_HINT_AUTHOR_ITEMPROP,
    RT_HINT_AUTHOR_REL,
    RT_HINT_AUTHOR_CLASS,
    RT_HINT_BYLINE_CLASS,
    RT_HINT_USER_CLASS,
    RT_HINT_DATE_ITEMPROP,
    RT_HINT_DATE_CLASS,
    RT_HINT_TIME
};

/* An element that may hold the author or the date. */
struct rt_meta_hint {
    enum rt_meta_hint_kind kind;
    bool is_modified;       /* of a date: names an update */
    uint16_t zone;          /* index of the innermost zone, 0: none */
    rt_node *node;
};

enum {
    RT_META_MAX_TAGS = 192,
    RT_META_MAX_SCRIPTS = 32,
    RT_META_MAX_HEADINGS = 32,
    RT_META_MAX_LESSER = 20,     /* of these, h2 and h3 */
    RT_META_MAX_HINTS = 96,
    RT_META_MAX_ZONES = 256
};

struct rt_meta_scan {
    struct rt_meta_tag tags[RT_META_MAX_TAGS];
    size_t tag_count;
    rt_str scripts[RT_META_MAX_SCRIPTS];    /* JSON-LD */
    size_t script_count;
    rt_node *title;                         /* <title>, or NULL */
    struct rt_meta_heading {
        rt_node *node;                      /* h1, h2 or h3, visible */
        uint8_t level;
        uint16_t zone;
        bool is_in_link;                    /* <a><h1>: a logo */
    } headings[RT_META_MAX_HEADINGS];
    size_t heading_count, lesser_count;
    struct rt_meta_hint hints[RT_META_MAX_HINTS];
    size_t hint_count;
    struct rt_meta_zone zones[RT_META_MAX_ZONES];
    size_t zone_count;                      /* 1 at least: zone 0 is the page */
    rt_node *breadcrumbs;                   /* or NULL */
    uint32_t article, article_end;          /* ordinals of the first <article>, or 0 */
    rt_node *main_heading;                  /* set by rt_title_find(), or NULL */
};

/* Lives in the arena; NULL where it gave out. */
struct rt_meta_scan *rt_meta_scan(const struct rt_page *page);

/* The first value of key, absent where there is none. */
rt_str rt_meta_first(const struct rt_meta_scan *scan, enum rt_meta_key key);

/* The zone, or one round it, holds neither the main heading nor all of the first article. */
bool rt_meta_is_aside(const struct rt_meta_scan *scan, uint16_t zone);
/* The same of a node by its ordinal, where soft zones do not count. */
bool rt_meta_is_elsewhere(const struct rt_meta_scan *scan, uint32_t ordinal);

#endif

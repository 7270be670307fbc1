#ifndef RT_CORE_NAMES_H
#define RT_CORE_NAMES_H

#include <riptide/content.h>

/* What the authors of pages call the parts of a page, in class, id and label attributes. */
enum rt_name {
    RT_NAME_COMMENT = 1 << 0,       /* what readers wrote below */
    RT_NAME_RELATED = 1 << 1,       /* teasers of other pages */
    RT_NAME_AUTHOR = 1 << 2,
    RT_NAME_SHARE = 1 << 3,
    RT_NAME_NEWSLETTER = 1 << 4,
    RT_NAME_FOOTER = 1 << 5,
    RT_NAME_BODY = 1 << 6,          /* the text itself */
    RT_NAME_CONSENT = 1 << 7,
    RT_NAME_NAV = 1 << 8,
    RT_NAME_CRUMB = 1 << 9,
    RT_NAME_SIDEBAR = 1 << 10,
    RT_NAME_AD = 1 << 11,
    RT_NAME_MODAL = 1 << 12,
    RT_NAME_LOGIN = 1 << 13,
    RT_NAME_META = 1 << 14,         /* date, tags, counts */
    RT_NAME_HEADER = 1 << 15,
    RT_NAME_SEARCH = 1 << 16,       /* and filters of a listing */
    RT_NAME_CONTENT = 1 << 17,      /* weaker than BODY */
    RT_NAME_DETAIL = 1 << 18,       /* description, overview, specification */
    RT_NAME_CARD = 1 << 19,
    RT_NAME_CAROUSEL = 1 << 20,
    RT_NAME_PRODUCT = 1 << 21,
    RT_NAME_BUY = 1 << 22,          /* price, cart, delivery */
    RT_NAME_REVIEW = 1 << 23,
    RT_NAME_FAQ = 1 << 24,
    RT_NAME_POST = 1 << 25,         /* of a forum */
    RT_NAME_UNSEEN = 1 << 26,       /* for screen readers only, or hidden by a style sheet */
    RT_NAME_HERO = 1 << 27,
    RT_NAME_CAPTION = 1 << 28,
    RT_NAME_LOCALE = 1 << 29,
    RT_NAME_PAGER = 1 << 30
};

/* Those that speak for the text: they hold however large the part is. */
enum { RT_NAMES_GOOD = RT_NAME_BODY | RT_NAME_CONTENT | RT_NAME_DETAIL | RT_NAME_PRODUCT |
                       RT_NAME_POST | RT_NAME_FAQ };

/* What a short text says of itself or, as a label, of what follows. */
enum rt_phrase {
    RT_PHRASE_COMMENT = 1 << 0,
    RT_PHRASE_RELATED = 1 << 1,
    RT_PHRASE_AUTHOR = 1 << 2,
    RT_PHRASE_NEWSLETTER = 1 << 3,
    RT_PHRASE_MORE = 1 << 4,        /* "read more" */
    RT_PHRASE_RIGHTS = 1 << 5,
    RT_PHRASE_LOGIN = 1 << 6,
    RT_PHRASE_BUY = 1 << 7,
    RT_PHRASE_CONSENT = 1 << 8,
    RT_PHRASE_CREDIT = 1 << 9,
    RT_PHRASE_BYLINE = 1 << 10,
    RT_PHRASE_SHARE = 1 << 11,
    RT_PHRASE_REVIEW = 1 << 12,
    RT_PHRASE_SKIP = 1 << 13,
    RT_PHRASE_DETAIL = 1 << 14
};

/* Where to look for the patterns of a table: chains of those that begin with the same two letters,
 * and what letters, a bit each, go on one of them. */
enum { RT_NAMES_MAX_PATTERNS = 512, RT_NAMES_NONE = 0xFFFF };
struct rt_name_index {
    uint32_t third[32 * 32];                    /* by the first two */
    uint32_t fourth[RT_NAMES_MAX_PATTERNS];     /* by the chain's first pattern */
    uint16_t first[32 * 32];
    struct {
        uint32_t begin, mask;   /* its first four bytes, and which of them it has */
        uint16_t next;
    } links[RT_NAMES_MAX_PATTERNS];
};

/* A matcher with a memory for values that a page repeats. */
struct rt_names {
    struct rt_name_index name_index, phrase_index;
    struct {
        rt_str value;
        uint32_t names;
    } seen[256];
};

void rt_names_init(struct rt_names *names);
/* enum rt_name, or-ed, of an attribute's value, which lives as long as names.  Reads its first 240
 * bytes.  hash: any of them; equal values should have
 * equal ones. */
uint32_t rt_names_match(struct rt_names *names, rt_str value, uint32_t hash);
/* The same of a value that is not worth remembering. */
uint32_t rt_names_match_once(const struct rt_names *names, rt_str value);

/* enum rt_phrase, or-ed, of the first 96 bytes of a text. */
uint32_t rt_phrases_match(const struct rt_names *names, rt_str text);

#endif

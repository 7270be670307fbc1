#ifndef RT_CORE_FACTS_H
#define RT_CORE_FACTS_H

#include "core/blocks.h"

/* What has to be known of the whole page before anything can be said of one block. */

struct rt_element_facts {
    uint32_t up;            /* the next ancestor that holds more blocks; the body is its own */
    uint32_t names;         /* enum rt_name, inherited, but for what the bulk is called */
    uint32_t main, article; /* the innermost one round it, itself included; 0 where there is none */
    uint32_t record;        /* the most repeated element round it, itself included */
    uint32_t home_shared;   /* the innermost element round both it and the text's home */
    uint32_t home_branch;   /* child of home_shared on the way to it; 0: it is on the home's path */
    uint32_t title_shared;  /* the same for the heading that is the title */
};

struct rt_block_facts {
    uint32_t path;          /* which of rt_facts.paths */
    uint32_t heading;       /* the heading above: its block + 1, or 0 */
    uint32_t next_heading;  /* the heading below, or the number of blocks */
    uint32_t phrases;       /* enum rt_phrase */
    uint32_t under;         /* enum rt_phrase of the label above whose part of the page it is in */
    uint32_t repeats;       /* blocks with the same text, itself included */
    uint8_t heading_level;  /* 0: it is none; 7: by role */
    uint8_t title_pct;      /* of its words, in the title */
    uint8_t title_cover_pct;/* of the title's words, in it */
    bool is_repeat;         /* the same text stood before */
};

/* Blocks whose text has the same tags and classes three levels up. */
struct rt_path {
    uint32_t hash, blocks, words, chars, link_chars;
};

struct rt_facts {
    const struct rt_page *page;
    const struct rt_blocks *blocks;
    struct rt_element_facts *elements;
    struct rt_block_facts *facts;   /* of each block */
    struct rt_path *paths;
    uint32_t words, good;           /* of the page, at least 1 */
    uint32_t max_depth;
    uint32_t articles;              /* elements */
    uint32_t longest;               /* words of the longest block */
    uint32_t most_alike;
    bool has_main, has_article;     /* an element with text of that kind is there */
    bool has_body, has_detail, has_body_prop;
    uint32_t title;                 /* block + 1 of the heading that is the title, or 0 */
    uint32_t h1;                    /* block + 1 of the first <h1>, or 0 */
    uint32_t top, home;             /* elements */
    uint32_t home_good;             /* good words right under home */
    uint32_t run_first, run_end;    /* blocks of the longest run of prose */
};

struct rt_names;
/* False where the arena gave out.  title: of the page, or absent. */
bool rt_facts_make(struct rt_facts *out, const struct rt_page *page,
                   const struct rt_blocks *blocks, const struct rt_names *names, rt_str title);

#endif

#ifndef RT_CORE_JSONLD_H
#define RT_CORE_JSONLD_H

#include "base/arena.h"

/* What the JSON-LD of a page says of the page.  Strings are clean lines (core/line.h), absent where
 * nothing is said. */
struct rt_jsonld {
    bool is_article;            /* the facts come from an article, a recipe, a posting */
    rt_str headline;
    rt_str description;
    rt_str published, modified; /* as they stand there */
    rt_str publisher;           /* of the article, else the name of the WebSite or Organization */
    rt_str language;
    rt_str_list authors;        /* names */
    rt_str_list sections;       /* articleSection */
    rt_str_list keywords;
    rt_str_list crumbs;         /* of the BreadcrumbList, in its order */
};

/* Reads the scripts; what cannot be rescued is passed over.  url: of the page, to tell its own
 * article from others.  The result lives in the arena, which may have given out on return. */
void rt_jsonld_read(struct rt_arena *arena, const rt_str *scripts, size_t count, rt_str url,
                    struct rt_jsonld *out);

#endif

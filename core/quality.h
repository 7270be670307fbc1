#ifndef RT_CORE_QUALITY_H
#define RT_CORE_QUALITY_H

#include <riptide/content.h>

/* What the score is made of; docs/quality-score.md has the table. */
struct rt_quality_facts {
    uint32_t words;         /* of the chosen content */
    uint32_t link_words;    /* of these, inside links */
    uint32_t paragraphs;    /* kept blocks */
    uint32_t headings;      /* kept headings */
    uint32_t metadata;      /* of title, byline, date, language, site name, description: 0..6 */
    uint32_t confidence;    /* of the choice of the content, in thousandths */
};

/* 0..100; monotone in each part: more words, paragraphs, headings, metadata or confidence never lower
 * it, more link words never raise it. */
uint8_t rt_quality_score(const struct rt_quality_facts *facts);

#endif

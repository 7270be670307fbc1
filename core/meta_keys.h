#ifndef RT_CORE_META_KEYS_H
#define RT_CORE_META_KEYS_H

#include "core/meta_scan.h"

/* What a <meta> with this name, property, itemprop or http-equiv is about. */
enum rt_meta_key rt_meta_key_find(rt_str name);

/* What the words of a class or id say of an element. */
enum rt_name_word {
    RT_WORD_AUTHOR = 1,
    RT_WORD_BYLINE = 2,
    RT_WORD_DATE = 4,
    RT_WORD_MODIFIED = 8,
    RT_WORD_ASIDE = 16,         /* comments, related, side bar */
    RT_WORD_BREADCRUMB = 32,
    RT_WORD_USER = 64,
    RT_WORD_FOOT = 128
};

/* Words begin at the start, behind a mark or a digit, and at a capital: "postAuthor",
 * "c-byline__name". */
unsigned rt_name_words(rt_str name);

#endif

#ifndef RT_CORE_WORDS_H
#define RT_CORE_WORDS_H

#include <riptide/content.h>

/* Unicode words of text: runs of letters, marks and digits, with apostrophes, hyphens and points
 * inside them; two characters of a script without spaces (Chinese, Japanese, Thai, ...) are a word. */
uint32_t rt_words_count(rt_str text);

/* Minutes at 200 words a minute, rounded up, at least 1. */
uint32_t rt_words_minutes(uint32_t words);

#endif

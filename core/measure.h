#ifndef RT_CORE_MEASURE_H
#define RT_CORE_MEASURE_H

#include <riptide/content.h>

/* What a run of text looks like, in numbers.  All zero is the empty run. */
struct rt_measure {
    uint32_t words;         /* runs of letters and digits; two ideographs are a word */
    uint32_t chars;         /* characters that are not white space */
    uint32_t link_chars;    /* of these, inside a link */
    uint32_t bold_chars;
    uint32_t upper;         /* ASCII capitals */
    uint32_t digits;
    uint32_t commas;
    uint32_t stops;         /* sentence ends: . ! ? before white space or at the end */
    uint32_t symbols;       /* separators: | / > and their like */
    uint32_t years;         /* numbers from 1900 to 2099 */
    uint32_t fingerprint;   /* of the characters whatever their case, for telling repeats */
    bool has_currency;
    bool has_copyright;
    bool starts_lower;
    uint8_t last;           /* the last byte that is not white space */
    /* state between two pieces */
    bool in_word, half_word;
    uint32_t number, number_len;
};

enum rt_measure_style { RT_MEASURE_LINK = 1, RT_MEASURE_BOLD = 2 };

/* Adds a piece of the run; words may go on from one piece to the next.  style: enum
 * rt_measure_style, or-ed. */
void rt_measure_add(struct rt_measure *m, rt_str text, unsigned style);
/* Ends the run: the last sentence and number are counted. */
void rt_measure_end(struct rt_measure *m);

static inline bool rt_measure_ends_sentence(const struct rt_measure *m)
{
    return m->last == '.' || m->last == '!' || m->last == '?' || m->last == 0x82;
}

#endif

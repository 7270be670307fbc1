/* The quality score: a sum of parts that each grow with one fact.  docs/quality-score.md says the same
 * in words. */
#include "core/quality.h"

#include <stddef.h>

/* From `at` on a part is worth `points`; in between it grows evenly. */
struct step {
    uint32_t at;
    uint32_t points;
};

static const struct step length[] = {
    { 0, 0 }, { 50, 7 }, { 150, 16 }, { 300, 23 }, { 600, 30 }, { 1200, 36 },
};
static const struct step paragraphs[] = { { 0, 0 }, { 1, 4 }, { 3, 8 }, { 8, 12 }, { 20, 15 } };
static const struct step headings[] = { { 0, 0 }, { 1, 3 }, { 3, 6 }, { 6, 8 } };
static const struct step metadata[] = { { 0, 0 }, { 1, 5 }, { 3, 11 }, { 6, 18 } };
static const struct step confidence[] = { { 0, 0 }, { 300, 0 }, { 900, 8 } };

/* Points for text that is not links. */
enum { PROSE = 15 };

static uint32_t points(const struct step *steps, size_t count, uint32_t value)
{
    for (size_t i = 1; i < count; i++) {
        if (value >= steps[i].at)
            continue;
        uint32_t width = steps[i].at - steps[i - 1].at;
        uint32_t rise = steps[i].points - steps[i - 1].points;
        return steps[i - 1].points + (value - steps[i - 1].at) * rise / width;
    }
    return steps[count - 1].points;
}

#define POINTS(steps, value) points((steps), sizeof(steps) / sizeof *(steps), (value))

static uint32_t prose(uint32_t words, uint32_t link_words)
{
    if (link_words >= words)
        return 0;
    return (uint32_t)((uint64_t)PROSE * (words - link_words) / words);
}

uint8_t rt_quality_score(const struct rt_quality_facts *facts)
{
    uint32_t score = POINTS(length, facts->words) + prose(facts->words, facts->link_words) +
                     POINTS(paragraphs, facts->paragraphs) + POINTS(headings, facts->headings) +
                     POINTS(metadata, facts->metadata) + POINTS(confidence, facts->confidence);
    return (uint8_t)(score > 100 ? 100 : score);
}

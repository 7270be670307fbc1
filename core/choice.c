/* Scores, then the choice.  No threshold: blocks are taken from the likeliest down as long as that
 * raises the F measure that is to be expected, so that a page of doubtful blocks is still answered
 * and a page of clear ones is cut where they end. */
#include "core/choice.h"

#include "core/block_features.h"
#include "core/names.h"
#include "core/prune.h"
#include "core/score.h"

#include <string.h>

/* A page has no content where fewer words of it than these are to be expected, unless they are a
 * good part of a short page. */
enum { LEAST_WORDS = 8, LEAST_SHARE = 250 };

/* How much a missed word weighs against one too many, in thousandths: the square of beta. */
enum { RECALL_WEIGHT = 700 };

/* The lowest probability to be taken in; above 1000 where nothing is content. */
static uint32_t find_level(const struct rt_blocks *b, const uint16_t *p)
{
    uint64_t words[1001] = { 0 }, all = 0, taken = 0, likely = 0, best = 0;
    uint32_t level = 1001;
    for (uint32_t i = 0; i < b->count; i++) {
        words[p[i]] += b->blocks[i].text.words;
        all += (uint64_t)p[i] * b->blocks[i].text.words;
    }
    if (all < LEAST_WORDS * UINT64_C(1000) &&
        all < LEAST_SHARE * (uint64_t)b->sums[b->count].words)
        return level;
    for (uint32_t at = 1000; at > 0; at--) {
        if (!words[at])
            continue;
        taken += words[at];
        likely += words[at] * at;
        uint64_t value = likely * UINT64_C(100000) / (taken * 1000 + all * RECALL_WEIGHT / 1000);
        if (value > best) {
            best = value;
            level = at;
        }
    }
    return level;
}

/* Hidden text is how machines are told what people are not: it is dropped, but for what a reader
 * can unfold, such as the panels of tabs and accordions. */
static bool is_out_of_sight(const struct rt_facts *facts, uint32_t i)
{
    uint32_t leaf = facts->blocks->blocks[i].leaf;
    return (facts->blocks->elements[leaf].context & RT_IN_HIDDEN) &&
           !(facts->elements[leaf].names & RT_NAME_FAQ);
}

/* Where it is the bulk of a page's likely content, and of some length, the page hides itself until
 * its scripts have run. */
static void drop_hidden(const struct rt_facts *facts, uint16_t *p)
{
    enum { LEAST = 100, BULK_PCT = 80 };
    uint64_t hidden = 0, all = 0;
    for (uint32_t i = 0; i < facts->blocks->count; i++) {
        uint64_t likely = (uint64_t)p[i] * facts->blocks->blocks[i].text.words;
        all += likely;
        hidden += is_out_of_sight(facts, i) ? likely : 0;
    }
    if (hidden >= LEAST * UINT64_C(1000) && hidden * 100 >= all * BULK_PCT)
        return;
    for (uint32_t i = 0; i < facts->blocks->count; i++)
        if (is_out_of_sight(facts, i))
            p[i] = 0;
}

static void score_blocks(const struct rt_facts *facts, uint16_t *p)
{
    struct rt_features features;
    uint16_t scores[RT_LANES];
    uint32_t count = facts->blocks->count;
    rt_features_of_page(facts, &features);
    int16_t page_score = rt_score_page(&features);
    for (uint32_t first = 0; first < count; first += RT_LANES) {
        uint32_t lanes = count - first < RT_LANES ? count - first : RT_LANES;
        rt_features_of(facts, first, lanes, &features);
        rt_score(&features, page_score, scores);
        memcpy(p + first, scores, lanes * sizeof *scores);
    }
}

bool rt_choice_make(struct rt_choice *choice, const struct rt_facts *facts)
{
    uint32_t count = facts->blocks->count;
    struct rt_arena *arena = facts->page->arena;
    choice->p = rt_arena_zeroed(arena, (size_t)count + 1, sizeof *choice->p);
    choice->kept = rt_arena_zeroed(arena, (size_t)count + 1, sizeof *choice->kept);
    if (!choice->p || !choice->kept)
        return false;
    score_blocks(facts, choice->p);
    drop_hidden(facts, choice->p);
    uint32_t level = find_level(facts->blocks, choice->p);
    for (uint32_t i = 0; i < count; i++)
        choice->kept[i] = choice->p[i] >= level && choice->p[i] > 0;
    rt_prune(facts, choice->p, choice->kept);
    return true;
}

#ifndef RT_CORE_SCORE_H
#define RT_CORE_SCORE_H

#include "core/block_features.h"

/* How much a block's features speak for it, by a table of rules; integers only, so that every build
 * says the same.  Whatever else scores blocks takes the place of this function. */

/* Where the rules of a feature stand in rules.def: together, from the lowest threshold up. */
struct rt_scorer {
    struct rt_rule_range {
        uint16_t begin, end;
    } rules[RT_FEATURES];
};

void rt_scorer_init(struct rt_scorer *scorer);

/* The probability, in thousandths, that the block is content. */
uint16_t rt_score(const struct rt_scorer *scorer, const int32_t features[RT_FEATURES]);

#endif

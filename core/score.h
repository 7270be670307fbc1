#ifndef RT_CORE_SCORE_H
#define RT_CORE_SCORE_H

#include "core/block_features.h"

/* How much a block's features speak for it, by a table of rules; integers only, so that every build
 * says the same.  Whatever else scores blocks takes the place of this function. */

/* What the page says of each of its blocks. */
int16_t rt_score_page(const struct rt_features *features);

/* out: the probability of the block in each lane, in thousandths, that it is content. */
void rt_score(const struct rt_features *features, int16_t page_score, uint16_t out[RT_LANES]);

#endif

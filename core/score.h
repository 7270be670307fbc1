#ifndef RT_CORE_SCORE_H
#define RT_CORE_SCORE_H

#include "core/block_features.h"

/* How much a block's features speak for it, by a table of rules; integers only, so that every build
 * says the same.  Whatever else scores blocks takes the place of this function. */

/* Blocks that are scored at once: without a branch and side by side, as vector units like it. */
enum { RT_SCORE_LANES = 16 };

/* out: the probability of each block, in thousandths, that it is content. */
void rt_score(const int32_t features[RT_FEATURES][RT_SCORE_LANES], uint16_t out[RT_SCORE_LANES]);

#endif

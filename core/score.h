#ifndef RT_CORE_SCORE_H
#define RT_CORE_SCORE_H

#include "core/block_features.h"

/* How much a block's features speak for it, by a table of rules; integers only, so that every build
 * says the same.  Whatever else scores blocks takes the place of this function. */

/* The probability, in thousandths, that the block is content. */
uint16_t rt_score(const int32_t features[RT_FEATURES]);

#endif

#ifndef RT_CORE_BLOCK_FEATURES_H
#define RT_CORE_BLOCK_FEATURES_H

#include "core/facts.h"

/* Everything that scoring may ask of a block, as numbers, and nothing else: whatever scores blocks
 * reads these and needs no page.  Made one block at a time, so that a page of a million blocks
 * does not need a million rows at once. */

enum rt_feature {
#define RT_FEATURE(name) RT_F_##name,
#include "core/block_features.def"
#undef RT_FEATURE
    RT_FEATURES
};

void rt_features_of(const struct rt_facts *facts, uint32_t block, int32_t out[RT_FEATURES]);

#endif

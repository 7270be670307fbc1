#ifndef RT_CORE_BLOCK_FEATURES_H
#define RT_CORE_BLOCK_FEATURES_H

#include "core/facts.h"

/* Everything that scoring may ask of a block, as numbers, and nothing else: whatever scores blocks
 * reads these and needs no page.  Made for a few blocks at a time, so that a page of a million
 * blocks does not need a million rows at once. */

enum rt_feature {
#define RT_PAGE_FEATURE(name)
#define RT_FEATURE(name) RT_F_##name,
#include "core/block_features.def"
#undef RT_FEATURE
#undef RT_PAGE_FEATURE
    RT_FEATURES
};

enum rt_page_feature {
#define RT_PAGE_FEATURE(name) RT_P_##name,
#define RT_FEATURE(name)
#include "core/block_features.def"
#undef RT_FEATURE
#undef RT_PAGE_FEATURE
    RT_PAGE_FEATURES
};

/* Blocks that are scored at once: without a branch and side by side, as vector units like it. */
enum { RT_LANES = 32 };

/* Numbers beyond 30000 are cut; no rule asks for as much. */
struct rt_features {
    int16_t page[RT_PAGE_FEATURES];
    int16_t at[RT_FEATURES * RT_LANES];     /* feature f of lane k: f * RT_LANES + k */
    uint32_t context[RT_LANES];             /* enum rt_context of what is round it */
    uint32_t names[RT_LANES];               /* enum rt_name, the same */
    uint32_t says[RT_LANES];                /* enum rt_phrase, of its text */
    uint32_t under[RT_LANES];               /* and of the label above */
};

/* Those of the page; once, before those of its blocks. */
void rt_features_of_page(const struct rt_facts *facts, struct rt_features *out);
/* Those of the blocks first to first + count - 1, at most RT_LANES of them, to the lanes from 0. */
void rt_features_of(const struct rt_facts *facts, uint32_t first, uint32_t count,
                    struct rt_features *out);

#endif

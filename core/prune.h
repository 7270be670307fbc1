#ifndef RT_CORE_PRUNE_H
#define RT_CORE_PRUNE_H

#include "core/facts.h"

/* Rules after the choice, each about one kind of line that scoring lets through.  p: probability of
 * each block in thousandths; kept: one byte each, changed in place. */
void rt_prune(const struct rt_facts *facts, const uint16_t *p, uint8_t *kept);

#endif

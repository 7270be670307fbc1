#ifndef RT_CORE_CHOICE_H
#define RT_CORE_CHOICE_H

#include "core/facts.h"

/* Which blocks are content: one byte each, 1 for those that are.  NULL where the arena gave out. */
uint8_t *rt_choice_make(const struct rt_facts *facts);

#endif

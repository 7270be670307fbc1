#ifndef RT_CORE_CHOICE_H
#define RT_CORE_CHOICE_H

#include "core/facts.h"

/* Which blocks are content, in the arena. */
struct rt_choice {
    uint16_t *p;        /* probability of each block, in thousandths */
    uint8_t *kept;      /* 1 for those that are content */
};

/* False where the arena gave out. */
bool rt_choice_make(struct rt_choice *choice, const struct rt_facts *facts);

#endif

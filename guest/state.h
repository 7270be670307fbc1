#ifndef RT_GUEST_STATE_H
#define RT_GUEST_STATE_H

#include <stdint.h>

/* All that an instance keeps from call to call: how many pages it was asked to extract since it was
 * made, or since the last reset-state. */
extern uint64_t rt_state_extractions;

#endif

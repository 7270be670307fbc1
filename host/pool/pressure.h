#ifndef RT_HOST_PRESSURE_H
#define RT_HOST_PRESSURE_H

#include <stdint.h>

/* Levels of memory pressure: low < 60 % <= medium < 80 % <= high < 90 % <= critical of the limit. */
enum rt_pressure {
    RT_PRESSURE_LOW,
    RT_PRESSURE_MEDIUM,
    RT_PRESSURE_HIGH,
    RT_PRESSURE_CRITICAL,
    RT_PRESSURES
};

/* limit == 0: none, low. */
enum rt_pressure rt_pressure_of(uint64_t used, uint64_t limit);
/* (borrowed, static) "low" ... */
const char *rt_pressure_label(enum rt_pressure pressure);

#endif

#ifndef RT_CORE_CLOCK_H
#define RT_CORE_CLOCK_H

#include "core/date.h"

/* The time of day that may stand behind a date: "T10:00:00+02:00", " 10:00 GMT", ", 3:05 pm EST".
 * Sets the time and zone of *date and returns the bytes taken, 0 where there is no time. */
size_t rt_clock_read(rt_str s, struct rt_date *date);

/* "100000Z", "1000+0200": digits without signs. */
void rt_clock_read_packed(rt_str s, struct rt_date *date);

#endif

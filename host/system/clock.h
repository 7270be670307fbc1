#ifndef RT_HOST_CLOCK_H
#define RT_HOST_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Nanoseconds of a clock that never jumps. */
static inline uint64_t rt_clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The time `ns` of that clock, for pthread_cond_timedwait() with CLOCK_MONOTONIC. */
static inline struct timespec rt_clock_timespec(uint64_t ns)
{
    return (struct timespec){ (time_t)(ns / 1000000000u), (long)(ns % 1000000000u) };
}

#endif

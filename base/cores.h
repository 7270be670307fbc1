#ifndef RT_BASE_CORES_H
#define RT_BASE_CORES_H

/* Processors that this process may run on, at least 1; whatever its control group's quota. */
unsigned rt_cores(void);

#endif

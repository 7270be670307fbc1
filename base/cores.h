#ifndef RT_BASE_CORES_H
#define RT_BASE_CORES_H

/* Processors that this process may run on, at least 1.  Of a control group's quota it knows nothing. */
unsigned rt_cores(void);

#endif

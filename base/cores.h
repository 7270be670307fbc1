#ifndef RT_BASE_CORES_H
#define RT_BASE_CORES_H

/* Processors that this process may run on, at least 1.  A control group's quota is not looked at. */
unsigned rt_cores(void);

#endif

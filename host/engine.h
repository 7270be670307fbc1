#ifndef RT_HOST_ENGINE_H
#define RT_HOST_ENGINE_H

#include "host/runtime.h"

/* The runtime of this process: after a fork a new one, made by the first thread that asks. */
rt_status rt_engine_runtime(struct rt_engine *engine, struct rt_runtime **out, rt_error *err);

#endif

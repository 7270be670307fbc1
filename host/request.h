#ifndef RT_HOST_REQUEST_H
#define RT_HOST_REQUEST_H

#include <riptide/riptide.h>

/* A request of an older or newer caller, as this library knows it.  RT_INVALID_ARGUMENT. */
rt_status rt_request_read(const rt_request *from, rt_request *out, rt_error *err);

#endif

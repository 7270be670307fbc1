#ifndef RT_HOST_NATIVE_H
#define RT_HOST_NATIVE_H

#include "host/content/result.h"

/* RT_EXTRACTOR_NATIVE: the core in this process.  The request is valid; result (owned by the
 * caller) is filled on RT_OK. */
rt_status rt_native_extract(const rt_request *request, struct rt_result *result, rt_error *err);

/* The same without a copy of the page: the request's bytes outlive the result. */
rt_status rt_native_extract_lent(const rt_request *request, struct rt_result *result,
                                 rt_error *err);

#endif

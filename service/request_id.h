#ifndef RT_SERVICE_REQUEST_ID_H
#define RT_SERVICE_REQUEST_ID_H

#include <riptide/content.h>

enum { RT_REQUEST_ID_ROOM = 129, RT_TRACEPARENT_ROOM = 56, RT_TRACE_ID_ROOM = 33 };

/* The client's X-Request-Id if it is 1 to 128 letters, digits and . _ - : characters, else one that
 * is made: 32 hexadecimal digits. */
void rt_request_id(rt_str given, char out[RT_REQUEST_ID_ROOM]);

/* The client's traceparent if it is well-formed, cut to version 00's fields, else "".  trace_id:
 * its part of that name, or "".  None is made: whether a request without one begins a trace is the
 * tracer's to say. */
void rt_traceparent(rt_str given, char out[RT_TRACEPARENT_ROOM], char trace_id[RT_TRACE_ID_ROOM]);

#endif

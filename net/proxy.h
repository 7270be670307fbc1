#ifndef RT_NET_PROXY_H
#define RT_NET_PROXY_H

#include <riptide/riptide.h>

/* Whether libcurl can fetch through it: SCHEME://HOST:PORT, with credentials before the host where
 * it wants some.  RT_INVALID_SETTING, whose message lacks the credentials; RT_IO_ERROR where there
 * is no libcurl. */
rt_status rt_proxy_check(const char *proxy, rt_error *err);

#endif

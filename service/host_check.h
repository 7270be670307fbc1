#ifndef RT_SERVICE_HOST_CHECK_H
#define RT_SERVICE_HOST_CHECK_H

#include <riptide/riptide.h>

/* Whose requests are ours, by the host that they name.  A site can give its own name the address
 * 127.0.0.1: a browser on this machine then lets that site's pages ask us as if we were the site,
 * and only the name gives it away (DNS rebinding).  All functions are pure. */

/* names  "a.example,b.example", or "*" for all; NULL: none.  RT_INVALID_SETTING for what is no name
 * of a host. */
rt_status rt_host_names_check(const char *names, rt_error *err);

/* host   a header Host, or the host of a target: "localhost:8080"
 * names  as above.  An address is nobody's name, and localhost is nobody else's: these are ours
 *        always, and names that end in .localhost. */
bool rt_host_is_ours(rt_str host, const char *names);

#endif

#ifndef RT_NET_PORTS_H
#define RT_NET_PORTS_H

#include <riptide/riptide.h>

/* A port and nothing else: digits, from 0, which stands for any to listen on, to 65535. */
bool rt_port_read(rt_str text, unsigned *port);

/* Lists of ports: "80,443", or "*" for any.  RT_INVALID_SETTING says what is wrong with one. */
rt_status rt_ports_check(const char *list, rt_error *err);
/* For a list that is well-formed. */
bool rt_ports_have(const char *list, unsigned port);

#endif

#ifndef RT_SERVICE_ACTIVATION_H
#define RT_SERVICE_ACTIVATION_H

#include <riptide/riptide.h>

/* The socket that a manager listens on before it starts the service, and goes on to listen on while
 * there is none: the protocol of sd_listen_fds(3).
 *
 * *out (owned) the socket, or -1 where none is handed over, or where $LISTEN_PID means another
 * process.  RT_INVALID_SETTING for more than one, and for what is no TCP socket that listens. Takes
 * the variables out of the environment: to be called before there are threads, and once. */
rt_status rt_activation_take(int *out, rt_error *err);

#endif

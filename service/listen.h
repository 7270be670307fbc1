#ifndef RT_SERVICE_LISTEN_H
#define RT_SERVICE_LISTEN_H

#include <riptide/riptide.h>

/* The socket that connections come to. */

enum { RT_ADDRESS_ROOM = 80 };

/* Whether the text is one of an address to listen on: RT_INVALID_SETTING. */
rt_status rt_listen_check(const char *where, rt_error *err);

/* where    "127.0.0.1:8080", "[::1]:8080", "localhost:8080" or "*:8080"; port 0: any free one
 * *out     (owned) close()
 * address  how it came to be: "127.0.0.1:38217"
 * RT_INVALID_SETTING for what is no address, RT_IO_ERROR where it cannot be had. */
rt_status rt_listen(const char *where, int *out, char address[RT_ADDRESS_ROOM], rt_error *err);

/* The same for a socket that listens already. */
void rt_listen_show(int fd, char address[RT_ADDRESS_ROOM]);
/* Nobody but this machine reaches it. */
bool rt_listen_is_loopback(int fd);

#endif

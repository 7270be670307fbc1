#ifndef RT_NET_CA_FILE_H
#define RT_NET_CA_FILE_H

#include <riptide/riptide.h>

/* Whether a file holds certificates in PEM, one at least: a regular file, since each connection
 * reads it anew.  RT_IO_ERROR where it cannot be read, RT_INVALID_SETTING where it is something
 * else; both name it.  What is inside the certificates is not looked at. */
rt_status rt_ca_file_check(const char *path, rt_error *err);

#endif

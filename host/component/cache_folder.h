#ifndef RT_HOST_CACHE_FOLDER_H
#define RT_HOST_CACHE_FOLDER_H

#include "host/component/cache.h"

#include <sys/stat.h>

/* The folder of the cache: whose it is, what lies in it, and that it stays small. */

enum { RT_CACHE_NAME_ROOM = 48 };
/* "0123...ef.cwasm" */
void rt_cache_name(const struct rt_cache_key *key, char out[RT_CACHE_NAME_ROOM]);

/* Nobody but this user owns it or can write to it. */
bool rt_cache_is_private(int fd, struct stat *st);

/* Opens the folder and checks that it is private; -1 where it is not there, with errno ENOENT, or
 * not fit for use, with a warning and another errno.  make: it is made where it is not there. */
int rt_cache_folder_open(const struct rt_cache *cache, bool make, struct rt_warning *warning);

/* A new file aside, with a name that no other process or thread has; -1 and errno.  It is locked as
 * long as it is open: that is how others know that somebody still writes it. */
int rt_cache_folder_aside(int folder, const char *name, char *aside, size_t room);

/* Removes what is too much, but never `keep`, and files aside that nobody writes any more.  Other
 * files are left alone. */
void rt_cache_folder_tidy(int folder, const char *keep);

#endif

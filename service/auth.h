#ifndef RT_SERVICE_AUTH_H
#define RT_SERVICE_AUTH_H

#include <riptide/riptide.h>

/* API keys.  Without keys everybody may; with keys a request needs one of them.  Threads may ask
 * while the keys are loaded anew. */
struct rt_auth;

enum { RT_AUTH_SHORTEST = 16, RT_AUTH_LONGEST = 256, RT_AUTH_NOBODY = -1, RT_AUTH_ANYBODY = 0 };

/* list  "key,key", may be NULL; file  path, may be NULL: a key a line, # begins a comment.
 * RT_INVALID_SETTING for a key that is too short, too long, not printable ASCII or there twice,
 * which is never quoted, and for a list or file without any; RT_IO_ERROR where the file cannot be
 * read. */
rt_status rt_auth_open(struct rt_auth **out, const char *list, const char *file, rt_error *err);
void rt_auth_close(struct rt_auth *auth);

/* Reads other keys in their place; on failure the old ones stay.  RT_INVALID_SETTING where neither
 * list nor file is given any more: a slip in a file must not let everybody in. */
rt_status rt_auth_reload(struct rt_auth *auth, const char *list, const char *file, rt_error *err);

/* A request needs a key. */
bool rt_auth_has_keys(struct rt_auth *auth);

/* authorization  the header of that name, "Bearer KEY"; key  the header X-API-Key; either may be
 * absent, and if both are there both must hold.  The number of the key, from 1; RT_AUTH_ANYBODY
 * where there are no keys; RT_AUTH_NOBODY.  How long it takes does not depend on what the keys are.
 */
int rt_auth_check(struct rt_auth *auth, rt_str authorization, rt_str key);

#endif

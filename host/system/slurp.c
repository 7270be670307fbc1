/* A whole file at once. */
#include "host/system/slurp.h"

#include "base/alloc.h"
#include "base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* errno says why on failure. */
static char *read_file(FILE *file, size_t ceiling, size_t *len)
{
    size_t room = 64 << 10, used = 0;
    char *at = NULL, *more;
    errno = ENOMEM;
    while ((more = rt_alloc_resize(&rt_alloc_heap, at, room + 1))) {
        at = more;
        errno = 0;
        used += fread(at + used, 1, room - used, file);
        if (used < room)
            break;
        if (room > ceiling)
            break;
        room *= 2;
        errno = ENOMEM;
    }
    if (more && !ferror(file) && used <= ceiling) {
        *len = used;
        return at;
    }
    if (used > ceiling)
        errno = EFBIG;
    rt_alloc_resize(&rt_alloc_heap, at, 0);
    return NULL;
}

rt_status rt_slurp(const char *path, size_t ceiling, rt_str *out, char **owned, rt_error *err)
{
    size_t len = 0;
    FILE *file = fopen(path, "rbe");
    char *at = file ? read_file(file, ceiling, &len) : NULL;
    int why = errno;
    if (file)
        fclose(file);
    if (!at)
        return rt_fail(err, RT_IO_ERROR, "%.300s cannot be read: %s", path, strerror(why));
    *out = (rt_str){ at, len };
    *owned = at;
    return RT_OK;
}

/* yyjson can read files; nobody asks it to, but its calls want a partner.  The C library's
 * would bring imports along, and a component of ours has none. */
#include <stddef.h>

void *fopen(const char *path, const char *mode);
int fclose(void *file);
size_t fread(void *to, size_t size, size_t count, void *file);
int fseek(void *file, long offset, int whence);
long ftell(void *file);

void *fopen(const char *path, const char *mode)
{
    (void)path, (void)mode;
    return NULL;
}

int fclose(void *file)
{
    (void)file;
    return -1;
}

size_t fread(void *to, size_t size, size_t count, void *file)
{
    (void)to, (void)size, (void)count, (void)file;
    return 0;
}

int fseek(void *file, long offset, int whence)
{
    (void)file, (void)offset, (void)whence;
    return -1;
}

long ftell(void *file)
{
    (void)file;
    return -1;
}

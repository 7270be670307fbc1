#ifndef RT_HOST_CACHE_H
#define RT_HOST_CACHE_H

#include "host/system/warning.h"

#include <riptide/riptide.h>

/* Compiled components on disk.  A compiled file is native code, so only a folder that belongs to
 * this user, and that nobody else can write to, is used; and a file is believed only when its
 * header, key and content hash are right.  Anything wrong is a miss and a warning. */
struct rt_cache {
    char dir[4096]; /* "": no cache */
};

struct rt_cache_key {
    unsigned char bytes[16];
};

/* setting: the folder, or NULL for riptide in the user's cache folder. */
void rt_cache_init(struct rt_cache *cache, const char *setting, struct rt_warning *warning);

/* Differs where the component, Wasmtime, the engine's settings or the processor differ. */
struct rt_cache_key rt_cache_key_of(rt_str wasm, const char *engine, const char *processor);

/* What was read: a copy of our own in memory, sealed, so that nobody can change it between the
 * check and its use.  It can be mapped from `path`, without copying it once more. */
struct rt_cached {
    int fd;
    char path[32]; /* "/proc/self/fd/7" */
    rt_str bytes;
};

/* Reads what is stored under the key; false: a miss.  out (owned): rt_cached_close(). */
bool rt_cache_read(const struct rt_cache *cache, const struct rt_cache_key *key,
                   struct rt_cached *out, struct rt_warning *warning);
void rt_cached_close(struct rt_cached *cached);

/* Stores it: written aside, synced, then renamed, so that a reader sees all of it or nothing. */
void rt_cache_write(const struct rt_cache *cache, const struct rt_cache_key *key, rt_str payload,
                    struct rt_warning *warning);

/* A file that was good but that Wasmtime refuses: removed, so that it is made anew. */
void rt_cache_drop(const struct rt_cache *cache, const struct rt_cache_key *key);

#endif

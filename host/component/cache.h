#ifndef RT_HOST_CACHE_H
#define RT_HOST_CACHE_H

#include "host/system/warning.h"

#include <riptide/riptide.h>

/* Compiled components on disk.  A compiled file is native code, so only a folder that belongs to
 * this user, and that nobody else can write to, is used; and a file is believed only when its
 * header, key and content hash are right.  Anything wrong is a miss and a warning.
 *
 * At most RT_CACHE_ENTRIES of RT_CACHE_BYTES together stay: others go when one is stored, those
 * first that were not used for the longest time.  What processes left that died while they stored
 * goes then, too. */
struct rt_cache {
    char dir[4096]; /* "": no cache */
};
enum { RT_CACHE_ENTRIES = 32, RT_CACHE_BYTES = 64 << 20 };

/* What a look into it brought. */
enum rt_cache_result {
    RT_CACHE_HIT,
    RT_CACHE_MISS,
    RT_CACHE_INVALID,  /* a file was there, but not one that can be used: as a miss */
    RT_CACHE_OFF,      /* not looked: turned off */
    RT_CACHE_UNUSABLE, /* the folder cannot be used, or not be written to after a miss */
    RT_CACHE_RESULTS
};
/* (borrowed, static) "hit", "miss", "invalid", "off", "unusable". */
const char *rt_cache_label(enum rt_cache_result result);

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
    int fd;        /* -1: plain memory, since the system has no other */
    char path[32]; /* "/proc/self/fd/7", or "" */
    rt_str bytes;
};

/* Reads what is stored under the key.  RT_CACHE_HIT: out (owned): rt_cached_close(). */
enum rt_cache_result rt_cache_read(const struct rt_cache *cache, const struct rt_cache_key *key,
                                   struct rt_cached *out, struct rt_warning *warning);
void rt_cached_close(struct rt_cached *cached);

/* Stores it: written aside, synced, then renamed, so that a reader sees all of it or nothing.
 * False where that failed. */
bool rt_cache_write(const struct rt_cache *cache, const struct rt_cache_key *key, rt_str payload,
                    struct rt_warning *warning);

/* A file that was good but that Wasmtime refuses: removed, so that it is made anew. */
void rt_cache_drop(const struct rt_cache *cache, const struct rt_cache_key *key);

#endif

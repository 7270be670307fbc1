#ifndef RT_BASE_POISON_H
#define RT_BASE_POISON_H

#include <stddef.h>

/* Bytes that nobody may touch, as far as AddressSanitizer is there to say so.  An arena hands out one
 * block in pieces, and to the sanitizer all of it would be one piece. */
#if defined(__SANITIZE_ADDRESS__)
#define RT_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RT_POISON 1
#endif
#endif

#ifdef RT_POISON
#include <sanitizer/asan_interface.h>
#else
#define RT_POISON 0
#endif

static inline void rt_poison(const void *p, size_t size)
{
#if RT_POISON
    ASAN_POISON_MEMORY_REGION(p, size);
#else
    (void)p, (void)size;
#endif
}

static inline void rt_unpoison(const void *p, size_t size)
{
#if RT_POISON
    ASAN_UNPOISON_MEMORY_REGION(p, size);
#else
    (void)p, (void)size;
#endif
}

#endif

#ifndef RT_GUEST_EMBEDDED_H
#define RT_GUEST_EMBEDDED_H

#include <riptide/content.h>

/* Bytes of linear memory up to the end of their static data at most, which no large page can have,
 * and the least that a tree needs behind it: what is left is for the page. */
enum { RT_EMBEDDED_IN_USE = 4 << 20 };

/* The components that are part of the library, each from its name to its _end. */
extern const char rt_component_simd[], rt_component_simd_end[];
extern const char rt_component_nosimd[], rt_component_nosimd_end[];

/* (borrowed, static) */
static inline rt_str rt_embedded_component(void)
{
    return (rt_str){ rt_component_simd, (size_t)(rt_component_simd_end - rt_component_simd) };
}

static inline rt_str rt_embedded_component_nosimd(void)
{
    return (rt_str){ rt_component_nosimd, (size_t)(rt_component_nosimd_end - rt_component_nosimd) };
}

#endif

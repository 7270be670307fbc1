#ifndef RT_HOST_SANDBOX_H
#define RT_HOST_SANDBOX_H

#include "host/settings/settings.h"

#include <wasm.h>

/* Bytes of the calling thread's stack that a component may use. */
enum { RT_WASM_STACK = 2 << 20 };

/* Where the linear memory of instances comes from. */
enum rt_memory_shape {
    RT_MEMORY_POOL,     /* slots mapped ahead, a part of each kept resident */
    RT_MEMORY_ON_DEMAND /* mapped for each instance, in as little address space as goes */
};

/* The pool where its address space can be had, else on demand. */
enum rt_memory_shape rt_sandbox_shape(const struct rt_config *config);

/* Wasmtime's engine with every switch set on purpose.  (owned) wasm_engine_delete().  Aborts where
 * the mapping fails: ask rt_sandbox_shape() first. */
wasm_engine_t *rt_sandbox_engine(const struct rt_config *config, enum rt_memory_shape shape);

/* One line that differs wherever compiled code would differ: part of the cache's key. */
void rt_sandbox_describe(const struct rt_config *config, enum rt_memory_shape shape, char *out,
                         size_t room);

/* Compiling in a child of a process that compiled hangs: the compiler's threads are gone there, but
 * their pool is thought to be alive.  This is what decides for a single thread. */
bool rt_sandbox_may_use_threads(void);

#endif

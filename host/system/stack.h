#ifndef RT_HOST_STACK_H
#define RT_HOST_STACK_H

#include <stdbool.h>

/* Runs fn(arg), which may compile a component or run one: on the calling thread where its stack is
 * large enough, else on a thread made for this, and waits for it.  False where no such thread can be
 * had: fn was not run. */
bool rt_stack_call(void (*fn)(void *arg), void *arg);

#endif

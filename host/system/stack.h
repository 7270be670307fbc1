#ifndef RT_HOST_STACK_H
#define RT_HOST_STACK_H

#include <pthread.h>
#include <stdbool.h>

/* Runs fn(arg), which may compile a component or run one: on the calling thread where its stack is
 * large enough, else on a thread made for this, and waits for it.  False where no such thread can
 * be had: fn was not run. */
bool rt_stack_call(void (*fn)(void *arg), void *arg);

/* A thread with a stack large enough for that, to be joined.  Signals are for the program's own
 * threads: it blocks them, but for those that an instruction raises, some of which are how a
 * component traps. */
bool rt_stack_thread(pthread_t *out, void *(*run)(void *arg), void *arg);

#endif

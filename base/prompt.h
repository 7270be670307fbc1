#ifndef RT_BASE_PROMPT_H
#define RT_BASE_PROMPT_H

/* Asks the scheduler for short turns, which come sooner, for the calling thread: it works little at
 * a time, and others wait for it.  Its share of the processors stays what it was.  Does nothing
 * where the system has no such thing. */
void rt_prompt_thread(void);

#endif

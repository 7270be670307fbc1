#ifndef RT_CLI_PROGRESS_H
#define RT_CLI_PROGRESS_H

#include "batch.h"

/* A line on standard error that is written over and over, a few times a second. */
void rt_progress_show(const struct rt_batch *batch);
/* The last one, with its line end; all of it for people. */
void rt_progress_finish(const struct rt_batch *batch);

#endif

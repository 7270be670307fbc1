#ifndef RT_CLI_RESUME_H
#define RT_CLI_RESUME_H

#include "id_set.h"
#include "output.h"

/* Reads what an earlier batch wrote into out, which was opened with RT_OUTPUT_APPEND: adds the id
 * of each complete line to *done, cuts off a last line without its end, and leaves out at the end.
 * Refuses, without a change, a file that holds anything else than lines of a batch. */
rt_status rt_resume_scan(struct rt_output *out, struct rt_id_set *done, rt_error *err);

#endif

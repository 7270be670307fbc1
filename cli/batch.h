#ifndef RT_CLI_BATCH_H
#define RT_CLI_BATCH_H

#include "id_set.h"
#include "output.h"
#include "source.h"

#include <signal.h>

/* Many pages through a number of threads, results in input order. */
struct rt_batch {
    /* Set by the caller. */
    rt_engine *engine;
    struct rt_source *source;
    struct rt_output *output;
    const struct rt_id_set *skip; /* ids that are there already */
    rt_request request;           /* mode, selectors, extractor */
    size_t max_size;              /* of a page's bytes */
    unsigned jobs;
    const volatile sig_atomic_t *interrupted;  /* becomes true: finish what runs, then end */
    void (*progress)(const struct rt_batch *); /* now and then, from the caller's thread; or NULL */
    /* Read by the caller afterwards, and by progress. */
    uint64_t written, failed, skipped;
    unsigned done;     /* what part was taken, in per mille, or 0 */
    bool left_running; /* a thread still waits for its list: end the process, free nothing */
};

/* Returns when all is written, or the reader went away, or after an interruption.  Fails for what
 * stops the whole batch: an unreadable list, an output that cannot be written, no memory.  A page
 * that fails is a line and is counted in `failed`.
 * Holds a window of a few pages a thread in memory, however many there are. */
rt_status rt_batch_run(struct rt_batch *batch, rt_error *err);

#endif

/* Progress of a batch for people. */
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static double seconds_since_start(void)
{
    static struct timespec start;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (start.tv_sec == 0 && start.tv_nsec == 0)
        start = now;
    return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
}

static void show(const struct rt_batch *batch, double seconds)
{
    char part[16] = "";
    if (batch->done)
        snprintf(part, sizeof part, "%u %%, ", batch->done / 10);
    fprintf(stderr, "\r%s%" PRIu64 " pages, %" PRIu64 " failed", part, batch->written,
            batch->failed);
    if (batch->skipped)
        fprintf(stderr, ", %" PRIu64 " skipped", batch->skipped);
    fprintf(stderr, ", %.1f s, %.0f pages/s\033[K", seconds,
            seconds > 0 ? (double)batch->written / seconds : 0.0);
}

void rt_progress_show(const struct rt_batch *batch)
{
    static double last = -1;
    double now = seconds_since_start();
    if (last >= 0 && now - last < 0.2)
        return;
    last = now;
    show(batch, now);
}

void rt_progress_finish(const struct rt_batch *batch)
{
    show(batch, seconds_since_start());
    fputc('\n', stderr);
}

/* riptide-service-load LIST SECONDS THREADS [json [RATE]]: what the cores extract without HTTP, over
 * the pages of LIST, for bench/service_load.py to set beside the service.  json: and write each
 * result as the service would.  RATE: pages a second; each is due at its time, and begun then or
 * when a thread is free.  Prints a line of JSON: pages a second, and in microseconds the process's
 * CPU time for one and the time from when it was due to its end. */
#include "pages.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { MAX_THREADS = 64, WARM_UP_NS = 500000000 };

static struct {
    struct bench_pages pages;
    rt_engine *engine;
    bool json;
    uint64_t start, until;
    double interval_ns; /* 0: none is waited for */
    atomic_size_t next;
    pthread_mutex_t lock; /* of the figures */
    struct bench_figures times;
} load = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* When the nth page is due, which is waited for. */
static uint64_t wait_for(size_t n)
{
    if (load.interval_ns == 0)
        return bench_now();
    uint64_t due = load.start + (uint64_t)((double)n * load.interval_ns);
    struct timespec at = { .tv_sec = (time_t)(due / 1000000000),
                           .tv_nsec = (long)(due % 1000000000) };
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    return due;
}

/* False: it has no content. */
static bool extract(size_t n)
{
    rt_request request = bench_request(&load.pages.at[n % load.pages.len]);
    rt_result *result;
    rt_text text = { NULL, 0 };
    if (rt_extract(load.engine, &request, &result, NULL) != RT_OK)
        return false;
    if (load.json && rt_result_json(result, (rt_str){ NULL, 0 }, &text, NULL) != RT_OK)
        exit(1);
    rt_text_free(&text);
    rt_result_free(result);
    return true;
}

static void *work(void *ctx)
{
    (void)ctx;
    while (bench_now() < load.until) {
        size_t n = atomic_fetch_add(&load.next, 1);
        uint64_t due = wait_for(n);
        if (!extract(n))
            continue;
        uint64_t took = bench_now() - due;
        pthread_mutex_lock(&load.lock);
        bench_figures_add(&load.times, took);
        pthread_mutex_unlock(&load.lock);
    }
    return NULL;
}

static double cpu_us(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void run(unsigned threads, uint64_t ns)
{
    pthread_t thread[MAX_THREADS];
    load.start = bench_now();
    load.until = load.start + ns;
    atomic_store(&load.next, 0);
    bench_figures_free(&load.times);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, work, NULL) != 0)
            exit(1);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
}

static double quantile_us(unsigned per_mille)
{
    return (double)bench_figures_quantile(&load.times, per_mille) / 1e3;
}

int main(int argc, char **argv)
{
    unsigned threads = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    double rate = argc > 5 ? strtod(argv[5], NULL) : 0;
    if (argc < 4 || argc > 6 || threads < 1 || threads > MAX_THREADS || rate < 0) {
        fprintf(stderr, "usage: riptide-service-load LIST SECONDS THREADS [json [RATE]]\n");
        return 2;
    }
    load.json = argc > 4 && strcmp(argv[4], "json") == 0;
    load.pages = bench_pages_read(argv[1], 1);
    load.engine = bench_engine(NULL);
    run(threads, WARM_UP_NS);
    load.interval_ns = rate > 0 ? 1e9 / rate : 0;
    double cpu = cpu_us();
    run(threads, (uint64_t)(strtod(argv[2], NULL) * 1e9));
    double seconds = (double)(bench_now() - load.start) / 1e9;
    cpu = cpu_us() - cpu;
    double pages = (double)load.times.len;
    printf("{\"rate\":%.1f,\"cpu_us\":%.1f,\"p50_us\":%.0f,\"p90_us\":%.0f,\"p99_us\":%.0f}\n",
           pages / seconds, cpu / pages, quantile_us(500), quantile_us(900), quantile_us(990));
    bench_figures_free(&load.times);
    rt_engine_close(load.engine);
    bench_pages_free(&load.pages);
    return 0;
}

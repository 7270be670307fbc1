/* riptide-service-load LIST SECONDS THREADS [json]: what the cores extract without HTTP, over the
 * pages of LIST, for bench/service_load.py to set beside the service.  json: and write each result
 * as the service would.  Prints pages a second and the process's CPU time for one, in
 * microseconds. */
#include "pages.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { MAX_THREADS = 64, WARM_UP_NS = 500000000 };

static struct {
    struct bench_pages pages;
    rt_engine *engine;
    bool json;
    uint64_t until;
    atomic_size_t next, done;
} load;

static void *work(void *ctx)
{
    (void)ctx;
    while (bench_now() < load.until) {
        rt_request request =
            bench_request(&load.pages.at[atomic_fetch_add(&load.next, 1) % load.pages.len]);
        rt_result *result;
        rt_text text = { NULL, 0 };
        if (rt_extract(load.engine, &request, &result, NULL) != RT_OK)
            continue;
        if (load.json && rt_result_json(result, (rt_str){ NULL, 0 }, &text, NULL) != RT_OK)
            exit(1);
        rt_text_free(&text);
        rt_result_free(result);
        atomic_fetch_add(&load.done, 1);
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
    load.until = bench_now() + ns;
    atomic_store(&load.done, 0);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, work, NULL) != 0)
            exit(1);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
}

int main(int argc, char **argv)
{
    unsigned threads = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 0;
    if (argc < 4 || argc > 5 || threads < 1 || threads > MAX_THREADS) {
        fprintf(stderr, "usage: riptide-service-load LIST SECONDS THREADS [json]\n");
        return 2;
    }
    load.json = argc > 4 && strcmp(argv[4], "json") == 0;
    load.pages = bench_pages_read(argv[1], 1);
    load.engine = bench_engine(NULL);
    run(threads, WARM_UP_NS);
    double cpu = cpu_us();
    uint64_t start = bench_now();
    run(threads, (uint64_t)(strtod(argv[2], NULL) * 1e9));
    double seconds = (double)(bench_now() - start) / 1e9;
    double pages = (double)atomic_load(&load.done);
    printf("%.1f %.1f\n", pages / seconds, (cpu_us() - cpu) / pages);
    rt_engine_close(load.engine);
    bench_pages_free(&load.pages);
    return 0;
}

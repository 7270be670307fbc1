/* riptide-load LIST [SECONDS]: the host runtime under load, over the pages of LIST: tiers and
 * takes, what a call costs beside the component's own time, threads, fairness, type boundary,
 * checks and starts.  Prints a Markdown report with what is wanted beside what is found. */
#include "pages.h"

#include "base/cores.h"
#include "host/checks/validate.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STRIDE = 5, MAX_THREADS = 8 };

static struct bench_pages pages;
static double seconds = 8;

/* ---- load ------------------------------------------------------------------------------------ */

struct figures {
    struct bench_figures take[3], wait, beside, acquire, instantiate, whole;
    size_t calls;
};

struct worker {
    pthread_t thread;
    rt_engine *engine;
    unsigned number;
    uint64_t until;
    struct figures figures;
};

static void keep(struct figures *f, const rt_stats *s, uint64_t whole_ns)
{
    bench_figures_add(&f->take[s->tier < 3 ? s->tier : 2], s->take_ns);
    bench_figures_add(&f->wait, s->wait_ns);
    bench_figures_add(&f->beside, whole_ns - s->wait_ns - s->call_ns);
    bench_figures_add(&f->acquire, s->take_ns + s->drop_ns);
    bench_figures_add(&f->instantiate, s->instantiate_ns);
    bench_figures_add(&f->whole, whole_ns);
    f->calls++;
}

static void *work(void *p)
{
    struct worker *w = p;
    for (size_t n = w->number * 37; bench_now() < w->until; n++) {
        rt_request request = bench_request(&pages.at[n % pages.len]);
        rt_result *result;
        uint64_t start = bench_now();
        if (rt_extract(w->engine, &request, &result, NULL) != RT_OK)
            continue;
        keep(&w->figures, rt_result_stats(result), bench_now() - start);
        rt_result_free(result);
    }
    return NULL;
}

static void merge(struct bench_figures *into, struct bench_figures *from)
{
    for (size_t i = 0; i < from->len; i++)
        bench_figures_add(into, from->at[i]);
    bench_figures_free(from);
}

static void load(rt_engine *engine, unsigned threads, double time, struct figures *out)
{
    struct worker workers[MAX_THREADS] = { 0 };
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < threads; i++) {
        workers[i].engine = engine;
        workers[i].number = i;
        workers[i].until = bench_now() + (uint64_t)(time * 1e9);
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            exit(1);
    }
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        struct figures *f = &workers[i].figures;
        for (unsigned tier = 0; tier < 3; tier++)
            merge(&out->take[tier], &f->take[tier]);
        merge(&out->wait, &f->wait);
        merge(&out->beside, &f->beside);
        merge(&out->acquire, &f->acquire);
        merge(&out->instantiate, &f->instantiate);
        merge(&out->whole, &f->whole);
        out->calls += f->calls;
    }
}

static void forget(struct figures *f)
{
    for (unsigned tier = 0; tier < 3; tier++)
        bench_figures_free(&f->take[tier]);
    bench_figures_free(&f->wait);
    bench_figures_free(&f->beside);
    bench_figures_free(&f->acquire);
    bench_figures_free(&f->instantiate);
    bench_figures_free(&f->whole);
}

static double us(uint64_t ns) { return (double)ns / 1e3; }

static double share(const struct bench_figures *part, size_t all)
{
    return all ? 100.0 * (double)part->len / (double)all : 0;
}

/* ---- sections -------------------------------------------------------------------------------- */

static void show_tiers(void)
{
    struct figures tiers, demand, alone;
    rt_engine *engine = bench_engine(NULL);
    load(engine, 8, 1, &tiers);
    forget(&tiers);
    load(engine, 8, seconds, &tiers);
    rt_engine_close(engine);
    engine = bench_engine((const char *const[]){ "RIPTIDE_WASM_ENABLE_REUSE=false", NULL });
    load(engine, 8, seconds, &demand);
    load(engine, 1, 1, &alone);
    rt_engine_close(engine);
    double with = bench_figures_mean(&tiers.acquire), without = bench_figures_mean(&demand.acquire);
    printf("## Steady load, 8 threads\n\n| what | wanted | found |\n| --- | --- | ---: |\n"
           "| calls | | %zu |\n| hot | >= 50 %% | %.1f %% |\n| warm | | %.1f %% |\n"
           "| cold | <= 10 %% | %.1f %% |\n"
           "| hot take, median | <= 20 us | %.1f us |\n| hot take, p99 | <= 100 us | %.1f us |\n"
           "| warm take, median | <= 1 ms | %.1f us |\n"
           "| all beside the component's time and the wait, median | <= 150 us | %.1f us |\n"
           "| taking and giving back, mean | | %.1f us |\n"
           "| the same with instances made on demand, mean | | %.1f us |\n"
           "| cheaper by | >= 40 %% | %.0f %% |\n"
           "| store and instance, one thread, median | <= 60 us | %.1f us |\n\n",
           tiers.calls, share(&tiers.take[0], tiers.calls), share(&tiers.take[1], tiers.calls),
           share(&tiers.take[2], tiers.calls), us(bench_figures_quantile(&tiers.take[0], 500)),
           us(bench_figures_quantile(&tiers.take[0], 990)),
           us(bench_figures_quantile(&tiers.take[1], 500)),
           us(bench_figures_quantile(&tiers.beside, 500)), with / 1e3, without / 1e3,
           100 * (1 - with / without), us(bench_figures_quantile(&alone.instantiate, 500)));
    forget(&alone);
    forget(&tiers);
    forget(&demand);
}

static double rate_of(rt_engine *engine, unsigned threads, struct figures *f)
{
    load(engine, threads, seconds, f);
    return (double)f->calls / seconds;
}

/* One thread with nothing but one core: the engine's own threads have to share it. */
static double rate_on_one_core(void)
{
    cpu_set_t all, one;
    struct figures f;
    if (sched_getaffinity(0, sizeof all, &all) != 0)
        exit(1);
    CPU_ZERO(&one);
    for (size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    rt_engine *engine = bench_engine(NULL);
    double rate = rate_of(engine, 1, &f);
    forget(&f);
    rt_engine_close(engine);
    sched_setaffinity(0, sizeof all, &all);
    return rate;
}

static void show_threads(void)
{
    double core = rate_on_one_core(), one = 0, two = 0;
    rt_engine *engine = bench_engine(NULL);
    printf("## Threads\n\n| threads | calls a second | of one thread's | median | p99 |\n"
           "| ---: | ---: | ---: | ---: | ---: |\n");
    for (unsigned threads = 1; threads <= MAX_THREADS; threads *= 2) {
        struct figures f;
        double rate = rate_of(engine, threads, &f);
        one = threads == 1 ? rate : one;
        two = threads == 2 ? rate : two;
        printf("| %u | %.0f | %.2f | %.2f ms | %.2f ms |\n", threads, rate, rate / one,
               us(bench_figures_quantile(&f.whole, 500)) / 1e3,
               us(bench_figures_quantile(&f.whole, 990)) / 1e3);
        forget(&f);
    }
    rt_engine_close(engine);
    printf("\nThis machine has %u cores.  One thread on one core: %.0f a second; two on two: %.2f "
           "times "
           "that (wanted: at least 1.8).\nOne thread of two cores has the other one drop its "
           "instances.\n\n",
           rt_cores(), core, two / core);
}

static void show_fairness(void)
{
    char setting[64];
    snprintf(setting, sizeof setting, "RIPTIDE_WASM_MAX_POOL_SIZE=%u", rt_cores());
    rt_engine *engine = bench_engine((const char *const[]){ setting, NULL });
    struct figures f;
    load(engine, MAX_THREADS, seconds, &f);
    uint64_t median = bench_figures_quantile(&f.wait, 500);
    uint64_t p99 = bench_figures_quantile(&f.wait, 990),
             most = bench_figures_quantile(&f.wait, 1000);
    printf("## Fairness: 8 threads, %s\n\n| wait | ms | of the median |\n| --- | ---: | ---: |\n"
           "| median | %.2f | 1 |\n| p99 | %.2f | %.1f |\n| longest (wanted: <= 4) | %.2f | %.1f "
           "|\n\n",
           setting, us(median) / 1e3, us(p99) / 1e3, (double)p99 / (double)median, us(most) / 1e3,
           (double)most / (double)median);
    forget(&f);
    rt_engine_close(engine);
}

/* A page of some `bytes` with `links` links. */
static char *make_page(size_t bytes, size_t links, size_t *len)
{
    char *html = malloc(bytes + 4096);
    if (!html)
        exit(1);
    size_t n = (size_t)snprintf(html, 4096, "<title>Water</title><article><h1>Water</h1>");
    for (size_t i = 0; n < bytes; i++) {
        n += (size_t)snprintf(html + n, 4096,
                              "<p>The river rose in the night, and by the morning "
                              "the lower meadows lay under water, number %zu. ",
                              i);
        if (i < links)
            n += (size_t)snprintf(html + n, 4096, "<a href=/page/%zu>More of it</a>.", i);
    }
    *len = n;
    return html;
}

static void show_small_parts(void)
{
    enum { RUNS = 300 };
    size_t len;
    char *html = make_page(200000, 500, &len);
    rt_engine *engine = bench_engine(NULL);
    struct bench_figures lower = { 0 }, lift = { 0 }, both = { 0 }, check = { 0 };
    rt_request request = RT_REQUEST_INIT;
    request.url = (rt_str){ "https://example.org/", 20 };
    request.html = (rt_str){ html, len };
    size_t links = 0;
    for (int i = 0; i < RUNS; i++) {
        rt_result *result;
        if (rt_extract(engine, &request, &result, NULL) != RT_OK)
            exit(1);
        const rt_stats *s = rt_result_stats(result);
        links = rt_result_content(result)->links.len;
        bench_figures_add(&lower, s->lower_ns);
        bench_figures_add(&lift, s->lift_ns);
        bench_figures_add(&both, s->lower_ns + s->lift_ns);
        rt_result_free(result);
    }
    rt_engine_close(engine);
    free(html);
    html = make_page(1000000, 500, &len);
    request.html = (rt_str){ html, len };
    const struct rt_config config = rt_settings_config(NULL);
    const struct rt_input_rules rules = rt_input_rules_of(&config);
    for (int i = 0; i < RUNS; i++) {
        uint64_t start = bench_now();
        if (rt_validate_request(&rules, &request, NULL) != RT_OK)
            exit(1);
        bench_figures_add(&check, bench_now() - start);
    }
    free(html);
    printf("## Boundary and check, medians\n\n| what | wanted | found |\n| --- | --- | ---: |\n"
           "| type boundary, 200 KB and %zu links, in | | %.1f us |\n| out | | %.1f us |\n"
           "| both | <= 100 us | %.1f us |\n| input check, 1 MB | <= 100 us | %.1f us |\n\n",
           links, us(bench_figures_quantile(&lower, 500)), us(bench_figures_quantile(&lift, 500)),
           us(bench_figures_quantile(&both, 500)), us(bench_figures_quantile(&check, 500)));
    bench_figures_free(&lower);
    bench_figures_free(&lift);
    bench_figures_free(&both);
    bench_figures_free(&check);
}

static void show_starts(void)
{
    enum { STARTS = 100 };
    char folder[] = "/tmp/riptide-load-XXXXXX", setting[64];
    if (!mkdtemp(folder))
        exit(1);
    snprintf(setting, sizeof setting, "RIPTIDE_WASM_CACHE_DIR=%s", folder);
    struct bench_figures warm = { 0 };
    unsigned hits = 0;
    uint64_t cold = 0;
    for (unsigned i = 0; i < STARTS; i++) {
        rt_engine *engine = bench_engine((const char *const[]){ setting, NULL });
        const rt_engine_info *info = rt_engine_get_info(engine);
        hits += info->cache_hit;
        if (info->cache_hit)
            bench_figures_add(&warm, info->open_ns);
        else
            cold = info->open_ns;
        rt_engine_close(engine);
    }
    double median = us(bench_figures_quantile(&warm, 500)) / 1e3;
    printf("## Starts of an engine, one cache\n\n| what | wanted | found |\n| --- | --- | ---: |\n"
           "| hits in %d starts | >= 85 %% | %u |\n| without compiled code | | %.0f ms |\n"
           "| with, median | <= 15 ms | %.2f ms |\n| faster by | >= 10 times | %.0f times |\n",
           STARTS, hits, us(cold) / 1e3, median, us(cold) / 1e3 / median);
    bench_figures_free(&warm);
    bench_folder_remove(folder);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: riptide-load LIST [SECONDS]\n");
        return 2;
    }
    if (argc > 2)
        seconds = strtod(argv[2], NULL);
    pages = bench_pages_read(argv[1], STRIDE);
    printf("# The host runtime under load\n\nMade by `make load RIPTIDE_DATA=...` with riptide %s "
           "over "
           "%zu pages of WCXB, %.0f s for each measurement.\n\n",
           rt_version(), pages.len, seconds);
    show_tiers();
    show_threads();
    show_fairness();
    show_small_parts();
    show_starts();
    bench_pages_free(&pages);
    return 0;
}

/* riptide-soak LIST COMPONENT CALLS [THREADS]: CALLS extractions of the pages of LIST, every 20th
 * of them a page made to hurt, on one engine; then whether anything grew, crashed or changed.
 * COMPONENT is tests/guests/faulty.wasm: the real one, which fails on demand.  Prints a Markdown
 * report; ends with 1 where something is not as it must be. */
#include "pages.h"

#include <dirent.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { HOSTILE_EVERY = 20, STRIDE = 5, MAX_THREADS = 64, OUTCOMES = 64 };

/* ---- the process ----------------------------------------------------------------------------- */

struct size {
    uint64_t resident; /* bytes */
    unsigned fds, maps;
};

static struct size measure(void)
{
    struct size size = { 0, 0, 0 };
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    if (file && fscanf(file, "%*u %lu", &pages) == 1)
        size.resident = (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    if (file)
        fclose(file);
    file = fopen("/proc/self/maps", "re");
    for (int c; file && (c = fgetc(file)) != EOF;)
        size.maps += c == '\n';
    if (file)
        fclose(file);
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir))
        size.fds++;
    if (dir)
        closedir(dir);
    return size;
}

/* ---- the load -------------------------------------------------------------------------------- */

static struct {
    struct bench_pages pages;
    rt_engine *engine;
    size_t calls;
    char *deep;
    size_t deep_len;
    atomic_size_t next;
    atomic_uint outcomes[OUTCOMES];
    atomic_uint changed;
    struct first {
        _Atomic uint64_t hash;
    } *first; /* of each page: what it gave the first time; 0: not yet */
} soak;

/* The outcome, too: a page that fails must fail each time alike. */
static uint64_t fingerprint(rt_status status, const rt_result *result)
{
    rt_text json = { NULL, 0 };
    uint64_t hash = (uint64_t)status + 1;
    if (status == RT_OK && rt_result_json(result, (rt_str){ NULL, 0 }, &json, NULL) == RT_OK)
        hash = XXH3_64bits(json.at, json.len) | 1;
    rt_text_free(&json);
    return hash;
}

static void extract_good(size_t page)
{
    rt_request request = bench_request(&soak.pages.at[page]);
    rt_result *result = NULL;
    rt_status status = rt_extract(soak.engine, &request, &result, NULL);
    uint64_t hash = fingerprint(status, result), none = 0;
    if (!atomic_compare_exchange_strong(&soak.first[page].hash, &none, hash) && none != hash)
        atomic_fetch_add(&soak.changed, 1);
    atomic_fetch_add(&soak.outcomes[status], 1);
    rt_result_free(result);
}

static void extract_hostile(size_t n)
{
    static const char *const faults[] = { "<!--fault:loop--><p>x", "<!--fault:eat--><p>x",
                                          "<!--fault:trap--><p>x" };
    rt_request request = RT_REQUEST_INIT;
    request.url = (rt_str){ "https://example.org/", 20 };
    request.html = n % 4 < 3 ? (rt_str){ faults[n % 4], strlen(faults[n % 4]) }
                             : (rt_str){ soak.deep, soak.deep_len };
    rt_result *result = NULL;
    rt_status status = rt_extract(soak.engine, &request, &result, NULL);
    atomic_fetch_add(&soak.outcomes[status], 1);
    rt_result_free(result);
}

static void *run(void *unused)
{
    for (;;) {
        size_t n = atomic_fetch_add(&soak.next, 1);
        if (n >= soak.calls)
            return unused;
        if (n % HOSTILE_EVERY == HOSTILE_EVERY - 1)
            extract_hostile(n / HOSTILE_EVERY);
        else
            extract_good(n % soak.pages.len);
    }
}

/* So many calls; *peak: the most that was resident meanwhile. */
static void run_load(size_t calls, unsigned threads, uint64_t *peak)
{
    pthread_t thread[MAX_THREADS];
    soak.calls = calls;
    atomic_store(&soak.next, 0);
    for (unsigned i = 0; i < OUTCOMES; i++)
        atomic_store(&soak.outcomes[i], 0);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&thread[i], NULL, run, NULL) != 0)
            exit(1);
    while (atomic_load(&soak.next) < calls) {
        const struct timespec pause = { 0, 20000000 };
        nanosleep(&pause, NULL);
        uint64_t resident = measure().resident;
        *peak = resident > *peak ? resident : *peak;
    }
    for (unsigned i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
}

/* ---- the report ------------------------------------------------------------------------------ */

static int report(const struct size *base, const struct size *end, uint64_t peak, double seconds,
                  unsigned threads)
{
    double growth = ((double)end->resident - (double)base->resident) / 0x1p20;
    double spike = ((double)peak - (double)base->resident) / 0x1p20;
    printf(
        "# Endurance\n\nMade by `make soak RIPTIDE_DATA=...` with riptide %s: %zu extractions of "
        "%zu "
        "pages of WCXB by %u threads\non one engine, every %dth of a page that loops, eats memory, "
        "traps or nests 100,000 deep; %.0f s.\n\n"
        "| what | wanted | found |\n| --- | --- | ---: |\n"
        "| answers that differ from the page's first | 0 | %u |\n"
        "| resident memory, start | | %.1f MiB |\n"
        "| growth to the end | < 50 MiB | %.1f MiB |\n"
        "| most over the start | < 200 MiB | %.1f MiB |\n"
        "| open files, start and end | the same | %u, %u |\n"
        "| mappings, start and end | | %u, %u |\n\n| outcome | calls |\n| --- | ---: |\n",
        rt_version(), soak.calls, soak.pages.len, threads, HOSTILE_EVERY, seconds,
        atomic_load(&soak.changed), (double)base->resident / 0x1p20, growth, spike, base->fds,
        end->fds, base->maps, end->maps);
    for (unsigned s = 0; s < OUTCOMES; s++)
        if (atomic_load(&soak.outcomes[s]) > 0)
            printf("| `%s` | %u |\n", rt_status_label((rt_status)s),
                   atomic_load(&soak.outcomes[s]));
    return atomic_load(&soak.changed) > 0 || growth >= 50 || spike >= 200 || end->fds > base->fds;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: riptide-soak LIST COMPONENT CALLS [THREADS]\n");
        return 2;
    }
    char component[4200];
    snprintf(component, sizeof component, "RIPTIDE_COMPONENT=%s", argv[2]);
    unsigned threads = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 4;
    threads = threads < 1 ? 1 : threads > MAX_THREADS ? MAX_THREADS : threads;
    soak.pages = bench_pages_read(argv[1], STRIDE);
    soak.first = calloc(soak.pages.len, sizeof *soak.first);
    soak.deep_len = (size_t)5 * 100000;
    soak.deep = malloc(soak.deep_len);
    if (!soak.first || !soak.deep)
        return 1;
    for (size_t i = 0; i < soak.deep_len; i++)
        soak.deep[i] = "<div>"[i % 5];
    soak.engine = bench_engine((const char *const[]){ component, NULL });
    /* Once through, so that the start is what an engine at work takes. */
    run_load(4 * soak.pages.len, threads, &(uint64_t){ 0 });
    struct size base = measure();
    uint64_t peak = base.resident, start = bench_now();
    run_load(strtoul(argv[3], NULL, 10), threads, &peak);
    struct size end = measure();
    int bad = report(&base, &end, peak, (double)(bench_now() - start) / 1e9, threads);
    rt_engine_close(soak.engine);
    bench_pages_free(&soak.pages);
    free(soak.deep);
    free(soak.first);
    return bad;
}

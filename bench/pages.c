/* What the timing programs share: pages, figures, engines. */
#include "pages.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

static void *need(void *p)
{
    if (!p)
        give_up("memory", "none left");
    return p;
}

static rt_text read_page(const char *path)
{
    enum { MOST = 16 << 20 };
    gzFile file = gzopen(path, "rb");
    if (!file)
        give_up(path, "cannot be read");
    char *bytes = need(malloc(MOST));
    int len = gzread(file, bytes, MOST);
    gzclose(file);
    rt_text html;
    rt_error err;
    if (len < 0 || rt_decode((rt_str){ bytes, (size_t)len }, (rt_str){ NULL, 0 }, &html, &err))
        give_up(path, "cannot be decoded");
    free(bytes);
    return html;
}

struct bench_pages bench_pages_read(const char *list, size_t stride)
{
    struct bench_pages pages = { NULL, 0 };
    char line[8192];
    FILE *file = fopen(list, "re");
    if (!file)
        give_up(list, "cannot be read");
    for (size_t n = 0; fgets(line, sizeof line, file); n++) {
        if (n % stride != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *url = strchr(line, '\t');
        if (!url)
            give_up(line, "expected path[TAB]url[TAB]id");
        *url++ = '\0';
        url[strcspn(url, "\t")] = '\0';
        pages.at = need(realloc(pages.at, (pages.len + 1) * sizeof *pages.at));
        pages.at[pages.len++] = (struct bench_page){ need(strdup(url)), read_page(line) };
    }
    fclose(file);
    if (pages.len == 0)
        give_up(list, "holds no page");
    return pages;
}

void bench_pages_free(struct bench_pages *pages)
{
    for (size_t i = 0; i < pages->len; i++) {
        free(pages->at[i].url);
        rt_text_free(&pages->at[i].html);
    }
    free(pages->at);
}

rt_request bench_request(const struct bench_page *page)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = (rt_str){ page->html.at, page->html.len };
    request.url = (rt_str){ page->url, strlen(page->url) };
    return request;
}

uint64_t bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void bench_figures_add(struct bench_figures *figures, uint64_t value)
{
    if (figures->len == figures->room) {
        figures->room = figures->room ? 2 * figures->room : 1024;
        figures->at = need(realloc(figures->at, figures->room * sizeof *figures->at));
    }
    figures->at[figures->len++] = value;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

uint64_t bench_figures_quantile(struct bench_figures *figures, unsigned per_mille)
{
    if (figures->len == 0)
        return 0;
    qsort(figures->at, figures->len, sizeof *figures->at, compare);
    size_t i = figures->len * per_mille / 1000;
    return figures->at[i < figures->len ? i : figures->len - 1];
}

double bench_figures_mean(const struct bench_figures *figures)
{
    double sum = 0;
    for (size_t i = 0; i < figures->len; i++)
        sum += (double)figures->at[i];
    return figures->len ? sum / (double)figures->len : 0;
}

void bench_figures_free(struct bench_figures *figures)
{
    free(figures->at);
    *figures = (struct bench_figures){ NULL, 0, 0 };
}

rt_engine *bench_engine(const char *const *assignments)
{
    rt_settings *settings = NULL;
    rt_engine *engine = NULL;
    rt_error err = { RT_OK, "" };
    rt_status status = rt_settings_new(&settings, &err);
    if (status == RT_OK)
        status = rt_settings_load_env(settings, &err);
    for (; status == RT_OK && assignments && *assignments; assignments++) {
        char name[128];
        const char *equals = strchr(*assignments, '=');
        snprintf(name, sizeof name, "%.*s", (int)(equals - *assignments), *assignments);
        status = rt_settings_set(settings, name, equals + 1, &err);
    }
    if (status == RT_OK)
        status = rt_engine_open(settings, &engine, &err);
    rt_settings_free(settings);
    if (status != RT_OK)
        give_up("engine", err.message);
    return engine;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

void bench_folder_remove(const char *path) { nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS); }

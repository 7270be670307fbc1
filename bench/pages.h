#ifndef RT_BENCH_PAGES_H
#define RT_BENCH_PAGES_H

#include <riptide/riptide.h>

/* Pages in memory, decoded, for programs that time what comes after. */
struct bench_page {
    char *url;
    rt_text html;
};

struct bench_pages {
    struct bench_page *at;
    size_t len;
};

/* Every `stride`th line of the list, `path[TAB]url[TAB]id`, gzipped files taken as they are.  Ends
 * the program with a message where that goes wrong. */
struct bench_pages bench_pages_read(const char *list, size_t stride);
void bench_pages_free(struct bench_pages *pages);

rt_request bench_request(const struct bench_page *page);

/* Nanoseconds of a clock that never jumps. */
uint64_t bench_now(void);

/* Figures, kept and then asked for; not for several threads at once. */
struct bench_figures {
    uint64_t *at;
    size_t len, room;
};
void bench_figures_add(struct bench_figures *figures, uint64_t value);
/* per_mille: 500 is the median.  0 without figures. */
uint64_t bench_figures_quantile(struct bench_figures *figures, unsigned per_mille);
double bench_figures_mean(const struct bench_figures *figures);
void bench_figures_free(struct bench_figures *figures);

/* Settings of the environment and then these "NAME=VALUE"s up to NULL; opens or ends the program.
 */
rt_engine *bench_engine(const char *const *assignments);

/* With all that is in it. */
void bench_folder_remove(const char *path);

#endif

#ifndef RT_CLI_CALIBRATE_H
#define RT_CLI_CALIBRATE_H

#include "cli.h"

#include <stdint.h>

/* One row for each mode, in the order of tables/modes.def. */
enum {
#define RT_MODE(NAME, ...) RT_CALIBRATE_##NAME,
#include "tables/modes.def"
#undef RT_MODE
    RT_CALIBRATE_MODES
};

/* A page whose budget is to hold takes at most one part in so many of it. */
enum { RT_CALIBRATE_SAFETY = 4 };

/* What one page took in one mode. */
struct rt_usage {
    uint64_t bytes, fuel;
};

struct rt_usages {
    struct rt_usage *at;
    size_t len, room;
};

struct rt_calibration {
    const struct rt_options *options;
    struct rt_usages of[RT_CALIBRATE_MODES];
    uint64_t pages, bytes;
    uint64_t unread;                  /* files that could not be read */
    uint64_t fuel_limit, fuel_per_kb; /* in force */
    const rt_str *selectors;          /* of custom mode */
    size_t selector_count;
    const char *component; /* its label */
};

/* A budget's two settings. */
struct rt_budget {
    uint64_t fuel_limit, fuel_per_kb;
};
/* The smallest ones, rounded up to two digits, under which no page takes more than one part in
 * RT_CALIBRATE_SAFETY of its budget.  Of the two, fuel_per_kb is fixed first: by what a KiB takes
 * in the dearest mode, as the median of pages. */
struct rt_budget rt_calibration_advice(const struct rt_calibration *calibration);

void rt_calibration_markdown(const struct rt_calibration *calibration, FILE *to);

#endif

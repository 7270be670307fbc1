/* From what pages took to a budget that fits them, and the report. */
#include "calibrate.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Below it a page's size says little about what it takes. */
enum { LEAST_FOR_RATE = 16 << 10 };

static const struct {
    const char *label;
    unsigned share;
} modes[] = {
#define RT_MODE(NAME, label, share, text) { label, share },
#include "tables/modes.def"
#undef RT_MODE
};
/* Of RIPTIDE_WASM_FUEL_LIMIT: the largest share gets all of it. */
enum { SHARES = 50 };
static const double shares = SHARES, safety = RT_CALIBRATE_SAFETY;

/* ---- figures --------------------------------------------------------------------------------- */

static double budget_of(const struct rt_budget *budget, size_t mode, uint64_t bytes)
{
    return (double)budget->fuel_limit / shares * modes[mode].share +
           (double)(bytes / 1024 + 1) * (double)budget->fuel_per_kb;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Something of each page: median, 99 % and most. */
struct spread {
    double median, p99, most;
    size_t count;
};

static double rank(const double *sorted, size_t count, unsigned percent)
{
    size_t n = (size_t)ceil((double)count * percent / 100.0);
    return sorted[n ? n - 1 : 0];
}

typedef double measure(const struct rt_usage *usage, const void *ctx);

/* Zeroes without pages or memory; a negative measure leaves the page out. */
static struct spread spread_of(const struct rt_usages *usages, measure *of, const void *ctx)
{
    struct spread spread = { 0, 0, 0, 0 };
    double *at = usages->len ? rt_cli_heap(NULL, usages->len * sizeof *at) : NULL;
    if (!at)
        return spread;
    for (size_t i = 0; i < usages->len; i++) {
        double value = of(&usages->at[i], ctx);
        if (value >= 0)
            at[spread.count++] = value;
    }
    if (spread.count > 0) {
        qsort(at, spread.count, sizeof *at, compare);
        spread.median = rank(at, spread.count, 50);
        spread.p99 = rank(at, spread.count, 99);
        spread.most = at[spread.count - 1];
    }
    rt_cli_heap(at, 0);
    return spread;
}

static double whole_fuel(const struct rt_usage *usage, const void *ctx)
{
    (void)ctx;
    return (double)usage->fuel;
}

/* ctx: the least size of a page. */
static double fuel_per_kib(const struct rt_usage *usage, const void *ctx)
{
    const uint64_t *least = ctx;
    return usage->bytes < *least ? -1 : (double)usage->fuel * 1024 / (double)usage->bytes;
}

static struct spread rate_of(const struct rt_usages *usages)
{
    const uint64_t large = LEAST_FOR_RATE, any = 1;
    struct spread rate = spread_of(usages, fuel_per_kib, &large);
    return rate.count ? rate : spread_of(usages, fuel_per_kib, &any);
}

/* ctx: instructions for each KiB.  What is left of a page without them. */
static double base_fuel(const struct rt_usage *usage, const void *ctx)
{
    const double *rate = ctx;
    double rest = (double)usage->fuel - (double)usage->bytes / 1024 * *rate;
    return rest > 0 ? rest : 0;
}

/* The part of its budget that the page that comes nearest to it takes. */
static double worst_part(const struct rt_usages *usages, size_t mode,
                         const struct rt_budget *budget)
{
    double worst = 0;
    for (size_t i = 0; i < usages->len; i++) {
        double part = (double)usages->at[i].fuel / budget_of(budget, mode, usages->at[i].bytes);
        worst = part > worst ? part : worst;
    }
    return worst;
}

/* ---- advice ---------------------------------------------------------------------------------- */

/* The least number of two digits and zeroes that is not below it. */
static uint64_t round_up(double value)
{
    uint64_t unit = 1;
    while (value / (double)unit > 99)
        unit *= 10;
    return (uint64_t)ceil(value / (double)unit) * unit;
}

struct rt_budget rt_calibration_advice(const struct rt_calibration *calibration)
{
    double rate = 0, limit = shares;
    for (size_t m = 0; m < RT_CALIBRATE_MODES; m++)
        rate = fmax(rate, rate_of(&calibration->of[m]).median);
    struct rt_budget budget = { 0, round_up(rate * safety) };
    for (size_t m = 0; m < RT_CALIBRATE_MODES; m++) {
        const struct rt_usages *usages = &calibration->of[m];
        for (size_t i = 0; i < usages->len; i++) {
            double rest =
                (double)usages->at[i].fuel * safety - budget_of(&budget, m, usages->at[i].bytes);
            limit = fmax(limit, rest * shares / modes[m].share);
        }
    }
    budget.fuel_limit = round_up(limit);
    return budget;
}

/* ---- the report ------------------------------------------------------------------------------ */

static void show_source(const struct rt_calibration *c, FILE *to)
{
    char date[16];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%Y-%m-%d", &tm);
    const char *list = c->options->list, *slash = list ? strrchr(list, '/') : NULL;
    fprintf(to, "# Instruction budgets\n\n`riptide calibrate ");
    if (list)
        fprintf(to, "--list %.100s", slash ? slash + 1 : list);
    else
        fprintf(to, "(%zu pages)", c->options->args.len);
    slash = strrchr(c->component, '/');
    fprintf(to, "`, riptide %s, component %.100s, %s\n\n", rt_version(),
            slash ? slash + 1 : c->component, date);
    fprintf(to,
            "%" PRIu64
            " pages, %.1f MB as UTF-8, each extracted in every mode with the limits wide "
            "open. A page that has no content\nin a mode is left out there. Custom mode: ",
            c->pages, (double)c->bytes / 1e6);
    for (size_t i = 0; i < c->selector_count; i++)
        fprintf(to, "%s`%.*s`", i ? ", " : "", (int)c->selectors[i].len, c->selectors[i].at);
    fprintf(to, ".\n\n");
}

static void show_spread(struct spread spread, double unit, int digits, FILE *to)
{
    fprintf(to, " %.*f | %.*f | %.*f |", digits, spread.median / unit, digits, spread.p99 / unit,
            digits, spread.most / unit);
}

static void show_modes(const struct rt_calibration *c, FILE *to)
{
    fprintf(
        to,
        "Instructions: of a page, in millions; for each KiB of HTML, in thousands, of pages of "
        "%d KiB and more if there are any; and\nthe base, in millions: what a page takes beyond "
        "the median for each of its KiB.\n\n"
        "| mode | share | pages | page: median | 99 %% | most | KiB: median | 99 %% | most | "
        "base: median | 99 %% | most |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: "
        "|\n",
        LEAST_FOR_RATE >> 10);
    for (size_t m = 0; m < RT_CALIBRATE_MODES; m++) {
        struct spread rate = rate_of(&c->of[m]);
        fprintf(to, "| %s | %u/%d | %zu |", modes[m].label, modes[m].share, SHARES, c->of[m].len);
        show_spread(spread_of(&c->of[m], whole_fuel, NULL), 1e6, 1, to);
        show_spread(rate, 1e3, 0, to);
        show_spread(spread_of(&c->of[m], base_fuel, &rate.median), 1e6, 1, to);
        fputc('\n', to);
    }
}

static void show_budget(const struct rt_calibration *c, const char *what,
                        const struct rt_budget *budget, FILE *to)
{
    fprintf(to, "| %s | %" PRIu64 " | %" PRIu64 " |", what, budget->fuel_limit,
            budget->fuel_per_kb);
    for (size_t m = 0; m < RT_CALIBRATE_MODES; m++)
        fprintf(to, " %.1f %% |", 100 * worst_part(&c->of[m], m, budget));
    fputc('\n', to);
}

void rt_calibration_markdown(const struct rt_calibration *c, FILE *to)
{
    const struct rt_budget in_force = { c->fuel_limit, c->fuel_per_kb },
                           advice = rt_calibration_advice(c);
    show_source(c, to);
    show_modes(c, to);
    fprintf(to, "\nThe part of its budget, share of `RIPTIDE_WASM_FUEL_LIMIT` and "
                "`RIPTIDE_WASM_FUEL_PER_KB` for each KiB begun, that the page\ntakes which comes "
                "nearest to it:\n\n| settings | limit | per KiB |");
    for (size_t m = 0; m < RT_CALIBRATE_MODES; m++)
        fprintf(to, " %s |", modes[m].label);
    fprintf(to, "\n| --- | ---: | ---: |");
    for (size_t m = 0; m < RT_CALIBRATE_MODES; m++)
        fprintf(to, " ---: |");
    fputc('\n', to);
    show_budget(c, "in force", &in_force, to);
    show_budget(c, "for these pages", &advice, to);
    fprintf(to,
            "\nFor these pages, with a safety factor of %d, that is: %d times what a KiB takes in "
            "the dearest mode (median), and the\nsmallest limit with which no page takes more than "
            "1/%d of its budget, both rounded up to two digits:\n\n"
            "```\nRIPTIDE_WASM_FUEL_LIMIT=%" PRIu64 "\nRIPTIDE_WASM_FUEL_PER_KB=%" PRIu64 "\n```\n",
            RT_CALIBRATE_SAFETY, RT_CALIBRATE_SAFETY, RT_CALIBRATE_SAFETY, advice.fuel_limit,
            advice.fuel_per_kb);
}

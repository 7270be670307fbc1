/* The metrics, what tells their series apart, and the bounds of the histograms, as data. */
#include "host/observe/metrics_table.h"

#include "host/breaker/breaker.h"
#include "host/component/cache.h"
#include "host/pool/pressure.h"
#include "host/pool/tiers.h"

#include <wasmtime.h>

static const char *const modes[] = {
#define RT_MODE(name, label, ...) [RT_MODE_##name] = label,
#include "tables/modes.def"
#undef RT_MODE
};

enum {
    MODES = sizeof modes / sizeof *modes,
#define RT_STATUS(...) +1
    STATUSES = 0
#include "tables/status.def"
#undef RT_STATUS
    ,
#define RT_EVENT(...) +1
    EVENTS = 0
#include "tables/events.def"
#undef RT_EVENT
};

static const char *state(unsigned series, unsigned which)
{
    (void)which;
    return rt_breaker_label((rt_breaker_state)series);
}

static const char *status(unsigned series, unsigned which)
{
    (void)which;
    return rt_status_label((rt_status)series);
}

static const char *tier(unsigned series, unsigned which)
{
    (void)which;
    return rt_tier_label((rt_tier)series);
}

static const char *call(unsigned series, unsigned which)
{
    return which == 0 ? modes[series / STATUSES] : rt_status_label((rt_status)(series % STATUSES));
}

static const char *event(unsigned series, unsigned which)
{
    (void)which;
    return rt_event_label((rt_event_kind)series);
}

static const char *pressure(unsigned series, unsigned which)
{
    (void)which;
    return rt_pressure_label((enum rt_pressure)series);
}

static const char *lookup(unsigned series, unsigned which)
{
    (void)which;
    return rt_cache_label((enum rt_cache_result)series);
}

static const char *build(unsigned series, unsigned which)
{
    (void)series;
    return which == 0 ? rt_version() : WASMTIME_VERSION;
}

static const struct rt_metric_labels labels_none = { { NULL, NULL }, 1, false, NULL };
static const struct rt_metric_labels labels_state = {
    { "state", NULL }, RT_BREAKER_STATES, false, state
};
static const struct rt_metric_labels labels_reason = { { "reason", NULL }, STATUSES, true, status };
static const struct rt_metric_labels labels_outcome = {
    { "outcome", NULL }, STATUSES, true, status
};
static const struct rt_metric_labels labels_tier = { { "tier", NULL }, RT_TIERS, false, tier };
static const struct rt_metric_labels labels_call = {
    { "mode", "outcome" }, MODES *STATUSES, true, call
};
static const struct rt_metric_labels labels_event = { { "event", NULL }, EVENTS, true, event };
static const struct rt_metric_labels labels_pressure = {
    { "level", NULL }, RT_PRESSURES, false, pressure
};
static const struct rt_metric_labels labels_cache = {
    { "result", NULL }, RT_CACHE_RESULTS, false, lookup
};
static const struct rt_metric_labels labels_build = { { "version", "wasmtime" }, 1, false, build };

/* The words of the table's column. */
#define BY_NONE false, &labels_none
#define BY_OUTCOME false, &labels_outcome
#define BY_CALL false, &labels_call
#define BY_EVENT false, &labels_event
#define BY_PRESSURE false, &labels_pressure
#define BY_CACHE false, &labels_cache
#define BY_BUILD false, &labels_build
#define BY_POOL true, &labels_none
#define BY_POOL_STATE true, &labels_state
#define BY_POOL_REASON true, &labels_reason
#define BY_POOL_TIER true, &labels_tier

const struct rt_metric_row rt_metric_rows[RT_METRIC_COUNT] = {
#define RT_METRIC(name, kind, text, labels, unit, help)                                            \
    [RT_METRIC_##name] = { text, help, RT_KIND_##kind, RT_UNIT_##unit, BY_##labels },
#include "tables/metrics.def"
#undef RT_METRIC
};

const uint64_t rt_bucket_bounds[RT_BUCKETS] = {
#define RT_BUCKET(ns, label) ns,
#include "tables/buckets.def"
#undef RT_BUCKET
};

const char *const rt_bucket_labels[RT_BUCKETS] = {
#define RT_BUCKET(ns, label) label,
#include "tables/buckets.def"
#undef RT_BUCKET
};

/* Past the last series for what is no mode or no outcome: counted nowhere. */
unsigned rt_metric_call(rt_mode mode, rt_status outcome)
{
    if ((unsigned)mode >= MODES || (unsigned)outcome >= STATUSES)
        return MODES * STATUSES;
    return (unsigned)mode * STATUSES + (unsigned)outcome;
}

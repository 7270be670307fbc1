/* Where the levels of memory pressure begin. */
#include "host/pool/pressure.h"

static const struct {
    const char *label;
    uint32_t from; /* percent of the limit */
} levels[RT_PRESSURES] = {
    [RT_PRESSURE_LOW] = { "low", 0 },
    [RT_PRESSURE_MEDIUM] = { "medium", 60 },
    [RT_PRESSURE_HIGH] = { "high", 80 },
    [RT_PRESSURE_CRITICAL] = { "critical", 90 },
};

/* The least number of bytes that is `percent` of the limit: limit * percent may not fit. */
static uint64_t share(uint64_t limit, uint32_t percent)
{
    return limit / 100 * percent + (limit % 100 * percent + 99) / 100;
}

enum rt_pressure rt_pressure_of(uint64_t used, uint64_t limit)
{
    if (limit == 0)
        return RT_PRESSURE_LOW;
    enum rt_pressure level = RT_PRESSURE_CRITICAL;
    while (level > RT_PRESSURE_LOW && used < share(limit, levels[level].from))
        level--;
    return level;
}

const char *rt_pressure_label(enum rt_pressure pressure)
{
    return (unsigned)pressure < RT_PRESSURES ? levels[pressure].label : "unknown";
}

/* What holds between two settings; what holds for one alone stands in the table. */
#include "host/settings/table.h"

#include "base/error.h"

#include <inttypes.h>

#define AT_MOST(small, large, scale) { RT_ROW_RIPTIDE_##small, RT_ROW_RIPTIDE_##large, scale }
/* clang-format off */
#define RULES                                                                                      \
    AT_MOST(WASM_INITIAL_POOL_SIZE, WASM_MAX_POOL_SIZE, 1),                                        \
    AT_MOST(WASM_INITIAL_POOL_SIZE, WASM_ADAPTIVE_MAX_SIZE, 1),                                    \
    AT_MOST(WASM_HOT_TIER_SIZE, WASM_ADAPTIVE_MAX_SIZE, 1),                                        \
    AT_MOST(WASM_ADAPTIVE_MIN_SIZE, WASM_ADAPTIVE_MAX_SIZE, 1),                                    \
    AT_MOST(WASM_HOT_THRESHOLD_MS, WASM_WARM_THRESHOLD_MS, 1),                                     \
    AT_MOST(WASM_SOFT_TIMEOUT_MS, WASM_TIMEOUT_SECS, 1000),                                        \
    AT_MOST(BREAKER_FAILURES, BREAKER_WINDOW, 1),                                                  \
    AT_MOST(BREAKER_OPEN_MS, BREAKER_MAX_OPEN_MS, 1)
/* clang-format on */
const struct rt_rule rt_rules[RT_RULES] = { RULES };
_Static_assert(sizeof((struct rt_rule[]){ RULES }) == sizeof rt_rules, "RT_RULES is their number");

rt_status rt_settings_check(const rt_settings *settings, rt_error *err)
{
    const struct rt_config config = rt_settings_config(settings);
    for (size_t i = 0; i < RT_RULES; i++) {
        const struct rt_row *small = &rt_rows[rt_rules[i].small];
        const struct rt_row *large = &rt_rows[rt_rules[i].large];
        uint64_t is = rt_row_number(small, &config), most = rt_row_number(large, &config);
        if (is > most * rt_rules[i].scale)
            return rt_fail(err, RT_INVALID_SETTING,
                           "%s=%" PRIu64 " (%s) and %s=%" PRIu64
                           " (%s): expected the first to be at most the second",
                           small->name, is, small->unit, large->name, most, large->unit);
    }
    return RT_OK;
}

bool rt_settings_rule_at(size_t i, struct rt_settings_rule *out)
{
    if (i >= RT_RULES)
        return false;
    *out = (struct rt_settings_rule){ rt_rows[rt_rules[i].small].name,
                                      rt_rows[rt_rules[i].large].name, rt_rules[i].scale };
    return true;
}

#ifndef RT_HOST_VALIDATE_H
#define RT_HOST_VALIDATE_H

#include "host/settings/settings.h"

/* What a request may be, from the settings. */
struct rt_input_rules {
    bool on;                 /* false: only what would hurt the process is refused */
    uint64_t max_html_size;  /* bytes */
    uint64_t max_url_length; /* characters */
};

struct rt_input_rules rt_input_rules_of(const struct rt_config *config);

/* Refuses what is not worth a call: RT_TOO_LARGE, RT_INVALID_INPUT, RT_INVALID_ENCODING,
 * RT_UNSUPPORTED_MODE, RT_INVALID_ARGUMENT for selectors.  After RT_OK every string of the request
 * is UTF-8 and the mode is known. */
rt_status rt_validate_request(const struct rt_input_rules *rules, const rt_request *request,
                              rt_error *err);

/* (borrowed, static) "article". */
const char *rt_mode_label(rt_mode mode);
/* Of tables/modes.def: metadata 1, article 10, custom 20, full 50. */
uint32_t rt_mode_fuel_share(rt_mode mode);
enum { RT_MODE_FUEL_SHARE_MAX = 50 };

#endif

/* Whose spans they are. */
#include "net/otlp_json.h"

#include "base/error.h"
#include "net/json.h"
#include "net/pairs.h"

#include <string.h>
#include <unistd.h>

/* The pairs of OTEL_RESOURCE_ATTRIBUTES; tells which of the names that have defaults were among
 * them. */
static void add_pairs(struct rt_net_json *json, yyjson_mut_val *list, char *text, bool *has_service,
                      bool *has_version)
{
    char *rest = text, *key, *value;
    while (rt_pairs_next(&rest, &key, &value) > 0) {
        bool is_service = strcmp(key, "service.name") == 0;
        if (is_service && *has_service)
            continue;
        *has_service = *has_service || is_service;
        *has_version = *has_version || strcmp(key, "service.version") == 0;
        rt_net_json_attribute_text(json, list, key, value);
    }
}

rt_status rt_otlp_resource(const struct rt_otlp_config *config, const struct rt_net_caller *caller,
                           const struct rt_alloc *alloc, rt_text *out, rt_error *err)
{
    const char *given = config->attributes ? config->attributes : "";
    size_t size = strlen(given) + 1;
    char *copy = rt_alloc_resize(alloc, NULL, size);
    if (!copy)
        return rt_fail(err, RT_NO_MEMORY, "no memory for OTEL_RESOURCE_ATTRIBUTES");
    struct rt_net_json json;
    rt_net_json_open(&json, alloc);
    yyjson_mut_val *list = rt_net_json_array(&json);
    bool has_service = config->service && rt_is_plain_text(config->service), has_version = false;
    if (has_service)
        rt_net_json_attribute_text(&json, list, "service.name", config->service);
    memcpy(copy, given, size);
    bool good = rt_pairs_are_good(copy);
    memcpy(copy, given, size);
    if (good)
        add_pairs(&json, list, copy, &has_service, &has_version);
    else
        rt_net_warn(caller, "OTEL_RESOURCE_ATTRIBUTES: expected key=value,key=value with %%XX for "
                            "what is special; none of it is taken");
    rt_alloc_resize(alloc, copy, 0);
    if (!has_service)
        rt_net_json_attribute_text(&json, list, "service.name", "riptide");
    if (!has_version)
        rt_net_json_attribute_text(&json, list, "service.version", rt_version());
    rt_net_json_attribute_text(&json, list, "telemetry.sdk.name", "riptide");
    rt_net_json_attribute_text(&json, list, "telemetry.sdk.language", "c");
    rt_net_json_attribute_text(&json, list, "telemetry.sdk.version", rt_version());
    rt_net_json_attribute_number(&json, list, "process.pid", (uint64_t)getpid());
    return rt_net_json_close(&json, list, out, err);
}

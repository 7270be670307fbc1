/* OpenTelemetry's variables, read once. */
#include "net/otlp_config.h"

#include "base/str.h"
#include "net/pairs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool read_number(const struct rt_net_caller *caller, const char *name, uint64_t lowest,
                        uint64_t highest, uint64_t *out)
{
    const char *text = rt_net_get(caller, name);
    if (!text)
        return false;
    uint64_t n = 0;
    const char *c = text;
    for (; rt_is_digit(*c) && n <= highest; c++)
        n = n * 10 + (uint64_t)(*c - '0');
    if (*c || n < lowest || n > highest) {
        rt_net_warn(caller,
                    "%s=%.60s: expected a whole number from %" PRIu64 " to %" PRIu64
                    "; the default holds",
                    name, text, lowest, highest);
        return false;
    }
    *out = n;
    return true;
}

/* The variable for traces alone before the one for everything. */
static const char *of_traces(const struct rt_net_caller *caller, const char *own,
                             const char *general)
{
    const char *value = rt_net_get(caller, own);
    return value ? value : rt_net_get(caller, general);
}

static double read_ratio(const struct rt_net_caller *caller)
{
    const char *text = rt_net_get(caller, "OTEL_TRACES_SAMPLER_ARG");
    if (!text)
        return 1;
    char *end;
    double ratio = strtod(text, &end);
    if (end != text && !*end && ratio >= 0 && ratio <= 1)
        return ratio;
    rt_net_warn(caller, "OTEL_TRACES_SAMPLER_ARG=%.60s: expected a number from 0 to 1; 1 is taken",
                text);
    return 1;
}

static struct rt_sampler read_sampler(const struct rt_net_caller *caller)
{
    static const struct {
        const char *name;
        struct rt_sampler sampler;
    } known[] = {
        { "parentbased_always_on", { RT_SAMPLER_ON, true, 1 } },
        { "parentbased_always_off", { RT_SAMPLER_OFF, true, 1 } },
        { "parentbased_traceidratio", { RT_SAMPLER_RATIO, true, 1 } },
        { "always_on", { RT_SAMPLER_ON, false, 1 } },
        { "always_off", { RT_SAMPLER_OFF, false, 1 } },
        { "traceidratio", { RT_SAMPLER_RATIO, false, 1 } },
    };
    const char *name = rt_net_get(caller, "OTEL_TRACES_SAMPLER");
    for (size_t i = 0; name && i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) != 0)
            continue;
        struct rt_sampler sampler = known[i].sampler;
        if (sampler.kind == RT_SAMPLER_RATIO)
            sampler.ratio = read_ratio(caller);
        return sampler;
    }
    if (name)
        rt_net_warn(caller,
                    "OTEL_TRACES_SAMPLER=%.60s: expected always_on, always_off, traceidratio or "
                    "one of these behind parentbased_; %s is taken",
                    name, known[0].name);
    return known[0].sampler;
}

static bool is_address(const char *text)
{
    rt_str s = rt_str_from_c(text);
    size_t host = rt_str_starts_nocase(s, RT_LIT("http://"))    ? 7
                  : rt_str_starts_nocase(s, RT_LIT("https://")) ? 8
                                                                : s.len;
    return host < s.len && text[host] != '/' && rt_is_plain_text(text) &&
           rt_str_find_byte(s, ' ') == RT_NPOS;
}

/* False where no address is given, or none that can be used. */
static bool read_address(struct rt_otlp_config *out, const struct rt_net_caller *caller)
{
    const char *name = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    const char *path = "";
    const char *address = rt_net_get(caller, name);
    if (!address) {
        name = "OTEL_EXPORTER_OTLP_ENDPOINT";
        address = rt_net_get(caller, name);
        if (!address)
            return false;
        path = address[strlen(address) - 1] == '/' ? "v1/traces" : "/v1/traces";
    }
    int n = snprintf(out->url, sizeof out->url, "%s%s", address, path);
    if (n > 0 && (size_t)n < sizeof out->url && is_address(address))
        return true;
    rt_net_warn(caller,
                "%s: expected an address that begins with http:// or https://; "
                "no traces are sent",
                name);
    return false;
}

/* Other exporters, and other forms of this one, are not spoken here. */
static bool is_wanted(const struct rt_net_caller *caller)
{
    const char *off = rt_net_get(caller, "OTEL_SDK_DISABLED");
    if (off && strcasecmp(off, "true") == 0)
        return false;
    const char *exporter = rt_net_get(caller, "OTEL_TRACES_EXPORTER");
    return !exporter || strcmp(exporter, "otlp") == 0;
}

void rt_otlp_config_read(struct rt_otlp_config *out, const struct rt_net_caller *caller)
{
    *out = (struct rt_otlp_config){
        .timeout_ms = 10000, .delay_ms = 5000, .queue = 2048, .batch = 512
    };
    if (!is_wanted(caller) || !read_address(out, caller))
        return;
    const char *protocol =
        of_traces(caller, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
    if (protocol && strcmp(protocol, "http/json") != 0)
        rt_net_warn(caller, "OTEL_EXPORTER_OTLP_PROTOCOL=%.60s: traces are sent as http/json",
                    protocol);
    out->on = true;
    out->headers =
        of_traces(caller, "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS");
    out->certificate = of_traces(caller, "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
                                 "OTEL_EXPORTER_OTLP_CERTIFICATE");
    out->attributes = rt_net_get(caller, "OTEL_RESOURCE_ATTRIBUTES");
    out->service = rt_net_get(caller, "OTEL_SERVICE_NAME");
    out->sampler = read_sampler(caller);
    if (!read_number(caller, "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", 1, 600000, &out->timeout_ms))
        read_number(caller, "OTEL_EXPORTER_OTLP_TIMEOUT", 1, 600000, &out->timeout_ms);
    read_number(caller, "OTEL_BSP_SCHEDULE_DELAY", 1, 600000, &out->delay_ms);
    read_number(caller, "OTEL_BSP_MAX_QUEUE_SIZE", 6, 1000000, &out->queue);
    read_number(caller, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 6, 10000, &out->batch);
    if (out->batch > out->queue)
        out->batch = out->queue;
}

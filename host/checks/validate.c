/* The check of each request before anything runs: the exact texts, and well-formed UTF-8. */
#include "host/checks/validate.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/selectors.h"

#include <inttypes.h>

static const struct mode_row {
    const char *label;
    uint32_t fuel_share;
} modes[] = {
#define RT_MODE(name, label, share, text) [RT_MODE_##name] = { label, share },
#include "tables/modes.def"
#undef RT_MODE
};
enum { MODES = sizeof modes / sizeof *modes };

#define RT_MODE(name, label, share, text)                                                          \
    _Static_assert((share) > 0 && (share) <= RT_MODE_FUEL_SHARE_MAX, "fuel share of " label);
#include "tables/modes.def"
#undef RT_MODE

const char *rt_mode_label(rt_mode mode)
{
    return (unsigned)mode < MODES ? modes[mode].label : "unknown";
}

uint32_t rt_mode_fuel_share(rt_mode mode)
{
    return (unsigned)mode < MODES ? modes[mode].fuel_share : 1;
}

rt_status rt_mode_parse(rt_str name, rt_mode *out, rt_error *err)
{
    if (!out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_mode_parse: out is NULL");
    for (unsigned i = 0; i < MODES; i++)
        if (rt_str_eq(name, rt_str_from_c(modes[i].label))) {
            *out = (rt_mode)i;
            return RT_OK;
        }
    return rt_fail(err, RT_UNSUPPORTED_MODE, "Unsupported extraction mode: '%.*s'", RT_SHOW(name));
}

static rt_status check_utf8(const char *what, rt_str s, rt_error *err)
{
    size_t bad = rt_utf8_check(s);
    if (bad == s.len)
        return RT_OK;
    return rt_fail(err, RT_INVALID_ENCODING, "%s is not UTF-8: byte 0x%02X at offset %zu", what,
                   (unsigned)(unsigned char)s.at[bad], bad);
}

static bool is_blank(rt_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!rt_is_space(s.at[i]))
            return false;
    return true;
}

static size_t count_characters(rt_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return n;
}

static rt_status check_html(const struct rt_input_rules *rules, rt_str html, rt_error *err)
{
    if (html.len > rules->max_html_size)
        return rt_fail(err, RT_TOO_LARGE,
                       "HTML content too large: %zu bytes (max: %" PRIu64 " bytes)", html.len,
                       rules->max_html_size);
    if (is_blank(html))
        return rt_fail(err, RT_INVALID_INPUT, "HTML content is empty");
    return RT_OK;
}

/* The longest address that an error message shows in full. */
enum { SHOWN_URL = 400 };

static rt_status check_url(const struct rt_input_rules *rules, rt_str url, rt_error *err)
{
    size_t length = count_characters(url);
    if (length > rules->max_url_length)
        return rt_fail(err, RT_INVALID_INPUT,
                       "URL too long: %zu characters (max: %" PRIu64 " characters)", length,
                       rules->max_url_length);
    rt_status status = check_utf8("URL", url, err);
    if (status != RT_OK)
        return status;
    if (rt_str_starts_nocase(url, RT_LIT("http://")) ||
        rt_str_starts_nocase(url, RT_LIT("https://")))
        return RT_OK;
    rt_str shown = rt_utf8_whole(rt_str_first(url, SHOWN_URL));
    return rt_fail(err, RT_INVALID_INPUT,
                   "Invalid URL scheme: '%.*s' (must start with http:// or https://)",
                   (int)shown.len, shown.len ? shown.at : "");
}

static rt_status check_selectors_utf8(rt_str_list selectors, rt_error *err)
{
    for (size_t i = 0; i < selectors.len; i++) {
        rt_status status = check_utf8("Selector", selectors.at[i], err);
        if (status != RT_OK)
            return status;
    }
    return RT_OK;
}

struct rt_input_rules rt_input_rules_of(const struct rt_config *config)
{
    return (struct rt_input_rules){ config->input_validation, config->max_html_size,
                                    config->max_url_length };
}

rt_status rt_validate_request(const struct rt_input_rules *rules, const rt_request *request,
                              rt_error *err)
{
    rt_status status = RT_OK;
    if ((unsigned)request->mode >= MODES)
        return rt_fail(err, RT_UNSUPPORTED_MODE, "Unsupported extraction mode: '%u'",
                       (unsigned)request->mode);
    if (rules->on)
        status = check_html(rules, request->html, err);
    if (status == RT_OK)
        status =
            rules->on ? check_url(rules, request->url, err) : check_utf8("URL", request->url, err);
    if (status == RT_OK && request->mode == RT_MODE_CUSTOM) {
        status = check_selectors_utf8(request->selectors, err);
        if (status == RT_OK && rules->on)
            status = rt_selectors_check(request->selectors, err);
    }
    if (status == RT_OK)
        status = check_utf8("HTML", request->html, err);
    return status;
}

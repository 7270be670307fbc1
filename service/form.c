/* Reading the page's form. */
#include "service/form.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"

/* What is no "%XX" stays as it is, as the URL standard has it. */
static rt_str decode(rt_str s, struct rt_arena *arena)
{
    char *out = rt_arena_take(arena, s.len + 1);
    size_t len = 0;
    if (!out)
        return (rt_str){ NULL, 0 };
    for (size_t i = 0; i < s.len; i++) {
        int high = s.at[i] == '%' && i + 2 < s.len ? rt_hex_digit(s.at[i + 1]) : -1;
        int low = high >= 0 ? rt_hex_digit(s.at[i + 2]) : -1;
        out[len++] = s.at[i] == '+' ? ' ' : s.at[i];
        if (low < 0)
            continue;
        out[len - 1] = (char)(high << 4 | low);
        i += 2;
    }
    out[len] = '\0';
    return (rt_str){ out, len };
}

static rt_str take_until(rt_str *rest, char sign)
{
    size_t at = rt_str_find_byte(*rest, sign);
    rt_str part = rt_str_first(*rest, at);
    *rest = at == RT_NPOS ? (rt_str){ NULL, 0 } : rt_str_from(*rest, at + 1);
    return part;
}

enum field { SOURCE, URL, HTML, MODE, SELECTORS, FIELDS };

static enum field field_of(rt_str name)
{
    static const char *const names[FIELDS] = { "source", "url", "html", "mode", "selectors" };
    enum field f = SOURCE;
    while (f < FIELDS && !rt_str_eq(name, rt_str_from_c(names[f])))
        f++;
    return f;
}

static rt_status read_fields(rt_str body, struct rt_arena *arena, rt_str values[FIELDS],
                             rt_error *err)
{
    while (body.len > 0) {
        rt_str value = take_until(&body, '&');
        if (value.len == 0)
            continue;
        rt_str name = decode(take_until(&value, '='), arena);
        enum field f = name.at ? field_of(name) : FIELDS;
        if (!name.at)
            return rt_fail(err, RT_NO_MEMORY, "no memory for the form");
        if (f == FIELDS)
            return rt_fail(err, RT_INVALID_ARGUMENT,
                           "the form: expected source, url, html, mode and selectors");
        if (values[f].at)
            return rt_fail(err, RT_INVALID_ARGUMENT, "the form has %.*s twice", RT_SHOW(name));
        values[f] = decode(value, arena);
        if (!values[f].at)
            return rt_fail(err, RT_NO_MEMORY, "no memory for the form");
        if (f != HTML && rt_utf8_check(values[f]) != values[f].len)
            return rt_fail(err, RT_INVALID_ARGUMENT, "%.*s: expected UTF-8", RT_SHOW(name));
    }
    return RT_OK;
}

static rt_status add_selectors(struct rt_page_options *options, rt_str lines, rt_error *err)
{
    rt_status s = RT_OK;
    bool known;
    while (s == RT_OK && lines.len > 0) {
        rt_str line = rt_str_trim(take_until(&lines, '\n'));
        if (line.len > 0)
            s = rt_page_options_query(options, RT_LIT("selector"), line, &known, err);
    }
    return s;
}

static rt_status set_options(struct rt_page_options *options, const rt_str values[FIELDS],
                             rt_error *err)
{
    bool known;
    rt_status s = RT_OK;
    if (values[MODE].len > 0)
        s = rt_page_options_query(options, RT_LIT("mode"), values[MODE], &known, err);
    if (s == RT_OK && options->mode == RT_MODE_CUSTOM)
        s = add_selectors(options, values[SELECTORS], err);
    return s == RT_OK ? rt_page_options_complete(options, err) : s;
}

rt_status rt_form_read(rt_str body, struct rt_arena *arena, struct rt_page_options *options,
                       struct rt_form *form, rt_error *err)
{
    rt_str values[FIELDS] = { { NULL, 0 } };
    *form = (struct rt_form){ 0 };
    rt_status s = read_fields(body, arena, values, err);
    if (s == RT_OK)
        s = set_options(options, values, err);
    if (s != RT_OK)
        return s;
    rt_str url = rt_str_trim(values[URL]), source = values[SOURCE];
    bool from_url = rt_str_eq(source, RT_LIT("url")), from_html = rt_str_eq(source, RT_LIT("html"));
    if (source.len > 0 && !from_url && !from_html)
        return rt_fail(err, RT_INVALID_ARGUMENT, "source: expected url or html");
    if (url.len > 0)
        form->url = url;
    if (!from_url && values[HTML].len > 0)
        form->html = values[HTML];
    if (from_html && !form->html.at)
        return rt_fail(err, RT_INVALID_ARGUMENT, "html: expected a page");
    if (!form->url.at && !form->html.at)
        return rt_fail(err, RT_INVALID_ARGUMENT, "expected a page or its address");
    return RT_OK;
}

bool rt_form_is_ours(rt_str fetch_site, rt_str origin, rt_str host)
{
    if (fetch_site.at)
        return rt_str_eq(fetch_site, RT_LIT("same-origin")) ||
               rt_str_eq(fetch_site, RT_LIT("none"));
    if (!origin.at)
        return true;
    rt_str scheme =
        rt_str_starts_nocase(origin, RT_LIT("https://")) ? RT_LIT("https://") : RT_LIT("http://");
    return host.len > 0 && rt_str_starts_nocase(origin, scheme) &&
           rt_str_eq_nocase(rt_str_from(origin, scheme.len), host);
}

/* Options of a page, each read in one place for both forms. */
#include "service/page_options.h"

#include "base/error.h"
#include "base/str.h"

void rt_page_options_init(struct rt_page_options *options, struct rt_arena *arena)
{
    *options = (struct rt_page_options){ .arena = arena, .mode = RT_MODE_ARTICLE };
}

static rt_status set_mode(struct rt_page_options *options, rt_str name, rt_error *err)
{
    options->has_mode = true;
    return rt_mode_parse(name, &options->mode, err);
}

static rt_status add_selector(struct rt_page_options *options, rt_str selector, rt_error *err)
{
    rt_str *at;
    if (options->selectors.len == RT_PAGE_SELECTORS)
        return rt_fail(err, RT_INVALID_ARGUMENT, "selectors: expected at most %d",
                       (int)RT_PAGE_SELECTORS);
    if (!options->selectors.at)
        options->selectors.at = rt_arena_zeroed(options->arena, RT_PAGE_SELECTORS, sizeof *at);
    rt_str copy = rt_arena_copy(options->arena, selector);
    if (!options->selectors.at || !copy.at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the selectors");
    memcpy(&at, &options->selectors.at, sizeof at); /* the arena's, which is ours */
    at[options->selectors.len++] = copy;
    return RT_OK;
}

static rt_status set_timeout(struct rt_page_options *options, uint64_t ms, rt_error *err)
{
    if (ms < 1 || ms > RT_PAGE_TIMEOUT_MS)
        return rt_fail(err, RT_INVALID_ARGUMENT, "timeout_ms: expected a whole number from 1 to %d",
                       (int)RT_PAGE_TIMEOUT_MS);
    options->timeout_ms = ms;
    return RT_OK;
}

static uint64_t read_number(rt_str text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!rt_is_digit(text.at[i]) || n > RT_PAGE_TIMEOUT_MS)
            return 0;
        n = n * 10 + (uint64_t)(text.at[i] - '0');
    }
    return n;
}

rt_status rt_page_options_query(struct rt_page_options *options, rt_str name, rt_str value,
                                bool *known, rt_error *err)
{
    *known = true;
    if (rt_str_eq(name, RT_LIT("mode")))
        return set_mode(options, value, err);
    if (rt_str_eq(name, RT_LIT("selector")))
        return add_selector(options, value, err);
    if (rt_str_eq(name, RT_LIT("timeout_ms")))
        return set_timeout(options, read_number(value), err);
    if (rt_str_eq(name, RT_LIT("stats"))) {
        options->stats = rt_str_eq(value, RT_LIT("true")) || rt_str_eq(value, RT_LIT("1"));
        if (options->stats || rt_str_eq(value, RT_LIT("false")) || rt_str_eq(value, RT_LIT("0")))
            return RT_OK;
        return rt_fail(err, RT_INVALID_ARGUMENT, "stats=%.*s: expected true or false",
                       RT_SHOW(value));
    }
    *known = false;
    return RT_OK;
}

static rt_str text_of(yyjson_val *value)
{
    return (rt_str){ yyjson_get_str(value), yyjson_get_len(value) };
}

static rt_status set_selectors(struct rt_page_options *options, yyjson_val *list, rt_error *err)
{
    size_t i, count;
    yyjson_val *one;
    rt_status s = RT_OK;
    if (!yyjson_is_arr(list))
        return rt_fail(err, RT_INVALID_ARGUMENT, "selectors: expected an array of strings");
    options->selectors.len = 0;
    yyjson_arr_foreach(list, i, count, one)
    {
        if (!yyjson_is_str(one))
            return rt_fail(err, RT_INVALID_ARGUMENT, "selectors: expected an array of strings");
        s = add_selector(options, text_of(one), err);
        if (s != RT_OK)
            return s;
    }
    return s;
}

rt_status rt_page_options_member(struct rt_page_options *options, rt_str name, yyjson_val *value,
                                 bool *known, rt_error *err)
{
    *known = true;
    if (rt_str_eq(name, RT_LIT("mode")))
        return yyjson_is_str(value)
                   ? set_mode(options, text_of(value), err)
                   : rt_fail(err, RT_INVALID_ARGUMENT,
                             "mode: expected \"article\", \"full\", \"metadata\" or \"custom\"");
    if (rt_str_eq(name, RT_LIT("selectors")))
        return set_selectors(options, value, err);
    if (rt_str_eq(name, RT_LIT("timeout_ms")))
        return set_timeout(options, yyjson_is_uint(value) ? yyjson_get_uint(value) : 0, err);
    if (rt_str_eq(name, RT_LIT("stats"))) {
        options->stats = yyjson_get_bool(value);
        return yyjson_is_bool(value)
                   ? RT_OK
                   : rt_fail(err, RT_INVALID_ARGUMENT, "stats: expected true or false");
    }
    *known = false;
    return RT_OK;
}

rt_status rt_page_options_complete(struct rt_page_options *options, rt_error *err)
{
    if (options->selectors.len && !options->has_mode)
        options->mode = RT_MODE_CUSTOM;
    if (options->selectors.len && options->mode != RT_MODE_CUSTOM)
        return rt_fail(err, RT_INVALID_ARGUMENT, "selectors: expected the mode custom with them");
    return RT_OK;
}

/* Parsed, a value takes many times the bytes that it is written with. */
static bool has_few_values(rt_str json)
{
    unsigned values = 1;
    bool in_string = false;
    for (size_t i = 0; i < json.len && values <= RT_JSON_VALUES; i++) {
        char c = json.at[i];
        if (c == '"')
            in_string = !in_string;
        else if (in_string)
            i += c == '\\';
        else
            values += c == ',' || c == '[' || c == '{';
    }
    return values <= RT_JSON_VALUES;
}

rt_status rt_read_object(rt_str body, yyjson_doc **out, rt_error *err)
{
    yyjson_read_err why;
    char *at;
    if (!has_few_values(body))
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "the body has more than %d values of JSON: expected a request",
                       (int)RT_JSON_VALUES);
    memcpy(&at, &body.at, sizeof at); /* not written to without YYJSON_READ_INSITU */
    yyjson_doc *doc = yyjson_read_opts(at, body.len, 0, NULL, &why);
    if (!doc && why.code == YYJSON_READ_ERROR_MEMORY_ALLOCATION)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the request's JSON");
    if (!doc)
        return rt_fail(err, RT_INVALID_ARGUMENT, "the body is not JSON: %s at byte %zu", why.msg,
                       why.pos);
    if (!yyjson_is_obj(yyjson_doc_get_root(doc))) {
        yyjson_doc_free(doc);
        return rt_fail(err, RT_INVALID_ARGUMENT, "the body is not a JSON object");
    }
    *out = doc;
    return RT_OK;
}

/* What an answer says it is, and what it looks like. */
#include "net/media_type.h"

#include "base/str.h"

static rt_str unquoted(rt_str value)
{
    if (value.len == 0 || value.at[0] != '"')
        return value;
    value = rt_str_from(value, 1);
    return rt_str_first(value, rt_str_find_byte(value, '"'));
}

struct rt_media_type rt_media_type_parse(rt_str value)
{
    struct rt_media_type type = { { NULL, 0 }, { NULL, 0 } };
    rt_str part;
    if (!rt_str_split(&value, ';', &part))
        return type;
    type.name = rt_str_trim(part);
    while (!type.charset.at && rt_str_split(&value, ';', &part)) {
        size_t equals = rt_str_find_byte(part, '=');
        if (equals != RT_NPOS &&
            rt_str_eq_nocase(rt_str_trim(rt_str_first(part, equals)), RT_LIT("charset")))
            type.charset = rt_str_trim(unquoted(rt_str_trim(rt_str_from(part, equals + 1))));
    }
    return type;
}

bool rt_media_type_is_html(rt_str name)
{
    return rt_str_eq_nocase(name, RT_LIT("text/html")) ||
           rt_str_eq_nocase(name, RT_LIT("application/xhtml+xml"));
}

bool rt_looks_like_html(rt_str bytes)
{
    if (rt_str_starts(bytes, RT_LIT("\xEF\xBB\xBF")))
        bytes = rt_str_from(bytes, 3);
    bytes = rt_str_from(bytes, rt_str_skip_space(bytes, 0));
    if (bytes.len < 2 || bytes.at[0] != '<')
        return false;
    return rt_is_alpha(bytes.at[1]) || bytes.at[1] == '!' || bytes.at[1] == '?';
}

/* Requests that the library lets through, and those that are refused all the same. */
#include "service/request.h"

#include "base/str.h"

/* ---- the target -------------------------------------------------------------------------------
 */

static size_t length_of_scheme(rt_str target)
{
    return rt_str_starts_nocase(target, RT_LIT("http://"))    ? 7
           : rt_str_starts_nocase(target, RT_LIT("https://")) ? 8
                                                              : 0;
}

rt_str rt_request_path(rt_str target, rt_str *authority)
{
    size_t scheme = length_of_scheme(target);
    *authority = (rt_str){ NULL, 0 };
    if (scheme == 0)
        return target;
    rt_str rest = rt_str_from(target, scheme);
    size_t slash = rt_str_find_byte(rest, '/');
    *authority = rt_str_first(rest, slash);
    return slash == RT_NPOS ? RT_LIT("/") : rt_str_from(rest, slash);
}

bool rt_request_is_target(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7F)
            return false;
    return true;
}

bool rt_request_has_room(const char *target)
{
    size_t arguments = 1, len = 0;
    for (; target[len] && len <= RT_TARGET_MAX; len++)
        arguments += target[len] == '&';
    return len + arguments * RT_ARGUMENT_SIZE <= RT_TARGET_MAX && arguments <= RT_ARGUMENTS_MAX;
}

size_t rt_request_decode(char *text)
{
    char *to = text;
    for (const char *at = text; *at; at++) {
        int high = *at == '%' ? rt_hex_digit(at[1]) : -1;
        int low = high >= 0 ? rt_hex_digit(at[2]) : -1;
        if (low < 0 || (high | low) == 0) {
            *to++ = *at;
            continue;
        }
        *to++ = (char)(high << 4 | low);
        at += 2;
    }
    *to = '\0';
    return (size_t)(to - text);
}

/* ---- the headers ------------------------------------------------------------------------------
 */

static bool is_token(rt_str name)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        if (!rt_is_digit(c) && !rt_is_alpha(c) && (c == '\0' || !strchr(others, c)))
            return false;
    }
    return name.len > 0;
}

/* A line ends there for some, and what follows is a header or a request to them. */
static bool may_end_early(rt_str value)
{
    return rt_str_find_byte(value, '\r') != RT_NPOS || rt_str_find_byte(value, '\0') != RT_NPOS;
}

void rt_request_see(struct rt_request_seen *seen, rt_str name, rt_str value)
{
    if (!is_token(name))
        seen->fault = "a header has a name that is none";
    if (may_end_early(value))
        seen->fault = "a header has a carriage return or a zero byte in its value";
    if (rt_str_eq_nocase(name, RT_LIT("Host")))
        seen->hosts++;
    if (rt_str_eq_nocase(name, RT_LIT("Content-Length")))
        seen->lengths++;
    if (!rt_str_eq_nocase(name, RT_LIT("Transfer-Encoding")))
        return;
    seen->codings++;
    seen->is_chunked = rt_str_eq_nocase(value, RT_LIT("chunked"));
}

const char *rt_request_fault(const struct rt_request_seen *seen, const char *version)
{
    bool is_old = strcmp(version, "HTTP/1.0") == 0;
    if (seen->fault)
        return seen->fault;
    if (seen->hosts > 1 || (seen->hosts == 0 && !is_old))
        return "expected one header Host";
    if (seen->lengths > 1 || seen->lengths + seen->codings > 1)
        return "expected one header Content-Length or Transfer-Encoding";
    if (seen->codings && (is_old || !seen->is_chunked))
        return "Transfer-Encoding: expected chunked, and HTTP/1.1";
    return NULL;
}

/* Host names compared with those that are ours. */
#include "service/host_check.h"

#include "base/error.h"
#include "base/str.h"

#include <arpa/inet.h>

/* ---- the setting --------------------------------------------------------------------------------
 */

static bool is_any(const char *names) { return strcmp(names, "*") == 0; }

static bool is_name(rt_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!rt_is_alpha(name.at[i]) && !rt_is_digit(name.at[i]) &&
            (name.at[i] == '\0' || !strchr("-._", name.at[i])))
            return false;
    return name.len > 0;
}

rt_status rt_host_names_check(const char *names, rt_error *err)
{
    if (!names || is_any(names))
        return RT_OK;
    rt_str rest = rt_str_from_c(names), part;
    bool good = true;
    while (good && rt_str_split(&rest, ',', &part))
        good = is_name(rt_str_trim(part));
    if (good)
        return RT_OK;
    return rt_fail(err, RT_INVALID_SETTING,
                   "RIPTIDE_HTTP_HOSTS=\"%.120s\": expected names of hosts without ports, parted "
                   "by commas, or *",
                   names);
}

/* ---- the host -----------------------------------------------------------------------------------
 */

/* What stands before ":port", if anything does. */
static rt_str without_port(rt_str host)
{
    size_t end = host.len;
    while (end > 0 && rt_is_digit(host.at[end - 1]))
        end--;
    return end > 0 && host.at[end - 1] == ':' ? rt_str_first(host, end - 1) : host;
}

static rt_str without_dot(rt_str name)
{
    return rt_str_ends(name, RT_LIT(".")) ? rt_str_first(name, name.len - 1) : name;
}

/* Of IPv6 in brackets. */
static bool is_address(rt_str host)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr out;
    bool is_six = host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']';
    if (is_six)
        host = (rt_str){ host.at + 1, host.len - 2 };
    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.at, host.len);
    text[host.len] = '\0';
    return strlen(text) == host.len && inet_pton(is_six ? AF_INET6 : AF_INET, text, &out) == 1;
}

static bool is_local(rt_str name)
{
    static const rt_str local = { "localhost", 9 };
    if (name.len <= local.len)
        return rt_str_eq_nocase(name, local);
    rt_str end = rt_str_from(name, name.len - local.len - 1);
    return end.at[0] == '.' && rt_str_eq_nocase(rt_str_from(end, 1), local);
}

static bool is_listed(rt_str name, const char *names)
{
    rt_str rest = rt_str_from_c(names), part;
    if (is_any(names))
        return true;
    while (rt_str_split(&rest, ',', &part))
        if (rt_str_eq_nocase(name, without_dot(rt_str_trim(part))))
            return true;
    return false;
}

bool rt_host_is_ours(rt_str host, const char *names)
{
    rt_str name = without_dot(without_port(host));
    return is_address(name) || is_local(name) || (names && is_listed(name, names));
}

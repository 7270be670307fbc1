/* Ports: one, and lists of those that may be asked. */
#include "net/ports.h"

#include "base/error.h"
#include "base/str.h"

enum { NO_PORT = 0, LAST_PORT = 65535 };

bool rt_port_read(rt_str text, unsigned *port)
{
    unsigned number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!rt_is_digit(text.at[i]))
            return false;
        number = number * 10 + (unsigned)(text.at[i] - '0');
        if (number > LAST_PORT)
            return false;
    }
    *port = number;
    return text.len > 0;
}

static unsigned number_of(rt_str text)
{
    unsigned port = NO_PORT;
    return rt_port_read(rt_str_trim(text), &port) ? port : NO_PORT;
}

static bool is_any(const char *list) { return strcmp(list, "*") == 0; }

rt_status rt_ports_check(const char *list, rt_error *err)
{
    rt_str rest = rt_str_from_c(list), part;
    bool good = rest.len > 0;
    while (good && !is_any(list) && rt_str_split(&rest, ',', &part))
        good = number_of(part) != NO_PORT;
    if (good)
        return RT_OK;
    rt_str given = rt_str_from_c(list);
    return rt_fail(err, RT_INVALID_SETTING,
                   "ports \"%.*s\": expected numbers from 1 to 65535, parted by commas, or *",
                   RT_SHOW(given));
}

bool rt_ports_have(const char *list, unsigned port)
{
    rt_str rest = rt_str_from_c(list), part;
    if (is_any(list))
        return true;
    while (rt_str_split(&rest, ',', &part))
        if (number_of(part) == port)
            return true;
    return false;
}

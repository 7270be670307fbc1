/* Lists of pairs, as OpenTelemetry's variables have them. */
#include "net/pairs.h"

#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

/* In place; false for a % without two digits behind it. */
static bool decode_percent(char *text)
{
    char *to = text;
    for (const char *c = text; *c; c++) {
        if (*c != '%') {
            *to++ = *c;
            continue;
        }
        int high = rt_hex_digit(c[1]);
        int low = high < 0 ? -1 : rt_hex_digit(c[2]);
        if (low < 0)
            return false;
        *to++ = (char)(high << 4 | low);
        c += 2;
    }
    *to = '\0';
    return true;
}

bool rt_is_plain_text(const char *text)
{
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return false;
    rt_str s = rt_str_from_c(text);
    return rt_utf8_check(s) == s.len;
}

static char *trim(char *text)
{
    while (rt_is_space(*text))
        text++;
    size_t len = strlen(text);
    while (len > 0 && rt_is_space(text[len - 1]))
        len--;
    text[len] = '\0';
    return text;
}

int rt_pairs_next(char **rest, char **key, char **value)
{
    while (**rest == ',' || rt_is_space(**rest))
        ++*rest;
    if (!**rest)
        return 0;
    char *pair = *rest;
    char *comma = strchr(pair, ',');
    *rest = comma ? comma + 1 : pair + strlen(pair);
    if (comma)
        *comma = '\0';
    char *equals = strchr(pair, '=');
    if (!equals)
        return -1;
    *equals = '\0';
    *key = trim(pair);
    *value = trim(equals + 1);
    bool good =
        **key && decode_percent(*value) && rt_is_plain_text(*key) && rt_is_plain_text(*value);
    return good ? 1 : -1;
}

bool rt_pairs_are_good(char *text)
{
    char *rest = text, *key, *value;
    int more;
    while ((more = rt_pairs_next(&rest, &key, &value)) > 0)
        ;
    return more == 0;
}

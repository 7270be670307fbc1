/* HTML character references inside strings that the HTML parser does not look into: JSON-LD.  The
 * names that content systems write there; what is unknown stays as it is. */
#include "core/references.h"

#include "base/str.h"

/* U+00A0 to U+00FF, in order. */
static const char *const latin[96] = {
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro", "para",
    "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest", "Agrave",
    "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc",
    "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc",
    "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN",
    "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave",
    "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde", "ograve",
    "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml",
    "yacute", "thorn", "yuml"
};

static const struct { const char *name; uint32_t c; } others[] = {
    { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' },
    { "ndash", 0x2013 }, { "mdash", 0x2014 }, { "lsquo", 0x2018 }, { "rsquo", 0x2019 },
    { "sbquo", 0x201a }, { "ldquo", 0x201c }, { "rdquo", 0x201d }, { "bdquo", 0x201e },
    { "hellip", 0x2026 }, { "bull", 0x2022 }, { "trade", 0x2122 }, { "euro", 0x20ac },
    { "lsaquo", 0x2039 }, { "rsaquo", 0x203a }, { "thinsp", 0x2009 }, { "ensp", 0x2002 },
    { "emsp", 0x2003 }, { "zwnj", 0x200c }, { "zwj", 0x200d }, { "OElig", 0x152 },
    { "oelig", 0x153 }, { "Scaron", 0x160 }, { "scaron", 0x161 }, { "Yuml", 0x178 },
    { "prime", 0x2032 }, { "minus", 0x2212 }, { "rarr", 0x2192 }, { "larr", 0x2190 }
};

static bool is_name(rt_str s, const char *name)
{
    return rt_str_eq(s, rt_str_from_c(name));
}

static bool read_name(rt_str name, uint32_t *c)
{
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_name(name, others[i].name))
            return *c = others[i].c, true;
    for (uint32_t i = 0; i < 96; i++)
        if (is_name(name, latin[i]))
            return *c = 0xa0 + i, true;
    return false;
}

static bool read_number(rt_str digits, uint32_t *c)
{
    uint32_t base = 10, value = 0;
    if (digits.len && rt_lower(digits.at[0]) == 'x') {
        base = 16;
        digits = rt_str_from(digits, 1);
    }
    if (digits.len == 0 || digits.len > 7)
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        char d = rt_lower(digits.at[i]);
        uint32_t n = rt_is_digit(d) ? (uint32_t)(d - '0')
                                    : d >= 'a' && d <= 'f' ? (uint32_t)(d - 'a') + 10 : 99;
        if (n >= base)
            return false;
        value = value * base + n;
    }
    if (value == 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return false;
    *c = value;
    return true;
}

size_t rt_reference_read(rt_str s, uint32_t *c)
{
    size_t end = rt_str_find_byte(rt_str_first(s, 12), ';');
    if (end == RT_NPOS || end < 3 || s.at[0] != '&')
        return 0;
    rt_str body = { s.at + 1, end - 1 };
    bool known = body.at[0] == '#' ? read_number(rt_str_from(body, 1), c) : read_name(body, c);
    return known ? end + 1 : 0;
}

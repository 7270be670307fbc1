/* The character references that make up almost all of those in pages.  The rules for one without its
 * semicolon are HTML's: in an attribute it is plain text where more of a name follows. */
#include "core/char_ref.h"

#include "base/str.h"
#include "base/utf8.h"

/* Names that are references without a semicolon as well have two to six letters. */
enum { SHORTEST_BARE = 2, LONGEST_BARE = 6, LONGEST_KNOWN = 7 };

static const struct { char name[LONGEST_KNOWN + 1], text[4]; } known[] = {
    { "amp;", "&" }, { "nbsp;", "\xC2\xA0" }, { "quot;", "\"" }, { "lt;", "<" }, { "gt;", ">" },
    { "rsquo;", "\xE2\x80\x99" }, { "lsquo;", "\xE2\x80\x98" }, { "ldquo;", "\xE2\x80\x9C" },
    { "rdquo;", "\xE2\x80\x9D" }, { "ndash;", "\xE2\x80\x93" }, { "mdash;", "\xE2\x80\x94" },
    { "hellip;", "\xE2\x80\xA6" }, { "raquo;", "\xC2\xBB" }, { "laquo;", "\xC2\xAB" },
    { "copy;", "\xC2\xA9" }, { "reg;", "\xC2\xAE" }, { "trade;", "\xE2\x84\xA2" },
    { "middot;", "\xC2\xB7" }, { "bull;", "\xE2\x80\xA2" }, { "apos;", "'" },
    { "times;", "\xC3\x97" }, { "eacute;", "\xC3\xA9" }, { "shy;", "\xC2\xAD" },
};

static bool is_alphanumeric(uint8_t c)
{
    return rt_is_digit((char)c) || rt_is_alpha((char)c);
}

/* The value of a digit, or `base`. */
static uint32_t digit_of(uint8_t c, uint32_t base)
{
    uint32_t letter = (uint32_t)(c | 0x20) - 'a';
    uint32_t digit = rt_is_digit((char)c) ? (uint32_t)c - '0' : letter < 6 ? letter + 10 : base;
    return digit < base ? digit : base;
}

static size_t read_number(const uint8_t *at, const uint8_t *end, uint8_t *to, size_t *len)
{
    enum { MAX_DIGITS = 6 };
    const uint8_t *p = at + 2;
    uint32_t base = p < end && (*p | 0x20) == 'x' ? 16 : 10, value = 0;
    if (base == 16)
        p++;
    const uint8_t *first = p;
    for (; p < end && p - first < MAX_DIGITS && digit_of(*p, base) < base; p++)
        value = value * base + digit_of(*p, base);
    bool is_plain = (value >= 0x20 && value < 0x7F) || (value >= 0xA0 && value < 0xD800) ||
                    (value >= 0x10000 && value < 0x1FFFE);
    if (p == end || *p != ';' || !is_plain)
        return 0;
    *len = rt_utf8_put((char *)to, value);
    return (size_t)(p - at) + 1;
}

static size_t literal(uint8_t *to, size_t *len)
{
    *to = '&';
    *len = 1;
    return 1;
}

size_t rt_char_ref_read(const uint8_t *at, const uint8_t *end, bool in_attribute, uint8_t *to,
                        size_t *len)
{
    const uint8_t *name = at + 1, *p = name;
    if (p < end && *p == '#')
        return read_number(at, end, to, len);
    while (p < end && is_alphanumeric(*p))
        p++;
    if (p == end)
        return 0;
    size_t size = (size_t)(p - name);
    if (size == 0)
        return literal(to, len);
    if (*p == ';') {
        for (size_t i = 0; i < sizeof known / sizeof *known && size < LONGEST_KNOWN; i++)
            if (memcmp(known[i].name, name, size + 1) == 0) {
                *len = strlen(known[i].text);
                memcpy(to, known[i].text, *len);
                return size + 2;
            }
        return 0;
    }
    if (in_attribute && (*p == '=' || size < SHORTEST_BARE || size > LONGEST_BARE))
        return literal(to, len);
    return 0;
}

/* UTF-8: check, read, write. */
#include "base/utf8.h"

#include <string.h>

/* The bytes of a well-formed character after its first one: how many, and the range of the next. */
struct lead {
    unsigned char more, lowest, highest;
};

static struct lead lead_of(unsigned char c)
{
    if (c >= 0xC2 && c <= 0xDF)
        return (struct lead){ 1, 0x80, 0xBF };
    if (c >= 0xE0 && c <= 0xEF)
        return (struct lead){ 2, c == 0xE0 ? 0xA0 : 0x80, c == 0xED ? 0x9F : 0xBF };
    if (c >= 0xF0 && c <= 0xF4)
        return (struct lead){ 3, c == 0xF0 ? 0x90 : 0x80, c == 0xF4 ? 0x8F : 0xBF };
    return (struct lead){ 0, 1, 0 };
}

/* Length of the well-formed character at p, 0 if it is none. */
static size_t character_len(const unsigned char *p, size_t len)
{
    if (p[0] < 0x80)
        return 1;
    struct lead lead = lead_of(p[0]);
    if (lead.more == 0 || len <= lead.more || p[1] < lead.lowest || p[1] > lead.highest)
        return 0;
    for (size_t i = 2; i <= lead.more; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return lead.more + 1u;
}

static size_t skip_ascii(const unsigned char *p, size_t i, size_t len)
{
    for (uint64_t a, b; len - i >= 16; i += 16) {
        memcpy(&a, p + i, 8);
        memcpy(&b, p + i + 8, 8);
        if ((a | b) & 0x8080808080808080u)
            break;
    }
    while (i < len && p[i] < 0x80)
        i++;
    return i;
}

size_t rt_utf8_check(rt_str s)
{
    const unsigned char *p = (const unsigned char *)s.at;
    for (size_t i = 0;;) {
        i = skip_ascii(p, i, s.len);
        if (i == s.len)
            return s.len;
        size_t n = character_len(p + i, s.len - i);
        if (n == 0)
            return i;
        i += n;
    }
}

uint32_t rt_utf8_next_wide(rt_str s, size_t *i)
{
    const unsigned char *p = (const unsigned char *)s.at + *i;
    size_t n = character_len(p, s.len - *i);
    *i += n ? n : 1;
    switch (n) {
    case 2: return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    case 3: return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    case 4: return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
    default: return 0xFFFD;
    }
}

size_t rt_utf8_put(char out[4], uint32_t c)
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = 0xFFFD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)(((0xF00 >> n) & 0xFF) | c);
    return n;
}

uint32_t rt_utf8_lower(uint32_t c)
{
    /* Where capitals lie so far before their small letters, or at every `step`th place. */
    static const struct {
        uint32_t first, last, add, step;
    } ranges[] = {
        { 'A', 'Z', 32, 1 },          { 0xC0, 0xD6, 32, 1 },    { 0xD8, 0xDE, 32, 1 },
        { 0x100, 0x137, 1, 2 },       { 0x139, 0x148, 1, 2 },   { 0x14A, 0x177, 1, 2 },
        { 0x179, 0x17E, 1, 2 },       { 0x1A0, 0x1A1, 1, 2 },   { 0x1AF, 0x1B0, 1, 2 },
        { 0x218, 0x21B, 1, 2 },       { 0x391, 0x3A9, 32, 1 },  { 0x400, 0x40F, 80, 1 },
        { 0x410, 0x42F, 32, 1 },      { 0x460, 0x481, 1, 2 },   { 0x48A, 0x4BF, 1, 2 },
        { 0x4D0, 0x52F, 1, 2 },       { 0x1E00, 0x1EFF, 1, 2 },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return (c - ranges[i].first) % ranges[i].step == 0 ? c + ranges[i].add : c;
    return c;
}

rt_str rt_utf8_whole(rt_str s)
{
    size_t i = s.len;
    while (i > 0 && s.len - i < 4 && ((unsigned char)s.at[i - 1] & 0xC0) == 0x80)
        i--;
    if (i > 0 && (unsigned char)s.at[i - 1] >= 0xC0 &&
        s.len - i < lead_of((unsigned char)s.at[i - 1]).more)
        s.len = i - 1;
    return s;
}

void rt_utf8_mend(char *text, size_t len)
{
    for (size_t bad = 0; (bad += rt_utf8_check((rt_str){ text + bad, len - bad })) < len;)
        text[bad] = '?';
}

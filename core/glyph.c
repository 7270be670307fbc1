/* What a character is to a reader: ink, white space or nothing. */
#include "core/flow.h"

#include "base/utf8.h"

#include <string.h>

enum { SPACE = RT_GLYPH_SPACE, NONE = RT_GLYPH_NOTHING };

static enum rt_glyph ascii_glyph(unsigned char c)
{
    if (c > ' ')
        return c == 0x7F ? RT_GLYPH_NOTHING : RT_GLYPH_INK;
    if (c == '\n' || c == '\t')
        return RT_GLYPH_BREAK;
    return c == ' ' || c == '\r' || c == '\f' || c == '\v' ? RT_GLYPH_SPACE : RT_GLYPH_NOTHING;
}

static const struct range {
    uint32_t first, last;
    unsigned char glyph;
} ranges[] = {
    { 0x80, 0x84, NONE },       { 0x85, 0x85, SPACE },      { 0x86, 0x9F, NONE },
    { 0xA0, 0xA0, SPACE },      { 0xAD, 0xAD, NONE },       { 0x34F, 0x34F, NONE },
    { 0x61C, 0x61C, NONE },     { 0x115F, 0x1160, NONE },   { 0x1680, 0x1680, SPACE },
    { 0x17B4, 0x17B5, NONE },   { 0x180B, 0x180F, NONE },   { 0x2000, 0x200A, SPACE },
    { 0x200B, 0x200F, NONE },   { 0x2028, 0x2029, SPACE },  { 0x202A, 0x202E, NONE },
    { 0x202F, 0x202F, SPACE },  { 0x205F, 0x205F, SPACE },  { 0x2060, 0x206F, NONE },
    { 0x3000, 0x3000, SPACE },  { 0x3164, 0x3164, NONE },   { 0xFDD0, 0xFDEF, NONE },
    { 0xFE00, 0xFE0E, NONE },   { 0xFEFF, 0xFEFF, NONE },   { 0xFFA0, 0xFFA0, NONE },
    { 0xFFF0, 0xFFFB, NONE },   { 0xFFFE, 0xFFFF, NONE },   { 0x1BCA0, 0x1BCA3, NONE },
    { 0x1D173, 0x1D17A, NONE }, { 0xE0000, 0xE0FFF, NONE },
};

static enum rt_glyph range_glyph(uint32_t c)
{
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return (enum rt_glyph)ranges[i].glyph;
    return RT_GLYPH_INK;
}

/* Scripts and symbols in which a zero-width joiner or non-joiner, or the wish for an emoji, changes
 * what is shown. */
static bool takes_joiner(uint32_t c)
{
    return (c >= 0x600 && c <= 0x109F) || (c >= 0x1780 && c <= 0x18AF) ||
           (c >= 0x2190 && c <= 0x2BFF) || c == 0xFE0F || (c >= 0xFB50 && c <= 0xFDCF) ||
           (c >= 0xFE70 && c <= 0xFEFC) || (c >= 0x1F000 && c <= 0x1FAFF);
}

static bool follows_joinable(rt_str s, size_t i)
{
    size_t at = i;
    while (at > 0 && i - at < 4)
        if (((unsigned char)s.at[--at] & 0xC0) != 0x80)
            break;
    return at < i && takes_joiner(rt_utf8_next(s, &at));
}

/* First bytes whose characters are all ink, if they are well-formed. */
static bool is_plain_lead(unsigned char c)
{
    switch (c) {
    case 0xC2: case 0xCD: case 0xD8: case 0xE1: case 0xE2: case 0xE3: case 0xEF: case 0xF0:
    case 0xF3:
        return false;
    default:
        return true;
    }
}

enum rt_glyph rt_flow_glyph(rt_str s, size_t i, size_t *len)
{
    unsigned char lead = (unsigned char)s.at[i];
    *len = 1;
    if (lead < 0x80)
        return ascii_glyph(lead);
    size_t end = i;
    uint32_t c = rt_utf8_next(s, &end);
    *len = end - i;
    if (*len == 1)
        return RT_GLYPH_BROKEN;
    if (is_plain_lead(lead))
        return RT_GLYPH_INK;
    if (c == 0x200C || c == 0x200D || c == 0xFE0F)
        return follows_joinable(s, i) ? RT_GLYPH_INK : RT_GLYPH_NOTHING;
    return range_glyph(c);
}

/* ASCII ink, from '!' to '~'. */
static inline bool is_ascii_ink(char c)
{
    return (unsigned char)(c - '!') <= '~' - '!';
}

typedef uint8_t bytes __attribute__((vector_size(16)));

/* Of the 16 bytes at p, each is ASCII ink or a space before ink. */
static inline bool are_words(const char *p)
{
    bytes own, next;
    uint64_t halves[2];
    memcpy(&own, p, sizeof own);
    memcpy(&next, p + 1, sizeof next);
    bytes ink = (bytes)(own - '!' <= '~' - '!'), ink_next = (bytes)(next - '!' <= '~' - '!');
    bytes fits = ink | ((bytes)(own == ' ') & ink_next);
    memcpy(halves, &fits, sizeof halves);
    return (halves[0] & halves[1]) == UINT64_MAX;
}

static inline bool is_word_byte(rt_str s, size_t i)
{
    return is_ascii_ink(s.at[i]) ||
           (s.at[i] == ' ' && i + 1 < s.len && is_ascii_ink(s.at[i + 1]));
}

size_t rt_flow_words(rt_str s, size_t i)
{
    enum { STEP = sizeof(bytes) };
    while (i < s.len) {
        bool is_far = s.len - i > STEP;
        if (is_far && are_words(s.at + i)) {
            i += STEP;
            continue;
        }
        size_t end = is_far ? i + STEP : s.len, len;
        while (i < end && is_word_byte(s, i))
            i++;
        if (i == end)
            continue;
        if ((unsigned char)s.at[i] < 0x80 || rt_flow_glyph(s, i, &len) != RT_GLYPH_INK)
            break;
        i += len;
    }
    return i;
}

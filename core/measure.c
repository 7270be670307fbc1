/* One pass over the bytes of a run of text.  Counts what telling prose from navigation needs; it is
 * no word count for readers, that is words.c. */
#include "core/measure.h"

#include "base/str.h"

static void end_number(struct rt_measure *m)
{
    if (m->number_len == 4 && m->number >= 1900 && m->number < 2100)
        m->years++;
    m->number = m->number_len = 0;
}

static inline void end_word(struct rt_measure *m)
{
    if (m->number_len)
        end_number(m);
    m->in_word = false;
}

static inline void begin_word(struct rt_measure *m)
{
    m->words += !m->in_word;
    m->in_word = true;
}

static inline void add_space(struct rt_measure *m)
{
    end_word(m);
    if (m->last == '.' || m->last == '!' || m->last == '?')
        m->stops++;
    m->last = ' ';
}

static inline uint32_t mixed(uint32_t fingerprint, uint8_t c)
{
    return (fingerprint ^ c) * 16777619u;
}

/* The run of ASCII letters that begins at i; returns its end. */
static inline size_t add_letters(struct rt_measure *m, rt_str text, size_t i)
{
    size_t begin = i;
    uint32_t fingerprint = m->fingerprint, small = 0;
    begin_word(m);
    if (!m->chars)
        m->starts_lower = text.at[i] >= 'a';
    for (; i < text.len && rt_is_alpha(text.at[i]); i++) {
        uint8_t c = (uint8_t)text.at[i];
        small += c >> 5 & 1;
        fingerprint = mixed(fingerprint, c | 0x20);
    }
    m->fingerprint = fingerprint;
    m->chars += (uint32_t)(i - begin);
    m->upper += (uint32_t)(i - begin) - small;
    m->last = (uint8_t)text.at[i - 1];
    return i;
}

static inline void add_digit(struct rt_measure *m, uint8_t c)
{
    begin_word(m);
    m->digits++;
    m->number = m->number_len < 4 ? m->number * 10 + (c - '0') : 0;
    m->number_len++;
}

static inline void add_punctuation(struct rt_measure *m, uint8_t c)
{
    end_word(m);
    m->commas += c == ',';
    m->symbols += c == '|' || c == '/' || c == '>';
    m->has_currency |= c == '$';
}

/* Kana and ideographs, as the lead byte of their three bytes tells. */
static bool is_ideograph(const char *at, size_t left)
{
    uint8_t lead = (uint8_t)at[0];
    if (lead == 0xE3)
        return left > 1 && (uint8_t)at[1] >= 0x81;
    return lead >= 0xE4 && lead <= 0xE9;
}

/* Characters beyond ASCII that count for something else than a letter; their length, or 0. */
static size_t add_sign(struct rt_measure *m, const char *at, size_t left)
{
    static const struct {
        rt_str bytes;
        bool comma, stop, symbol, currency, copyright;
    } signs[] = {
        { { "\xC2\xA9", 2 }, .copyright = true },
        { { "\xC2\xB7", 2 }, .symbol = true },          /* middle dot */
        { { "\xC2\xBB", 2 }, .symbol = true },          /* >> */
        { { "\xC2\xA3", 2 }, .currency = true },        /* pound */
        { { "\xC2\xA5", 2 }, .currency = true },        /* yen */
        { { "\xD8\x8C", 2 }, .comma = true },           /* Arabic comma */
        { { "\xE2\x80\xA2", 3 }, .symbol = true },      /* bullet */
        { { "\xE2\x80\xBA", 3 }, .symbol = true },      /* > */
        { { "\xE2\x86\x92", 3 }, .symbol = true },      /* arrow */
        { { "\xE2\x82\xAC", 3 }, .currency = true },    /* euro */
        { { "\xE2\x82\xB9", 3 }, .currency = true },    /* rupee */
        { { "\xE3\x80\x81", 3 }, .comma = true },       /* ideographic comma */
        { { "\xE3\x80\x82", 3 }, .stop = true },        /* ideographic full stop */
        { { "\xEF\xBC\x8C", 3 }, .comma = true },       /* full-width comma */
        { { "\xE2\x80\x99", 3 }, .symbol = false },     /* quotation marks and dashes part words */
        { { "\xE2\x80\x9C", 3 }, .symbol = false },
        { { "\xE2\x80\x9D", 3 }, .symbol = false },
        { { "\xE2\x80\x93", 3 }, .symbol = false },
        { { "\xE2\x80\x94", 3 }, .symbol = false },
    };
    uint8_t lead = (uint8_t)*at;
    if (lead != 0xC2 && lead != 0xD8 && lead != 0xE2 && lead != 0xE3 && lead != 0xEF)
        return 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].bytes.len > left || memcmp(at, signs[i].bytes.at, signs[i].bytes.len) != 0)
            continue;
        m->commas += signs[i].comma;
        m->stops += signs[i].stop;
        m->symbols += signs[i].symbol;
        m->has_currency |= signs[i].currency;
        m->has_copyright |= signs[i].copyright;
        end_word(m);
        return signs[i].bytes.len;
    }
    return 0;
}

static size_t add_wide(struct rt_measure *m, const char *at, size_t left)
{
    size_t len = add_sign(m, at, left);
    if (len)
        return len;
    if (is_ideograph(at, left)) {
        end_word(m);
        m->words += !m->half_word;
        m->half_word = !m->half_word;
        return left < 3 ? left : 3;
    }
    begin_word(m);
    for (len = 1; len < left && ((uint8_t)at[len] & 0xC0) == 0x80; len++)
        ;
    return len;
}

static inline void add_ascii_sign(struct rt_measure *m, uint8_t c)
{
    if (rt_is_digit((char)c))
        add_digit(m, c);
    else
        add_punctuation(m, c);
    m->chars++;
    m->fingerprint = mixed(m->fingerprint, c);
    m->last = c;
}

/* The run of ASCII that begins at i; returns its end.  Works on a copy, which the compiler can keep
 * in registers. */
static size_t add_ascii(struct rt_measure *m, rt_str text, size_t i)
{
    struct rt_measure own = *m;
    while (i < text.len && (uint8_t)text.at[i] < 0x80) {
        if (rt_is_alpha(text.at[i])) {
            i = add_letters(&own, text, i);
        } else if (rt_is_space(text.at[i])) {
            add_space(&own);
            i = rt_str_skip_space(text, i + 1);
        } else {
            add_ascii_sign(&own, (uint8_t)text.at[i++]);
        }
    }
    *m = own;
    return i;
}

/* The character beyond ASCII at the beginning; its length. */
static size_t add_character(struct rt_measure *m, const char *at, size_t left)
{
    if ((uint8_t)*at == 0xC2 && left > 1 && (uint8_t)at[1] == 0xA0) {
        add_space(m);
        return 2;
    }
    size_t len = add_wide(m, at, left);
    m->chars++;
    for (size_t k = 0; k < len; k++)
        m->fingerprint = mixed(m->fingerprint, (uint8_t)rt_lower(at[k]));
    m->last = (uint8_t)at[len - 1];
    return len;
}

void rt_measure_add(struct rt_measure *m, rt_str text, unsigned style)
{
    uint32_t before = m->chars;
    for (size_t i = 0; i < text.len;)
        i = (uint8_t)text.at[i] < 0x80 ? add_ascii(m, text, i)
                                       : i + add_character(m, text.at + i, text.len - i);
    m->link_chars += style & RT_MEASURE_LINK ? m->chars - before : 0;
    m->bold_chars += style & RT_MEASURE_BOLD ? m->chars - before : 0;
}

void rt_measure_end(struct rt_measure *m)
{
    end_word(m);
    if (m->last == '.' || m->last == '!' || m->last == '?')
        m->stops++;
}

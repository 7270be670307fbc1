/* A strict reader of the flat part of TOML, see toml.h. */
#include "host/settings/toml.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <stdio.h>

static const char a_pair[] = "NAME = VALUE";
static const char a_value[] = "a string in quotes, a whole number, true or false";

/* A fault at the first byte of what is left, or some bytes before it. */
static bool fault(struct rt_toml *toml, const char *from, const char *expected)
{
    const char *end = toml->rest.at + toml->rest.len;
    rt_str found = { from, (size_t)(end - from) };
    found.len =
        rt_str_find_byte(found, '\n') == RT_NPOS ? found.len : rt_str_find_byte(found, '\n');
    toml->found = rt_str_trim(found);
    toml->expected = expected;
    return false;
}

static bool fault_here(struct rt_toml *toml, const char *expected)
{
    return fault(toml, toml->rest.at, expected);
}

/* The next byte, or '\n' at the end of the text. */
static char peek(const struct rt_toml *toml) { return toml->rest.len ? *toml->rest.at : '\n'; }

static void skip(struct rt_toml *toml, size_t n) { toml->rest = rt_str_from(toml->rest, n); }

static void skip_blanks(struct rt_toml *toml)
{
    while (peek(toml) == ' ' || peek(toml) == '\t')
        skip(toml, 1);
}

static bool is_control(char c) { return ((unsigned char)c < ' ' && c != '\t') || c == 0x7F; }

static bool is_carriage_return_of_line_end(const struct rt_toml *toml)
{
    return rt_str_starts(toml->rest, RT_LIT("\r\n"));
}

/* Blanks and a comment, up to the end of the line, which stays. */
static bool skip_to_line_end(struct rt_toml *toml, const char *expected)
{
    skip_blanks(toml);
    if (peek(toml) == '#') {
        const char *from = toml->rest.at;
        while (!is_control(peek(toml)))
            skip(toml, 1);
        if (peek(toml) != '\n' && !is_carriage_return_of_line_end(toml))
            return fault(toml, from, "a comment without control characters");
    }
    if (is_carriage_return_of_line_end(toml))
        skip(toml, 1);
    return peek(toml) == '\n' || fault_here(toml, expected);
}

static void put(struct rt_toml *toml, const char *bytes, size_t len)
{
    memcpy(toml->room + toml->used, bytes, len);
    toml->used += len;
}

/* ---- strings --------------------------------------------------------------------------------- */

/* Behind "\u" or "\U".  U+0000 is TOML, but no text that a setting can have. */
static bool read_unicode(struct rt_toml *toml, const char *from, size_t digits)
{
    uint32_t c = 0;
    for (; digits > 0 && rt_hex_digit(peek(toml)) >= 0; digits--) {
        c = c << 4 | (uint32_t)rt_hex_digit(peek(toml));
        skip(toml, 1);
    }
    if (digits > 0)
        return fault(toml, from, "4 hexadecimal digits after \\u, 8 after \\U");
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return fault(toml, from, "the number of a character other than U+0000");
    char bytes[4];
    put(toml, bytes, rt_utf8_put(bytes, c));
    return true;
}

/* Behind the backslash. */
static bool read_escape(struct rt_toml *toml)
{
    static const char letters[] = "btnfr\"\\", meanings[] = "\b\t\n\f\r\"\\";
    const char *from = toml->rest.at - 1;
    char c = peek(toml);
    const char *letter = memchr(letters, c, sizeof letters - 1);
    if (!letter && c != 'u' && c != 'U')
        return fault(toml, from, "one of \\b \\t \\n \\f \\r \\\" \\\\ \\uXXXX \\UXXXXXXXX");
    skip(toml, 1);
    if (!letter)
        return read_unicode(toml, from, c == 'u' ? 4 : 8);
    put(toml, &meanings[letter - letters], 1);
    return true;
}

/* Into the room, ended by NUL. */
static bool read_string(struct rt_toml *toml, rt_str *out)
{
    const char *from = toml->rest.at;
    char quote = *from;
    size_t begin = toml->used;
    if (rt_str_starts(toml->rest, RT_LIT("\"\"\"")) || rt_str_starts(toml->rest, RT_LIT("'''")))
        return fault_here(toml, "a string on one line, in single quotes or in double ones");
    skip(toml, 1);
    while (peek(toml) != quote) {
        char c = peek(toml);
        if (is_control(c))
            return fault(toml, from, "a string on one line, with a quote at its end");
        skip(toml, 1);
        if (c != '\\' || quote == '\'')
            put(toml, &c, 1);
        else if (!read_escape(toml))
            return false;
    }
    skip(toml, 1);
    *out = (rt_str){ toml->room + begin, toml->used - begin };
    put(toml, "", 1);
    return true;
}

/* ---- other values ---------------------------------------------------------------------------- */

/* The run of letters, digits and what numbers and dates are written with. */
static rt_str take_word(struct rt_toml *toml)
{
    size_t n = 0;
    while (n < toml->rest.len && (rt_is_alpha(toml->rest.at[n]) || rt_is_digit(toml->rest.at[n]) ||
                                  memchr("_+-.:", toml->rest.at[n], 5)))
        n++;
    rt_str word = rt_str_first(toml->rest, n);
    skip(toml, n);
    return word;
}

/* Digits of the base, single underscores between them; false for anything else, and beyond 64 bits
 * with a sign. */
static bool parse_digits(rt_str digits, unsigned base, uint64_t most, uint64_t *out)
{
    uint64_t value = 0;
    bool was_digit = false;
    for (size_t i = 0; i < digits.len; i++) {
        int digit = rt_hex_digit(digits.at[i]);
        if (digits.at[i] == '_' && was_digit) {
            was_digit = false;
            continue;
        }
        if (digit < 0 || (unsigned)digit >= base || __builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit, &value) || value > most)
            return false;
        was_digit = true;
    }
    *out = value;
    return was_digit;
}

static bool parse_whole_number(rt_str word, bool *negative, uint64_t *out)
{
    static const struct {
        char letter;
        unsigned base;
    } notations[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 } };
    for (size_t i = 0; i < sizeof notations / sizeof *notations; i++)
        if (word.len > 2 && word.at[0] == '0' && word.at[1] == notations[i].letter)
            return parse_digits(rt_str_from(word, 2), notations[i].base, INT64_MAX, out);
    bool has_sign = word.len && (word.at[0] == '-' || word.at[0] == '+');
    *negative = has_sign && word.at[0] == '-';
    rt_str digits = rt_str_from(word, has_sign);
    if (digits.len > 1 && digits.at[0] == '0')
        return false;
    return parse_digits(digits, 10, (uint64_t)INT64_MAX + *negative, out);
}

/* Numbers and booleans; what is neither is a fault. */
static bool read_word(struct rt_toml *toml, struct rt_toml_pair *out)
{
    const char *from = toml->rest.at;
    rt_str word = take_word(toml);
    bool negative = false;
    uint64_t number;
    char *text = toml->room + toml->used;
    if (rt_str_eq(word, RT_LIT("true")) || rt_str_eq(word, RT_LIT("false"))) {
        out->kind = RT_TOML_BOOLEAN;
        snprintf(text, 32, "%.*s", (int)word.len, word.at);
    } else if (parse_whole_number(word, &negative, &number)) {
        out->kind = RT_TOML_NUMBER;
        snprintf(text, 32, "%s%" PRIu64, negative && number ? "-" : "", number);
    } else {
        return fault(toml, from, a_value);
    }
    out->value = text;
    return true;
}

static bool read_value(struct rt_toml *toml, struct rt_toml_pair *out)
{
    const char *from = toml->rest.at;
    if (peek(toml) == '"' || peek(toml) == '\'') {
        rt_str text;
        if (!read_string(toml, &text))
            return false;
        out->kind = RT_TOML_STRING;
        out->value = text.at;
    } else if (!read_word(toml, out)) {
        return false;
    }
    out->shown = (rt_str){ from, (size_t)(toml->rest.at - from) };
    return true;
}

/* ---- pairs ----------------------------------------------------------------------------------- */

static bool is_of_bare_key(char c)
{
    return rt_is_alpha(c) || rt_is_digit(c) || c == '_' || c == '-';
}

static bool read_key(struct rt_toml *toml, rt_str *out)
{
    if (peek(toml) == '"' || peek(toml) == '\'')
        return read_string(toml, out);
    size_t n = 0;
    while (n < toml->rest.len && is_of_bare_key(toml->rest.at[n]))
        n++;
    if (n == 0)
        return fault_here(toml, a_pair);
    *out = rt_str_first(toml->rest, n);
    skip(toml, n);
    return true;
}

static bool read_pair(struct rt_toml *toml, struct rt_toml_pair *out)
{
    const char *from = toml->rest.at;
    if (peek(toml) == '[')
        return fault_here(toml, "NAME = VALUE; there are no tables here");
    toml->used = 0;
    out->line = toml->line;
    if (!read_key(toml, &out->key))
        return false;
    skip_blanks(toml);
    if (peek(toml) == '.')
        return fault(toml, from, "one name, without dots");
    if (peek(toml) != '=')
        return fault(toml, from, a_pair);
    skip(toml, 1);
    skip_blanks(toml);
    return read_value(toml, out) && skip_to_line_end(toml, "the end of the line");
}

void rt_toml_begin(struct rt_toml *toml, rt_str text, char *room)
{
    *toml = (struct rt_toml){ .rest = text, .line = 1, .room = room };
}

bool rt_toml_next(struct rt_toml *toml, struct rt_toml_pair *out)
{
    while (toml->rest.len > 0 && !toml->expected) {
        skip_blanks(toml);
        char c = peek(toml);
        if (c != '#' && c != '\n' && !is_carriage_return_of_line_end(toml))
            return read_pair(toml, out);
        if (!skip_to_line_end(toml, a_pair))
            return false;
        toml->line += toml->rest.len > 0;
        skip(toml, 1);
    }
    return false;
}

/* A second opinion on what is JSON, written from RFC 8259 and not from the parser that is tested.
 */
#include "fuzz_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct text {
    const unsigned char *at, *end;
};

static void skip_space(struct text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\t' || *t->at == '\n' || *t->at == '\r'))
        t->at++;
}

static bool take(struct text *t, unsigned char c)
{
    if (t->at == t->end || *t->at != c)
        return false;
    t->at++;
    return true;
}

static bool take_word(struct text *t, const char *word)
{
    size_t len = strlen(word);
    if ((size_t)(t->end - t->at) < len || memcmp(t->at, word, len) != 0)
        return false;
    t->at += len;
    return true;
}

static bool is_digit(const struct text *t)
{
    return t->at < t->end && *t->at >= '0' && *t->at <= '9';
}

static bool take_digits(struct text *t)
{
    const unsigned char *begin = t->at;
    while (is_digit(t))
        t->at++;
    return t->at > begin;
}

static bool is_finite(const unsigned char *at, size_t len)
{
    char *copy = malloc(len + 1);
    if (!copy)
        abort();
    memcpy(copy, at, len);
    copy[len] = '\0';
    bool finite = isfinite(strtod(copy, NULL));
    free(copy);
    return finite;
}

static bool take_number(struct text *t)
{
    const unsigned char *begin = t->at;
    take(t, '-');
    if (!take(t, '0') && !take_digits(t))
        return false;
    if (take(t, '.') && !take_digits(t))
        return false;
    if (take(t, 'e') || take(t, 'E')) {
        if (!take(t, '+'))
            take(t, '-');
        if (!take_digits(t))
            return false;
    }
    return is_finite(begin, (size_t)(t->at - begin));
}

static bool take_hex(struct text *t, unsigned *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, t->at++) {
        static const char digits[] = "0123456789abcdefABCDEF";
        const char *d = t->at < t->end && *t->at ? strchr(digits, *t->at) : NULL;
        if (!d)
            return false;
        unsigned n = (unsigned)(d - digits);
        *unit = *unit * 16 + (n > 15 ? n - 6 : n);
    }
    return true;
}

static bool take_escape(struct text *t)
{
    unsigned unit;
    if (t->at == t->end)
        return false;
    if (*t->at != 'u')
        return *t->at && strchr("\"\\/bfnrt", *t->at++);
    t->at++;
    if (!take_hex(t, &unit) || (unit >= 0xDC00 && unit < 0xE000))
        return false;
    if (unit < 0xD800 || unit >= 0xE000)
        return true;
    return take(t, '\\') && take(t, 'u') && take_hex(t, &unit) && unit >= 0xDC00 && unit < 0xE000;
}

/* One character of more than one byte. */
static bool take_utf8(struct text *t)
{
    unsigned char first = *t->at++;
    unsigned more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    if (first < 0xC2 || first > 0xF4 || (size_t)(t->end - t->at) < more)
        return false;
    unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (; more > 0; more--, low = 0x80, high = 0xBF) {
        if (*t->at < low || *t->at > high)
            return false;
        t->at++;
    }
    return true;
}

static bool take_string(struct text *t)
{
    if (!take(t, '"'))
        return false;
    while (t->at < t->end && *t->at != '"') {
        if (*t->at < ' ')
            return false;
        if (*t->at >= 0x80) {
            if (!take_utf8(t))
                return false;
        } else if (*t->at++ == '\\' && !take_escape(t)) {
            return false;
        }
    }
    return take(t, '"');
}

static bool take_simple(struct text *t)
{
    if (t->at == t->end)
        return false;
    if (*t->at == '"')
        return take_string(t);
    if (*t->at == '-' || is_digit(t))
        return take_number(t);
    return take_word(t, "true") || take_word(t, "false") || take_word(t, "null");
}

static bool take_key(struct text *t)
{
    skip_space(t);
    if (!take_string(t))
        return false;
    skip_space(t);
    return take(t, ':');
}

/* After a value: closes what ends there.  False where what follows is wrong; *more: a value
 * follows. */
static bool take_ends(struct text *t, char *open, size_t *depth, bool *more)
{
    *more = false;
    for (skip_space(t); *depth > 0; skip_space(t)) {
        if (take(t, ',')) {
            *more = true;
            return open[*depth - 1] == '[' || take_key(t);
        }
        if (!take(t, open[*depth - 1] == '[' ? ']' : '}'))
            return false;
        --*depth;
    }
    return true;
}

/* A value's beginning: *whole is false where it is a container that something follows in. */
static bool take_begin(struct text *t, char *open, size_t *depth, bool *whole)
{
    *whole = true;
    skip_space(t);
    char sign = t->at < t->end && *t->at == '{' ? '{' : '[';
    if (!take(t, (unsigned char)sign))
        return take_simple(t);
    skip_space(t);
    if (take(t, sign == '{' ? '}' : ']'))
        return true;
    open[(*depth)++] = sign;
    *whole = false;
    return sign == '[' || take_key(t);
}

bool fuzz_is_json(const char *at, size_t len)
{
    struct text t = { (const unsigned char *)at, (const unsigned char *)at + len };
    char *open = malloc(len + 1);
    size_t depth = 0;
    bool more = true, whole = true, good = open != NULL;
    while (good && more) {
        good = take_begin(&t, open, &depth, &whole);
        if (good && whole)
            good = take_ends(&t, open, &depth, &more);
    }
    free(open);
    return good && t.at == t.end;
}

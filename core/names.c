/* Finding patterns in attribute values and short texts.  Each table has an index: a bit for each
 * pair of letters that some pattern begins with, and where the patterns of a letter begin; most
 * places of a text fall at the bit.  Work per place is bounded by the patterns of a letter. */
#include "core/names.h"

#include "base/str.h"

#include <stdbool.h>

enum where { PART, START, WORD };

struct pattern {
    char text[26];
    uint8_t len;
    uint8_t where;
    uint32_t says;
};

static const struct pattern name_patterns[] = {
#define NAME(text, where, says) { text, sizeof(text) - 1, where, says },
#include "core/names.def"
#undef NAME
};

static const struct pattern phrase_patterns[] = {
#define PHRASE(text, where, says) { text, sizeof(text) - 1, where, says },
#include "core/phrases.def"
#undef PHRASE
};

enum {
    NAME_PATTERNS = sizeof name_patterns / sizeof *name_patterns,
    PHRASE_PATTERNS = sizeof phrase_patterns / sizeof *phrase_patterns,
    READ_LIMIT = 240,
    PHRASE_LIMIT = 96
};

static unsigned letter(char c)
{
    return (unsigned)(uint8_t)c & 31;
}

static void make_index(struct rt_name_index *index, const struct pattern *patterns, size_t count)
{
    size_t next = 0;
    for (unsigned l = 0; l < 27; l++) {
        index->first[l] = (uint16_t)next;
        for (; next < count && letter(patterns[next].text[0]) == l + 1; next++)
            index->pairs[l + 1] |= UINT32_C(1) << letter(patterns[next].text[1]);
    }
}

void rt_names_init(struct rt_names *names)
{
    *names = (struct rt_names){ .name_index = { .first = { 0 } } };
    make_index(&names->name_index, name_patterns, NAME_PATTERNS);
    make_index(&names->phrase_index, phrase_patterns, PHRASE_PATTERNS);
}

/* A value ready to be matched: what is compared, and where words begin in it. */
struct subject {
    char at[READ_LIMIT + 2];
    bool begins[READ_LIMIT + 2];
    size_t len;
};

static bool fits(const struct pattern *p, const struct subject *s, size_t i)
{
    size_t end = i + p->len;
    if (end > s->len || memcmp(s->at + i, p->text, p->len) != 0)
        return false;
    return p->where != WORD || end == s->len || s->begins[end] || s->at[end] == ' ';
}

static uint32_t match(const struct rt_name_index *index, const struct pattern *patterns,
                      const struct subject *s)
{
    uint32_t says = 0;
    for (size_t i = 0; i + 1 < s->len; i++) {
        char c = s->at[i];
        if (c < 'a' || c > 'z' || !(index->pairs[letter(c)] >> letter(s->at[i + 1]) & 1))
            continue;
        for (size_t k = index->first[letter(c) - 1]; k < index->first[letter(c)]; k++)
            if (patterns[k].text[1] == s->at[i + 1] &&
                (patterns[k].where == PART || s->begins[i]) && fits(&patterns[k], s, i))
                says |= patterns[k].says;
    }
    return says;
}

/* Words begin behind what is no letter and at a capital behind a small letter. */
static void read_name(struct subject *s, rt_str value)
{
    bool begins = true, was_small = false;
    s->len = 0;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (rt_is_alpha(c)) {
            bool is_small = c >= 'a';
            s->begins[s->len] = begins || (was_small && !is_small);
            s->at[s->len++] = rt_lower(c);
            was_small = is_small;
            begins = false;
            continue;
        }
        begins = true;
        was_small = false;
        if (c != '-' && c != '_' && s->len && s->at[s->len - 1] != ' ') {
            s->begins[s->len] = true;
            s->at[s->len++] = ' ';
        }
    }
}

static uint32_t hash_of(rt_str value)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < value.len; i++)
        hash = (hash ^ (uint8_t)value.at[i]) * 16777619u;
    return hash | 1;
}

uint32_t rt_names_match(struct rt_names *names, rt_str value)
{
    value = rt_str_first(value, READ_LIMIT);
    if (value.len < 2)
        return 0;
    uint32_t hash = hash_of(value);
    size_t seat = (hash >> 8) % (sizeof names->seen / sizeof *names->seen);
    if (names->seen[seat].hash == hash)
        return names->seen[seat].names;
    struct subject s;
    read_name(&s, value);
    names->seen[seat].hash = hash;
    names->seen[seat].names = match(&names->name_index, name_patterns, &s);
    return names->seen[seat].names;
}

static void read_phrase(struct subject *s, rt_str text)
{
    bool begins = true;
    s->len = 0;
    for (size_t i = 0; i < text.len && s->len < PHRASE_LIMIT; i++) {
        char c = rt_lower(text.at[i]);
        bool is_word = (c >= 'a' && c <= 'z') || (uint8_t)c >= 0x80;
        if (!is_word && (rt_is_space(c) || !s->len)) {
            begins = true;
            if (s->len && s->at[s->len - 1] != ' ') {
                s->begins[s->len] = false;
                s->at[s->len++] = ' ';
            }
            continue;
        }
        s->begins[s->len] = is_word && begins;
        s->at[s->len++] = c;
        begins = !is_word && c != '\'';
    }
}

uint32_t rt_phrases_match(const struct rt_names *names, rt_str text)
{
    struct subject s;
    read_phrase(&s, text);
    uint32_t says = 0;
    const struct rt_name_index *index = &names->phrase_index;
    for (size_t i = 0; i + 1 < s.len; i++) {
        char c = s.at[i];
        if (!s.begins[i] || c < 'a' || c > 'z' ||
            !(index->pairs[letter(c)] >> letter(s.at[i + 1]) & 1))
            continue;
        for (size_t k = index->first[letter(c) - 1]; k < index->first[letter(c)]; k++)
            if (phrase_patterns[k].text[1] == s.at[i + 1] &&
                (phrase_patterns[k].where == PART || i == 0) && fits(&phrase_patterns[k], &s, i))
                says |= phrase_patterns[k].says;
    }
    return says;
}

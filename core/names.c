/* Finding patterns in attribute values and short texts.  Each table has an index by the first two
 * letters; most places of a text have an empty chain there.  Work per place is bounded by the longest
 * chain. */
#include "core/names.h"

#include "base/hash.h"
#include "base/str.h"

#include <stdbool.h>
#include <string.h>

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

_Static_assert((size_t)NAME_PATTERNS <= RT_NAMES_MAX_PATTERNS &&
               (size_t)PHRASE_PATTERNS <= RT_NAMES_MAX_PATTERNS, "room for the chains");

static void make_index(struct rt_name_index *index, const struct pattern *patterns, size_t count)
{
    memset(index->first, 0xFF, sizeof index->first);
    for (size_t i = count; i-- > 0;) {
        uint16_t *first = &index->first[letter(patterns[i].text[0])][letter(patterns[i].text[1])];
        index->next[i] = *first;
        *first = (uint16_t)i;
    }
}

void rt_names_init(struct rt_names *names)
{
    memset(names->seen, 0, sizeof names->seen);
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
    if (end > s->len)
        return false;
    for (size_t k = 1; k < p->len; k++)
        if (s->at[i + k] != p->text[k])
            return false;
    return p->where != WORD || end == s->len || s->begins[end] || s->at[end] == ' ';
}

static uint32_t match_chain(const struct pattern *patterns, const uint16_t *next, size_t k,
                            const struct subject *s, size_t i, bool begins)
{
    uint32_t says = 0;
    for (; k != RT_NAMES_NONE; k = next[k])
        if ((patterns[k].where == PART || begins) && fits(&patterns[k], s, i))
            says |= patterns[k].says;
    return says;
}

/* What the patterns say that begin at place i, where `begins` those may that want a beginning. */
static inline uint32_t match_at(const struct rt_name_index *index, const struct pattern *patterns,
                         const struct subject *s, size_t i, bool begins)
{
    size_t k = index->first[letter(s->at[i])][letter(s->at[i + 1])];
    return k == RT_NAMES_NONE ? 0 : match_chain(patterns, index->next, k, s, i, begins);
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

uint32_t rt_names_match(struct rt_names *names, rt_str value)
{
    value = rt_str_first(value, READ_LIMIT);
    if (value.len < 2)
        return 0;
    size_t seat = rt_hash(value, 0) % (sizeof names->seen / sizeof *names->seen);
    if (rt_str_eq(names->seen[seat].value, value))
        return names->seen[seat].names;
    struct subject s;
    read_name(&s, value);
    uint32_t says = 0;
    for (size_t i = 0; i + 1 < s.len; i++)
        if (s.at[i] != ' ')
            says |= match_at(&names->name_index, name_patterns, &s, i, s.begins[i]);
    names->seen[seat].value = value;
    names->seen[seat].names = says;
    return says;
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
    for (size_t i = 0; i + 1 < s.len; i++)
        if (s.begins[i] && s.at[i] >= 'a' && s.at[i] <= 'z')
            says |= match_at(&names->phrase_index, phrase_patterns, &s, i, i == 0);
    return says;
}

/* Finding patterns in attribute values and short texts.  Each table has an index by the first two
 * letters; most places of a text have an empty chain there, or one in which nothing goes on with
 * their third and fourth letter.  Work per place is bounded by the longest chain. */
#include "core/names.h"

#include "base/hash.h"
#include "base/str.h"

#include <stdbool.h>
#include <string.h>

enum where { PART, START, WORD };

struct pattern {
    char text[26];          /* zeros behind it */
    uint8_t len;
    uint8_t where;
    uint32_t says;
};

static const struct pattern name_patterns[] = {
#define NAME(text, where, says) { text, sizeof(text) - 1, where, says },
#include "core/names.def"
#undef NAME
};

/* Never WORD: where words begin in a text is not known behind the pattern. */
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

/* The letters that a pattern allows at place i. */
static uint32_t letters_at(const struct pattern *p, size_t i)
{
    return i < p->len ? UINT32_C(1) << letter(p->text[i]) : UINT32_MAX;
}

static void make_index(struct rt_name_index *index, const struct pattern *patterns, size_t count)
{
    memset(index->first, 0xFF, sizeof index->first);
    memset(index->third, 0, sizeof index->third);
    for (size_t i = count; i-- > 0;) {
        const struct pattern *p = &patterns[i];
        size_t pair = letter(p->text[0]) << 5 | letter(p->text[1]);
        size_t other = index->first[pair];
        index->third[pair] |= letters_at(p, 2);
        index->fourth[i] = letters_at(p, 3) | (other == RT_NAMES_NONE ? 0 : index->fourth[other]);
        index->links[i].mask = 0;
        memset(&index->links[i].mask, 0xFF, p->len < 4 ? p->len : 4);
        memcpy(&index->links[i].begin, p->text, 4);
        index->links[i].next = (uint16_t)other;
        index->first[pair] = (uint16_t)i;
    }
}

void rt_names_init(struct rt_names *names)
{
    memset(names->seen, 0, sizeof names->seen);
    make_index(&names->name_index, name_patterns, NAME_PATTERNS);
    make_index(&names->phrase_index, phrase_patterns, PHRASE_PATTERNS);
}

/* A value ready to be matched: what is compared, and where words begin in it. */
enum { BEHIND = 8 };
struct subject {
    char at[READ_LIMIT + BEHIND];   /* spaces behind its end */
    bool begins[READ_LIMIT + BEHIND];
    size_t len;
};

static void end_subject(struct subject *s, size_t len)
{
    memset(s->at + len, ' ', BEHIND);
    s->len = len;
}

/* Of a pattern whose first four bytes do. */
static bool fits(const struct pattern *p, const struct subject *s, size_t i)
{
    size_t end = i + p->len;
    if (end > s->len)
        return false;
    for (size_t k = 4; k < p->len; k++)
        if (s->at[i + k] != p->text[k])
            return false;
    return p->where != WORD || end == s->len || s->begins[end] || s->at[end] == ' ';
}

/* What the patterns say that begin at place i with a pair of letters, where `begins` those may that
 * want a beginning. */
static uint32_t match_at(const struct rt_name_index *index, const struct pattern *patterns,
                         const struct subject *s, size_t i, size_t pair, bool begins)
{
    uint32_t says = 0;
    size_t k = index->first[pair];
    if (k == RT_NAMES_NONE || !(index->fourth[k] >> letter(s->at[i + 3]) & 1))
        return 0;
    uint32_t begin;
    memcpy(&begin, s->at + i, 4);
    for (; k != RT_NAMES_NONE; k = index->links[k].next)
        if (((begin ^ index->links[k].begin) & index->links[k].mask) == 0 &&
            (patterns[k].where == PART || begins) && fits(&patterns[k], s, i))
            says |= patterns[k].says;
    return says;
}

/* Words begin behind what is no letter and at a capital behind a small letter. */
static void read_name(struct subject *s, rt_str value)
{
    bool begins = true, was_small = false;
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (rt_is_alpha(c)) {
            bool is_small = c >= 'a';
            s->begins[len] = begins || (was_small && !is_small);
            s->at[len++] = c | 0x20;
            was_small = is_small;
            begins = false;
            continue;
        }
        begins = true;
        was_small = false;
        if (c != '-' && c != '_' && len && s->at[len - 1] != ' ') {
            s->begins[len] = true;
            s->at[len++] = ' ';
        }
    }
    end_subject(s, len);
}

static uint32_t match_name(const struct rt_names *names, rt_str value)
{
    const struct rt_name_index *index = &names->name_index;
    struct subject s;
    read_name(&s, value);
    uint32_t says = 0;
    size_t pair = letter(s.at[0]) << 5 | letter(s.at[1]);
    for (size_t i = 0; i + 1 < s.len; i++) {
        size_t third = letter(s.at[i + 2]);
        if (index->third[pair] >> third & 1)
            says |= match_at(index, name_patterns, &s, i, pair, s.begins[i]);
        pair = (pair << 5 | third) & 0x3FF;
    }
    return says;
}

uint32_t rt_names_match(struct rt_names *names, rt_str value, uint32_t hash)
{
    value = rt_str_first(value, READ_LIMIT);
    size_t seat = hash % (sizeof names->seen / sizeof *names->seen);
    if (!rt_str_eq(names->seen[seat].value, value)) {
        names->seen[seat].value = value;
        names->seen[seat].names = match_name(names, value);
    }
    return names->seen[seat].names;
}

uint32_t rt_names_match_once(const struct rt_names *names, rt_str value)
{
    return match_name(names, rt_str_first(value, READ_LIMIT));
}

/* A text ready to be matched, and where its words begin with an ASCII letter. */
struct phrase {
    struct subject text;
    uint8_t starts[PHRASE_LIMIT];
    size_t count;
};

static void read_phrase(struct phrase *p, rt_str text)
{
    bool begins = true;
    size_t len = 0;
    char *at = p->text.at;
    p->count = 0;
    for (size_t i = 0; i < text.len && len < PHRASE_LIMIT; i++) {
        char c = text.at[i];
        if (rt_is_alpha(c)) {
            if (begins)
                p->starts[p->count++] = (uint8_t)len;
            begins = false;
            at[len++] = c | 0x20;
        } else if ((uint8_t)c >= 0x80) {
            begins = false;
            at[len++] = c;
        } else if (rt_is_space(c) || !len) {
            begins = true;
            if (len && at[len - 1] != ' ')
                at[len++] = ' ';
        } else {
            begins = c != '\'';
            at[len++] = c;
        }
    }
    end_subject(&p->text, len);
}

uint32_t rt_phrases_match(const struct rt_names *names, rt_str text)
{
    const struct rt_name_index *index = &names->phrase_index;
    struct phrase p;
    read_phrase(&p, text);
    uint32_t says = 0;
    for (size_t k = 0; k < p.count; k++) {
        size_t i = p.starts[k];
        const char *at = p.text.at + i;
        size_t pair = letter(at[0]) << 5 | letter(at[1]);
        if (index->third[pair] >> letter(at[2]) & 1)
            says |= match_at(index, phrase_patterns, &p.text, i, pair, i == 0);
    }
    return says;
}

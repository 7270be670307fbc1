/* A label such as "Related articles" speaks for what stands below it in the same box; where it
 * stands in the main column itself, for what stands before the next heading of its level. */
#include "core/labels.h"

#include "base/str.h"
#include "core/names.h"

enum {
    TEXT_LIMIT = 400,       /* bytes of a block that are read */
    TITLE_WORDS = 48,
    LABEL_WORDS = 9,
    PHRASE_WORDS = 30,
    TITLE_BLOCK_WORDS = 50,
    SCOPES = 6
};

/* Phrases that label what follows. */
static const uint32_t scope_phrases[SCOPES] = {
    RT_PHRASE_COMMENT, RT_PHRASE_RELATED, RT_PHRASE_AUTHOR,
    RT_PHRASE_NEWSLETTER, RT_PHRASE_REVIEW, RT_PHRASE_DETAIL
};

struct scope {
    uint32_t end;           /* block at which it ends at the latest */
    uint8_t level;          /* and the heading level at which it ends, 0: none */
};

struct reader {
    struct rt_facts *facts;
    const struct rt_names *names;
    uint32_t title[TITLE_WORDS];
    uint32_t title_words;
    uint64_t title_filter;  /* a bit of each word's hash */
    uint8_t folded[256];    /* of each byte: its small letter, 0 where it is part of no word */
    struct scope scopes[SCOPES];
    char text[TEXT_LIMIT];
};

static void make_fold(uint8_t folded[256])
{
    for (unsigned i = 0; i < 256; i++) {
        char c = rt_lower((char)i);
        folded[i] = rt_is_alpha(c) || rt_is_digit(c) || i >= 0x80 ? (uint8_t)c : 0;
    }
}

/* The next word of s from *i on, as a hash whatever its case; 0 at the end. */
static uint32_t next_word(const struct reader *r, rt_str s, size_t *i)
{
    uint32_t hash = 2166136261u;
    size_t at = *i;
    while (at < s.len && !r->folded[(uint8_t)s.at[at]])
        at++;
    size_t begin = at;
    for (uint8_t c; at < s.len && (c = r->folded[(uint8_t)s.at[at]]) != 0; at++)
        hash = (hash ^ c) * 16777619u;
    *i = at;
    return at > begin ? hash | 1 : 0;
}

static uint64_t filter_bit(uint32_t word)
{
    return UINT64_C(1) << (word >> 26);
}

static bool is_title_word(const struct reader *r, uint32_t word, uint64_t *seen)
{
    if (!(r->title_filter & filter_bit(word)))
        return false;
    for (uint32_t k = 0; k < r->title_words; k++)
        if (r->title[k] == word) {
            *seen |= UINT64_C(1) << k;
            return true;
        }
    return false;
}

static void add_title(struct reader *r, rt_str title)
{
    uint64_t seen = 0;
    size_t i = 0;
    for (uint32_t word; (word = next_word(r, title, &i)) && r->title_words < TITLE_WORDS;)
        if (!is_title_word(r, word, &seen)) {
            r->title[r->title_words++] = word;
            r->title_filter |= filter_bit(word);
        }
}

/* The <title> of the page, which the title in hand may be a part of. */
static void read_title(struct reader *r, const struct rt_page *page, rt_str title)
{
    if (title.at)
        add_title(r, title);
    for (rt_node *n = page->head ? page->head->first_child : NULL; n; n = n->next)
        if (rt_node_tag(n) == LXB_TAG_TITLE && n->first_child && rt_node_is_text(n->first_child)) {
            add_title(r, rt_str_first(rt_node_data(n->first_child), TEXT_LIMIT));
            return;
        }
}

/* The beginning of a block's text. */
static rt_str text_of(struct reader *r, const struct rt_block *b)
{
    const struct rt_page *page = r->facts->page;
    size_t len = 0;
    if (b->first == b->last)
        return rt_str_first(rt_node_data(b->first), TEXT_LIMIT);
    for (rt_node *n = b->first; n && len < TEXT_LIMIT; n = rt_block_next_text(page, b, n)) {
        rt_str part = rt_str_first(rt_node_data(n), TEXT_LIMIT - len);
        memcpy(r->text + len, part.at, part.len);
        len += part.len;
    }
    return (rt_str){ r->text, len };
}

static void compare_title(const struct reader *r, rt_str text, struct rt_block_facts *f)
{
    uint32_t words = 0, shared = 0, covered = 0;
    uint64_t seen = 0;
    size_t i = 0;
    for (uint32_t word; (word = next_word(r, text, &i)); words++)
        shared += is_title_word(r, word, &seen);
    for (; seen; seen &= seen - 1)
        covered++;
    f->title_pct = (uint8_t)(words ? shared * 100 / words : 0);
    f->title_cover_pct = (uint8_t)(r->title_words ? covered * 100 / r->title_words : 0);
}

/* A heading is an element of three or four at most inside: its level is looked for that far. */
static uint8_t heading_level(const struct rt_blocks *b, const struct rt_block *block)
{
    const struct rt_element *e = &b->elements[block->leaf];
    if (!(e->context & RT_IN_HEADING))
        return 0;
    for (unsigned k = 0; k < 6; k++, e = &b->elements[e->parent])
        if (e->tag >= LXB_TAG_H1 && e->tag <= LXB_TAG_H6)
            return (uint8_t)(e->tag - LXB_TAG_H1 + 1);
    return 7;
}

static bool is_label(const struct rt_blocks *b, const struct rt_block *block, uint8_t level)
{
    if (block->text.words > LABEL_WORDS || block->text.chars > 80)
        return false;
    if (level || block->text.bold_chars * 5 > block->text.chars * 4)
        return true;
    switch (b->elements[block->holder].tag) {
    case LXB_TAG_LEGEND: case LXB_TAG_SUMMARY: case LXB_TAG_DT: case LXB_TAG_CAPTION:
        return true;
    default:
        return false;
    }
}

static void open_scope(struct reader *r, uint32_t i, uint32_t k)
{
    const struct rt_facts *f = r->facts;
    const struct rt_blocks *b = f->blocks;
    uint32_t at = b->blocks[i].holder;
    if (b->elements[at].end - b->elements[at].first <= 1)
        at = f->elements[at].up;
    const struct rt_element *box = &b->elements[at];
    uint64_t good = rt_blocks_sum(b, good, box->first, box->end);
    bool is_bulk = good * 10 > f->good * UINT64_C(6);
    struct scope scope = { box->end, 0 };
    if (is_bulk && scope_phrases[k] != RT_PHRASE_COMMENT)
        scope.level = f->facts[i].heading_level ? f->facts[i].heading_level : 6;
    if (scope.end >= r->scopes[k].end)
        r->scopes[k] = scope;
}

static void read_block(struct reader *r, uint32_t i)
{
    const struct rt_blocks *b = r->facts->blocks;
    const struct rt_block *block = &b->blocks[i];
    struct rt_block_facts *f = &r->facts->facts[i];
    f->heading_level = heading_level(b, block);
    if (block->text.words <= TITLE_BLOCK_WORDS) {
        rt_str text = text_of(r, block);
        compare_title(r, text, f);
        if (block->text.words <= PHRASE_WORDS)
            f->phrases = rt_phrases_match(r->names, text);
    }
    for (uint32_t k = 0; k < SCOPES; k++) {
        if (r->scopes[k].level && f->heading_level && f->heading_level <= r->scopes[k].level)
            r->scopes[k] = (struct scope){ 0, 0 };
        if (i < r->scopes[k].end)
            f->under |= scope_phrases[k];
    }
    bool labels = is_label(b, block, f->heading_level);
    for (uint32_t k = 0; k < SCOPES; k++)
        if ((f->phrases & scope_phrases[k]) &&
            (labels || (scope_phrases[k] == RT_PHRASE_COMMENT && block->text.words <= LABEL_WORDS)))
            open_scope(r, i, k);
}

static void link_headings(struct rt_facts *f)
{
    uint32_t count = f->blocks->count, above = 0, below = count;
    for (uint32_t i = 0; i < count; i++) {
        f->facts[i].heading = above;
        if (f->facts[i].heading_level)
            above = i + 1;
        if (f->facts[i].heading_level == 1 && !f->h1)
            f->h1 = i + 1;
    }
    for (uint32_t i = count; i-- > 0;) {
        f->facts[i].next_heading = below;
        if (f->facts[i].heading_level)
            below = i;
    }
}

static void choose_title(struct rt_facts *f)
{
    int32_t best = 0;
    for (uint32_t i = 0; i < f->blocks->count; i++) {
        const struct rt_block_facts *b = &f->facts[i];
        if (!b->heading_level)
            continue;
        int32_t worth = 2000 + b->title_pct * b->title_cover_pct - b->heading_level * 143;
        if (worth > best) {
            best = worth;
            f->title = i + 1;
        }
    }
}

void rt_labels_read(struct rt_facts *facts, const struct rt_names *names, rt_str title)
{
    struct reader r = { .facts = facts, .names = names };
    make_fold(r.folded);
    read_title(&r, facts->page, title);
    for (uint32_t i = 0; i < facts->blocks->count; i++)
        read_block(&r, i);
    link_headings(facts);
    choose_title(facts);
}

/* What a reader of the content would strike out at once, or miss. */
#include "core/prune.h"

#include "core/names.h"

/* Said before, word for word: sticky headers, slides that are there twice, mobile copies. */
static bool is_said_again(const struct rt_facts *f, uint32_t i)
{
    const struct rt_block *b = &f->blocks->blocks[i];
    uint32_t context = f->blocks->elements[b->leaf].context;
    return f->facts[i].is_repeat && b->text.words >= 6 && !(context & (RT_IN_PRE | RT_IN_TABLE));
}

static bool is_invitation(const struct rt_facts *f, uint32_t i)
{
    const struct rt_measure *m = &f->blocks->blocks[i].text;
    return (f->facts[i].phrases & RT_PHRASE_MORE) && m->words < 25 &&
           m->link_chars * UINT64_C(10) > m->chars * UINT64_C(3);
}

/* A box that asks for an address stands among the paragraphs of many articles. */
static bool is_sign_up(const struct rt_facts *f, uint32_t i)
{
    uint32_t leaf = f->blocks->blocks[i].leaf;
    bool is_box = f->elements[leaf].names & RT_NAME_NEWSLETTER;
    return is_box && f->blocks->blocks[i].text.words < 40 &&
           ((f->facts[i].phrases & RT_PHRASE_NEWSLETTER) ||
            (f->blocks->elements[leaf].context & RT_IN_ASIDE));
}

/* The label of a list whose items are not content, or of the readers' comments. */
static bool is_stray_label(const struct rt_facts *f, const uint16_t *p, const uint8_t *kept,
                           uint32_t i)
{
    enum { SURE = 900 };
    const struct rt_block_facts *own = &f->facts[i];
    if (!(own->phrases & (RT_PHRASE_RELATED | RT_PHRASE_COMMENT | RT_PHRASE_NEWSLETTER |
                          RT_PHRASE_SHARE)))
        return false;
    return f->blocks->blocks[i].text.words < 10 && p[i] < SURE &&
           (i + 1 == f->blocks->count || !kept[i + 1]);
}

/* A heading goes with the text under it. */
static bool is_heading_of_content(const struct rt_facts *f, const uint16_t *p, const uint8_t *kept,
                                  uint32_t i)
{
    enum { POSSIBLE = 200 };
    return f->facts[i].heading_level && i + 1 < f->blocks->count && kept[i + 1] &&
           p[i] >= POSSIBLE && f->blocks->blocks[i + 1].text.words >= 8;
}

void rt_prune(const struct rt_facts *f, const uint16_t *p, uint8_t *kept)
{
    for (uint32_t i = 0; i < f->blocks->count; i++)
        if (kept[i] && (is_said_again(f, i) || is_invitation(f, i) || is_sign_up(f, i)))
            kept[i] = 0;
    for (uint32_t i = f->blocks->count; i-- > 0;) {
        if (kept[i])
            kept[i] = !is_stray_label(f, p, kept, i);
        else
            kept[i] = is_heading_of_content(f, p, kept, i);
    }
}

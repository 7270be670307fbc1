/* The numbers of one block, group by group as in block_features.def. */
#include "core/block_features.h"

#include "core/names.h"

enum { FAR = 9999 };

static int32_t number(uint64_t n)
{
    return n > 1000000 ? 1000000 : (int32_t)n;
}

/* part of whole as a percentage; whole may be nothing. */
static int32_t percent(uint64_t part, uint64_t whole)
{
    return whole ? (int32_t)(part * 100 / whole) : 0;
}

static int32_t mean(uint64_t sum, uint64_t count)
{
    return count ? number(sum / count) : 0;
}

static int32_t distance(uint32_t from, uint32_t to)
{
    int64_t d = (int64_t)to - (int64_t)from;
    return d > FAR ? FAR : d < -FAR ? -FAR : (int32_t)d;
}

static void set_text(const struct rt_block *b, const struct rt_block_facts *f, int32_t *out)
{
    const struct rt_measure *m = &b->text;
    out[RT_F_WORDS] = number(m->words);
    out[RT_F_LINK_PCT] = percent(m->link_chars, m->chars);
    out[RT_F_BOLD_PCT] = percent(m->bold_chars, m->chars);
    out[RT_F_COMMAS] = number(m->commas);
    out[RT_F_STOPS] = number(m->stops);
    out[RT_F_ENDS_SENTENCE] = rt_measure_ends_sentence(m);
    out[RT_F_ENDS_COLON] = m->last == ':';
    out[RT_F_UPPER_PCT] = percent(m->upper, m->chars);
    out[RT_F_DIGIT_PCT] = percent(m->digits, m->chars);
    out[RT_F_SYMBOL_PCT] = percent(m->symbols, m->words);
    out[RT_F_WORD_LENGTH] = mean(m->chars * UINT64_C(10), m->words);
    out[RT_F_STARTS_LOWER] = m->starts_lower;
    out[RT_F_HAS_PRICE] = m->has_currency && m->digits && m->chars < 300;
    out[RT_F_HAS_YEAR] = m->years && m->chars < 120;
    out[RT_F_HAS_COPYRIGHT] = m->has_copyright;
    out[RT_F_REPEATS] = number(f->repeats);
    out[RT_F_IS_REPEAT] = f->is_repeat;
}

static void set_tag(const struct rt_blocks *all, const struct rt_block *b,
                    const struct rt_block_facts *f, int32_t *out)
{
    uint16_t leaf = all->elements[b->leaf].tag, holder = all->elements[b->holder].tag;
    out[RT_F_TAG_P] = holder == LXB_TAG_P;
    out[RT_F_TAG_LI] = holder == LXB_TAG_LI;
    out[RT_F_TAG_CELL] = holder == LXB_TAG_TD || holder == LXB_TAG_TH;
    out[RT_F_TAG_DIV] = holder == LXB_TAG_DIV;
    out[RT_F_TAG_SPAN] = leaf == LXB_TAG_SPAN;
    out[RT_F_TAG_A] = leaf == LXB_TAG_A;
    out[RT_F_TAG_TERM] = holder == LXB_TAG_DT || holder == LXB_TAG_DD;
    out[RT_F_TAG_CAPTION] = holder == LXB_TAG_FIGCAPTION || holder == LXB_TAG_CAPTION;
    out[RT_F_HEADING_LEVEL] = f->heading_level;
}

struct bit {
    uint32_t bit;
    uint32_t feature;
};

static void set_bits(uint32_t bits, const struct bit *table, size_t count, int32_t *out)
{
    for (size_t i = 0; i < count; i++)
        out[table[i].feature] = (bits & table[i].bit) != 0;
}

#define SET_BITS(bits, table, out) set_bits(bits, table, sizeof(table) / sizeof *(table), out)

static void set_context(const struct rt_facts *f, const struct rt_block *b, int32_t *out)
{
#define BIT(name) { RT_##name, RT_F_##name }
    static const struct bit contexts[] = {
        BIT(IN_ARTICLE), BIT(IN_MAIN), BIT(IN_NAV), BIT(IN_ASIDE), BIT(IN_FOOTER), BIT(IN_HEADER),
        BIT(IN_FORM), BIT(IN_LIST), BIT(IN_TABLE), BIT(IN_SECTION), BIT(IN_QUOTE), BIT(IN_PRE),
        BIT(IN_FIGURE), BIT(IN_CONTROL), BIT(IN_DIALOG), BIT(IN_TERMS), BIT(IN_HEADING),
        BIT(IN_HIDDEN), BIT(IN_NOSCRIPT), BIT(IN_DETAILS), BIT(IN_MENU), BIT(IN_BODY_PROP),
        BIT(IN_PARAGRAPH),
    };
    SET_BITS(f->blocks->elements[b->leaf].context, contexts, out);
    const struct rt_element_facts *e = &f->elements[b->leaf];
    const struct rt_element *main_part = &f->blocks->elements[e->main];
    const struct rt_element *article = &f->blocks->elements[e->article];
    out[RT_F_OUTSIDE_MAIN] = f->has_main && !e->main;
    out[RT_F_OUTSIDE_ARTICLE] = f->has_article && !e->article;
    out[RT_F_MAIN_GOOD_PCT] = e->main ? percent(rt_blocks_sum(f->blocks, good, main_part->first,
                                                              main_part->end), f->good) : -1;
    out[RT_F_ARTICLE_GOOD_PCT] = e->article ? percent(rt_blocks_sum(f->blocks, good, article->first,
                                                                    article->end), f->good) : -1;
    out[RT_F_ARTICLE_ALIKE] = e->article ? number(article->alike) : 0;
}

static void set_names(const struct rt_facts *f, const struct rt_block *b, int32_t *out)
{
    static const struct bit names[] = {
        BIT(NAME_COMMENT), BIT(NAME_RELATED), BIT(NAME_AUTHOR), BIT(NAME_SHARE),
        BIT(NAME_NEWSLETTER), BIT(NAME_FOOTER), BIT(NAME_BODY), BIT(NAME_CONSENT), BIT(NAME_NAV),
        BIT(NAME_CRUMB), BIT(NAME_SIDEBAR), BIT(NAME_AD), BIT(NAME_MODAL), BIT(NAME_LOGIN),
        BIT(NAME_META), BIT(NAME_HEADER), BIT(NAME_SEARCH), BIT(NAME_CONTENT), BIT(NAME_DETAIL),
        BIT(NAME_CARD), BIT(NAME_CAROUSEL), BIT(NAME_PRODUCT), BIT(NAME_BUY), BIT(NAME_REVIEW),
        BIT(NAME_FAQ), BIT(NAME_POST), BIT(NAME_UNSEEN), BIT(NAME_HERO), BIT(NAME_CAPTION),
        BIT(NAME_LOCALE), BIT(NAME_PAGER),
    };
    static const struct bit own_names[] = {
        { RT_NAME_META, RT_F_OWN_META }, { RT_NAME_BODY, RT_F_OWN_BODY },
        { RT_NAME_BUY, RT_F_OWN_BUY }, { RT_NAME_DETAIL, RT_F_OWN_DETAIL },
    };
    SET_BITS(f->elements[b->leaf].names, names, out);
    SET_BITS(f->blocks->elements[b->leaf].names | f->blocks->elements[b->holder].names, own_names,
             out);
}

static void set_phrases(const struct rt_block_facts *f, int32_t *out)
{
#define SAYS(name) { RT_PHRASE_##name, RT_F_SAYS_##name }
#define UNDER(name) { RT_PHRASE_##name, RT_F_UNDER_##name }
    static const struct bit says[] = {
        SAYS(COMMENT), SAYS(RELATED), SAYS(AUTHOR), SAYS(NEWSLETTER), SAYS(MORE), SAYS(RIGHTS),
        SAYS(LOGIN), SAYS(BUY), SAYS(CONSENT), SAYS(CREDIT), SAYS(BYLINE), SAYS(SHARE),
        SAYS(REVIEW), SAYS(SKIP), SAYS(DETAIL),
    };
    static const struct bit under[] = {
        UNDER(COMMENT), UNDER(RELATED), UNDER(AUTHOR), UNDER(NEWSLETTER), UNDER(REVIEW),
        UNDER(DETAIL),
    };
    SET_BITS(f->phrases, says, out);
    SET_BITS(f->under, under, out);
}

static void set_place(const struct rt_facts *f, uint32_t i, int32_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_block *b = &all->blocks[i];
    const struct rt_block_facts *own = &f->facts[i];
    uint32_t words = all->sums[i].words;
    out[RT_F_WORDS_BEFORE_PCT] = percent(words, f->words);
    out[RT_F_WORDS_AFTER] = number(f->words - words);
    out[RT_F_BLOCKS_BEFORE] = number(i);
    out[RT_F_BLOCKS_AFTER] = number(all->count - i);
    out[RT_F_GOOD_BEFORE_PCT] = percent(all->sums[i].good, f->good);
    out[RT_F_DEPTH_PCT] = percent(all->elements[b->holder].depth, f->max_depth);
    out[RT_F_TITLE_PCT] = own->title_pct;
    out[RT_F_TITLE_COVER_PCT] = own->title_cover_pct;
    out[RT_F_FROM_TITLE] = f->title ? distance(f->title - 1, i) : -FAR;
    out[RT_F_FROM_H1] = f->h1 ? distance(f->h1 - 1, i) : -FAR;
    uint32_t shared = all->elements[f->elements[b->leaf].title_shared].depth;
    uint32_t goal = f->title ? all->elements[all->blocks[f->title - 1].leaf].depth : 0;
    out[RT_F_TITLE_UP] = f->title ? distance(shared, goal) : 99;
    out[RT_F_TITLE_DOWN] = f->title ? distance(shared, all->elements[b->leaf].depth) : 99;
}

static void set_section(const struct rt_facts *f, uint32_t i, int32_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_block_facts *own = &f->facts[i];
    uint32_t first = own->heading ? own->heading - 1 : 0, end = own->next_heading;
    out[RT_F_HEADING_UP] = own->heading ? number(i - first) : 999;
    out[RT_F_HEADING_NEXT] = number(end - i);
    out[RT_F_HEADING_ABOVE] = own->heading ? f->facts[first].heading_level : 0;
    out[RT_F_SECTION_WORDS] = number(rt_blocks_sum(all, words, first, end));
    out[RT_F_SECTION_LINK_PCT] = percent(rt_blocks_sum(all, link_chars, first, end),
                                         rt_blocks_sum(all, chars, first, end));
    out[RT_F_SECTION_BLOCKS] = number(end - first);
}

static void set_window(const struct rt_blocks *all, uint32_t i, uint32_t reach, int32_t *out)
{
    uint32_t first = i > reach ? i - reach : 0;
    uint32_t end = all->count - i > reach ? i + reach + 1 : all->count;
    uint32_t words = rt_blocks_sum(all, words, first, end);
    out[0] = mean(words, end - first);
    out[1] = percent(rt_blocks_sum(all, link_chars, first, end),
                     rt_blocks_sum(all, chars, first, end));
    out[2] = percent(rt_blocks_sum(all, good, first, end), words);
}

static void set_neighbours(const struct rt_blocks *all, uint32_t i, int32_t *out)
{
    static const struct rt_block none;
    const struct rt_measure *prev = i ? &all->blocks[i - 1].text : &none.text;
    const struct rt_measure *next = i + 1 < all->count ? &all->blocks[i + 1].text : &none.text;
    out[RT_F_PREV_WORDS] = number(prev->words);
    out[RT_F_NEXT_WORDS] = number(next->words);
    out[RT_F_PREV_LINK_PCT] = percent(prev->link_chars, prev->chars);
    out[RT_F_NEXT_LINK_PCT] = percent(next->link_chars, next->chars);
    out[RT_F_PREV_ENDS_SENTENCE] = rt_measure_ends_sentence(prev);
    out[RT_F_NEXT_ENDS_SENTENCE] = rt_measure_ends_sentence(next);
    set_window(all, i, 5, out + RT_F_NEAR_WORDS);
    set_window(all, i, 20, out + RT_F_WIDE_WORDS);
}

static void set_levels(const struct rt_facts *f, uint32_t holder, int32_t *out)
{
    const struct rt_blocks *all = f->blocks;
    enum { STRIDE = RT_F_UP1_GOOD_PCT - RT_F_UP0_GOOD_PCT };
    uint32_t at = holder;
    for (unsigned level = 0; level < 5; level++, at = f->elements[at].up) {
        const struct rt_element *e = &all->elements[at];
        int32_t *own = out + RT_F_UP0_GOOD_PCT + level * STRIDE;
        uint32_t words = rt_blocks_sum(all, words, e->first, e->end), blocks = e->end - e->first;
        own[0] = percent(rt_blocks_sum(all, good, e->first, e->end), f->good);
        own[1] = percent(words, f->words);
        own[2] = percent(rt_blocks_sum(all, link_chars, e->first, e->end),
                         rt_blocks_sum(all, chars, e->first, e->end));
        own[3] = mean(words, blocks);
        own[4] = number(e->alike);
        own[5] = percent(rt_blocks_sum(all, shorts, e->first, e->end), blocks);
        own[6] = number(rt_blocks_sum(all, prices, e->first, e->end));
        own[7] = percent(rt_blocks_sum(all, headings, e->first, e->end), blocks);
    }
}

static void set_records(const struct rt_facts *f, const struct rt_block *b, int32_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_element *e = &all->elements[f->elements[b->leaf].record];
    const struct rt_element *list = &all->elements[e->parent];
    out[RT_F_RECORD_ALIKE] = number(e->alike);
    out[RT_F_RECORD_WORDS] = number(rt_blocks_sum(all, words, e->first, e->end));
    out[RT_F_RECORD_LINK_PCT] = percent(rt_blocks_sum(all, link_chars, e->first, e->end),
                                        rt_blocks_sum(all, chars, e->first, e->end));
    out[RT_F_RECORD_BLOCKS] = number(e->end - e->first);
    out[RT_F_RECORD_PRICES] = number(rt_blocks_sum(all, prices, e->first, e->end));
    out[RT_F_RECORDS_SHARE_PCT] = percent(rt_blocks_sum(all, words, list->first, list->end),
                                          f->words);
    out[RT_F_RECORDS_GOOD_PCT] = percent(rt_blocks_sum(all, good, list->first, list->end), f->good);
}

static void set_path(const struct rt_facts *f, uint32_t i, int32_t *out)
{
    const struct rt_path *p = &f->paths[f->facts[i].path];
    out[RT_F_PATH_BLOCKS] = number(p->blocks);
    out[RT_F_PATH_SHARE_PCT] = percent(p->words, f->words);
    out[RT_F_PATH_LINK_PCT] = percent(p->link_chars, p->chars);
    out[RT_F_PATH_WORDS] = mean(p->words, p->blocks);
}

static int32_t outside(uint32_t i, uint32_t first, uint32_t end)
{
    return i < first ? distance(first, i) : i >= end ? distance(end, i) + 1 : 0;
}

static void set_home(const struct rt_facts *f, uint32_t i, int32_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_block *b = &all->blocks[i];
    const struct rt_element_facts *own = &f->elements[b->leaf];
    const struct rt_element *top = &all->elements[f->top], *home = &all->elements[f->home];
    const struct rt_element *shared = &all->elements[own->home_shared];
    const struct rt_element *branch = &all->elements[own->home_branch];
    uint32_t home_good = rt_blocks_sum(all, good, home->first, home->end);
    out[RT_F_FROM_TOP] = outside(i, top->first, top->end);
    out[RT_F_IN_TOP] = out[RT_F_FROM_TOP] == 0;
    out[RT_F_TOP_GOOD_PCT] = percent(rt_blocks_sum(all, good, top->first, top->end), f->good);
    out[RT_F_FROM_RUN] = outside(i, f->run_first, f->run_end);
    out[RT_F_IN_RUN] = out[RT_F_FROM_RUN] == 0;
    out[RT_F_HOME_UP] = distance(shared->depth, home->depth);
    out[RT_F_HOME_DOWN] = distance(shared->depth, all->elements[b->holder].depth);
    out[RT_F_HOME_GOOD_PCT] = percent(f->home_good, f->good);
    uint32_t shared_good = rt_blocks_sum(all, good, shared->first, shared->end);
    out[RT_F_HOME_GROWTH] = home_good ? percent(shared_good, home_good) : 100;
    bool off = own->home_branch != 0;
    uint32_t words = rt_blocks_sum(all, words, branch->first, branch->end);
    out[RT_F_BRANCH_LINK_PCT] = off ? percent(rt_blocks_sum(all, link_chars, branch->first,
                                                            branch->end),
                                              rt_blocks_sum(all, chars, branch->first, branch->end))
                                    : -1;
    out[RT_F_BRANCH_GOOD_PCT] = off ? percent(rt_blocks_sum(all, good, branch->first, branch->end),
                                              words) : -1;
    out[RT_F_BRANCH_WORDS] = off ? number(words) : -1;
}

static void set_page(const struct rt_facts *f, int32_t *out)
{
    const struct rt_sums *all = &f->blocks->sums[f->blocks->count];
    out[RT_F_PAGE_WORDS] = number(f->words);
    out[RT_F_PAGE_BLOCKS] = number(f->blocks->count);
    out[RT_F_PAGE_LINK_PCT] = percent(all->link_chars, all->chars);
    out[RT_F_PAGE_GOOD_PCT] = percent(f->good, f->words);
    out[RT_F_PAGE_PRICES] = number(all->prices);
    out[RT_F_PAGE_ARTICLES] = number(f->articles);
    out[RT_F_PAGE_LONGEST] = number(f->longest);
    out[RT_F_PAGE_ALIKE] = number(f->most_alike);
    out[RT_F_PAGE_HAS_MAIN] = f->has_main;
}

static int32_t count_bits(uint32_t bits)
{
    int32_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

static void set_pairs_of_place(const struct rt_facts *f, const struct rt_block *b, int32_t *out)
{
    enum { MOST = 60, SOME = 40 };
    bool is_link = out[RT_F_LINK_PCT] >= 60;
    out[RT_F_OFF_TOP] = !out[RT_F_IN_TOP] && out[RT_F_TOP_GOOD_PCT] >= MOST;
    out[RT_F_OFF_RUN] = !out[RT_F_IN_RUN] && out[RT_F_TOP_GOOD_PCT] >= MOST;
    out[RT_F_OFF_HOME] = f->elements[b->leaf].home_branch && out[RT_F_HOME_GOOD_PCT] >= SOME;
    out[RT_F_OUTSIDE_BODY] = f->has_body && !out[RT_F_NAME_BODY];
    out[RT_F_OUTSIDE_DETAIL] = f->has_detail && !out[RT_F_NAME_DETAIL];
    out[RT_F_OUTSIDE_BODY_PROP] = f->has_body_prop && !out[RT_F_IN_BODY_PROP];
    out[RT_F_LINK_IN_TOP] = is_link && out[RT_F_IN_TOP] && out[RT_F_TOP_GOOD_PCT] >= MOST;
    out[RT_F_LIST_IN_TOP] = out[RT_F_TAG_LI] && out[RT_F_IN_TOP];
    out[RT_F_SHORT_IN_RUN] = out[RT_F_WORDS] <= 4 && out[RT_F_IN_RUN];
    out[RT_F_PROSE_IN_MAIN] = rt_block_good(b) && !out[RT_F_OUTSIDE_MAIN];
    out[RT_F_BEFORE_TITLE] = f->title && out[RT_F_FROM_TITLE] < 0;
    out[RT_F_BEFORE_TITLE_OFF] = out[RT_F_BEFORE_TITLE] && !out[RT_F_IN_TOP];
    out[RT_F_LINK_ABOVE_PAGE] = out[RT_F_UP2_LINK_PCT] - out[RT_F_PAGE_LINK_PCT];
}

static void set_pairs(const struct rt_facts *f, uint32_t i, int32_t *out)
{
    enum {
        BAD_NAMES = RT_NAME_COMMENT | RT_NAME_RELATED | RT_NAME_SHARE | RT_NAME_NEWSLETTER |
                    RT_NAME_FOOTER | RT_NAME_CONSENT | RT_NAME_NAV | RT_NAME_CRUMB |
                    RT_NAME_SIDEBAR | RT_NAME_AD | RT_NAME_MODAL | RT_NAME_LOGIN | RT_NAME_HEADER |
                    RT_NAME_SEARCH | RT_NAME_PAGER | RT_NAME_LOCALE,
        BAD_CONTEXT = RT_IN_NAV | RT_IN_ASIDE | RT_IN_FOOTER | RT_IN_HEADER | RT_IN_FORM |
                      RT_IN_DIALOG | RT_IN_MENU,
        CARDS = 3
    };
    const struct rt_blocks *all = f->blocks;
    const struct rt_block *b = &all->blocks[i];
    bool is_link = out[RT_F_LINK_PCT] >= 60, is_heading = out[RT_F_HEADING_LEVEL] != 0;
    bool is_card = out[RT_F_RECORD_ALIKE] >= CARDS && out[RT_F_RECORD_BLOCKS] >= 2;
    bool next_good = i + 1 < all->count && rt_block_good(&all->blocks[i + 1]);
    bool prev_good = i > 0 && rt_block_good(&all->blocks[i - 1]);
    out[RT_F_PLAIN_WORDS] = out[RT_F_WORDS] * (100 - out[RT_F_LINK_PCT]) / 100;
    out[RT_F_HEADS_PROSE] = is_heading && next_good;
    out[RT_F_HEADS_LINKS] = is_heading && is_link;
    out[RT_F_LINK_IN_PROSE] = is_link && prev_good && next_good;
    out[RT_F_PLAIN_CARD] = is_card && out[RT_F_LINK_PCT] < 20;
    out[RT_F_PRICED_CARD] = is_card && out[RT_F_RECORD_PRICES] > 0;
    out[RT_F_LINKED_CARD] = is_card && is_link;
    out[RT_F_NAME_BAD_COUNT] = count_bits(f->elements[b->leaf].names & BAD_NAMES);
    out[RT_F_CONTEXT_BAD_COUNT] = count_bits(all->elements[b->leaf].context & BAD_CONTEXT);
    set_pairs_of_place(f, b, out);
}

void rt_features_of(const struct rt_facts *facts, uint32_t block, int32_t out[RT_FEATURES])
{
    const struct rt_block *b = &facts->blocks->blocks[block];
    const struct rt_block_facts *own = &facts->facts[block];
    set_text(b, own, out);
    set_tag(facts->blocks, b, own, out);
    set_context(facts, b, out);
    set_names(facts, b, out);
    set_phrases(own, out);
    set_place(facts, block, out);
    set_section(facts, block, out);
    set_neighbours(facts->blocks, block, out);
    set_levels(facts, b->holder, out);
    set_records(facts, b, out);
    set_path(facts, block, out);
    set_home(facts, block, out);
    set_page(facts, out);
    set_pairs(facts, block, out);
}

/* The numbers of blocks, group by group as in block_features.def.  What two neighbours have round
 * them is often the same elements: their numbers are then taken over, which saves most divisions. */
#include "core/block_features.h"

#include "core/names.h"

enum { FAR = 9999, CAP = 30000 };
static const int16_t NONE = -1;

/* Of a lane: out[] begins at the lane's first number. */
#define AT(feature) (RT_F_##feature * RT_LANES)

static int16_t number(uint64_t n)
{
    return n > CAP ? CAP : (int16_t)n;
}

/* part of whole as a percentage; whole may be nothing. */
static int16_t percent(uint64_t part, uint64_t whole)
{
    return whole ? number(part * 100 / whole) : 0;
}

static int16_t mean(uint64_t sum, uint64_t count)
{
    return count ? number(sum / count) : 0;
}

static int16_t distance(uint32_t from, uint32_t to)
{
    int64_t d = (int64_t)to - (int64_t)from;
    return d > FAR ? FAR : d < -FAR ? -FAR : (int16_t)d;
}

/* The same numbers as the block before. */
static void take_over(int16_t *out, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        out[i * RT_LANES] = out[i * RT_LANES - 1];
}

/* The good words of an element, as a share of the page's. */
static int16_t good_percent(const struct rt_facts *f, const struct rt_element *e)
{
    return percent(rt_blocks_sum(f->blocks, good, e->first, e->end), f->good);
}

static int16_t link_percent(const struct rt_blocks *all, uint32_t first, uint32_t end)
{
    return percent(rt_blocks_sum(all, link_chars, first, end),
                   rt_blocks_sum(all, chars, first, end));
}

static void set_text(const struct rt_block *b, const struct rt_block_facts *f, int16_t *out)
{
    const struct rt_measure *m = &b->text;
    out[AT(WORDS)] = number(m->words);
    out[AT(LINK_PCT)] = percent(m->link_chars, m->chars);
    out[AT(BOLD_PCT)] = percent(m->bold_chars, m->chars);
    out[AT(COMMAS)] = number(m->commas);
    out[AT(STOPS)] = number(m->stops);
    out[AT(ENDS_SENTENCE)] = rt_measure_ends_sentence(m);
    out[AT(ENDS_COLON)] = m->last == ':';
    out[AT(UPPER_PCT)] = percent(m->upper, m->chars);
    out[AT(DIGIT_PCT)] = percent(m->digits, m->chars);
    out[AT(SYMBOL_PCT)] = percent(m->symbols, m->words);
    out[AT(STARTS_LOWER)] = m->starts_lower;
    out[AT(HAS_PRICE)] = m->has_currency && m->digits && m->chars < 300;
    out[AT(HAS_YEAR)] = m->years && m->chars < 120;
    out[AT(HAS_COPYRIGHT)] = m->has_copyright;
    out[AT(REPEATS)] = number(f->repeats);
    out[AT(IS_REPEAT)] = f->is_repeat;
}

static void set_tag(const struct rt_blocks *all, const struct rt_block *b,
                    const struct rt_block_facts *f, int16_t *out)
{
    uint16_t leaf = all->elements[b->leaf].tag, holder = all->elements[b->holder].tag;
    out[AT(TAG_P)] = holder == LXB_TAG_P;
    out[AT(TAG_LI)] = holder == LXB_TAG_LI;
    out[AT(TAG_CELL)] = holder == LXB_TAG_TD || holder == LXB_TAG_TH;
    out[AT(TAG_DIV)] = holder == LXB_TAG_DIV;
    out[AT(TAG_SPAN)] = leaf == LXB_TAG_SPAN;
    out[AT(TAG_A)] = leaf == LXB_TAG_A;
    out[AT(TAG_TERM)] = holder == LXB_TAG_DT || holder == LXB_TAG_DD;
    out[AT(TAG_CAPTION)] = holder == LXB_TAG_FIGCAPTION || holder == LXB_TAG_CAPTION;
    out[AT(HEADING_LEVEL)] = f->heading_level;
}

static void set_context(const struct rt_facts *f, const struct rt_block *b, int16_t *out)
{
    const struct rt_element *elements = f->blocks->elements;
    const struct rt_element_facts *e = &f->elements[b->leaf];
    uint32_t own_names = elements[b->leaf].names | elements[b->holder].names;
    out[AT(OUTSIDE_MAIN)] = f->has_main && !e->main;
    out[AT(OUTSIDE_ARTICLE)] = f->has_article && !e->article;
    out[AT(MAIN_GOOD_PCT)] = e->main ? good_percent(f, &elements[e->main]) : NONE;
    out[AT(ARTICLE_GOOD_PCT)] = e->article ? good_percent(f, &elements[e->article]) : NONE;
    out[AT(ARTICLE_ALIKE)] = e->article ? number(elements[e->article].alike) : 0;
    out[AT(OWN_META)] = (own_names & RT_NAME_META) != 0;
}

static void set_place(const struct rt_facts *f, uint32_t i, int16_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_block *b = &all->blocks[i];
    const struct rt_block_facts *own = &f->facts[i];
    uint32_t words = all->sums[i].words;
    out[AT(WORDS_BEFORE_PCT)] = percent(words, f->words);
    out[AT(WORDS_AFTER)] = number(f->words - words);
    out[AT(BLOCKS_BEFORE)] = number(i);
    out[AT(BLOCKS_AFTER)] = number(all->count - i);
    out[AT(GOOD_BEFORE_PCT)] = percent(all->sums[i].good, f->good);
    out[AT(DEPTH_PCT)] = percent(all->elements[b->holder].depth, f->max_depth);
    out[AT(TITLE_PCT)] = own->title_pct;
    out[AT(TITLE_COVER_PCT)] = own->title_cover_pct;
    out[AT(FROM_TITLE)] = f->title ? distance(f->title - 1, i) : -FAR;
    out[AT(FROM_H1)] = f->h1 ? distance(f->h1 - 1, i) : -FAR;
    uint32_t shared = all->elements[f->elements[b->leaf].title_shared].depth;
    uint32_t goal = f->title ? all->elements[all->blocks[f->title - 1].leaf].depth : 0;
    out[AT(TITLE_UP)] = f->title ? distance(shared, goal) : 99;
    out[AT(TITLE_DOWN)] = f->title ? distance(shared, all->elements[b->leaf].depth) : 99;
}

static void set_section(const struct rt_facts *f, uint32_t i, bool takes_over, int16_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_block_facts *own = &f->facts[i];
    uint32_t first = own->heading ? own->heading - 1 : 0, end = own->next_heading;
    out[AT(HEADING_UP)] = own->heading ? number(i - first) : 999;
    out[AT(HEADING_NEXT)] = number(end - i);
    out[AT(HEADING_ABOVE)] = own->heading ? f->facts[first].heading_level : 0;
    if (takes_over && own->heading == own[-1].heading && end == own[-1].next_heading) {
        take_over(out, RT_F_SECTION_WORDS, 3);
        return;
    }
    out[AT(SECTION_WORDS)] = number(rt_blocks_sum(all, words, first, end));
    out[AT(SECTION_LINK_PCT)] = link_percent(all, first, end);
    out[AT(SECTION_BLOCKS)] = number(end - first);
}

static void set_window(const struct rt_blocks *all, uint32_t i, uint32_t reach, int16_t *out)
{
    uint32_t first = i > reach ? i - reach : 0;
    uint32_t end = all->count - i > reach ? i + reach + 1 : all->count;
    uint32_t words = rt_blocks_sum(all, words, first, end);
    out[0] = mean(words, end - first);
    out[RT_LANES] = link_percent(all, first, end);
    out[2 * RT_LANES] = percent(rt_blocks_sum(all, good, first, end), words);
}

static void set_neighbours(const struct rt_blocks *all, uint32_t i, int16_t *out)
{
    static const struct rt_block none;
    const struct rt_measure *prev = i ? &all->blocks[i - 1].text : &none.text;
    const struct rt_measure *next = i + 1 < all->count ? &all->blocks[i + 1].text : &none.text;
    out[AT(PREV_WORDS)] = number(prev->words);
    out[AT(NEXT_WORDS)] = number(next->words);
    out[AT(PREV_LINK_PCT)] = percent(prev->link_chars, prev->chars);
    set_window(all, i, 5, out + AT(NEAR_WORDS));
    set_window(all, i, 20, out + AT(WIDE_WORDS));
}

/* From the block-level element up; `before`, if not NULL, is that of the block before. */
static void set_levels(const struct rt_facts *f, uint32_t at, const uint32_t *before, int16_t *out)
{
    enum { LEVELS = 5, FIGURES = RT_F_UP1_GOOD_PCT - RT_F_UP0_GOOD_PCT };
    const struct rt_blocks *all = f->blocks;
    uint32_t other = before ? *before : 0;
    for (unsigned level = 0; level < LEVELS; level++) {
        size_t first = RT_F_UP0_GOOD_PCT + level * FIGURES;
        if (before && at == other) {
            take_over(out, first, (LEVELS - level) * FIGURES);
            return;
        }
        const struct rt_element *e = &all->elements[at];
        int16_t *own = out + first * RT_LANES;
        uint32_t words = rt_blocks_sum(all, words, e->first, e->end), blocks = e->end - e->first;
        own[0] = good_percent(f, e);
        own[1 * RT_LANES] = percent(words, f->words);
        own[2 * RT_LANES] = link_percent(all, e->first, e->end);
        own[3 * RT_LANES] = mean(words, blocks);
        own[4 * RT_LANES] = number(e->alike);
        own[5 * RT_LANES] = percent(rt_blocks_sum(all, shorts, e->first, e->end), blocks);
        own[6 * RT_LANES] = number(rt_blocks_sum(all, prices, e->first, e->end));
        own[7 * RT_LANES] = percent(rt_blocks_sum(all, headings, e->first, e->end), blocks);
        at = f->elements[at].up;
        other = f->elements[other].up;
    }
}

static void set_records(const struct rt_facts *f, uint32_t record, int16_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_element *e = &all->elements[record], *list = &all->elements[e->parent];
    out[AT(RECORD_ALIKE)] = number(e->alike);
    out[AT(RECORD_WORDS)] = number(rt_blocks_sum(all, words, e->first, e->end));
    out[AT(RECORD_LINK_PCT)] = link_percent(all, e->first, e->end);
    out[AT(RECORD_BLOCKS)] = number(e->end - e->first);
    out[AT(RECORDS_SHARE_PCT)] = percent(rt_blocks_sum(all, words, list->first, list->end),
                                         f->words);
    out[AT(RECORDS_GOOD_PCT)] = good_percent(f, list);
    out[AT(RECORD_PRICES)] = number(rt_blocks_sum(all, prices, e->first, e->end));
}

static void set_path(const struct rt_facts *f, const struct rt_path *p, int16_t *out)
{
    out[AT(PATH_BLOCKS)] = number(p->blocks);
    out[AT(PATH_SHARE_PCT)] = percent(p->words, f->words);
    out[AT(PATH_LINK_PCT)] = percent(p->link_chars, p->chars);
    out[AT(PATH_WORDS)] = mean(p->words, p->blocks);
}

static int16_t outside(uint32_t i, uint32_t first, uint32_t end)
{
    return i < first ? distance(first, i) : i >= end ? distance(end, i + 1) : 0;
}

/* Where the way to the home branches off to the block. */
static void set_branch(const struct rt_blocks *all, const struct rt_element *branch, int16_t *out)
{
    uint32_t words = rt_blocks_sum(all, words, branch->first, branch->end);
    out[AT(BRANCH_LINK_PCT)] = link_percent(all, branch->first, branch->end);
    out[AT(BRANCH_GOOD_PCT)] = percent(rt_blocks_sum(all, good, branch->first, branch->end), words);
    out[AT(BRANCH_WORDS)] = number(words);
}

static void set_home(const struct rt_facts *f, uint32_t i, int16_t *out)
{
    const struct rt_blocks *all = f->blocks;
    const struct rt_block *b = &all->blocks[i];
    const struct rt_element_facts *own = &f->elements[b->leaf];
    const struct rt_element *top = &all->elements[f->top], *home = &all->elements[f->home];
    const struct rt_element *shared = &all->elements[own->home_shared];
    uint32_t home_good = rt_blocks_sum(all, good, home->first, home->end);
    uint32_t shared_good = rt_blocks_sum(all, good, shared->first, shared->end);
    out[AT(FROM_TOP)] = outside(i, top->first, top->end);
    out[AT(IN_TOP)] = out[AT(FROM_TOP)] == 0;
    out[AT(FROM_RUN)] = outside(i, f->run_first, f->run_end);
    out[AT(IN_RUN)] = out[AT(FROM_RUN)] == 0;
    out[AT(HOME_UP)] = distance(shared->depth, home->depth);
    out[AT(HOME_DOWN)] = distance(shared->depth, all->elements[b->holder].depth);
    out[AT(HOME_GROWTH)] = home_good ? percent(shared_good, home_good) : 100;
    if (own->home_branch)
        set_branch(all, &all->elements[own->home_branch], out);
    else
        out[AT(BRANCH_LINK_PCT)] = out[AT(BRANCH_GOOD_PCT)] = out[AT(BRANCH_WORDS)] = NONE;
}

static int16_t count_bits(uint32_t bits)
{
    int16_t count = 0;
    for (; bits; bits &= bits - 1)
        count++;
    return count;
}

static void set_pairs_of_place(const struct rt_facts *f, const struct rt_block *b,
                               const int16_t *page, int16_t *out)
{
    enum { MOST = 60, SOME = 40 };
    uint32_t names = f->elements[b->leaf].names, context = f->blocks->elements[b->leaf].context;
    bool is_link = out[AT(LINK_PCT)] >= 60, is_top = page[RT_P_TOP_GOOD_PCT] >= MOST;
    out[AT(OFF_TOP)] = !out[AT(IN_TOP)] && is_top;
    out[AT(OFF_RUN)] = !out[AT(IN_RUN)] && is_top;
    out[AT(OFF_HOME)] = f->elements[b->leaf].home_branch && page[RT_P_HOME_GOOD_PCT] >= SOME;
    out[AT(OUTSIDE_BODY)] = f->has_body && !(names & RT_NAME_BODY);
    out[AT(OUTSIDE_DETAIL)] = f->has_detail && !(names & RT_NAME_DETAIL);
    out[AT(OUTSIDE_BODY_PROP)] = f->has_body_prop && !(context & RT_IN_BODY_PROP);
    out[AT(LINK_IN_TOP)] = is_link && out[AT(IN_TOP)] && is_top;
    out[AT(LIST_IN_TOP)] = out[AT(TAG_LI)] && out[AT(IN_TOP)];
    out[AT(SHORT_IN_RUN)] = out[AT(WORDS)] <= 4 && out[AT(IN_RUN)];
    out[AT(BEFORE_TITLE_OFF)] = f->title && out[AT(FROM_TITLE)] < 0 && !out[AT(IN_TOP)];
    out[AT(LINK_ABOVE_PAGE)] = (int16_t)(out[AT(UP2_LINK_PCT)] - page[RT_P_LINK_PCT]);
}

static void set_pairs(const struct rt_facts *f, uint32_t i, int16_t *out)
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
    bool is_link = out[AT(LINK_PCT)] >= 60, is_heading = out[AT(HEADING_LEVEL)] != 0;
    bool is_card = out[AT(RECORD_ALIKE)] >= CARDS && out[AT(RECORD_BLOCKS)] >= 2;
    bool next_good = i + 1 < all->count && rt_block_good(&all->blocks[i + 1]);
    out[AT(PLAIN_WORDS)] = (int16_t)(out[AT(WORDS)] * (100 - out[AT(LINK_PCT)]) / 100);
    out[AT(HEADS_PROSE)] = is_heading && next_good;
    out[AT(HEADS_LINKS)] = is_heading && is_link;
    out[AT(PRICED_CARD)] = is_card && out[AT(RECORD_PRICES)] > 0;
    out[AT(LINKED_CARD)] = is_card && is_link;
    out[AT(NAME_BAD_COUNT)] = count_bits(f->elements[b->leaf].names & BAD_NAMES);
    out[AT(CONTEXT_BAD_COUNT)] = count_bits(all->elements[b->leaf].context & BAD_CONTEXT);
}

static void set_bits(const struct rt_facts *f, uint32_t i, uint32_t lane, struct rt_features *out)
{
    uint32_t leaf = f->blocks->blocks[i].leaf;
    out->context[lane] = f->blocks->elements[leaf].context;
    out->names[lane] = f->elements[leaf].names;
    out->says[lane] = f->facts[i].phrases;
    out->under[lane] = f->facts[i].under;
}

static void set_block(const struct rt_facts *f, uint32_t i, uint32_t lane, struct rt_features *all)
{
    const struct rt_block *b = &f->blocks->blocks[i], *before = lane ? b - 1 : NULL;
    const struct rt_block_facts *own = &f->facts[i];
    uint32_t record = f->elements[b->leaf].record;
    int16_t *out = all->at + lane;
    set_text(b, own, out);
    set_tag(f->blocks, b, own, out);
    set_context(f, b, out);
    set_place(f, i, out);
    set_section(f, i, before, out);
    set_neighbours(f->blocks, i, out);
    set_levels(f, b->holder, before ? &before->holder : NULL, out);
    if (before && record == f->elements[before->leaf].record)
        take_over(out, RT_F_RECORD_ALIKE, RT_F_RECORD_PRICES - RT_F_RECORD_ALIKE + 1);
    else
        set_records(f, record, out);
    if (before && own->path == own[-1].path)
        take_over(out, RT_F_PATH_BLOCKS, RT_F_PATH_WORDS - RT_F_PATH_BLOCKS + 1);
    else
        set_path(f, &f->paths[own->path], out);
    set_home(f, i, out);
    set_pairs(f, i, out);
    set_pairs_of_place(f, b, all->page, out);
    set_bits(f, i, lane, all);
}

void rt_features_of(const struct rt_facts *facts, uint32_t first, uint32_t count,
                    struct rt_features *out)
{
    for (uint32_t lane = 0; lane < count; lane++)
        set_block(facts, first + lane, lane, out);
}

void rt_features_of_page(const struct rt_facts *f, struct rt_features *out)
{
    const struct rt_blocks *blocks = f->blocks;
    const struct rt_sums *all = &blocks->sums[blocks->count];
    *out = (struct rt_features){ .page = {
        [RT_P_WORDS] = number(f->words),
        [RT_P_BLOCKS] = number(blocks->count),
        [RT_P_LINK_PCT] = percent(all->link_chars, all->chars),
        [RT_P_GOOD_PCT] = percent(f->good, f->words),
        [RT_P_PRICES] = number(all->prices),
        [RT_P_ARTICLES] = number(f->articles),
        [RT_P_LONGEST] = number(f->longest),
        [RT_P_ALIKE] = number(f->most_alike),
        [RT_P_HAS_MAIN] = f->has_main,
        [RT_P_TOP_GOOD_PCT] = good_percent(f, &blocks->elements[f->top]),
        [RT_P_HOME_GOOD_PCT] = percent(f->home_good, f->good),
    } };
}

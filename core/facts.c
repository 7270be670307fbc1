/* Facts of the page, one pass each over its elements or its blocks. */
#include "core/facts.h"

#include "base/str.h"
#include "core/labels.h"
#include "core/names.h"

/* Names count against a part only while it holds less than this share of the page's good words: a
 * site that calls its only column "widget" means nothing by it. */
enum { BULK_PCT = 60 };

static uint32_t good_of(const struct rt_facts *f, const struct rt_element *e)
{
    return rt_blocks_sum(f->blocks, good, e->first, e->end);
}

static uint32_t own_names(const struct rt_facts *f, uint32_t index)
{
    const struct rt_element *e = &f->blocks->elements[index];
    if (!e->names || index == 0)
        return 0;
    bool is_bulk = good_of(f, e) * UINT64_C(100) >= f->good * (uint64_t)BULK_PCT;
    return is_bulk ? e->names & RT_NAMES_GOOD : e->names;
}

static bool has_own(const struct rt_blocks *b, uint32_t index, uint32_t context, lxb_tag_id_t tag)
{
    const struct rt_element *e = &b->elements[index];
    return (e->context & context) &&
           (e->tag == tag || index == 0 || !(b->elements[e->parent].context & context));
}

static void inherit(struct rt_facts *f)
{
    const struct rt_blocks *b = f->blocks;
    for (uint32_t i = 0; i < b->element_count; i++) {
        const struct rt_element *e = &b->elements[i], *parent = &b->elements[e->parent];
        struct rt_element_facts *own = &f->elements[i];
        if (i > 0)
            *own = f->elements[e->parent];
        own->names |= own_names(f, i);
        if (parent->first != e->first || parent->end != e->end)
            own->up = e->parent;
        if (has_own(b, i, RT_IN_MAIN, LXB_TAG_MAIN))
            own->main = i;
        if (has_own(b, i, RT_IN_ARTICLE, LXB_TAG_ARTICLE)) {
            own->article = i;
            f->articles++;
        }
        if (e->end > e->first && e->alike >= b->elements[own->record].alike)
            own->record = i;
        if (e->end > e->first && e->alike > f->most_alike)
            f->most_alike = e->alike;
        f->has_main |= own->main != 0;
        if (rt_blocks_sum(b, good, e->first, e->end)) {
            f->has_body |= (own->names & RT_NAME_BODY) != 0;
            f->has_detail |= (own->names & RT_NAME_DETAIL) != 0;
            f->has_body_prop |= (e->context & RT_IN_BODY_PROP) != 0;
        }
        if (e->depth > f->max_depth)
            f->max_depth = e->depth;
    }
    f->has_article = f->articles > 0;
}

/* Prose speaks for the elements above it, the less the further up. */
static bool find_top(struct rt_facts *f)
{
    static const uint32_t divisors[] = { 1, 2, 3, 6 };
    const struct rt_blocks *b = f->blocks;
    uint64_t *score = rt_arena_zeroed(f->page->arena, (size_t)b->element_count + 1, sizeof *score);
    if (!score)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        const struct rt_measure *m = &b->blocks[i].text;
        if (!rt_block_good(&b->blocks[i]))
            continue;
        uint64_t worth = 100 + UINT64_C(100) * m->commas + (m->chars < 300 ? m->chars : 300);
        uint32_t at = b->blocks[i].holder;
        for (size_t k = 0; k < sizeof divisors / sizeof *divisors && at; k++) {
            at = b->elements[at].parent;
            score[at] += worth / divisors[k];
        }
    }
    uint64_t best = 0;
    for (uint32_t i = 0; i < b->element_count; i++) {
        const struct rt_element *e = &b->elements[i];
        uint64_t chars = rt_blocks_sum(b, chars, e->first, e->end);
        uint64_t links = rt_blocks_sum(b, link_chars, e->first, e->end);
        uint64_t worth = chars ? score[i] * (chars - links) / chars : 0;
        if (worth > best) {
            best = worth;
            f->top = i;
        }
    }
    rt_arena_give_back(f->page->arena, score, ((size_t)b->element_count + 1) * sizeof *score);
    return true;
}

static bool find_home(struct rt_facts *f)
{
    const struct rt_blocks *b = f->blocks;
    uint32_t *good = rt_arena_zeroed(f->page->arena, (size_t)b->element_count + 1, sizeof *good);
    if (!good)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t at = b->elements[b->blocks[i].holder].parent;
        good[at] += rt_block_good(&b->blocks[i]);
        if (good[at] > f->home_good) {
            f->home_good = good[at];
            f->home = at;
        }
    }
    rt_arena_give_back(f->page->arena, good, ((size_t)b->element_count + 1) * sizeof *good);
    return true;
}

/* The run of blocks with the largest sum, where prose adds words and all else costs a little. */
static void find_run(struct rt_facts *f)
{
    const struct rt_blocks *b = f->blocks;
    int64_t best = -1, sum = 0;
    uint32_t first = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        const struct rt_measure *m = &b->blocks[i].text;
        int64_t chars = m->chars ? m->chars : 1, links = m->link_chars;
        if (sum <= 0) {
            sum = 0;
            first = i;
        }
        if (rt_block_good(&b->blocks[i]))
            sum += m->words * INT64_C(100) * (chars - 2 * links) / chars;
        else
            sum -= links * 2 > chars ? 1000 : 600;
        if (sum > best) {
            best = sum;
            f->run_first = first;
            f->run_end = i + 1;
        }
    }
}

/* For each element the innermost one that it shares with `goal`, and the branch down to it. */
static bool find_shared(struct rt_facts *f, uint32_t goal, bool is_home)
{
    const struct rt_blocks *b = f->blocks;
    uint8_t *on_path = rt_arena_zeroed(f->page->arena, (size_t)b->element_count + 1, 1);
    if (!on_path)
        return false;
    for (uint32_t at = goal; at; at = b->elements[at].parent)
        on_path[at] = 1;
    on_path[0] = 1;
    for (uint32_t i = 0; i < b->element_count; i++) {
        const struct rt_element_facts *above = &f->elements[b->elements[i].parent];
        struct rt_element_facts *own = &f->elements[i];
        if (!is_home) {
            own->title_shared = on_path[i] ? i : above->title_shared;
            continue;
        }
        own->home_shared = on_path[i] ? i : above->home_shared;
        own->home_branch = on_path[i] ? 0 : on_path[b->elements[i].parent] ? i : above->home_branch;
    }
    return true;
}

static uint32_t path_of(const struct rt_blocks *b, const struct rt_block *block)
{
    const struct rt_element *e = &b->elements[block->leaf];
    const struct rt_element *up = &b->elements[e->parent], *top = &b->elements[up->parent];
    uint32_t h = e->look;
    h = (h ^ up->look) * 2246822519u;
    h = (h ^ (h >> 15) ^ top->look) * 3266489917u;
    h ^= h >> 13;
    return h | 1;
}

static uint32_t table_size(uint32_t count)
{
    uint32_t size = 64;
    while (size < count * 2)
        size *= 2;
    return size;
}

/* As in counting look-alikes, a page that is made to collide loses exactness and no time. */
enum { TRIES = 12 };

static bool group_paths(struct rt_facts *f)
{
    const struct rt_blocks *b = f->blocks;
    uint32_t size = table_size(b->count);
    f->paths = rt_arena_zeroed(f->page->arena, size, sizeof *f->paths);
    if (!f->paths)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        const struct rt_measure *m = &b->blocks[i].text;
        uint32_t hash = path_of(b, &b->blocks[i]), seat = hash >> 1;
        for (uint32_t k = 1; k < TRIES; k++, seat++) {
            uint32_t there = f->paths[seat & (size - 1)].hash;
            if (!there || there == hash)
                break;
        }
        struct rt_path *p = &f->paths[seat & (size - 1)];
        p->hash = hash;
        p->blocks++;
        p->words += m->words;
        p->chars += m->chars;
        p->link_chars += m->link_chars;
        f->facts[i].path = seat & (size - 1);
    }
    return true;
}

static bool find_repeats(struct rt_facts *f)
{
    const struct rt_blocks *b = f->blocks;
    uint32_t size = table_size(b->count);
    struct seat {
        uint32_t fingerprint, count;
    } *seats = rt_arena_zeroed(f->page->arena, size, sizeof *seats);
    if (!seats)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t fingerprint = b->blocks[i].text.fingerprint * 2 + 1;
        uint32_t seat = (fingerprint * 2654435761u) >> 7;
        for (uint32_t k = 1; k < TRIES; k++, seat++) {
            uint32_t there = seats[seat & (size - 1)].fingerprint;
            if (!there || there == fingerprint)
                break;
        }
        struct seat *s = &seats[seat & (size - 1)];
        if (s->fingerprint != fingerprint)
            *s = (struct seat){ fingerprint, 0 };
        f->facts[i].is_repeat = s->count++ > 0;
        f->facts[i].repeats = seat & (size - 1);
    }
    for (uint32_t i = 0; i < b->count; i++)
        f->facts[i].repeats = seats[f->facts[i].repeats].count;
    return true;
}

bool rt_facts_make(struct rt_facts *out, const struct rt_page *page,
                   const struct rt_blocks *blocks, const struct rt_names *names, rt_str title)
{
    *out = (struct rt_facts){ .page = page, .blocks = blocks };
    out->elements = rt_arena_zeroed(page->arena, (size_t)blocks->element_count + 1,
                                    sizeof *out->elements);
    out->facts = rt_arena_zeroed(page->arena, (size_t)blocks->count + 1, sizeof *out->facts);
    if (!out->elements || !out->facts)
        return false;
    out->words = blocks->sums[blocks->count].words;
    out->good = blocks->sums[blocks->count].good;
    out->words += !out->words;
    out->good += !out->good;
    for (uint32_t i = 0; i < blocks->count; i++)
        if (blocks->blocks[i].text.words > out->longest)
            out->longest = blocks->blocks[i].text.words;
    inherit(out);
    find_run(out);
    rt_labels_read(out, names, title);
    uint32_t title_leaf = out->title ? blocks->blocks[out->title - 1].leaf : 0;
    return find_top(out) && find_home(out) && find_shared(out, out->home, true) &&
           find_shared(out, title_leaf, false) && group_paths(out) && find_repeats(out);
}

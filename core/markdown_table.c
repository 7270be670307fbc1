/* Pipe tables.  All tables of the page are looked at once, when the first is met: those that only
 * arrange the page, or hold more than a line of a pipe table can, are rendered as plain blocks. */
#include "core/markdown_writer.h"

#include "base/str.h"

/* Wider tables are layout.  An average cell longer than this is prose. */
enum { MAX_COLUMNS = 256, MAX_CELL = 600, MAX_SPAN = 65534 };

enum alignment { ALIGN_NONE, ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

/* What is known of one table before it is rendered. */
struct facts {
    const rt_node *table;
    bool layout;
    uint16_t columns;
};

/* Where cells stand, for columns that a cell above still covers. */
struct grid {
    uint32_t row;
    uint32_t column;                    /* of the next cell */
    uint32_t used;                      /* columns of `until` that were written */
    uint32_t until[MAX_COLUMNS];        /* the row in which the column is free again */
    size_t budget;                      /* how many more cells spans may fill, on the page */
};

/* One open table of the survey. */
struct open_table {
    uint32_t index;
    bool has_header, is_layout;
    uint32_t rows, columns, cells, blocks;
    size_t bytes;
};

struct rt_md_table {
    struct facts *facts;
    size_t count, room, next;
    struct grid grid;
    bool row_open;
    uint8_t aligns[MAX_COLUMNS];
    uint32_t columns;
};

static uint32_t span_of(const rt_node *cell, const char *name)
{
    rt_str digits = rt_str_trim(rt_node_attr(cell, name));
    uint32_t span = 0;
    for (size_t i = 0; i < digits.len && rt_is_digit(digits.at[i]) && span < MAX_SPAN; i++)
        span = span * 10 + (uint32_t)(digits.at[i] - '0');
    return span == 0 ? 1 : span > MAX_SPAN ? MAX_SPAN : span;
}

static void grid_begin(struct grid *grid)
{
    memset(grid->until, 0, grid->used * sizeof *grid->until);
    grid->used = grid->row = grid->column = 0;
}

static void grid_next_row(struct grid *grid)
{
    grid->row++;
    grid->column = 0;
}

static bool take(struct grid *grid, size_t cells)
{
    bool can = cells <= grid->budget;
    grid->budget -= can ? cells : 0;
    return can;
}

/* Columns that cells above cover, before the next cell. */
static uint32_t grid_skip(struct grid *grid)
{
    uint32_t begin = grid->column;
    while (grid->column < grid->used && grid->until[grid->column] > grid->row && take(grid, 1))
        grid->column++;
    return grid->column - begin;
}

/* Puts the cell at the next free column; returns how many columns it covers. */
static uint32_t grid_put(struct grid *grid, const rt_node *cell)
{
    bool has_attributes = ((const lxb_dom_element_t *)(const void *)cell)->first_attr != NULL;
    uint32_t width = has_attributes ? span_of(cell, "colspan") : 1;
    uint32_t height = has_attributes ? span_of(cell, "rowspan") : 1;
    uint32_t room = grid->column < MAX_COLUMNS ? MAX_COLUMNS - grid->column : 0;
    if (width > room)
        width = 1;
    if (width > 1 && !take(grid, width))
        width = 1;
    if (height > 1 && width <= room && take(grid, width))
        for (uint32_t i = 0; i < width; i++) {
            while (grid->used <= grid->column + i)
                grid->until[grid->used++] = 0;
            grid->until[grid->column + i] = grid->row + height;
        }
    grid->column += width;
    return width;
}

/* Elements that a line of a pipe table has no room for. */
static bool is_heavy(lxb_tag_id_t tag)
{
    static const bool heavy[LXB_TAG__LAST_ENTRY] = {
        [LXB_TAG_H1] = true,      [LXB_TAG_H2] = true,         [LXB_TAG_H3] = true,
        [LXB_TAG_H4] = true,      [LXB_TAG_H5] = true,         [LXB_TAG_H6] = true,
        [LXB_TAG_ARTICLE] = true, [LXB_TAG_BLOCKQUOTE] = true, [LXB_TAG_SECTION] = true,
        [LXB_TAG_NAV] = true,     [LXB_TAG_FORM] = true,       [LXB_TAG_FIGURE] = true,
        [LXB_TAG_HEADER] = true,  [LXB_TAG_FOOTER] = true,     [LXB_TAG_HR] = true,
        [LXB_TAG_MAIN] = true,    [LXB_TAG_ASIDE] = true,      [LXB_TAG_DL] = true,
    };
    return tag < LXB_TAG__LAST_ENTRY && heavy[tag];
}

static bool is_presentation(const rt_node *table)
{
    rt_str role = rt_str_trim(rt_node_attr(table, "role"));
    return rt_str_eq_nocase(role, RT_LIT("presentation")) || rt_str_eq_nocase(role, RT_LIT("none"));
}

static bool facts_add(struct rt_md_table *t, struct rt_arena *arena, const rt_node *table)
{
    if (t->count == t->room) {
        size_t room = t->room ? t->room * 2 : 32;
        struct facts *facts = rt_arena_grow(arena, t->facts, t->room * sizeof *t->facts,
                                            room * sizeof *t->facts);
        if (!facts)
            return false;
        t->facts = facts;
        t->room = room;
    }
    t->facts[t->count++] = (struct facts){ .table = table, .layout = true };
    return true;
}

static void judge(struct rt_md_table *t, const struct open_table *table)
{
    bool is_prose = table->cells > 0 && table->bytes / table->cells > MAX_CELL;
    bool is_stacked = table->blocks > 4 * table->cells + 8;
    bool is_single = table->columns < 2 || (table->rows < 2 && !table->has_header);
    struct facts *facts = &t->facts[table->index];
    facts->layout = table->is_layout || is_prose || is_stacked || is_single ||
                    table->columns > MAX_COLUMNS;
    facts->columns = (uint16_t)(facts->layout ? 0 : table->columns);
}

struct survey {
    struct rt_md_table *tables;
    struct open_table *open;    /* a stack */
    size_t depth, room;
};

static bool survey_push(struct survey *s, struct rt_arena *arena, const rt_node *table)
{
    if (s->depth > 0)
        s->open[s->depth - 1].is_layout = true;
    if (s->depth == s->room) {
        size_t room = s->room ? s->room * 2 : 16;
        struct open_table *open = rt_arena_grow(arena, s->open, s->room * sizeof *s->open,
                                                room * sizeof *s->open);
        if (!open)
            return false;
        s->open = open;
        s->room = room;
    }
    s->open[s->depth++] = (struct open_table){ .index = (uint32_t)s->tables->count,
                                               .is_layout = is_presentation(table) };
    grid_begin(&s->tables->grid);
    return facts_add(s->tables, arena, table);
}

static void survey_enter(struct survey *s, const struct rt_flow *flow)
{
    struct open_table *table = &s->open[s->depth - 1];
    struct grid *grid = &s->tables->grid;
    switch (flow->tag) {
    case LXB_TAG_TH:
        table->has_header = true;
        /* fall through */
    case LXB_TAG_TD:
        table->cells++;
        if (table->is_layout)
            return;
        grid_skip(grid);
        if (grid->column >= table->columns)
            table->columns = grid->column + 1;
        grid_put(grid, flow->node);
        return;
    case LXB_TAG_CAPTION:
        table->is_layout |= table->rows > 0;
        return;
    default:
        table->is_layout |= is_heavy(flow->tag);
        table->blocks += rt_tag_is_block(flow->tag);
    }
}

static void survey_text(struct survey *s, const struct rt_flow *flow)
{
    struct open_table *table = &s->open[s->depth - 1];
    rt_str text = rt_str_trim(rt_node_data(flow->node));
    table->bytes += text.len;
    if (flow->pre > 0 && rt_str_find_byte(text, '\n') != RT_NPOS)
        table->is_layout = true;
}

static bool survey_event(struct survey *s, struct rt_arena *arena, const struct rt_flow *flow,
                         enum rt_flow_event event)
{
    if (event == RT_FLOW_ENTER && flow->tag == LXB_TAG_TABLE)
        return survey_push(s, arena, flow->node);
    if (s->depth == 0)
        return true;
    if (event == RT_FLOW_TEXT) {
        survey_text(s, flow);
    } else if (event == RT_FLOW_ENTER) {
        survey_enter(s, flow);
    } else if (event == RT_FLOW_MATH) {
        return true;
    } else if (flow->tag == LXB_TAG_TABLE) {
        judge(s->tables, &s->open[--s->depth]);
    } else if (flow->tag == LXB_TAG_TR && s->tables->grid.column > 0) {
        s->open[s->depth - 1].rows++;
        grid_next_row(&s->tables->grid);
    }
    return true;
}

/* Looks at all tables from the current one on. */
static struct rt_md_table *survey_tables(struct rt_md *md)
{
    struct rt_md_table *t = rt_arena_zeroed(md->arena, 1, sizeof *t);
    if (!t)
        return NULL;
    size_t budget = (size_t)md->flow.page->nodes + 1024;
    t->grid.budget = budget;
    struct survey s = { .tables = t };
    struct rt_flow flow = md->flow;
    if (!survey_event(&s, md->arena, &flow, RT_FLOW_ENTER))
        return NULL;
    for (enum rt_flow_event event; (event = rt_flow_next(&flow)) != RT_FLOW_END;)
        if (!survey_event(&s, md->arena, &flow, event))
            return NULL;
    t->grid.budget = budget;
    return t;
}

bool rt_md_table_begin(struct rt_md *md)
{
    if (!md->table && !(md->table = survey_tables(md))) {
        md->out.failed = true;
        return false;
    }
    struct rt_md_table *t = md->table;
    while (t->next < t->count && t->facts[t->next].table != md->flow.node)
        t->next++;
    if (t->next == t->count)
        return false;
    const struct facts *facts = &t->facts[t->next++];
    if (facts->layout)
        return false;
    t->columns = facts->columns;
    memset(t->aligns, ALIGN_NONE, t->columns);
    t->row_open = false;
    grid_begin(&t->grid);
    return true;
}

static enum alignment alignment_of(const rt_node *cell)
{
    rt_str align = rt_str_trim(rt_node_attr(cell, "align"));
    rt_str style = rt_node_attr(cell, "style");
    size_t at = rt_str_find_nocase(style, RT_LIT("text-align:"));
    if (at != RT_NPOS)
        align = rt_str_trim(rt_str_from(style, at + sizeof "text-align:" - 1));
    if (rt_str_starts_nocase(align, RT_LIT("center")))
        return ALIGN_CENTER;
    if (rt_str_starts_nocase(align, RT_LIT("right")))
        return ALIGN_RIGHT;
    return rt_str_starts_nocase(align, RT_LIT("left")) ? ALIGN_LEFT : ALIGN_NONE;
}

static void write_empty_cells(struct rt_md *md, uint32_t count)
{
    for (; count > 0; count--)
        rt_buf_lit(&md->out, "  |");
}

void rt_md_cell_begin(struct rt_md *md, const rt_node *cell)
{
    struct rt_md_table *t = md->table;
    if (!t->row_open) {
        if (t->grid.row > 0)
            md->gap = RT_MD_LINE;
        rt_md_write_gap(md);
        rt_buf_byte(&md->out, '|');
        t->row_open = true;
    }
    write_empty_cells(md, grid_skip(&t->grid));
    if (t->grid.row == 0 && t->grid.column < MAX_COLUMNS)
        t->aligns[t->grid.column] = (uint8_t)alignment_of(cell);
    rt_buf_byte(&md->out, ' ');
    md->in_cell = true;
    md->gap = RT_MD_NONE;
    md->line = RT_MD_START;
}

void rt_md_cell_end(struct rt_md *md, const rt_node *cell)
{
    rt_md_close_all(md);
    md->closed_count = 0;
    md->in_cell = false;
    md->gap = RT_MD_NONE;
    rt_buf_lit(&md->out, " |");
    struct rt_md_table *t = md->table;
    uint32_t room = t->grid.column < t->columns ? t->columns - t->grid.column : 1;
    uint32_t width = grid_put(&t->grid, cell);
    write_empty_cells(md, (width < room ? width : room) - 1);
}

static void write_delimiters(struct rt_md *md)
{
    static const rt_str cells[] = { RT_LIT(" --- |"), RT_LIT(" :-- |"), RT_LIT(" :-: |"),
                                    RT_LIT(" --: |") };
    struct rt_md_table *t = md->table;
    if (t->grid.column < t->columns)
        write_empty_cells(md, t->columns - t->grid.column);
    rt_md_new_line(md);
    rt_buf_byte(&md->out, '|');
    for (uint32_t i = 0; i < t->columns; i++)
        rt_buf_str(&md->out, cells[t->aligns[i]]);
}

void rt_md_row_end(struct rt_md *md)
{
    struct rt_md_table *t = md->table;
    if (!t->row_open)
        return;
    if (t->grid.row == 0)
        write_delimiters(md);
    t->row_open = false;
    grid_next_row(&t->grid);
    md->gap = RT_MD_LINE;
}

void rt_md_table_end(struct rt_md *md)
{
    md->gap = RT_MD_NONE;
    rt_md_widen(md, RT_MD_BLOCK);
}

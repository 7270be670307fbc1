/* The kept nodes as Markdown: what each element of HTML is in it.  The writing itself, line by line
 * and sign by sign, is in markdown_writer.h. */
#include "core/markdown.h"

#include "base/str.h"
#include "core/markdown_writer.h"
#include "core/math.h"

enum { FIRST_ROOM = 16384, MAX_URL = 2048 };

/* What an element did when it was entered, to be undone when it is left. */
enum done {
    DID_INLINE = 1,     /* wants a mark of a kind, kept in frame.kind */
    DID_CODE = 2,
    DID_HEADING = 4,
    DID_PREFIX = 8,     /* of the length before, frame.prefix */
    DID_LIST = 16,
    DID_BLOCK = 32,     /* a gap at both ends */
    DID_PRE = 64,
    DID_TABLE = 128,
    DID_CELL = 256,
    DID_ROW = 512,
    DID_ITEM = 1024,
    DID_NOTE = 2048     /* its prefix begins at 0 */
};

struct frame {
    uint16_t done;
    uint8_t kind, prefix;
};

struct renderer {
    struct rt_md md;
    struct frame *frames;
    size_t depth, room;
    bool in_pre;        /* inside a code block */
    bool in_table;      /* inside a data table */
};

static void enter_block(struct renderer *r, struct frame *frame)
{
    rt_md_widen(&r->md, RT_MD_BLOCK);
    frame->done |= DID_BLOCK;
}

static void enter_mark(struct renderer *r, struct frame *frame)
{
    static const uint8_t kinds[LXB_TAG__LAST_ENTRY] = {
        [LXB_TAG_B] = RT_MD_STRONG, [LXB_TAG_STRONG] = RT_MD_STRONG,
        [LXB_TAG_I] = RT_MD_EM,     [LXB_TAG_EM] = RT_MD_EM,
        [LXB_TAG_CITE] = RT_MD_EM,  [LXB_TAG_DFN] = RT_MD_EM,
        [LXB_TAG_VAR] = RT_MD_EM,   [LXB_TAG_S] = RT_MD_DEL,
        [LXB_TAG_DEL] = RT_MD_DEL,  [LXB_TAG_STRIKE] = RT_MD_DEL,
        [LXB_TAG_SUB] = RT_MD_SUB,  [LXB_TAG_SUP] = RT_MD_SUP,
    };
    frame->kind = kinds[r->md.flow.tag];
    if (frame->kind == RT_MD_STRONG && r->md.in_heading)
        return;
    rt_md_want(&r->md, (enum rt_md_kind)frame->kind, (rt_str){ NULL, 0 });
    frame->done |= DID_INLINE;
}

/* A block that holds a footnote begins with its mark. */
static bool enter_note(struct rt_md *md, struct frame *frame)
{
    if (rt_md_is_one_line(md) || !rt_md_note(md))
        return false;
    frame->done |= DID_BLOCK | DID_PREFIX | DID_NOTE;
    return true;
}

static void enter_paragraph(struct renderer *r, struct frame *frame)
{
    if (!enter_note(&r->md, frame))
        enter_block(r, frame);
}

static void enter_link(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    if (rt_md_reference(md))
        return;
    rt_str href = rt_str_trim(rt_node_attr(md->flow.node, "href"));
    if (href.len == 0 || md->depth_of[RT_MD_LINK] > 0)
        return;
    rt_str url = rt_url_resolve(md->resolver, href);
    if (!url.at || url.len > MAX_URL)
        return;
    rt_md_want(md, RT_MD_LINK, url);
    frame->done |= DID_INLINE;
    frame->kind = RT_MD_LINK;
}

static void enter_heading(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    enter_block(r, frame);
    if (rt_md_is_one_line(md))
        return;
    rt_md_drop_marks(md);
    md->heading = (unsigned)(md->flow.tag - LXB_TAG_H1) + 1;
    md->in_heading = true;
    frame->done |= DID_HEADING;
}

static void enter_quote(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    enter_block(r, frame);
    rt_md_drop_marks(md);
    unsigned prefix = md->prefix;
    if (rt_md_is_one_line(md) || !rt_md_push_prefix(md, RT_LIT("> "), RT_LIT("> ")))
        return;
    frame->done |= DID_PREFIX;
    frame->prefix = (uint8_t)prefix;
}

static void note_prefix(const struct rt_md *md, struct frame *frame, unsigned before)
{
    if (md->prefix == before)
        return;
    frame->done |= DID_PREFIX;
    frame->prefix = (uint8_t)before;
}

static void enter_list(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    unsigned before = md->prefix;
    frame->done |= DID_BLOCK;
    if (rt_md_list_begin(md))
        frame->done |= DID_LIST;
    note_prefix(md, frame, before);
}

static void enter_item(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    unsigned before = md->prefix;
    if (enter_note(md, frame))
        return;
    frame->done |= DID_BLOCK;
    if (rt_md_item_begin(md))
        frame->done |= DID_ITEM;
    note_prefix(md, frame, before);
}

static void enter_rule(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    (void)frame;
    bool is_first = md->out.len == 0;
    rt_md_widen(md, RT_MD_BLOCK);
    if (rt_md_is_one_line(md) || is_first)
        return;
    rt_md_drop_marks(md);
    bool waits = md->item_waits;
    rt_md_write_gap(md);
    rt_buf_str(&md->out, waits ? RT_LIT("___") : RT_LIT("---"));
    rt_md_widen(md, RT_MD_BLOCK);
}

static void enter_break(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    (void)frame;
    if (md->code_open)
        md->code_left = true;
    rt_md_widen(md, md->after_br && !md->in_cell ? RT_MD_BLOCK : RT_MD_BREAK);
    md->after_br = true;
}

static void enter_pre(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    enter_block(r, frame);
    if (rt_md_is_one_line(md) || md->code > 0) {
        md->code++;
        frame->done |= DID_CODE;
        return;
    }
    rt_md_drop_marks(md);
    r->in_pre = true;
    frame->done |= DID_PRE;
    rt_md_code_begin(md);
}

static void enter_table(struct renderer *r, struct frame *frame)
{
    enter_block(r, frame);
    rt_md_drop_marks(&r->md);
    if (!rt_md_table_begin(&r->md) || rt_md_is_one_line(&r->md))
        return;
    r->in_table = true;
    frame->done |= DID_TABLE;
}

static void enter_table_part(struct renderer *r, struct frame *frame)
{
    if (!r->in_table || r->md.in_cell) {
        enter_block(r, frame);
    } else if (r->md.flow.tag == LXB_TAG_TR) {
        frame->done |= DID_ROW;
    } else if (rt_flow_is_cell(r->md.flow.tag)) {
        rt_md_cell_begin(&r->md, r->md.flow.node);
        frame->done |= DID_CELL;
    }
}

static void enter_code(struct renderer *r, struct frame *frame)
{
    r->md.code++;
    frame->done |= DID_CODE;
}

static void enter_image(struct renderer *r, struct frame *frame)
{
    (void)frame;
    rt_md_image(&r->md, r->md.flow.node);
}

static void enter_player(struct renderer *r, struct frame *frame)
{
    (void)frame;
    rt_md_widen(&r->md, RT_MD_SPACE);
}

static void enter_definition(struct renderer *r, struct frame *frame)
{
    struct rt_md *md = &r->md;
    frame->done |= DID_BLOCK;
    bool is_dd = md->flow.tag == LXB_TAG_DD;
    rt_md_widen(md, is_dd ? RT_MD_LINE : RT_MD_BLOCK);
    if (is_dd && md->gap == RT_MD_BLOCK && !rt_md_is_one_line(md) && md->list_end != md->out.len)
        md->gap = RT_MD_LINE;
    md->definition = is_dd && !rt_md_is_one_line(md);
}

typedef void enter_function(struct renderer *r, struct frame *frame);

/* What to do at an element.  Other blocks part paragraphs; all else is passed through. */
static enter_function *const enter_functions[LXB_TAG__LAST_ENTRY] = {
    [LXB_TAG_B] = enter_mark,           [LXB_TAG_STRONG] = enter_mark,
    [LXB_TAG_I] = enter_mark,           [LXB_TAG_EM] = enter_mark,
    [LXB_TAG_CITE] = enter_mark,        [LXB_TAG_DFN] = enter_mark,
    [LXB_TAG_VAR] = enter_mark,         [LXB_TAG_S] = enter_mark,
    [LXB_TAG_DEL] = enter_mark,         [LXB_TAG_STRIKE] = enter_mark,
    [LXB_TAG_SUB] = enter_mark,         [LXB_TAG_SUP] = enter_mark,
    [LXB_TAG_CODE] = enter_code,        [LXB_TAG_KBD] = enter_code,
    [LXB_TAG_SAMP] = enter_code,        [LXB_TAG_TT] = enter_code,
    [LXB_TAG_A] = enter_link,           [LXB_TAG_BR] = enter_break,
    [LXB_TAG_IMG] = enter_image,        [LXB_TAG_VIDEO] = enter_player,
    [LXB_TAG_AUDIO] = enter_player,     [LXB_TAG_HR] = enter_rule,
    [LXB_TAG_H1] = enter_heading,       [LXB_TAG_H2] = enter_heading,
    [LXB_TAG_H3] = enter_heading,       [LXB_TAG_H4] = enter_heading,
    [LXB_TAG_H5] = enter_heading,       [LXB_TAG_H6] = enter_heading,
    [LXB_TAG_P] = enter_paragraph,      [LXB_TAG_DIV] = enter_paragraph,
    [LXB_TAG_ASIDE] = enter_paragraph,  [LXB_TAG_BLOCKQUOTE] = enter_quote,
    [LXB_TAG_UL] = enter_list,          [LXB_TAG_OL] = enter_list,
    [LXB_TAG_MENU] = enter_list,        [LXB_TAG_DIR] = enter_list,
    [LXB_TAG_LI] = enter_item,          [LXB_TAG_DT] = enter_definition,
    [LXB_TAG_DD] = enter_definition,    [LXB_TAG_PRE] = enter_pre,
    [LXB_TAG_LISTING] = enter_pre,      [LXB_TAG_XMP] = enter_pre,
    [LXB_TAG_PLAINTEXT] = enter_pre,    [LXB_TAG_TABLE] = enter_table,
    [LXB_TAG_TBODY] = enter_table_part, [LXB_TAG_THEAD] = enter_table_part,
    [LXB_TAG_TFOOT] = enter_table_part, [LXB_TAG_TR] = enter_table_part,
    [LXB_TAG_TD] = enter_table_part,    [LXB_TAG_TH] = enter_table_part,
};

static void enter_in_pre(struct rt_md *md)
{
    if (md->flow.tag == LXB_TAG_BR)
        rt_md_code_line(md, true);
    else if (rt_tag_is_block(md->flow.tag))
        rt_md_code_line(md, false);
}

static struct frame *push_frame(struct renderer *r)
{
    if (r->depth == r->room) {
        size_t room = r->room ? r->room * 2 : 64;
        struct frame *frames = rt_arena_grow(r->md.arena, r->frames, r->room * sizeof *frames,
                                             room * sizeof *frames);
        if (!frames)
            return NULL;
        r->frames = frames;
        r->room = room;
    }
    r->frames[r->depth] = (struct frame){ 0, 0, 0 };
    return &r->frames[r->depth++];
}

static void enter(struct renderer *r)
{
    lxb_tag_id_t tag = r->md.flow.tag;
    enter_function *function = tag < LXB_TAG__LAST_ENTRY ? enter_functions[tag] : NULL;
    struct frame *frame = push_frame(r);
    if (!frame)
        r->md.out.failed = true;
    else if (r->in_pre)
        enter_in_pre(&r->md);
    else if (function)
        function(r, frame);
    else if (rt_tag_is_block(tag))
        enter_block(r, frame);
}

static void leave_table_part(struct renderer *r, unsigned done)
{
    if (done & DID_CELL)
        rt_md_cell_end(&r->md, r->md.flow.node);
    if (done & DID_ROW)
        rt_md_row_end(&r->md);
    if (done & DID_TABLE) {
        rt_md_table_end(&r->md);
        r->in_table = false;
    }
}

static void leave(struct renderer *r)
{
    struct rt_md *md = &r->md;
    struct frame frame = r->frames[--r->depth];
    unsigned done = frame.done;
    if (done & DID_INLINE)
        rt_md_unwant(md, (enum rt_md_kind)frame.kind);
    if (done & DID_CODE) {
        md->code--;
        md->code_left = md->code_open;
    }
    if (done & DID_PRE) {
        r->in_pre = false;
        rt_md_code_end(md, md->flow.node);
    } else if (r->in_pre && rt_tag_is_block(md->flow.tag)) {
        rt_md_code_line(md, false);
    }
    if (done & DID_HEADING) {
        md->in_heading = false;
        md->heading = 0;
    }
    if (done & (DID_CELL | DID_ROW | DID_TABLE))
        leave_table_part(r, done);
    if (done & DID_BLOCK)
        rt_md_widen(md, RT_MD_BLOCK);
    if (done & DID_ITEM)
        rt_md_item_end(md, frame.prefix);
    if (done & DID_NOTE)
        md->in_note = false;
    if (done & DID_PREFIX)
        rt_md_pop_prefix(md, frame.prefix);
    if (done & DID_LIST)
        rt_md_list_end(md);
    if (md->flow.tag == LXB_TAG_DD)
        md->definition = false;
}

static void text(struct renderer *r)
{
    rt_str data = rt_node_data(r->md.flow.node);
    if (r->in_pre)
        rt_md_code_text(&r->md, data);
    else if (!r->in_table || r->md.in_cell || rt_str_trim(data).len > 0)
        rt_md_text(&r->md, data);
}

static void formula(struct renderer *r)
{
    struct rt_buf tex;
    bool display;
    rt_buf_init(&tex, r->md.arena);
    rt_math_write(r->md.flow.math, &tex, &display);
    if (r->in_pre)
        rt_md_code_text(&r->md, rt_buf_get(&tex));
    else if (!tex.failed)
        rt_md_formula(&r->md, rt_buf_get(&tex), display);
}

static void render(struct renderer *r)
{
    for (enum rt_flow_event event;
         !r->md.out.failed && (event = rt_flow_next(&r->md.flow)) != RT_FLOW_END;) {
        if (event == RT_FLOW_TEXT)
            text(r);
        else if (event == RT_FLOW_ENTER)
            enter(r);
        else if (event == RT_FLOW_MATH)
            formula(r);
        else
            leave(r);
    }
    rt_md_close_all(&r->md);
}

rt_str rt_markdown_render(const struct rt_page *page)
{
    struct renderer r = { .in_pre = false };
    r.md.arena = page->arena;
    r.md.list_end = RT_NPOS;
    r.md.resolver = rt_url_resolver_new(page->arena, page->base);
    rt_buf_init(&r.md.out, page->arena);
    rt_buf_init(&r.md.block, page->arena);
    rt_flow_begin(&r.md.flow, page);
    if (!r.md.resolver || !rt_buf_reserve(&r.md.out, FIRST_ROOM))
        return (rt_str){ NULL, 0 };
    render(&r);
    return rt_buf_get(&r.md.out);
}

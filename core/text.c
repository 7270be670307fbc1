/* The kept nodes as plain text.  What parts two words is only noted when it is met, and written
 * before the next word: so it never stands at an end, and the strongest of several counts. */
#include "core/text.h"

#include "base/buf.h"
#include "base/str.h"
#include "core/flow.h"
#include "core/math.h"

enum { FIRST_ROOM = 8192 };

/* What is to stand between the last word and the next one; the stronger is the greater. */
enum gap { GAP_NONE, GAP_SPACE, GAP_CELL, GAP_LINE, GAP_BLOCK };

struct writer {
    struct rt_flow flow;
    struct rt_buf out;
    enum gap gap;
    bool after_br;      /* a <br> since the last word: a second one ends the paragraph */
    unsigned lists;     /* open lists: their blocks are lines */
};

static void widen(struct writer *w, enum gap gap)
{
    if (gap > w->gap)
        w->gap = gap;
}

static void write_gap(struct writer *w)
{
    static const rt_str gaps[] = { RT_LIT(""), RT_LIT(" "), RT_LIT("\t"), RT_LIT("\n"),
                                   RT_LIT("\n\n") };
    bool is_done = w->out.len == 0 || (w->gap == GAP_LINE && w->out.at[w->out.len - 1] == '\n');
    if (!is_done)
        rt_buf_str(&w->out, gaps[w->gap]);
    w->gap = GAP_NONE;
    w->after_br = false;
}

/* One glyph that is not part of a run of words. */
static size_t write_glyph(struct writer *w, rt_str s, size_t i)
{
    size_t len;
    enum rt_glyph glyph = rt_flow_glyph(s, i, &len);
    if (glyph == RT_GLYPH_SPACE) {
        widen(w, GAP_SPACE);
    } else if (glyph == RT_GLYPH_BROKEN) {
        write_gap(w);
        rt_buf_lit(&w->out, "\xEF\xBF\xBD");
    }
    return len;
}

static void write_text(struct writer *w, rt_str s)
{
    for (size_t i = 0; i < s.len;) {
        if (rt_is_space(s.at[i])) {
            widen(w, GAP_SPACE);
            i++;
            continue;
        }
        size_t end = rt_flow_words(s, i);
        if (end == i) {
            i += write_glyph(w, s, i);
            continue;
        }
        if (w->gap != GAP_NONE)
            write_gap(w);
        rt_buf_add(&w->out, s.at + i, end - i);
        i = end;
    }
}

/* White space as it stands, but for that before the first line that has any ink. */
static void write_verbatim(struct writer *w, rt_str s)
{
    for (size_t i = 0, len; i < s.len; i += len) {
        enum rt_glyph glyph = rt_flow_glyph(s, i, &len);
        if (glyph == RT_GLYPH_NOTHING || (s.at[i] == '\n' && w->gap >= GAP_LINE))
            continue;
        if (w->gap != GAP_NONE)
            write_gap(w);
        if (glyph == RT_GLYPH_INK)
            rt_buf_add(&w->out, s.at + i, len);
        else if (glyph == RT_GLYPH_BROKEN)
            rt_buf_lit(&w->out, "\xEF\xBF\xBD");
        else
            rt_buf_byte(&w->out, glyph == RT_GLYPH_BREAK ? s.at[i] : ' ');
    }
}

static void trim_end(struct rt_buf *out)
{
    while (out->len > 0 && rt_is_space(out->at[out->len - 1]))
        out->len--;
}

static bool is_list(lxb_tag_id_t tag)
{
    return tag == LXB_TAG_UL || tag == LXB_TAG_OL || tag == LXB_TAG_MENU || tag == LXB_TAG_DIR ||
           tag == LXB_TAG_DL;
}

/* What the two edges of an element part. */
static enum gap gap_of(const struct writer *w, lxb_tag_id_t tag)
{
    if (rt_flow_is_cell(tag))
        return GAP_CELL;
    switch (tag) {
    case LXB_TAG_LI: case LXB_TAG_DT: case LXB_TAG_DD: case LXB_TAG_TR: case LXB_TAG_TBODY:
    case LXB_TAG_THEAD: case LXB_TAG_TFOOT:
        return GAP_LINE;
    case LXB_TAG_IMG: case LXB_TAG_VIDEO: case LXB_TAG_AUDIO:
        return GAP_SPACE;
    default:
        if (!rt_tag_is_block(tag))
            return GAP_NONE;
        return w->lists > 0 || w->flow.pre > 0 ? GAP_LINE : GAP_BLOCK;
    }
}

static void write_break(struct writer *w)
{
    if (w->flow.pre > 0) {
        write_gap(w);
        rt_buf_byte(&w->out, '\n');
        return;
    }
    widen(w, w->after_br ? GAP_BLOCK : GAP_LINE);
    w->after_br = true;
}

static void write_math(struct writer *w)
{
    struct rt_buf tex;
    bool display;
    rt_buf_init(&tex, w->out.arena);
    rt_math_write(w->flow.math, &tex, &display);
    if (display)
        widen(w, GAP_LINE);
    write_text(w, rt_buf_get(&tex));
    if (display)
        widen(w, GAP_LINE);
}

static void write_event(struct writer *w, enum rt_flow_event event)
{
    lxb_tag_id_t tag = w->flow.tag;
    if (event == RT_FLOW_TEXT) {
        rt_str text = rt_node_data(w->flow.node);
        if (w->flow.pre > 0)
            write_verbatim(w, text);
        else
            write_text(w, text);
        return;
    }
    if (event == RT_FLOW_MATH) {
        write_math(w);
        return;
    }
    if (event == RT_FLOW_LEAVE) {
        w->lists -= is_list(tag);
        if (rt_flow_is_pre(tag))
            trim_end(&w->out);
        widen(w, gap_of(w, tag));
        return;
    }
    if (tag == LXB_TAG_BR)
        write_break(w);
    widen(w, gap_of(w, tag));
    w->lists += is_list(tag);
}

rt_str rt_text_render(const struct rt_page *page)
{
    struct writer w = { .gap = GAP_NONE };
    rt_flow_begin(&w.flow, page);
    rt_buf_init(&w.out, page->arena);
    rt_buf_reserve(&w.out, FIRST_ROOM);
    for (enum rt_flow_event event; (event = rt_flow_next(&w.flow)) != RT_FLOW_END;)
        write_event(&w, event);
    trim_end(&w.out);
    return rt_buf_get(&w.out);
}

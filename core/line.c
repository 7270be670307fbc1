/* One line of clean text out of attributes, JSON strings and subtrees, and the comparison of such
 * lines. */
#include "core/line.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/references.h"

/* Nodes of a subtree that are looked at: a line has few. */
enum { FOLD_ROOM = 400, MAX_NODES = 1000 };

/* Space of any script. */
static bool is_blank(uint32_t c)
{
    return c <= 0x20 || c == 0x7f || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
           c == 0x205f || c == 0x3000;
}

/* Shows nothing: controls, soft hyphen, zero-width, direction, tag and private characters. */
static bool is_unseen(uint32_t c)
{
    static const struct { uint32_t from, to; } ranges[] = {
        { 0x80, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x180e, 0x180e }, { 0x200b, 0x200f },
        { 0x202a, 0x202e }, { 0x2060, 0x206f }, { 0xe000, 0xf8ff }, { 0xfeff, 0xfeff },
        { 0xfff9, 0xfffb }, { 0xe0000, 0x10ffff },
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].from; i++)
        if (c <= ranges[i].to)
            return true;
    return false;
}

/* What was added so far, and whether a space is due before the next character. */
struct line {
    struct rt_buf buf;
    size_t cap;
    bool is_space_due, is_full;
};

static void add_char(struct line *line, uint32_t c)
{
    char bytes[4];
    size_t n = rt_utf8_put(bytes, c);
    if (line->buf.len + n + line->is_space_due > line->cap) {
        line->is_full = true;
        return;
    }
    if (line->is_space_due)
        rt_buf_byte(&line->buf, ' ');
    line->is_space_due = false;
    rt_buf_add(&line->buf, bytes, n);
}

/* Appends the plain ASCII that text has at i and moves behind it: most text is nothing else. */
static void add_ascii(struct line *line, rt_str text, size_t *i)
{
    size_t from = *i, room = line->cap - line->buf.len - line->is_space_due, end = from;
    while (end < text.len && text.at[end] > ' ' && text.at[end] < 0x7f && end - from < room)
        end++;
    if (end == from)
        return;
    if (line->is_space_due)
        rt_buf_byte(&line->buf, ' ');
    line->is_space_due = false;
    rt_buf_add(&line->buf, text.at + from, end - from);
    *i = end;
}

static void add_text(struct line *line, rt_str text)
{
    for (size_t i = 0; i < text.len && !line->is_full && !line->buf.failed;) {
        if (line->buf.len + line->is_space_due < line->cap)
            add_ascii(line, text, &i);
        if (i == text.len)
            break;
        size_t from = i;
        uint32_t c = rt_utf8_next(text, &i);
        if (c == 0xfffd && i - from == 1)
            continue;
        if (is_blank(c))
            line->is_space_due = line->buf.len > 0;
        else if (!is_unseen(c))
            add_char(line, c);
    }
}

static bool is_nothing(rt_str s)
{
    return s.len == 0 || rt_str_eq_nocase(s, RT_LIT("null")) ||
           rt_str_eq_nocase(s, RT_LIT("undefined")) || rt_str_eq(s, RT_LIT("NaN")) ||
           rt_str_has(s, RT_LIT("[object Object]"));
}

static rt_str finish(struct line *line)
{
    rt_str s = rt_buf_get(&line->buf);
    return is_nothing(s) ? (rt_str){ NULL, 0 } : s;
}

static struct line start(struct rt_arena *arena, size_t cap)
{
    struct line line = { .cap = cap };
    rt_buf_init(&line.buf, arena);
    return line;
}

rt_str rt_line_clean(struct rt_arena *arena, rt_str raw, size_t cap)
{
    struct line line = start(arena, cap);
    add_text(&line, raw);
    return finish(&line);
}

rt_str rt_line_decode(struct rt_arena *arena, rt_str raw, size_t cap)
{
    struct line line = start(arena, cap);
    while (raw.len && !line.is_full && !line.buf.failed) {
        size_t amp = rt_str_find_byte(raw, '&');
        if (amp == RT_NPOS)
            amp = raw.len;
        add_text(&line, rt_str_first(raw, amp));
        raw = rt_str_from(raw, amp);
        if (raw.len == 0)
            break;
        uint32_t c;
        char bytes[4];
        size_t taken = rt_reference_read(raw, &c);
        add_text(&line, taken ? (rt_str){ bytes, rt_utf8_put(bytes, c) } : rt_str_first(raw, 1));
        raw = rt_str_from(raw, taken ? taken : 1);
    }
    return finish(&line);
}

static bool is_block(const rt_node *node)
{
    return rt_node_tag(node) == LXB_TAG_BR || rt_tag_is_block(rt_node_tag(node));
}

/* A new line begins with the node, or it stands behind a block that has ended. */
static bool starts_line(const rt_node *node)
{
    return is_block(node) || (node->prev && is_block(node->prev));
}

rt_str rt_line_of_node(const struct rt_page *page, rt_node *node, size_t cap)
{
    struct line line = start(page->arena, cap);
    size_t seen = 0;
    for (rt_node *n = node, *next; n && !line.is_full && seen < MAX_NODES; n = next, seen++) {
        next = rt_node_next(n, node);
        if (n != node && rt_page_has(page, n, RT_NODE_HIDDEN)) {
            next = rt_node_after(n, node);
            continue;
        }
        if (n != node && starts_line(n))
            line.is_space_due = line.buf.len > 0;
        if (rt_node_is_text(n))
            add_text(&line, rt_node_data(n));
    }
    return finish(&line);
}

size_t rt_lines_of_node(const struct rt_page *page, rt_node *node, size_t cap, rt_str *out,
                        size_t room)
{
    size_t count = 0, seen = 0;
    struct line line = start(page->arena, cap);
    for (rt_node *n = node, *next; n && count < room && seen < MAX_NODES; n = next, seen++) {
        next = rt_node_next(n, node);
        if (n != node && rt_page_has(page, n, RT_NODE_HIDDEN)) {
            next = rt_node_after(n, node);
            continue;
        }
        if (n != node && starts_line(n)) {
            rt_str done = finish(&line);
            if (done.at)
                out[count++] = done;
            line = start(page->arena, cap);
        }
        if (rt_node_is_text(n))
            add_text(&line, rt_node_data(n));
    }
    rt_str done = finish(&line);
    if (done.at && count < room)
        out[count++] = done;
    return count;
}

static uint32_t fold_char(uint32_t c)
{
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
        (c >= 0x410 && c <= 0x42f))
        return c + 32;
    return c >= 0x400 && c <= 0x40f ? c + 80 : c;
}

static bool is_mark(uint32_t c)
{
    return c < 0xc0 || (c >= 0x2000 && c <= 0x206f) || (c >= 0x3000 && c <= 0x303f) ||
           (c >= 0xff00 && c <= 0xff0f) || c == 0xff1a || c == 0xff5c || is_unseen(c);
}

size_t rt_line_fold(rt_str s, char *out, size_t room)
{
    size_t len = 0;
    for (size_t i = 0; i < s.len && len + 4 <= room;) {
        if ((unsigned char)s.at[i] < 0x80) {
            char ascii = rt_lower(s.at[i++]);
            if (rt_is_alpha(ascii) || rt_is_digit(ascii))
                out[len++] = ascii;
            continue;
        }
        uint32_t c = rt_utf8_next(s, &i);
        if (!is_mark(c))
            len += rt_utf8_put(out + len, fold_char(c));
    }
    return len;
}

bool rt_line_same(rt_str a, rt_str b)
{
    char x[FOLD_ROOM], y[FOLD_ROOM];
    size_t n = rt_line_fold(a, x, sizeof x);
    return n > 0 && n == rt_line_fold(b, y, sizeof y) && memcmp(x, y, n) == 0;
}

bool rt_line_has(rt_str whole, rt_str part)
{
    char x[FOLD_ROOM], y[FOLD_ROOM];
    rt_str w = { x, rt_line_fold(whole, x, sizeof x) }, p = { y, rt_line_fold(part, y, sizeof y) };
    return p.len > 0 && rt_str_has(w, p);
}

void rt_line_add_once(rt_str *list, size_t *count, size_t room, rt_str value)
{
    if (!value.at || *count >= room)
        return;
    for (size_t i = 0; i < *count; i++)
        if (rt_str_eq_nocase(list[i], value) || rt_line_same(list[i], value))
            return;
    list[(*count)++] = value;
}

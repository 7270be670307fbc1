/* Emphasis, links, images and code spans: signs that are written with the first ink inside them and
 * closed right after the last.  A sign only counts by what stands beside it (CommonMark calls it
 * flanking): where it would not count, punctuation is moved out of the emphasis, or the emphasis
 * goes. */
#include "core/markdown_writer.h"

#include "base/str.h"
#include "base/utf8.h"
#include "core/media.h"

/* Longer addresses help no reader and would multiply. */
enum { MAX_URL = 2048, MAX_OPENED = 2 };

/* Versions of CommonMark differ on symbols: those are taken to be both. */
struct nature {
    bool word, punctuation;
};

static struct nature nature_of(uint32_t c)
{
    static const struct {
        uint32_t first, last;
        bool symbol;
    } ranges[] = {
        { 0xA1, 0xBF, true },       { 0xD7, 0xD7, true },       { 0xF7, 0xF7, true },
        { 0x37E, 0x387, true },     { 0x55A, 0x58A, true },     { 0x5BE, 0x5F4, true },
        { 0x600, 0x61F, true },     { 0x66A, 0x66D, true },     { 0x6D4, 0x6D4, true },
        { 0x964, 0x965, false },    { 0xE3F, 0xE5B, true },     { 0x2010, 0x2027, false },
        { 0x2030, 0x205E, true },   { 0x207A, 0x208E, true },   { 0x20A0, 0x20CF, true },
        { 0x2100, 0x2BFF, true },   { 0x2E00, 0x2E7F, true },   { 0x3001, 0x3003, false },
        { 0x3008, 0x3020, true },   { 0x3030, 0x303D, true },   { 0x30A0, 0x30A0, true },
        { 0x30FB, 0x30FB, true },   { 0xFD3E, 0xFD3F, true },   { 0xFE10, 0xFE6B, true },
        { 0xFF01, 0xFF0F, true },   { 0xFF1A, 0xFF20, true },   { 0xFF3B, 0xFF40, true },
        { 0xFF5B, 0xFF65, true },   { 0xFFFC, 0xFFFD, true },   { 0x1F000, 0x1FAFF, true },
    };
    if (c < 0x80) {
        bool is_word = rt_is_digit((char)c) || rt_is_alpha((char)c);
        return (struct nature){ is_word, !is_word && c > ' ' };
    }
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return (struct nature){ ranges[i].symbol, true };
    return (struct nature){ true, false };
}

static uint32_t last_of(rt_str s)
{
    size_t i = s.len;
    while (i > 0 && s.len - i < 4)
        if (((unsigned char)s.at[--i] & 0xC0) != 0x80)
            break;
    return i < s.len ? rt_utf8_next(s, &i) : ' ';
}

static rt_str written(const struct rt_md *md, size_t end)
{
    return (rt_str){ md->out.at, end };
}

static void remove_bytes(struct rt_buf *b, size_t at, size_t len)
{
    memmove(b->at + at, b->at + at + len, b->len - at - len);
    b->len -= len;
}

static void insert_bytes(struct rt_buf *b, size_t at, const char *bytes, size_t len)
{
    if (!rt_buf_reserve(b, len))
        return;
    memmove(b->at + at + len, b->at + at, b->len - at);
    memcpy(b->at + at, bytes, len);
    b->len += len;
}

/* The fence is longer than any run of backticks inside. */
static void close_code(struct rt_md *md)
{
    static const char fence[] = "````````````````";
    size_t longest = 0, run = 0, len = md->out.len - md->code_at;
    const char *code = md->out.at + md->code_at;
    for (size_t i = 0; i < len && !md->out.failed; i++) {
        run = code[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    md->code_open = md->code_left = false;
    size_t n = longest + 1 < sizeof fence ? longest + 1 : 0;
    if (n == 0 || len == 0 || md->out.failed)
        return;
    bool pads = code[0] == '`' || code[len - 1] == '`';
    if (pads)
        insert_bytes(&md->out, md->code_at, " ", 1);
    insert_bytes(&md->out, md->code_at, fence, n);
    rt_buf_add(&md->out, " ", pads);
    rt_buf_add(&md->out, fence, n);
}

static size_t sign_len(enum rt_md_kind kind)
{
    return kind == RT_MD_EM ? 1 : 2;
}

static bool is_emphasis(enum rt_md_kind kind)
{
    return kind == RT_MD_STRONG || kind == RT_MD_EM || kind == RT_MD_DEL;
}

static void write_sign(struct rt_md *md, const struct rt_md_mark *mark)
{
    const char signs[] = { mark->sign, mark->sign };
    rt_buf_add(&md->out, signs, sign_len(mark->kind));
}

static void close_mark(struct rt_md *md, struct rt_md_mark *mark)
{
    mark->open = false;
    if (is_emphasis(mark->kind)) {
        mark->end = md->out.len;
        write_sign(md, mark);
        md->closed[md->closed_count++] = *mark;
        return;
    }
    md->closed_count = 0;
    if (mark->kind == RT_MD_LINK) {
        rt_buf_lit(&md->out, "](");
        rt_md_target(md, mark->url);
        rt_buf_byte(&md->out, ')');
        md->target_end = md->out.len;
    } else {
        rt_buf_str(&md->out, mark->kind == RT_MD_SUB ? RT_LIT("</sub>") : RT_LIT("</sup>"));
    }
}

/* Closes what was opened from `first` on, the last one first. */
static void close_from(struct rt_md *md, unsigned first)
{
    if (md->code_open)
        close_code(md);
    while (md->open_count > first)
        close_mark(md, &md->wanted[md->open[--md->open_count]]);
}

void rt_md_close_all(struct rt_md *md)
{
    close_from(md, 0);
}

void rt_md_want(struct rt_md *md, enum rt_md_kind kind, rt_str url)
{
    if (md->depth_of[kind]++ > 0)
        return;
    static const char signs[] = { '*', '*', '~', 0, 0, 0 };
    md->wanted[md->wanted_count++] = (struct rt_md_mark){ .kind = kind, .sign = signs[kind],
                                                          .url = url };
}

void rt_md_unwant(struct rt_md *md, enum rt_md_kind kind)
{
    if (--md->depth_of[kind] > 0)
        return;
    unsigned index = md->wanted_count - 1;
    for (unsigned i = 0; i < md->open_count; i++)
        if (md->open[i] == index) {
            close_from(md, i);
            break;
        }
    md->wanted_count--;
}

/* Takes the signs of what was just closed away again. */
static void drop_closed(struct rt_md *md)
{
    md->out.len = md->closed[0].end;
    for (unsigned i = 0; i < md->closed_count; i++)
        remove_bytes(&md->out, md->closed[i].at, sign_len(md->closed[i].kind));
    md->closed_count = 0;
}

/* "**Note:**text" -> "**Note**:text": between punctuation any sign closes.  False where what stands
 * before the sign is not to be parted from it. */
static bool move_punctuation_out(struct rt_md *md)
{
    const struct rt_md_mark *inner = &md->closed[0];
    size_t end = inner->end, begin = inner->at + sign_len(inner->kind);
    size_t signs_len = md->out.len - end;
    uint32_t c = last_of(written(md, end));
    char bytes[4], signs[8];
    size_t len = rt_utf8_put(bytes, c);
    if ((c < 0x80 && !strchr(":.,;!?\"')%", (int)c)) || end == md->target_end ||
        end - begin <= len || strchr("\\ ", md->out.at[end - len - 1]) || signs_len > sizeof signs)
        return false;
    memcpy(signs, md->out.at + end, signs_len);
    memcpy(md->out.at + end - len, signs, signs_len);
    memcpy(md->out.at + end - len + signs_len, bytes, len);
    return true;
}

/* Signs were just closed and c follows at once: do they still close? */
static void mend_closed(struct rt_md *md, uint32_t c)
{
    struct nature before = nature_of(last_of(written(md, md->closed[0].end)));
    bool is_word = nature_of(c).word, is_lost = before.punctuation && is_word;
    for (unsigned i = 0; i < md->closed_count; i++)
        if (md->closed[i].sign == '_' && is_word) {
            drop_closed(md);
            return;
        }
    if (is_lost && !move_punctuation_out(md))
        drop_closed(md);
}

/* Goes on with an emphasis that was closed a moment ago: "**a**" and "**b**" are "**ab**". */
static bool reopen(struct rt_md *md, struct rt_md_mark *mark)
{
    if (md->closed_count == 0)
        return false;
    const struct rt_md_mark *last = &md->closed[md->closed_count - 1];
    if (last->kind != mark->kind)
        return false;
    md->out.len = last->end;
    mark->at = last->at;
    mark->sign = last->sign;
    md->closed_count--;
    return true;
}

static bool can_open(struct rt_md *md, struct rt_md_mark *mark, bool before_sign, uint32_t c)
{
    uint32_t last = last_of(written(md, md->out.len));
    struct nature before = nature_of(last);
    bool is_beside = md->closed_count > 0;
    if (is_beside && last == (uint32_t)(unsigned char)mark->sign) {
        if (mark->kind == RT_MD_DEL || last == '_')
            return false;
        mark->sign = '_';
    }
    return mark->sign == '_' ? !before.word
                             : !before.word || !(before_sign || nature_of(c).punctuation);
}

static void open_mark(struct rt_md *md, unsigned index, bool before_sign, uint32_t c)
{
    struct rt_md_mark *mark = &md->wanted[index];
    if (is_emphasis(mark->kind)) {
        mark->sign = mark->kind == RT_MD_DEL ? '~' : '*';
        if (!reopen(md, mark)) {
            if (!can_open(md, mark, before_sign, c))
                return;
            mark->at = md->out.len;
            write_sign(md, mark);
            md->closed_count = 0;
        }
    } else if (mark->kind == RT_MD_LINK) {
        if (mark->times >= MAX_OPENED || (mark->times > 0 && mark->has_words))
            return;
        if (md->out.len > 0 && md->out.at[md->out.len - 1] == '!')
            insert_bytes(&md->out, md->out.len - 1, "\\", 1);
        rt_buf_byte(&md->out, '[');
        md->closed_count = 0;
        mark->times++;
    } else if (mark->times > 0) {
        return;
    } else {
        rt_buf_str(&md->out, mark->kind == RT_MD_SUB ? RT_LIT("<sub>") : RT_LIT("<sup>"));
        md->closed_count = 0;
    }
    mark->open = true;
    md->open[md->open_count++] = index;
    md->line = RT_MD_MIDDLE;
}

/* Another sign follows the mark that is opened, and one of another character than '*'. */
static bool has_sign_after(const struct rt_md *md, unsigned index)
{
    for (unsigned i = index + 1; i < md->wanted_count; i++)
        if (!md->wanted[i].open && md->wanted[i].kind > RT_MD_EM)
            return true;
    return md->code > 0;
}

static void open_wanted(struct rt_md *md, uint32_t c)
{
    unsigned before = md->open_count;
    for (unsigned i = 0; i < md->wanted_count && !md->out.failed; i++)
        if (!md->wanted[i].open)
            open_mark(md, i, has_sign_after(md, i), c);
    if (md->closed_count > 0 && md->open_count == before && md->code == 0)
        mend_closed(md, c);
    md->closed_count = 0;
}

void rt_md_ink(struct rt_md *md, uint32_t c)
{
    if (md->code_open && (md->code == 0 || md->gap >= RT_MD_BREAK ||
                          (md->code_left && md->gap != RT_MD_NONE)))
        close_code(md);
    if (md->gap != RT_MD_NONE || md->out.len == 0)
        rt_md_write_gap(md);
    md->code_left = false;
    if (md->in_cell)
        md->line = RT_MD_MIDDLE;
    if (md->code_open)
        return;
    open_wanted(md, c);
    if (md->code > 0) {
        md->code_open = true;
        md->code_at = md->out.len;
        md->line = RT_MD_MIDDLE;
    }
}

/* Images part words, in the text as well. */
void rt_md_image(struct rt_md *md, const rt_node *img)
{
    rt_md_widen(md, RT_MD_SPACE);
    if (md->code > 0)
        return;
    rt_str source = rt_media_image(img);
    rt_str url = source.at ? rt_url_resolve(md->resolver, rt_str_trim(source)) : source;
    if (!url.at || url.len > MAX_URL || rt_str_eq(url, md->last_image))
        return;
    md->last_image = url;
    rt_md_ink(md, '!');
    rt_buf_lit(&md->out, "![");
    md->line = RT_MD_MIDDLE;
    rt_md_alt(md, rt_node_attr(img, "alt"));
    rt_buf_lit(&md->out, "](");
    rt_md_target(md, url);
    rt_buf_byte(&md->out, ')');
    md->target_end = md->out.len;
    rt_md_widen(md, RT_MD_SPACE);
}

/* Text as Markdown: what would be read as syntax is escaped, and nothing else. */
#include "core/markdown_writer.h"

#include "base/str.h"
#include "base/utf8.h"

/* Longest name of a character reference, "CounterClockwiseContourIntegral". */
enum { MAX_REFERENCE = 32 };

/* What an ASCII character may be: ink that needs no look, white space, or a case for itself. */
enum { CASE, PLAIN, SPACE };

static const unsigned char classes[128] = {
    ['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
    ['"'] = PLAIN,  ['$'] = PLAIN,  ['%'] = PLAIN,  ['\''] = PLAIN, ['('] = PLAIN,  [')'] = PLAIN,
    ['+'] = PLAIN,  [','] = PLAIN,  ['-'] = PLAIN,  ['.'] = PLAIN,  ['/'] = PLAIN,  ['0'] = PLAIN,
    ['1'] = PLAIN,  ['2'] = PLAIN,  ['3'] = PLAIN,  ['4'] = PLAIN,  ['5'] = PLAIN,  ['6'] = PLAIN,
    ['7'] = PLAIN,  ['8'] = PLAIN,  ['9'] = PLAIN,  [':'] = PLAIN,  [';'] = PLAIN,  ['='] = PLAIN,
    ['>'] = PLAIN,  ['?'] = PLAIN,  ['@'] = PLAIN,  ['A'] = PLAIN,  ['B'] = PLAIN,  ['C'] = PLAIN,
    ['D'] = PLAIN,  ['E'] = PLAIN,  ['F'] = PLAIN,  ['G'] = PLAIN,  ['H'] = PLAIN,  ['I'] = PLAIN,
    ['J'] = PLAIN,  ['K'] = PLAIN,  ['L'] = PLAIN,  ['M'] = PLAIN,  ['N'] = PLAIN,  ['O'] = PLAIN,
    ['P'] = PLAIN,  ['Q'] = PLAIN,  ['R'] = PLAIN,  ['S'] = PLAIN,  ['T'] = PLAIN,  ['U'] = PLAIN,
    ['V'] = PLAIN,  ['W'] = PLAIN,  ['X'] = PLAIN,  ['Y'] = PLAIN,  ['Z'] = PLAIN,  ['^'] = PLAIN,
    ['a'] = PLAIN,  ['b'] = PLAIN,  ['c'] = PLAIN,  ['d'] = PLAIN,  ['e'] = PLAIN,  ['f'] = PLAIN,
    ['g'] = PLAIN,  ['h'] = PLAIN,  ['i'] = PLAIN,  ['j'] = PLAIN,  ['k'] = PLAIN,  ['l'] = PLAIN,
    ['m'] = PLAIN,  ['n'] = PLAIN,  ['o'] = PLAIN,  ['p'] = PLAIN,  ['q'] = PLAIN,  ['r'] = PLAIN,
    ['s'] = PLAIN,  ['t'] = PLAIN,  ['u'] = PLAIN,  ['v'] = PLAIN,  ['w'] = PLAIN,  ['x'] = PLAIN,
    ['y'] = PLAIN,  ['z'] = PLAIN,  ['{'] = PLAIN,  ['}'] = PLAIN,  ['!'] = PLAIN,
};

static inline bool is_class(char c, unsigned char class)
{
    return (unsigned char)c < 128 && classes[(unsigned char)c] == class;
}

typedef uint8_t bytes __attribute__((vector_size(16)));

/* Of the 16 bytes at p, each is an ASCII letter, a digit, a sign that needs no look, or a space
 * before a letter. */
static inline bool are_plain(const char *p)
{
    bytes own, next;
    uint64_t halves[2];
    memcpy(&own, p, sizeof own);
    memcpy(&next, p + 1, sizeof next);
    bytes letter = (bytes)((own | 0x20) - 'a' < 26), letter_next = (bytes)((next | 0x20) - 'a' < 26);
    bytes sign = (bytes)(own - '\'' < '*' - '\'') | (bytes)(own - '+' < '<' - '+');
    bytes fits = letter | sign | ((bytes)(own == ' ') & letter_next);
    memcpy(halves, &fits, sizeof halves);
    return (halves[0] & halves[1]) == UINT64_MAX;
}

static inline bool is_plain_byte(rt_str s, size_t i)
{
    return is_class(s.at[i], PLAIN) ||
           (s.at[i] == ' ' && i + 1 < s.len && is_class(s.at[i + 1], PLAIN));
}

/* Where the run of plain words that begins at i ends. */
static size_t plain_end(rt_str s, size_t i)
{
    enum { STEP = sizeof(bytes) };
    while (i < s.len) {
        bool is_far = s.len - i > STEP;
        if (is_far && are_plain(s.at + i)) {
            i += STEP;
            continue;
        }
        size_t end = is_far ? i + STEP : s.len, len;
        while (i < end && is_plain_byte(s, i))
            i++;
        if (i == end)
            continue;
        if ((unsigned char)s.at[i] < 0x80 || rt_flow_glyph(s, i, &len) != RT_GLYPH_INK)
            break;
        i += len;
    }
    return i;
}

/* The character at i; at the end of the text a space where the block ends too, else 0: anything may
 * follow. */
static char at(const struct rt_md *md, rt_str s, size_t i)
{
    if (i < s.len)
        return s.at[i];
    const rt_node *node = md->flow.node;
    return !node->next && node->parent && rt_tag_is_block(rt_node_tag(node->parent)) ? ' ' : 0;
}

static bool is_word_byte(char c)
{
    return rt_is_digit(c) || rt_is_alpha(c) || (unsigned char)c >= 0x80;
}

/* "&name;", "&#123;" or the end of the text before either is ruled out. */
static bool is_reference(const struct rt_md *md, rt_str s, size_t i)
{
    size_t end = i + 1;
    if (at(md, s, end) == '#')
        end++;
    while (end < s.len && end - i < MAX_REFERENCE && (rt_is_alpha(s.at[end]) ||
                                                      rt_is_digit(s.at[end])))
        end++;
    char last = at(md, s, end);
    return last == 0 || (last == ';' && end > i + 1);
}

static char last_byte(const struct rt_md *md)
{
    return md->out.len > 0 ? md->out.at[md->out.len - 1] : ' ';
}

static bool is_after_space(const struct rt_md *md)
{
    char last = last_byte(md);
    return rt_is_space(last) || md->out.len == 0;
}

/* What follows may turn out to be white space. */
static bool ends_word(char c)
{
    return c == 0 || rt_is_space(c) || (unsigned char)c >= 0x80;
}

static bool is_emphasis_syntax(const struct rt_md *md, char c, char next)
{
    if (c == '*')
        return !(is_after_space(md) && next == ' ');
    if (c == '_')
        return !(is_word_byte(last_byte(md)) && is_word_byte(next));
    return !is_after_space(md) || next == '~' || next == 0;
}

static bool is_bracket_syntax(const struct rt_md *md, char c, char next)
{
    if (md->depth_of[RT_MD_LINK] > 0)
        return true;
    return c == '[' ? next == '^' : next == '(' || next == ':' || next == 0;
}

static bool begins_tag(char next)
{
    return next == 0 || next == '/' || next == '!' || next == '?' || rt_is_alpha(next);
}

/* Would the character at i be syntax in the midst of a line? */
static bool is_inline_syntax(const struct rt_md *md, rt_str s, size_t i)
{
    char c = s.at[i], next = at(md, s, i + 1);
    switch (c) {
    case '`':
        return true;
    case '\\':
        return !is_word_byte(next) && next != ' ';
    case '*': case '_': case '~':
        return is_emphasis_syntax(md, c, next);
    case '[': case ']':
        return is_bracket_syntax(md, c, next);
    case '<':
        return begins_tag(next);
    case '&':
        return is_reference(md, s, i);
    case '|':
        return md->in_cell;
    case '#':
        return md->in_heading && is_after_space(md);
    default:
        return false;
    }
}

/* "[ ]", "[x]" */
static bool is_check_box(const struct rt_md *md, rt_str s, size_t i)
{
    char box = at(md, s, i + 1), end = at(md, s, i + 2);
    return box == 0 || ((box == ' ' || rt_lower(box) == 'x') && (end == ']' || end == 0));
}

/* Would the character at i, the first of a line, be syntax there? */
static bool is_line_syntax(const struct rt_md *md, rt_str s, size_t i)
{
    char c = s.at[i], next = at(md, s, i + 1);
    switch (c) {
    case '-':
        return ends_word(next) || strchr("-:|", next);
    case '+':
        return ends_word(next);
    case '=':
        return ends_word(next) || next == '=';
    case ':':
        return next == '-' || next == 0;
    case '*': case '>': case '|':
        return true;
    case '[':
        return is_check_box(md, s, i);
    case '#':
        while (at(md, s, i) == '#')
            i++;
        return ends_word(at(md, s, i));
    default:
        return false;
    }
}

/* What may be syntax only at the start of a line; true where it was written. */
static bool write_at_start(struct rt_md *md, rt_str s, size_t i)
{
    char c = s.at[i];
    if (rt_is_digit(c)) {
        md->line = RT_MD_DIGITS;
        return false;
    }
    bool is_number = md->line == RT_MD_DIGITS && (c == '.' || c == ')');
    bool is_syntax = is_number ? ends_word(at(md, s, i + 1))
                               : md->line == RT_MD_START && is_line_syntax(md, s, i);
    md->line = RT_MD_MIDDLE;
    if (!is_syntax)
        return false;
    rt_buf_byte(&md->out, '\\');
    rt_buf_byte(&md->out, c);
    return true;
}

static void write_character(struct rt_md *md, rt_str s, size_t i, size_t len)
{
    if (md->code_open) {
        if (s.at[i] == '|' && md->in_cell)
            rt_buf_byte(&md->out, '\\');
    } else if (md->line != RT_MD_MIDDLE && write_at_start(md, s, i)) {
        return;
    } else if (is_inline_syntax(md, s, i)) {
        rt_buf_byte(&md->out, '\\');
    }
    rt_buf_add(&md->out, s.at + i, len);
}

/* The ink at i, and how much of it was written. */
static size_t write_ink(struct rt_md *md, rt_str s, size_t i)
{
    size_t end = i;
    if (!rt_md_is_settled(md))
        rt_md_ink(md, rt_utf8_next(s, &end));
    if (rt_md_is_settled(md)) {
        end = plain_end(s, i);
        if (end > i) {
            rt_buf_add(&md->out, s.at + i, end - i);
            return end - i;
        }
    }
    end = i;
    rt_utf8_next(s, &end);
    write_character(md, s, i, end - i);
    return end - i;
}

static void note_words(struct rt_md *md)
{
    for (unsigned i = 0; i < md->wanted_count; i++)
        md->wanted[i].has_words = true;
}

void rt_md_text(struct rt_md *md, rt_str s)
{
    bool has_ink = false;
    for (size_t i = 0, len; i < s.len; i += len) {
        len = 1;
        if (is_class(s.at[i], SPACE)) {
            rt_md_widen(md, RT_MD_SPACE);
            continue;
        }
        enum rt_glyph glyph = rt_flow_glyph(s, i, &len);
        if (glyph == RT_GLYPH_SPACE) {
            rt_md_widen(md, RT_MD_SPACE);
        } else if (glyph == RT_GLYPH_INK) {
            has_ink = true;
            len = write_ink(md, s, i);
        } else if (glyph == RT_GLYPH_BROKEN) {
            rt_md_ink(md, 0xFFFD);
            md->line = RT_MD_MIDDLE;
            rt_buf_lit(&md->out, "\xEF\xBF\xBD");
        }
    }
    if (has_ink && md->wanted_count > 0)
        note_words(md);
}

void rt_md_alt(struct rt_md *md, rt_str s)
{
    bool is_parted = false, has_ink = false;
    md->depth_of[RT_MD_LINK]++;
    for (size_t i = 0, len; i < s.len; i += len) {
        enum rt_glyph glyph = rt_flow_glyph(s, i, &len);
        if (glyph != RT_GLYPH_INK) {
            is_parted |= glyph != RT_GLYPH_NOTHING;
            continue;
        }
        if (is_parted && has_ink)
            rt_buf_byte(&md->out, ' ');
        is_parted = false;
        has_ink = true;
        if (is_inline_syntax(md, s, i))
            rt_buf_byte(&md->out, '\\');
        rt_buf_add(&md->out, s.at + i, len);
    }
    md->depth_of[RT_MD_LINK]--;
}

/* "<b" would begin a tag and "*" emphasis, which TeX can say in other words. */
static void write_tex(struct rt_md *md, rt_str tex)
{
    for (size_t i = 0, len; i < tex.len; i += len) {
        enum rt_glyph glyph = rt_flow_glyph(tex, i, &len);
        char c = tex.at[i];
        if (glyph == RT_GLYPH_NOTHING || glyph == RT_GLYPH_BROKEN)
            continue;
        if (c == '<')
            rt_buf_lit(&md->out, "\\lt ");
        else if (c == '*' && (i == 0 || tex.at[i - 1] != '\\'))
            rt_buf_lit(&md->out, "\\ast ");
        else if (c == '|' && md->in_cell)
            rt_buf_lit(&md->out, "\\vert ");
        else if (glyph == RT_GLYPH_INK)
            rt_buf_add(&md->out, tex.at + i, len);
        else
            rt_buf_byte(&md->out, ' ');
    }
}

void rt_md_formula(struct rt_md *md, rt_str tex, bool display)
{
    tex = rt_str_trim(tex);
    if (tex.len == 0)
        return;
    rt_str sign = display ? RT_LIT("$$") : RT_LIT("$");
    if (display)
        rt_md_widen(md, RT_MD_BLOCK);
    rt_md_ink(md, '$');
    rt_buf_str(&md->out, sign);
    write_tex(md, tex);
    rt_buf_str(&md->out, sign);
    md->line = RT_MD_MIDDLE;
    if (display)
        rt_md_widen(md, RT_MD_BLOCK);
}

/* Parentheses that are closed again may stand in a target as they are. */
static bool is_balanced(rt_str url)
{
    int depth = 0;
    for (size_t i = 0; i < url.len && depth >= 0 && depth < 16; i++)
        depth += (url.at[i] == '(') - (url.at[i] == ')');
    return depth == 0;
}

static bool is_plain_in_target(char c)
{
    return (unsigned char)c > '>' ? c != '\\' && c != '|' && c != 0x7F
                                  : (c > ' ' && c < '&') || (c > ')' && c < '<') || c == '=';
}

static void write_target_byte(struct rt_md *md, rt_str url, size_t i, bool balanced)
{
    char c = url.at[i];
    bool escapes = c == '\\' || ((c == '(' || c == ')') && !balanced) ||
                   (c == '|' && md->in_cell) || (c == '&' && is_reference(md, url, i));
    if (escapes)
        rt_buf_byte(&md->out, '\\');
    if (c == ' ')
        rt_buf_lit(&md->out, "%20");
    else if (c == '<')
        rt_buf_lit(&md->out, "%3C");
    else if (c == '>')
        rt_buf_lit(&md->out, "%3E");
    else if ((unsigned char)c > ' ' && c != 0x7F)
        rt_buf_byte(&md->out, c);
}

void rt_md_target(struct rt_md *md, rt_str url)
{
    bool balanced = is_balanced(url);
    for (size_t i = 0, begin = 0; i < url.len; begin = i) {
        while (i < url.len && is_plain_in_target(url.at[i]))
            i++;
        rt_buf_add(&md->out, url.at + begin, i - begin);
        if (i < url.len)
            write_target_byte(md, url, i++, balanced);
    }
}

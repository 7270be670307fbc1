/* Code blocks: gathered verbatim, then fenced by more backticks than stand inside. */
#include "core/markdown_writer.h"

#include "base/str.h"

enum { MAX_LANGUAGE = 24, LANGUAGE_LEVELS = 3 };

static bool is_language(rt_str s)
{
    static const rt_str none[] = {
        RT_LIT("none"), RT_LIT("default"), RT_LIT("plain"), RT_LIT("plaintext"),
        RT_LIT("nohighlight"), RT_LIT("notranslate"), RT_LIT("wrap"), RT_LIT("highlight"),
        RT_LIT("code"),
    };
    if (s.len == 0 || s.len > MAX_LANGUAGE)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!rt_is_alpha(s.at[i]) && !rt_is_digit(s.at[i]) && !strchr("+-#._", s.at[i]))
            return false;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (rt_str_eq_nocase(s, none[i]))
            return false;
    return true;
}

static rt_str after_prefix(rt_str name)
{
    static const rt_str prefixes[] = {
        RT_LIT("language-"), RT_LIT("lang-"), RT_LIT("highlight-source-"),
        RT_LIT("highlight-text-"), RT_LIT("highlight-"), RT_LIT("brush:"),
    };
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (name.len > prefixes[i].len && rt_str_starts_nocase(name, prefixes[i]))
            return rt_str_from(name, prefixes[i].len);
    return (rt_str){ NULL, 0 };
}

/* Classes whose next one is the language: "brush: js", "hljs python", "sourceCode haskell". */
static bool announces_language(rt_str name)
{
    return rt_str_eq_nocase(name, RT_LIT("brush:")) || rt_str_eq_nocase(name, RT_LIT("hljs")) ||
           rt_str_eq_nocase(name, RT_LIT("sourceCode"));
}

static rt_str language_of_class(rt_str classes)
{
    rt_str name;
    bool is_announced = false;
    while (rt_str_word(&classes, &name)) {
        rt_str language = after_prefix(name);
        if (!language.at && is_announced)
            language = name;
        while (language.len > 0 && strchr(";,", language.at[language.len - 1]))
            language.len--;
        if (is_language(language))
            return language;
        is_announced = announces_language(name);
    }
    return (rt_str){ NULL, 0 };
}

static rt_str language_of(const rt_node *element)
{
    static const char *const names[] = { "data-lang", "data-language" };
    rt_str language = language_of_class(rt_flow_class(element));
    for (size_t i = 0; !language.at && i < 2; i++) {
        rt_str value = rt_str_trim(rt_node_attr(element, names[i]));
        if (is_language(value))
            language = value;
    }
    return language;
}

/* Of the block, of the <code> in it, of what stands closely round it. */
static rt_str find_language(const rt_node *pre)
{
    rt_str language = language_of(pre);
    for (const rt_node *n = pre->first_child; n && !language.at; n = n->next)
        if (rt_node_tag(n) == LXB_TAG_CODE) {
            language = language_of(n);
            break;
        }
    const rt_node *n = pre->parent;
    for (int i = 0; n && !language.at && i < LANGUAGE_LEVELS; i++, n = n->parent)
        if (rt_node_is_element(n))
            language = language_of(n);
    return language;
}

void rt_md_code_begin(struct rt_md *md)
{
    md->block.len = 0;
}

void rt_md_code_text(struct rt_md *md, rt_str s)
{
    for (size_t i = 0, len; i < s.len; i += len) {
        enum rt_glyph glyph = rt_flow_glyph(s, i, &len);
        if (glyph == RT_GLYPH_INK)
            rt_buf_add(&md->block, s.at + i, len);
        else if (glyph == RT_GLYPH_BROKEN)
            rt_buf_lit(&md->block, "\xEF\xBF\xBD");
        else if (glyph != RT_GLYPH_NOTHING)
            rt_buf_byte(&md->block, glyph == RT_GLYPH_BREAK ? s.at[i] : ' ');
    }
}

void rt_md_code_line(struct rt_md *md, bool forced)
{
    if (forced || (md->block.len > 0 && md->block.at[md->block.len - 1] != '\n'))
        rt_buf_byte(&md->block, '\n');
}

static size_t longest_fence(rt_str code)
{
    size_t longest = 2, run = 0;
    for (size_t i = 0; i < code.len; i++) {
        run = code.at[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void write_fence(struct rt_md *md, size_t len)
{
    for (; len > 0; len--)
        rt_buf_byte(&md->out, '`');
}

/* Empty lines carry no white space of the prefix. */
static void write_lines(struct rt_md *md, rt_str code)
{
    rt_str line;
    while (rt_str_split(&code, '\n', &line)) {
        rt_md_new_line(md);
        if (line.len == 0)
            while (md->out.len > 0 && md->out.at[md->out.len - 1] == ' ')
                md->out.len--;
        rt_buf_str(&md->out, line);
    }
}

void rt_md_code_end(struct rt_md *md, const rt_node *pre)
{
    rt_str code = rt_buf_get(&md->block);
    while (code.len > 0 && rt_is_space(code.at[code.len - 1]))
        code.len--;
    while (code.len > 0 && code.at[0] == '\n')
        code = rt_str_from(code, 1);
    if (code.len == 0)
        return;
    rt_md_write_gap(md);
    size_t fence = longest_fence(code) + 1;
    write_fence(md, fence);
    rt_buf_str(&md->out, find_language(pre));
    write_lines(md, code);
    rt_md_new_line(md);
    write_fence(md, fence);
    rt_md_widen(md, RT_MD_BLOCK);
}

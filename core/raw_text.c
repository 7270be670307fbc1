/* Scripts and style sheets are half of many pages, and of most only the end matters: lexbor reads them
 * byte by byte, which is worth a shortcut.  These are states of its tokenizer. */
#include "core/raw_text.h"

#include "base/str.h"
#include "core/guard.h"
#include "core/scan.h"

#include <lexbor/html/tokenizer/state_rawtext.h>
#include <lexbor/html/tokenizer/state_script.h>

/* What stands at `at` begins with `name`, and no name goes on behind it. */
static bool is_named(const lxb_char_t *at, const lxb_char_t *end, rt_str name)
{
    rt_str rest = { (const char *)at, (size_t)(end - at) };
    return rest.len > name.len && rt_str_starts_nocase(rest, name) &&
           (rt_is_space(rest.at[name.len]) || rest.at[name.len] == '/' || rest.at[name.len] == '>');
}

/* Where the end tag begins.  A script that begins another one within a comment ends in ways that are
 * left to lexbor, from the comment on. */
static const lxb_char_t *find_end(const lxb_char_t *at, const lxb_char_t *end, rt_str name)
{
    static const rt_str comment = { "!--", 3 };
    const lxb_char_t *commented = NULL;
    for (; (at = rt_scan_1(at, end, '<')) < end; at++) {
        rt_str rest = { (const char *)at + 1, (size_t)(end - at) - 1 };
        if (rest.len && *rest.at == '/') {
            if (is_named(at + 2, end, name))
                return at;
        } else if (!commented && rt_str_starts(rest, comment)) {
            commented = at;
        } else if (commented && is_named(at + 1, end, RT_LIT("script"))) {
            return commented;
        }
    }
    return end;
}

static const lxb_char_t *skip_script(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                     const lxb_char_t *end)
{
    tokenizer->state = lxb_html_tokenizer_state_script_data_before;
    return tokenizer->is_eof ? data : find_end(data, end, RT_LIT("script"));
}

static const lxb_char_t *skip_style(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                    const lxb_char_t *end)
{
    tokenizer->state = lxb_html_tokenizer_state_rawtext_before;
    if (tokenizer->is_eof)
        return data;
    while ((data = rt_scan_1(data, end, '<')) < end && !(end - data > 2 && data[1] == '/' &&
                                                          is_named(data + 2, end, RT_LIT("style"))))
        data++;
    return data;
}

/* The text of a script as one token, straight from the page. */
static const lxb_char_t *read_script(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                     const lxb_char_t *end)
{
    tokenizer->state = lxb_html_tokenizer_state_script_data_before;
    const lxb_char_t *stop = tokenizer->is_eof ? end : find_end(data, end, RT_LIT("script"));
    if (stop == end || stop == data || stop[1] != '/' ||
        rt_scan_4(data, stop, '\0', '\r', '\r', '\r') < stop)
        return data;
    lxb_html_token_t *token = tokenizer->token;
    token->tag_id = LXB_TAG__TEXT;
    token->begin = token->text_start = data;
    token->end = token->text_end = stop;
    return rt_guard_emit(tokenizer) ? stop : end;
}

bool rt_raw_text_is_data(const lxb_html_token_t *script)
{
    const lxb_html_token_attr_t *attr = script->attr_first;
    while (attr && attr->name->attr_id != LXB_DOM_ATTR_TYPE)
        attr = attr->next;
    rt_str type = attr && attr->value ? (rt_str){ (const char *)attr->value, attr->value_size }
                                      : RT_LIT("");
    return rt_str_find_nocase(type, RT_LIT("ld+json")) != RT_NPOS ||
           rt_str_find_nocase(type, RT_LIT("math/")) != RT_NPOS;
}

void rt_raw_text_expect(lxb_html_tokenizer_t *tokenizer, lxb_tag_id_t tag, bool is_data)
{
    if (tag == LXB_TAG_SCRIPT && tokenizer->state == lxb_html_tokenizer_state_script_data_before)
        tokenizer->state = is_data ? read_script : skip_script;
    else if (tag == LXB_TAG_STYLE && tokenizer->state == lxb_html_tokenizer_state_rawtext_before)
        tokenizer->state = skip_style;
}

/* Text and tags without lexbor's state machine, which goes byte by byte, copies each of them and knows
 * nothing of what is read later.  Whatever is not plain (comments, NUL, rare references, the end of
 * the page) is left to lexbor from the token's first byte on, so that it is read there as a whole. */
#include "core/tokens.h"

#include "base/str.h"
#include "core/char_ref.h"
#include "core/dom.h"
#include "core/guard.h"
#include "core/scan.h"

#include <lexbor/html/tokenizer/state.h>
#include <lexbor/html/tree/active_formatting.h>

struct reader {
    lxb_html_tokenizer_t *tokenizer;
    struct rt_tokens *own;
    const lxb_char_t *end;
    size_t attrs;       /* of this tag */
};

/* ---- references ------------------------------------------------------------------------------- */

/* Copies [at, stop) to `to` with its references and line ends replaced.  Returns where the copy
 * ends, which is not longer; NULL where only lexbor knows. */
static lxb_char_t *decode(const struct reader *r, const lxb_char_t *at, const lxb_char_t *stop,
                          bool in_attribute, lxb_char_t *to)
{
    while (at < stop) {
        const lxb_char_t *plain = at;
        at = rt_scan_4(at, stop, '&', '\r', '\0', '\0');
        memcpy(to, plain, (size_t)(at - plain));
        to += at - plain;
        if (at == stop)
            break;
        if (*at == '\r') {
            *to++ = '\n';
            at += at + 1 < stop && at[1] == '\n' ? 2 : 1;
            continue;
        }
        size_t len = 0;
        size_t used = *at == '&' ? rt_char_ref_read(at, r->end, in_attribute, to, &len) : 0;
        if (!used)
            return NULL;
        to += len;
        at += used;
    }
    return to;
}

/* ---- tags --------------------------------------------------------------------------------------- */

/* What ends what. */
enum { SPACE = 1, TAG_NAME = 2, ATTR_NAME = 4, BARE_VALUE = 8 };

static const uint8_t ends[256] = {
    ['\0'] = TAG_NAME | ATTR_NAME,
    ['\t'] = SPACE | TAG_NAME | ATTR_NAME | BARE_VALUE,
    ['\n'] = SPACE | TAG_NAME | ATTR_NAME | BARE_VALUE,
    ['\f'] = SPACE | TAG_NAME | ATTR_NAME | BARE_VALUE,
    ['\r'] = SPACE | TAG_NAME | ATTR_NAME | BARE_VALUE,
    [' '] = SPACE | TAG_NAME | ATTR_NAME | BARE_VALUE,
    ['/'] = TAG_NAME | ATTR_NAME,
    ['='] = ATTR_NAME,
    ['>'] = TAG_NAME | ATTR_NAME | BARE_VALUE,
};

static const lxb_char_t *skip_space(const struct reader *r, const lxb_char_t *at)
{
    while (at < r->end && ends[*at] & SPACE)
        at++;
    return at;
}

/* The page's end where it or a NUL comes first. */
static const lxb_char_t *find_end(const struct reader *r, const lxb_char_t *at, uint8_t of_what)
{
    while (at < r->end && !(ends[*at] & of_what))
        at++;
    return at < r->end && *at ? at : r->end;
}

static lxb_html_token_attr_t *add_attribute(struct reader *r, const lxb_dom_attr_data_t *name)
{
    if (r->attrs == RT_TOKENS_MAX_ATTRIBUTES)
        return NULL;
    lxb_html_token_t *token = r->tokenizer->token;
    lxb_html_token_attr_t *attr = &r->own->attrs[r->attrs++];
    *attr = (lxb_html_token_attr_t){ .name = name, .prev = token->attr_last };
    if (token->attr_last)
        token->attr_last->next = attr;
    else
        token->attr_first = attr;
    token->attr_last = attr;
    return attr;
}

/* lexbor compares the values of some attributes up to a NUL byte. */
static bool needs_nul(const struct reader *r, const lxb_html_token_attr_t *attr)
{
    return r->own->names.all_attributes || attr->name->attr_id == LXB_DOM_ATTR_TYPE ||
           attr->name->entry.length == sizeof "encoding" - 1;
}

/* Gives the attribute the value from `at` to `stop`; the first of it, up to `plain`, has nothing to
 * decode. */
static bool set_value(const struct reader *r, lxb_html_token_attr_t *attr, const lxb_char_t *at,
                      const lxb_char_t *plain, const lxb_char_t *stop)
{
    size_t len = (size_t)(stop - at);
    attr->value_begin = at;
    attr->value_end = stop;
    if (plain == stop && !needs_nul(r, attr)) {
        attr->value = (lxb_char_t *)(uintptr_t)at;
        attr->value_size = len;
        return true;
    }
    attr->value = lexbor_mraw_alloc(r->tokenizer->attrs_mraw, len + 1);
    lxb_char_t *to = attr->value ? decode(r, at, stop, true, attr->value) : NULL;
    if (!to)
        return false;
    *to = '\0';
    attr->value_size = (size_t)(to - attr->value);
    return true;
}

/* From a value's first byte to behind its last one.  Without an attribute it is nobody's. */
static const lxb_char_t *read_value(const struct reader *r, lxb_html_token_attr_t *attr,
                                    const lxb_char_t *at)
{
    lxb_char_t quote = *at;
    bool is_quoted = quote == '"' || quote == '\'';
    const lxb_char_t *stop, *plain;
    if (!is_quoted) {
        stop = find_end(r, at, BARE_VALUE);
        plain = attr ? rt_scan_4(at, stop, '&', '\0', '\0', '\0') : stop;
    } else {
        at++;
        plain = attr ? rt_scan_4(at, r->end, quote, '&', '\r', '\0') : at;
        stop = plain < r->end && *plain != quote ? rt_scan_1(plain, r->end, quote) : plain;
    }
    if (stop == r->end || (attr && !set_value(r, attr, at, plain, stop)))
        return NULL;
    return stop + is_quoted;
}

/* From an attribute's first byte to where the next one may begin. */
static const lxb_char_t *read_attribute(struct reader *r, const lxb_char_t *at, bool is_end_tag)
{
    const lxb_char_t *stop = find_end(r, at, ATTR_NAME);
    if (stop == r->end || stop == at)
        return NULL;
    const lxb_dom_attr_data_t *name =
        is_end_tag ? NULL : rt_token_names_attr(&r->own->names, at, (size_t)(stop - at), r->end);
    lxb_html_token_attr_t *attr = name ? add_attribute(r, name) : NULL;
    at = skip_space(r, stop);
    if (at == r->end || *at != '=')
        return at;
    at = skip_space(r, at + 1);
    return at == r->end || *at == '>' ? at : read_value(r, attr, at);
}

/* From a tag's name to behind its '>'; NULL where it is not a plain one. */
static const lxb_char_t *read_tag(struct reader *r, const lxb_char_t *at, bool is_end_tag)
{
    lxb_html_token_t *token = r->tokenizer->token;
    const lxb_char_t *name = at;
    at = find_end(r, at, TAG_NAME);
    token->tag_id = at == r->end ? LXB_TAG__UNDEF
                                 : rt_token_names_tag(&r->own->names, name, (size_t)(at - name), r->end);
    if (token->tag_id == LXB_TAG__UNDEF)
        return NULL;
    token->begin = name;
    token->end = at;
    token->type = is_end_tag ? LXB_HTML_TOKEN_TYPE_CLOSE : LXB_HTML_TOKEN_TYPE_OPEN;
    r->attrs = 0;
    while (at && (at = skip_space(r, at)) < r->end) {
        if (*at == '>')
            return at + 1;
        if (*at != '/') {
            at = read_attribute(r, at, is_end_tag);
        } else if (++at < r->end && *at == '>') {
            token->type |= LXB_HTML_TOKEN_TYPE_CLOSE_SELF;
            return at + 1;
        }
    }
    return NULL;
}

/* ---- tokens ------------------------------------------------------------------------------------- */

static bool is_tag_start(lxb_char_t c)
{
    return rt_is_alpha((char)c);
}

/* The text's end, a '<' that is the start of something else; NULL where that is not plain.  Fills the
 * token. */
static const lxb_char_t *read_text(const struct reader *r, const lxb_char_t *at)
{
    lxb_html_token_t *token = r->tokenizer->token;
    const lxb_char_t *stop = rt_scan_4(at, r->end, '<', '&', '\r', '\0');
    bool is_coded = stop < r->end && *stop != '<';
    if (is_coded)
        stop = rt_scan_1(stop, r->end, '<');
    bool is_plain = r->end - stop > 2 && (is_tag_start(stop[1]) || stop[1] == '!' ||
                                          (stop[1] == '/' && is_tag_start(stop[2])));
    if (!is_plain)
        return NULL;
    token->tag_id = LXB_TAG__TEXT;
    token->begin = token->text_start = at;
    token->end = token->text_end = stop;
    if (is_coded) {
        token->text_start = r->tokenizer->start;
        token->text_end = decode(r, at, stop, false, r->tokenizer->start);
    }
    return token->text_end ? stop : NULL;
}

/* The text goes where a block begins, or behind one. */
static bool is_between_blocks(const lxb_html_tree_t *tree)
{
    const lexbor_array_t *open = tree->open_elements, *formatting = tree->active_formatting;
    if (open->length == 0)
        return false;
    const rt_node *parent = open->list[open->length - 1], *before = parent->last_child;
    if (rt_node_tag(parent) != LXB_TAG_HEAD &&
        (!rt_tag_is_block(rt_node_tag(parent)) ||
         (before && !rt_tag_is_block(rt_node_tag(before)))))
        return false;
    /* Any text opens <b> and the like anew. */
    return formatting->length == 0 || formatting->list[formatting->length - 1] ==
                                          lxb_html_tree_active_formatting_marker();
}

/* White space that nobody sees: it would be half of all text nodes. */
static bool is_idle_space(const struct reader *r)
{
    const lxb_html_token_t *token = r->tokenizer->token;
    if (token->tag_id != LXB_TAG__TEXT || !(ends[*token->text_start] & SPACE) || r->own->in_pre)
        return false;
    const lxb_char_t *at = token->text_end;
    while (at > token->text_start && ends[at[-1]] & SPACE)
        at--;
    return at == token->text_start && is_between_blocks(r->tokenizer->tree);
}

/* In there, all space counts. */
static void watch_pre(const struct reader *r)
{
    const lxb_html_token_t *token = r->tokenizer->token;
    if (token->tag_id == LXB_TAG_PRE || token->tag_id == LXB_TAG_LISTING)
        r->own->in_pre = !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE);
}

static const lxb_char_t *leave(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data)
{
    if (!tokenizer->is_eof)
        lxb_html_token_clean(tokenizer->token);
    tokenizer->state = lxb_html_tokenizer_state_data_before;
    return data;
}

const lxb_char_t *rt_tokens_read(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                 const lxb_char_t *end)
{
    const struct rt_guard *guard = tokenizer->callback_token_ctx;
    struct reader r = { .tokenizer = tokenizer, .own = guard->tokens, .end = end };
    while (data < end && tokenizer->state == rt_tokens_read) {
        const lxb_char_t *next = NULL;
        if (tokenizer->is_eof) {
            return leave(tokenizer, data);
        } else if (*data != '<') {
            next = read_text(&r, data);
        } else if (end - data > 2) {
            bool is_end_tag = data[1] == '/';
            if (is_tag_start(data[1 + is_end_tag]))
                next = read_tag(&r, data + 1 + is_end_tag, is_end_tag);
        }
        if (!next)
            return leave(tokenizer, data);
        watch_pre(&r);
        if (is_idle_space(&r))
            lxb_html_token_clean(tokenizer->token);
        else if (!rt_guard_emit(tokenizer))
            return end;
        data = next;
    }
    return data;
}

/* Keeps the parser linear and short.  lexbor's tree builder is quadratic in nesting, in the attributes
 * of one tag, in text that comes in pieces and in the options of a <select>: each is bounded here,
 * token by token, through its public fields. */
#include "core/guard.h"

#include "base/str.h"
#include "core/dom.h"
#include "core/page.h"
#include "core/raw_text.h"

#include <lexbor/html/tokenizer/state.h>

/* Attributes of one tag beyond this number are dropped. */
enum { MAX_ATTRIBUTES = RT_TOKENS_MAX_ATTRIBUTES, MAX_ROOTS = 8 };

/* Start tags that are let through at any depth: they open nothing that others could nest in, or
 * they switch the tokenizer, so that dropping them would turn a script into text. */
static bool is_flat(lxb_tag_id_t tag)
{
    switch (tag) {
    case LXB_TAG_AREA: case LXB_TAG_BASE: case LXB_TAG_BR: case LXB_TAG_COL: case LXB_TAG_EMBED:
    case LXB_TAG_HR: case LXB_TAG_IMG: case LXB_TAG_INPUT: case LXB_TAG_LINK: case LXB_TAG_META:
    case LXB_TAG_PARAM: case LXB_TAG_SOURCE: case LXB_TAG_TRACK: case LXB_TAG_WBR:
    case LXB_TAG_SCRIPT: case LXB_TAG_STYLE: case LXB_TAG_TITLE: case LXB_TAG_TEXTAREA:
    case LXB_TAG_XMP: case LXB_TAG_IFRAME: case LXB_TAG_NOEMBED: case LXB_TAG_NOFRAMES:
        return true;
    default:
        return false;
    }
}

static bool is_start_tag(const lxb_html_token_t *token)
{
    return token->tag_id >= LXB_TAG__BEGIN && !(token->type & LXB_HTML_TOKEN_TYPE_CLOSE);
}

/* Repeats go in the tree builder, which compares each with all before it: hence the bound.  Every
 * <html> and <body> adds its attributes to the first one, so that only a few of them may. */
static void cut_attributes(struct rt_guard *guard, lxb_html_token_t *token)
{
    lxb_html_token_attr_t *attr = token->attr_first;
    bool is_root = token->tag_id == LXB_TAG_HTML || token->tag_id == LXB_TAG_BODY;
    if (is_root && attr && guard->roots++ >= MAX_ROOTS) {
        token->attr_first = token->attr_last = NULL;
        return;
    }
    for (size_t i = 1; attr && i < MAX_ATTRIBUTES; i++)
        attr = attr->next;
    if (attr) {
        attr->next = NULL;
        token->attr_last = attr;
    }
}

/* An end tag that matches nothing near is looked for through all open elements; a page of nothing but
 * such tags gets only as many steps as it has bytes. */
static bool is_tiresome(struct rt_guard *guard, const lxb_html_token_t *token)
{
    enum { NEAR = 16 };
    const lexbor_array_t *open = guard->tree->open_elements;
    for (size_t i = open->length; i > 0 && i + NEAR > open->length; i--)
        if (((const rt_node *)open->list[i - 1])->local_name == token->tag_id)
            return false;
    if (guard->patience < open->length)
        return true;
    guard->patience -= open->length;
    return false;
}

/* A text node grows by a piece for every stray '<' or dropped tag, and lexbor makes room for just
 * that piece; doubling keeps the copies linear. */
static bool make_room_for_text(const lxb_html_tree_t *tree)
{
    size_t depth = tree->open_elements->length;
    const rt_node *open = depth ? tree->open_elements->list[depth - 1] : NULL;
    if (!open || !open->last_child || !rt_node_is_text(open->last_child))
        return true;
    lexbor_str_t *text = &lxb_dom_interface_character_data(open->last_child)->data;
    if (text->length < 1024 || lexbor_str_size(text) - text->length > text->length / 4)
        return true;
    return lexbor_str_realloc(text, tree->document->dom_document.text, text->length * 2);
}

/* lexbor looks through all options of a <select> for each one that it adds, unless it may have many
 * chosen.  What a <select> holds is never content. */
static bool allow_many(const lxb_html_tree_t *tree)
{
    size_t depth = tree->open_elements->length;
    rt_node *open = depth ? tree->open_elements->list[depth - 1] : NULL;
    return !open || rt_node_tag(open) != LXB_TAG_SELECT ||
           lxb_dom_element_set_attribute(lxb_dom_interface_element(open),
                                         (const lxb_char_t *)"multiple", 8, NULL, 0);
}

static lxb_html_token_t *fail(lxb_html_tokenizer_t *tokenizer)
{
    tokenizer->status = LXB_STATUS_ERROR_MEMORY_ALLOCATION;
    return NULL;
}

lxb_html_token_t *rt_guard_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token,
                                 void *context)
{
    struct rt_guard *guard = context;
    if (guard->arena->refused)
        return fail(tokenizer);
    if (is_start_tag(token)) {
        if (guard->tree->open_elements->length > RT_PAGE_MAX_DEPTH && !is_flat(token->tag_id))
            return token;
        cut_attributes(guard, token);
    } else if (token->tag_id == LXB_TAG__TEXT && !make_room_for_text(guard->tree)) {
        return fail(tokenizer);
    } else if (token->type & LXB_HTML_TOKEN_TYPE_CLOSE && is_tiresome(guard, token)) {
        return token;
    }
    lxb_tag_id_t tag = token->tag_id;
    bool is_data = tag == LXB_TAG_SCRIPT && rt_raw_text_is_data(token);
    lxb_html_token_t *next = guard->build(tokenizer, token, guard->build_context);
    rt_raw_text_expect(tokenizer, tag, is_data);
    if (tokenizer->state == lxb_html_tokenizer_state_data_before)
        tokenizer->state = rt_tokens_read;
    return tag == LXB_TAG_SELECT && next && !allow_many(guard->tree) ? fail(tokenizer) : next;
}

bool rt_guard_emit(lxb_html_tokenizer_t *tokenizer)
{
    tokenizer->token =
        rt_guard_token(tokenizer, tokenizer->token, tokenizer->callback_token_ctx);
    if (!tokenizer->token) {
        if (tokenizer->status == LXB_STATUS_OK)
            tokenizer->status = LXB_STATUS_ERROR;
        return false;
    }
    lxb_html_token_clean(tokenizer->token);
    return true;
}

void rt_guard_install(struct rt_guard *guard, const struct rt_arena *arena,
                      lxb_html_parser_t *parser, struct rt_tokens *tokens, size_t html_len)
{
    lxb_html_tokenizer_t *tokenizer = parser->tkz;
    *guard = (struct rt_guard){ .arena = arena, .tokens = tokens, .tree = parser->tree,
                                .build = tokenizer->callback_token_done,
                                .build_context = tokenizer->callback_token_ctx,
                                .patience = html_len + 100000 };
    /* Not kept: nobody reads the errors, and their lists grow by fixed steps. */
    tokenizer->parse_errors = NULL;
    parser->tree->parse_errors = NULL;
    lxb_html_tokenizer_callback_token_done_set(tokenizer, rt_guard_token, guard);
}

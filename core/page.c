/* A page from bytes to a numbered tree.  lexbor is quadratic in places that a page can reach;
 * each is closed here through its public fields: nesting, the attributes of one tag, the hash tables
 * of tag names and of attribute names, which never grow, text that comes in pieces, and the options
 * of a <select>. */
#include "core/page.h"

#include "base/error.h"
#include "base/str.h"
#include "core/url.h"

/* Attributes of one tag beyond this number are dropped. */
enum { MAX_ATTRIBUTES = 256, MAX_ROOTS = 8 };

/* What stands between the tokenizer and the tree builder. */
struct guard {
    const struct rt_arena *arena;
    lxb_html_tokenizer_token_f build;
    void *build_context;
    const lxb_html_tree_t *tree;
    unsigned roots;     /* <html> and <body> tags with attributes so far */
    size_t patience;    /* steps that end tags may still look far up the open elements */
};

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
static void cut_attributes(struct guard *guard, lxb_html_token_t *token)
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
static bool is_tiresome(struct guard *guard, const lxb_html_token_t *token)
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

static lxb_html_token_t *guard_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token,
                                     void *context)
{
    struct guard *guard = context;
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
    lxb_html_token_t *next = guard->build(tokenizer, token, guard->build_context);
    return tag == LXB_TAG_SELECT && next && !allow_many(guard->tree) ? fail(tokenizer) : next;
}

/* As many buckets as keep the chains short when the page is nothing but new names. */
static bool widen_names(lxb_dom_document_t *document, size_t html_len)
{
    size_t buckets = html_len / 64;
    if (buckets <= 128)
        return true;
    document->tags = lexbor_hash_create();
    document->attrs = lexbor_hash_create();
    return lexbor_hash_init(document->tags, buckets, sizeof(lxb_tag_data_t)) == LXB_STATUS_OK &&
           lexbor_hash_init(document->attrs, buckets, sizeof(lxb_dom_attr_data_t)) == LXB_STATUS_OK;
}

/* No text is longer than the page, but for a few entities: with room for all of it from the start,
 * the tokenizer's buffer never moves.  Untouched memory costs nothing. */
static bool widen_buffer(lxb_html_tokenizer_t *tokenizer, size_t html_len)
{
    size_t size = html_len + 64;
    if (size <= (size_t)(tokenizer->end - tokenizer->start))
        return true;
    lxb_char_t *buffer = lexbor_malloc(size);
    if (!buffer)
        return false;
    tokenizer->start = tokenizer->pos = buffer;
    tokenizer->end = buffer + size;
    return true;
}

static lxb_status_t parse(const struct rt_arena *arena, lxb_html_document_t *document, rt_str html)
{
    if (!widen_names(lxb_dom_interface_document(document), html.len))
        return LXB_STATUS_ERROR_MEMORY_ALLOCATION;
    lxb_status_t s = lxb_html_document_parse_chunk_begin(document);
    if (s != LXB_STATUS_OK)
        return s;
    lxb_html_parser_t *parser = lxb_dom_interface_document(document)->parser;
    lxb_html_tokenizer_t *tokenizer = parser->tkz;
    if (!widen_buffer(tokenizer, html.len))
        return LXB_STATUS_ERROR_MEMORY_ALLOCATION;
    struct guard guard = { arena, tokenizer->callback_token_done,
                           tokenizer->callback_token_ctx, parser->tree, 0, html.len + 100000 };
    tokenizer->parse_errors = NULL;     /* not kept: nobody reads them, and their list grows by 128 */
    parser->tree->parse_errors = NULL;
    lxb_html_tokenizer_callback_token_done_set(tokenizer, guard_token, &guard);
    s = lxb_html_document_parse_chunk(document, (const lxb_char_t *)html.at, html.len);
    if (s == LXB_STATUS_OK)
        s = lxb_html_document_parse_chunk_end(document);
    lxb_html_tokenizer_callback_token_done_set(tokenizer, guard.build, guard.build_context);
    return s;
}

static void number_nodes(struct rt_page *page)
{
    uint32_t count = 0;
    for (rt_node *n = page->root; n; n = rt_node_next(n, page->root))
        n->user = (void *)(uintptr_t)++count;
    page->nodes = count;
}

static void flag_hidden(struct rt_page *page)
{
    for (rt_node *n = page->root, *next; n; n = next) {
        next = rt_node_next(n, page->root);
        if (!rt_tag_is_opaque(rt_node_tag(n)) && !rt_node_is_hidden(n))
            continue;
        rt_node *end = rt_node_after(n, page->root);
        for (rt_node *inside = n; inside != end; inside = rt_node_next(inside, page->root))
            page->flags[rt_node_ordinal(inside)] |= RT_NODE_HIDDEN;
        next = end;
    }
}

/* The first <base> with an href counts, as in browsers. */
static bool find_base(struct rt_page *page)
{
    for (rt_node *n = page->head; n; n = rt_node_next(n, page->head)) {
        if (rt_node_tag(n) != LXB_TAG_BASE)
            continue;
        rt_str href = rt_node_attr(n, "href");
        if (!href.at)
            continue;
        struct rt_url_resolver *resolver = rt_url_resolver_new(page->arena, page->url);
        if (!resolver)
            return false;
        rt_str base = rt_url_resolve(resolver, rt_str_trim(href));
        if (base.at)
            page->base = base;
        break;
    }
    return !page->arena->refused;
}

void rt_page_keep(struct rt_page *page, rt_node *node)
{
    for (; node && rt_node_ordinal(node); node = node->parent) {
        uint8_t *flags = &page->flags[rt_node_ordinal(node)];
        if (*flags & RT_NODE_KEEP)
            return;
        *flags |= RT_NODE_KEEP;
    }
}

static rt_status out_of_memory(const struct rt_page *page, rt_str html, rt_error *err)
{
    return rt_fail(err, RT_RESOURCE_LIMIT,
                   "The page needs more memory than allowed: %zu bytes of HTML, %zu bytes in use",
                   html.len, page->arena->used);
}

rt_status rt_page_parse(struct rt_page *page, struct rt_arena *arena, rt_str html, rt_str url,
                        rt_error *err)
{
    *page = (struct rt_page){ .arena = arena, .url = url, .base = url };
    page->document = lxb_html_document_create();
    if (!page->document)
        return out_of_memory(page, html, err);
    lxb_status_t parsed = parse(arena, page->document, html);
    if (arena->refused)
        return out_of_memory(page, html, err);
    lxb_dom_document_t *document = lxb_dom_interface_document(page->document);
    page->root = lxb_dom_interface_node(lxb_dom_document_element(document));
    if (parsed != LXB_STATUS_OK || !page->root)
        return rt_fail(err, RT_PARSE_ERROR, "The HTML parser gave up with status %u", parsed);
    page->head = lxb_dom_interface_node(lxb_html_document_head_element(page->document));
    page->body = lxb_dom_interface_node(lxb_html_document_body_element(page->document));
    number_nodes(page);
    page->flags = rt_arena_zeroed(arena, (size_t)page->nodes + 1, sizeof *page->flags);
    if (!page->flags || !find_base(page))
        return out_of_memory(page, html, err);
    flag_hidden(page);
    return RT_OK;
}

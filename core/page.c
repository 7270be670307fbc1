/* A page from bytes to a numbered tree.  lexbor's tables of tag and attribute names never grow, and
 * its buffer grows by fixed steps; both get the page's measure here.  guard.c bounds the rest. */
#include "core/page.h"

#include "base/error.h"
#include "base/str.h"
#include "core/guard.h"
#include "core/url.h"
#include "core/visibility.h"

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

/* lexbor has room for 4096 tokens and as many attributes from the start; of them those of one tag
 * are alive. */
static void shorten_pool(struct rt_arena *arena, lexbor_dobject_t *pool)
{
    enum { KEPT = 64 };
    size_t size = lexbor_mem_align(KEPT * pool->struct_size);
    lexbor_mem_chunk_t *chunk = pool->mem->chunk;
    rt_arena_reuse(arena, chunk->data + size, chunk->size - size);
    chunk->size = pool->mem->chunk_min_size = size;
}

static lxb_status_t parse(struct rt_arena *arena, lxb_html_document_t *document, rt_str html,
                          enum rt_page_attrs attrs)
{
    if (!widen_names(lxb_dom_interface_document(document), html.len))
        return LXB_STATUS_ERROR_MEMORY_ALLOCATION;
    lxb_status_t s = lxb_html_document_parse_chunk_begin(document);
    if (s != LXB_STATUS_OK)
        return s;
    lxb_html_parser_t *parser = lxb_dom_interface_document(document)->parser;
    shorten_pool(arena, parser->tkz->dobj_token);
    shorten_pool(arena, parser->tkz->dobj_token_attr);
    struct rt_tokens *tokens = rt_arena_take(arena, sizeof *tokens);
    if (!tokens || !rt_token_names_init(&tokens->names, parser, attrs == RT_PAGE_ATTRS_ALL) ||
        !widen_buffer(parser->tkz, html.len))
        return LXB_STATUS_ERROR_MEMORY_ALLOCATION;
    tokens->in_pre = false;
    struct rt_guard guard;
    rt_guard_install(&guard, arena, parser, tokens, html.len);
    s = lxb_html_document_parse_chunk(document, (const lxb_char_t *)html.at, html.len);
    if (s == LXB_STATUS_OK)
        s = lxb_html_document_parse_chunk_end(document);
    return s;
}

static void find_attr_ids(struct rt_page *page)
{
    static const rt_str names[] = {
#define RT_ATTR(name, text) { text, sizeof(text) - 1 },
#include "core/attr_ids.def"
#undef RT_ATTR
    };
    lxb_dom_attr_id_t ids[sizeof names / sizeof *names];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(
            lxb_dom_interface_document(page->document)->attrs, (const lxb_char_t *)names[i].at,
            names[i].len);
        ids[i] = data ? data->attr_id : RT_ATTR_ID_NONE;
    }
    _Static_assert(sizeof ids == sizeof page->attr_ids, "one id for each name");
    memcpy(&page->attr_ids, ids, sizeof ids);
}

/* Numbers the nodes and flags the hidden ones, in one walk.  The flags are the arena's last piece
 * meanwhile, so that they grow in place. */
static bool number_nodes(struct rt_page *page)
{
    size_t room = 4096;
    uint8_t *flags = rt_arena_take(page->arena, room);
    uint32_t count = 0;
    rt_node *shown_again = page->root;
    bool hidden = false;
    if (flags)
        flags[0] = 0;
    for (rt_node *n = page->root; n && flags; n = rt_node_next(n, page->root)) {
        n->user = (void *)(uintptr_t)++count;
        page->elements += rt_node_is_element(n);
        if (hidden && n == shown_again)
            hidden = false;
        if (!hidden && rt_node_is_element(n) &&
            (rt_tag_is_opaque(rt_node_tag(n)) || rt_node_is_hidden(page, n))) {
            hidden = true;
            shown_again = rt_node_after(n, page->root);
        }
        if (count == room) {
            flags = rt_arena_grow(page->arena, flags, room, room * 2);
            room *= 2;
        }
        if (flags)
            flags[count] = hidden ? RT_NODE_HIDDEN : 0;
    }
    page->nodes = count;
    page->flags = flags;
    return flags;
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
                        enum rt_page_attrs attrs, rt_error *err)
{
    *page = (struct rt_page){
        .arena = arena, .url = url, .base = url, .confidence = RT_PAGE_CERTAIN
    };
    page->document = lxb_html_document_create();
    if (!page->document)
        return out_of_memory(page, html, err);
    lxb_status_t parsed = parse(arena, page->document, html, attrs);
    if (arena->refused)
        return out_of_memory(page, html, err);
    lxb_dom_document_t *document = lxb_dom_interface_document(page->document);
    page->root = lxb_dom_interface_node(lxb_dom_document_element(document));
    if (parsed != LXB_STATUS_OK || !page->root)
        return rt_fail(err, RT_PARSE_ERROR, "The HTML parser gave up with status %u", parsed);
    page->head = lxb_dom_interface_node(lxb_html_document_head_element(page->document));
    page->body = lxb_dom_interface_node(lxb_html_document_body_element(page->document));
    find_attr_ids(page);
    return number_nodes(page) && find_base(page) ? RT_OK : out_of_memory(page, html, err);
}

/* Custom selections: CSS selectors by lexbor. */
#include "core/selectors.h"

#include "base/error.h"
#include "base/str.h"

#include <lexbor/css/css.h>
#include <lexbor/selectors/selectors.h>

/* Matching takes selectors * nodes steps, and more where one selector has many parts. */
enum { MAX_SELECTORS = 100, MAX_SELECTOR = 1000 };

struct syntax {
    lxb_css_memory_t *memory;
    lxb_css_parser_t *parser;
};

static bool syntax_open(struct syntax *syntax)
{
    syntax->memory = lxb_css_memory_create();
    syntax->parser = lxb_css_parser_create();
    if (!syntax->memory || lxb_css_memory_init(syntax->memory, 128) != LXB_STATUS_OK ||
        !syntax->parser || lxb_css_parser_init(syntax->parser, NULL) != LXB_STATUS_OK)
        return false;
    lxb_css_parser_memory_set(syntax->parser, syntax->memory);
    return true;
}

static void syntax_close(struct syntax *syntax)
{
    lxb_css_parser_destroy(syntax->parser, true);
    lxb_css_memory_destroy(syntax->memory, true);
}

static rt_status no_memory(rt_error *err)
{
    return rt_fail(err, RT_RESOURCE_LIMIT, "The selectors need more memory than allowed");
}

/* The selector's list, in the syntax's memory. */
static rt_status parse(struct syntax *syntax, rt_str selector, lxb_css_selector_list_t **out,
                       rt_error *err)
{
    rt_str text = rt_str_trim(selector);
    *out = NULL;
    if (text.len && text.len <= MAX_SELECTOR)
        *out = lxb_css_selectors_parse(syntax->parser, (const lxb_char_t *)text.at, text.len);
    if (*out && syntax->parser->status == LXB_STATUS_OK)
        return RT_OK;
    return rt_fail(err, RT_INVALID_ARGUMENT, "Invalid custom selector: '%.*s'", RT_SHOW(selector));
}

static rt_status check_count(rt_str_list selectors, rt_error *err)
{
    if (selectors.len == 0)
        return rt_fail(err, RT_INVALID_ARGUMENT, "Empty custom selectors provided");
    if (selectors.len > MAX_SELECTORS)
        return rt_fail(err, RT_INVALID_ARGUMENT, "Too many custom selectors: %zu (max: %d)",
                       selectors.len, MAX_SELECTORS);
    return RT_OK;
}

rt_status rt_selectors_check(rt_str_list selectors, rt_error *err)
{
    struct syntax syntax = { NULL, NULL };
    rt_status s = check_count(selectors, err);
    if (s != RT_OK)
        return s;
    if (!syntax_open(&syntax))
        s = no_memory(err);
    lxb_css_selector_list_t *list;
    for (size_t i = 0; s == RT_OK && i < selectors.len; i++)
        s = parse(&syntax, selectors.at[i], &list, err);
    syntax_close(&syntax);
    return s;
}

static lxb_status_t note_match(lxb_dom_node_t *node, lxb_css_selector_specificity_t specificity,
                               void *matched)
{
    (void)specificity;
    ((uint8_t *)matched)[rt_node_ordinal(node)] = 1;
    return LXB_STATUS_OK;
}

static void keep_inside(struct rt_page *page, rt_node *match, const rt_node *end)
{
    rt_page_keep(page, match);
    for (rt_node *n = match; n && n != end;) {
        if (rt_page_has(page, n, RT_NODE_HIDDEN)) {
            n = rt_node_after(n, page->root);
            continue;
        }
        if (rt_node_is_element(n) || rt_node_is_text(n))
            page->flags[rt_node_ordinal(n)] |= RT_NODE_KEEP;
        n = rt_node_next(n, page->root);
    }
}

/* What lies in a match is kept with it, so that the walk goes on behind it. */
static void keep_matches(struct rt_page *page, const uint8_t *matched)
{
    for (rt_node *n = page->root, *next; n; n = next) {
        next = rt_node_next(n, page->root);
        if (!matched[rt_node_ordinal(n)] || rt_page_has(page, n, RT_NODE_HIDDEN))
            continue;
        next = rt_node_after(n, page->root);
        keep_inside(page, n, next);
    }
}

static rt_status find_matches(struct rt_page *page, struct syntax *syntax, rt_str_list selectors,
                              uint8_t *matched, rt_error *err)
{
    lxb_selectors_t *finder = lxb_selectors_create();
    if (!finder || lxb_selectors_init(finder) != LXB_STATUS_OK)
        return no_memory(err);
    lxb_selectors_opt_set(finder, LXB_SELECTORS_OPT_MATCH_FIRST);
    rt_status s = RT_OK;
    for (size_t i = 0; s == RT_OK && i < selectors.len; i++) {
        lxb_css_selector_list_t *list;
        s = parse(syntax, selectors.at[i], &list, err);
        if (s == RT_OK && lxb_selectors_find(finder, lxb_dom_interface_node(page->document), list,
                                             note_match, matched) != LXB_STATUS_OK)
            s = page->arena->refused
                    ? no_memory(err)
                    : rt_fail(err, RT_INVALID_ARGUMENT, "Invalid custom selector: '%.*s'",
                              RT_SHOW(selectors.at[i]));
    }
    lxb_selectors_destroy(finder, true);
    return s;
}

rt_status rt_selectors_select(struct rt_page *page, rt_str_list selectors, rt_error *err)
{
    struct syntax syntax = { NULL, NULL };
    rt_status s = check_count(selectors, err);
    if (s != RT_OK)
        return s;
    uint8_t *matched = rt_arena_zeroed(page->arena, (size_t)page->nodes + 1, sizeof *matched);
    s = matched && syntax_open(&syntax) ? find_matches(page, &syntax, selectors, matched, err)
                                        : no_memory(err);
    syntax_close(&syntax);
    if (s == RT_OK)
        keep_matches(page, matched);
    return s;
}

/* Whatever a page holds, a parser of GitHub Flavored Markdown reads the same words out of the
 * Markdown as stand in the text: nothing is glued, lost, doubled or taken for syntax. */
#include "page_fixture.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "core/markdown.h"
#include "core/select.h"
#include "core/text.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

enum { MAX_PAGE = 1 << 20 };

static const char *const pages[] = {
    "pages/markdown-inline.html", "pages/markdown-escapes.html", "pages/markdown-lists.html",
    "pages/markdown-tables.html", "pages/markdown-code.html",    "pages/markdown-blocks.html",
};

static rt_str read_page(const char *path, char *room)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t len = fread(room, 1, MAX_PAGE, file);
    fclose(file);
    return (rt_str){ room, len };
}

static cmark_node *parse(rt_str markdown)
{
    static const char *const extensions[] = { "table", "strikethrough", "tasklist" };
    cmark_gfm_core_extensions_ensure_registered();
    cmark_parser *parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        cmark_parser_attach_syntax_extension(parser,
                                             cmark_find_syntax_extension(extensions[i]));
    cmark_parser_feed(parser, markdown.at, markdown.len);
    cmark_node *root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return root;
}

static bool is_block(cmark_node *node)
{
    return ((unsigned)cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_BLOCK ||
           strcmp(cmark_node_get_type_string(node), "table_cell") == 0;
}

/* <br> parts words, <sub> and <sup> do not; there must be no other tag. */
static void add_tag(struct rt_buf *out, const char *tag)
{
    static const char *const known[] = { "<sub>", "</sub>", "<sup>", "</sup>" };
    bool is_known = strcmp(tag, "<br>") == 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        is_known |= strcmp(tag, known[i]) == 0;
    rt_buf_str(out, !is_known ? rt_str_from_c(tag)
                    : strcmp(tag, "<br>") == 0 ? RT_LIT(" ") : RT_LIT(""));
}

static void add_node(struct rt_buf *out, cmark_node *node, bool enters)
{
    const char *literal = cmark_node_get_literal(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (is_block(node) || type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
        rt_buf_byte(out, ' ');
    if (!enters || !literal)
        return;
    if (type == CMARK_NODE_HTML_INLINE)
        add_tag(out, literal);
    else
        rt_buf_str(out, rt_str_from_c(literal));
}

/* All that is shown of the Markdown, but for images. */
static rt_str visible(struct rt_arena *arena, rt_str markdown)
{
    struct rt_buf out;
    rt_buf_init(&out, arena);
    cmark_node *root = parse(markdown);
    cmark_iter *iter = cmark_iter_new(root);
    unsigned images = 0;
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        bool enters = event == CMARK_EVENT_ENTER;
        if (cmark_node_get_type(node) == CMARK_NODE_IMAGE)
            images += enters ? 1u : -1u;
        else if (images == 0)
            add_node(&out, node, enters);
    }
    cmark_iter_free(iter);
    cmark_node_free(root);
    return rt_buf_get(&out);
}

/* The colon of a definition is the one sign that stays visible. */
static bool next_word(rt_str *rest, rt_str *word)
{
    while (rt_str_word(rest, word))
        if (!rt_str_eq(*word, RT_LIT(":")))
            return true;
    *word = RT_LIT("(end)");
    return false;
}

static bool is_same(const char *page, rt_str text, rt_str markdown)
{
    for (;;) {
        rt_str a, b;
        bool more = next_word(&text, &a);
        if (next_word(&markdown, &b) != more || !rt_str_eq(a, b)) {
            print_error("%s: \"%.*s\" in the text, \"%.*s\" in the Markdown\n", page, (int)a.len,
                        a.at, (int)b.len, b.at);
            return false;
        }
        if (!more)
            return true;
    }
}

/* No space ends a line, no two lines in a row are empty, but in code. */
static bool is_tidy(const char *page, rt_str markdown)
{
    bool in_code = false, tidy = rt_utf8_check(markdown) == markdown.len;
    unsigned empty = 0;
    for (rt_str line; rt_str_split(&markdown, '\n', &line);) {
        in_code ^= rt_str_has(line, RT_LIT("```"));
        empty = line.len == 0 ? empty + 1 : 0;
        tidy &= in_code || (empty < 2 && !rt_str_ends(line, RT_LIT(" ")));
    }
    if (!tidy)
        print_error("%s is not tidy\n", page);
    return tidy;
}

static void test_markdown_reads_as_text(void **state)
{
    (void)state;
    static char room[MAX_PAGE];
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, read_page(pages[i], room)), RT_OK);
        rt_select_full(&f.page, RT_LIT(""));
        rt_str markdown = rt_markdown_render(&f.page);
        assert_non_null(markdown.at);
        wrong += !is_same(pages[i], rt_text_render(&f.page), visible(&f.arena, markdown));
        wrong += !is_tidy(pages[i], markdown);
        page_fixture_close(&f);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_markdown_reads_as_text) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Blocks: where text is parted, what elements know of their blocks, and what class names and
 * short texts say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/blocks.h"
#include "core/names.h"
#include "page_fixture.h"

struct fixture {
    struct page_fixture page;
    struct rt_names names;
    struct rt_blocks blocks;
};

static void open_blocks(struct fixture *f, rt_str html)
{
    assert_int_equal(page_fixture_open(&f->page, html), RT_OK);
    rt_names_init(&f->names);
    assert_true(rt_blocks_make(&f->blocks, &f->page.page, &f->names));
}

/* The blocks' texts, '|' between them. */
static void join_blocks(const struct fixture *f, char *out, size_t room)
{
    size_t len = 0;
    for (uint32_t i = 0; i < f->blocks.count; i++) {
        const struct rt_block *b = &f->blocks.blocks[i];
        for (rt_node *n = b->first; n; n = rt_block_next_text(&f->page.page, b, n)) {
            rt_str text = rt_node_data(n);
            assert_true(len + text.len + 2 < room);
            memcpy(out + len, text.at, text.len);
            len += text.len;
        }
        out[len++] = '|';
    }
    out[len] = '\0';
}

static void parts_text(void **state)
{
    static const struct {
        const char *what, *html, *want;
    } cases[] = {
        { "inline elements do not part", "<p>a <b>b</b> <a href=x>c</a></p>", "a b c|" },
        { "block elements do", "<div>a<p>b</p>c</div>", "a|b|c|" },
        { "one br does not", "<p>a<br>b</p>", "ab|" },
        { "two do", "<p>a<br> <br>b</p>", "a|b|" },
        { "text between is no double br", "<p>a<br>b<br>c</p>", "abc|" },
        { "scripts and styles are no text", "<p>a<script>x</script><style>y</style>b</p>", "ab|" },
        { "nor are templates and svg", "<template>x</template><svg><text>y</text></svg><p>a",
          "a|" },
        { "noscript is text of its own", "<p>a</p><noscript>b</noscript>", "a|b|" },
        { "hidden blocks are there to be chosen", "<div hidden>a</div><p>b", "a|b|" },
        { "hidden inline text is not", "<p>a<span hidden>x</span>b", "ab|" },
        { "blank text makes no block", "<div> \n&nbsp;&#8203; </div><p>a", "a|" },
        { "table cells", "<table><tr><td>a<td>b</table>", "a|b|" },
        { "no body to speak of", "", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        char got[256];
        open_blocks(&f, rt_str_from_c(cases[i].html));
        join_blocks(&f, got, sizeof got);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("%s: got \"%s\", wanted \"%s\"", cases[i].what, got, cases[i].want);
        page_fixture_close(&f.page);
    }
}

static void measures_text(void **state)
{
    static const struct {
        const char *html;
        uint32_t words, link_chars, commas, stops;
    } cases[] = {
        { "<p>One, two. Three!</p>", 3, 0, 1, 2 },
        { "<p>w<b>or</b>d</p>", 1, 0, 0, 0 },
        { "<p>see <a href=x>here, now</a></p>", 3, 8, 1, 0 },
        { "<p>3.14 and 2</p>", 4, 0, 0, 0 },
        { "<p>\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x80\x82</p>", 2, 0, 0, 1 },
        { "<p>\xD0\xBC\xD0\xB8\xD1\x80 \xD0\xBC\xD0\xB8\xD1\x80</p>", 2, 0, 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        open_blocks(&f, rt_str_from_c(cases[i].html));
        assert_int_equal(f.blocks.count, 1);
        const struct rt_measure *m = &f.blocks.blocks[0].text;
        if (m->words != cases[i].words || m->link_chars != cases[i].link_chars ||
            m->commas != cases[i].commas || m->stops != cases[i].stops)
            fail_msg("%s: %u words, %u link characters, %u commas, %u stops", cases[i].html,
                     m->words, m->link_chars, m->commas, m->stops);
        page_fixture_close(&f.page);
    }
}

static const struct rt_element *find_element(const struct rt_blocks *b, const char *id)
{
    for (uint32_t i = 0; i < b->element_count; i++)
        if (rt_str_eq(rt_node_attr(b->elements[i].node, "id"), rt_str_from_c(id)))
            return &b->elements[i];
    return NULL;
}

static void elements_know_their_blocks(void **state)
{
    static const char html[] =
        "<p>zero</p><ul id=u><li class=r>one</li><li class=r>two <b id=b>bold</b></li>"
        "<li class=q>three</li></ul><div id=e></div><p>four</p>";
    (void)state;
    struct fixture f;
    open_blocks(&f, rt_str_from_c(html));
    const struct rt_element *u = find_element(&f.blocks, "u"), *b = find_element(&f.blocks, "b");
    const struct rt_element *e = find_element(&f.blocks, "e");
    assert_int_equal(u->first, 1);
    assert_int_equal(u->end, 4);
    assert_int_equal(rt_blocks_sum(&f.blocks, words, u->first, u->end), 4);
    assert_int_equal(b->first, 2);
    assert_int_equal(b->end, 3);
    assert_int_equal(e->first, e->end);
    assert_int_equal(f.blocks.elements[f.blocks.blocks[1].leaf].alike, 2);
    assert_int_equal(f.blocks.elements[f.blocks.blocks[3].leaf].alike, 1);
    assert_true(b->context & RT_IN_LIST);
    page_fixture_close(&f.page);
}

static void names_are_found(void **state)
{
    static const struct {
        const char *value;
        uint32_t want;
    } cases[] = {
        { "article-body", RT_NAME_BODY },        { "articleBody", RT_NAME_BODY },
        { "article_body", RT_NAME_BODY },        { "comments", RT_NAME_COMMENT },
        { "kommentare", RT_NAME_COMMENT },       { "post-comments-list", RT_NAME_COMMENT },
        { "relatedPosts", RT_NAME_RELATED },     { "site-footer", RT_NAME_FOOTER },
        { "main-nav", RT_NAME_NAV },             { "cookie-banner", RT_NAME_CONSENT },
        { "newsletter-signup", RT_NAME_NEWSLETTER },
    };
    static const char *const nothing[] = { "", "x", "download", "adventure", "canvas", "9-12" };
    (void)state;
    struct rt_names names;
    rt_names_init(&names);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int again = 0; again < 2; again++)
            if (!(rt_names_match_once(&names, rt_str_from_c(cases[i].value)) & cases[i].want))
                fail_msg("%s is not recognised", cases[i].value);
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (rt_names_match_once(&names, rt_str_from_c(nothing[i])))
            fail_msg("%s says nothing", nothing[i]);
}

static void phrases_are_found(void **state)
{
    static const struct {
        const char *text;
        uint32_t want;
    } cases[] = {
        { "Read more", RT_PHRASE_MORE },
        { "  Related articles", RT_PHRASE_RELATED },
        { "You may also like", RT_PHRASE_RELATED },
        { "12 Comments", RT_PHRASE_COMMENT },
        { "Kommentare (3)", RT_PHRASE_COMMENT },
        { "Weiterlesen", RT_PHRASE_MORE },
        { "All rights reserved.", RT_PHRASE_RIGHTS },
        { "Add to cart", RT_PHRASE_BUY },
        { "The river is wide here", 0 },
    };
    (void)state;
    struct rt_names names;
    rt_names_init(&names);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t got = rt_phrases_match(&names, rt_str_from_c(cases[i].text));
        if (cases[i].want ? !(got & cases[i].want) : got != 0)
            fail_msg("%s: %x", cases[i].text, got);
    }
}

/* The index looks only among the patterns of the first letter: the tables have to be sorted. */
static void tables_are_sorted(void **state)
{
    static const char *const names[] = {
#define NAME(text, where, says) text,
#include "core/names.def"
#undef NAME
    };
    static const char *const phrases[] = {
#define PHRASE(text, where, says) text,
#include "core/phrases.def"
#undef PHRASE
    };
    (void)state;
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        assert_true(strcmp(names[i - 1], names[i]) <= 0);
    for (size_t i = 1; i < sizeof phrases / sizeof *phrases; i++)
        assert_true(strcmp(phrases[i - 1], phrases[i]) <= 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(strlen(names[i]) < 26 && names[i][0] >= 'a' && names[i][0] <= 'z');
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        assert_true(strlen(phrases[i]) < 26 && phrases[i][0] >= 'a' && phrases[i][0] <= 'z');
}

/* Every allocation past some point refused: an answer of false, never a crash. */
static void survives_a_full_arena(void **state)
{
    static const char html[] = "<div class=a><p>one two</p><p>three <i>four</i></p></div>";
    (void)state;
    for (size_t room = 0;; room += 64) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(html)), RT_OK);
        page_fixture_limit(&f, room);
        struct rt_names names;
        struct rt_blocks blocks;
        rt_names_init(&names);
        bool made = rt_blocks_make(&blocks, &f.page, &names);
        assert_true(made || f.arena.refused);
        page_fixture_close(&f);
        if (made)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_text),
        cmocka_unit_test(measures_text),
        cmocka_unit_test(elements_know_their_blocks),
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(phrases_are_found),
        cmocka_unit_test(tables_are_sorted),
        cmocka_unit_test(survives_a_full_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The quick way through text and tags against lexbor's own: both have to make the same tree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/page_fixture.h"

#include "base/buf.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

static bool is_space_only(const rt_node *node)
{
    return rt_node_is_text(node) && rt_str_trim(rt_node_data(node)).len == 0;
}

static void dump_element(struct rt_buf *out, const rt_node *node)
{
    size_t len;
    const lxb_char_t *name = lxb_dom_element_local_name(
        lxb_dom_interface_element((rt_node *)(uintptr_t)node), &len);
    rt_buf_str(out, (rt_str){ (const char *)name, len });
    for (const lxb_dom_attr_t *a = rt_node_attrs(node); a; a = a->next) {
        name = lxb_dom_attr_local_name_noi((lxb_dom_attr_t *)(uintptr_t)a, &len);
        if (rt_str_eq((rt_str){ (const char *)name, len }, RT_LIT("multiple")))
            continue;   /* rt_guard_token() adds it */
        rt_buf_str(out, RT_LIT(" "));
        rt_buf_str(out, (rt_str){ (const char *)name, len });
        rt_buf_str(out, a->value ? RT_LIT("=") : RT_LIT(""));
        rt_buf_str(out, rt_attr_value(a));
    }
}

/* One line a node, but for white space, of which the page keeps less, and for scripts. */
static rt_str dump(struct rt_arena *arena, rt_node *root)
{
    struct rt_buf out;
    rt_buf_init(&out, arena);
    for (rt_node *n = root, *next; n; n = next) {
        bool is_raw = rt_node_tag(n) == LXB_TAG_SCRIPT || rt_node_tag(n) == LXB_TAG_STYLE;
        next = is_raw ? rt_node_after(n, root) : rt_node_next(n, root);
        if (is_space_only(n))
            continue;
        for (const rt_node *up = n->parent; up; up = up->parent)
            rt_buf_str(&out, RT_LIT("."));
        if (rt_node_is_element(n))
            dump_element(&out, n);
        else if (rt_node_is_text(n))
            rt_buf_str(&out, rt_str_trim(rt_node_data(n)));
        rt_buf_str(&out, RT_LIT("\n"));
    }
    return rt_buf_get(&out);
}

/* The page lies in memory that ends where it does. */
static void check_same(rt_str given)
{
    struct page_fixture f;
    char *own = malloc(given.len + !given.len);
    assert_non_null(own);
    memcpy(own, given.at, given.len);
    rt_str html = { own, given.len };
    assert_int_equal(page_fixture_open_all(&f, html), RT_OK);
    lxb_html_document_t *plain = lxb_html_document_create();
    assert_int_equal(lxb_html_document_parse(plain, (const lxb_char_t *)html.at, html.len),
                     LXB_STATUS_OK);
    rt_str ours = dump(&f.arena, f.page.root);
    rt_str theirs = dump(&f.arena, lxb_dom_interface_node(lxb_dom_document_element(
                                       lxb_dom_interface_document(plain))));
    if (!rt_str_eq(ours, theirs))
        fail_msg("%.*s\ngives\n%.*s\ninstead of\n%.*s", (int)html.len, html.at, (int)ours.len,
                 ours.at, (int)theirs.len, theirs.at);
    page_fixture_close(&f);
    free(own);
}

static const char *const pages[] = {
    "<!DOCTYPE html><html lang=de><head><title>A &amp; B</title></head><body><p>text</body></html>",
    "just text", "", " ", "<", "<p", "</", "</p", "<p class", "<p class=", "<p class=\"", "<p class=\"x",
    "<p class='x", "<p class=x", "<p/", "a<b", "a < b", "a<5", "a<>b", "a</>b", "a</5>b", "a<!b>c", "a<?b>c",
    "<p>a<!-- c -->b<!---->c", "<p>a<![CDATA[b]]>c", "<svg><![CDATA[<p>]]></svg>",
    /* tags */
    "<DIV Class=A ID=b>x</Div>", "<div\tclass=a\nid=b\fx\r\ny>z</div\n>", "<p/>a<br/>b<br / >c<hr/x>d",
    "<custom-tag a=b>x</custom-tag><custom-tag>y", "<p\"q>x", "<p<q>x", "<a<b>c</a<b>",
    "</p class=x>a</br>b</p/>c", "<p>a</ p>b", "<x-a-name-of-more-than-sixteen-bytes>a",
    "<x-a-name-of-more-than-sixteen-bytes>a<x-a-name-of-more-THAN-sixteen-bytes>b",
    /* attributes */
    "<p a b c>x", "<p a=1 A=2 a=3>x", "<p =a>x", "<p ==a>x", "<p a==b>x", "<p a = b>x", "<p a= >x",
    "<p a=\"1\"b='2'c=3>x", "<p a=\"\" b='' c>x", "<p a=b/>x", "<p a=b/c>x", "<p a/b/c>x", "<p a=/>x",
    "<p a='\"' b=\"'\" c=\"<>\" d=<q>x", "<p \"=a>x", "<p a=\"1\r\n2\r3\n4\">x", "<p a=1\r\nb=2>x",
    "<p data-one=1 data-two=2 on-a-name-of-more-than-sixteen-bytes=3>x", "<p xml:lang=a>x",
    "<svg viewbox=a xlink:href=b definitionurl=c><PATH D=e /></svg>x",
    "<math definitionurl=a><annotation-xml encoding=text/html><p>x</annotation-xml></math>",
    "<math><annotation-xml encoding=text/htmlx><p>x</annotation-xml></math>",
    "<table><input type=hidden><input type=hiddenx><tr><td>x</table>",
    /* references */
    "a&amp;b &lt;p&gt; &quot;x&quot;&nbsp;&#160;&#xA0;&#8217;&#x1F600;&hellip;&mdash;",
    "a&b a& b a&& a&;b a&#;b a&#x;b a&amp b a&ampb a&notit; a&notin; a&unknown; a&unknown",
    "&#0;&#128;&#150;&#55296;&#1114112;&#99999999;&#x110000;&#12&#x12 &#65&#65;&#127;&#31;&#10;&#13;x",
    "<p a=\"x&amp;y&lt;&quot;\" b=&amp;c d='&#39;&#x27;'>x", "<p a=\"?a=1&b=2&copy=3&copyx=4&copy;5\">x",
    "<p a=\"&copy\" b=\"&copy \" c=&copy d=\"&reg&lt&gt\" e=\"&notit;&notin;&amp\">x",
    "<p a=\"&frac12&frac12=&frac12x\" b=\"a&b\" c=\"&\" d=\"& \" e=\"&&\" f=\"&a\" g='&longname h'>x",
    /* bytes */
    "a\rb\r\nc\n\rd", "<p>a\r\nb\r\n</p>\r\nc", "<pre>\n\na\n  <b>b</b>\n</pre>", "<pre>\r\na</pre>",
    "<p>\xC3\xA9t\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80</p>", "<p \xC3\xA9=\xC3\xA9>x",
    /* raw text */
    "<script>a<b</script>c", "<script><!--<script>a</script>b--></script>c", "<script><!--a</script>b",
    "<script><!--<scripty>a</script>b", "<script>a</scripty>b</script >c", "<script>a</script/>b",
    "<script>a</SCRIPT\n>b", "<script>a</script", "<script>a", "<style>a<b></styl></style>c", "<style>a",
    "<style>a</style", "<STYLE>a</Style >b", "<textarea>\na&amp;<p></textarea>b", "<title>a<p>&lt;</title>b",
    "<script type=application/ld+json>{\"a\":\"<p>\"}</script>b", "<plaintext>a</plaintext>b",
    "<script type=application/ld+json>a\r\nb</script>c", "<script type=application/ld+json></script>c",
    "<iframe>a<p></iframe>b", "<noscript>a<p>b</noscript>c", "<xmp>a<p></xmp>b",
    "<svg><script>a<p></script><style>b</style></svg>c",
    /* the tree */
    "<p>a<b>b<div>c</b>d</div>e", "<b>a<p>b</b> c</p>\n<p>d", "<table>a<tr>b<td>c</table>d",
    "<table>\n <tr>\n <td>a</td> b </tr>\n</table>\n c", "<ul>\n <li>a\n <li>b\n</ul>\n c \n<p>d",
    "<div>a</div> b <div>c</div>\n\nd", "<div> <span>a</span> <span>b</span> </div>",
    "<select multiple><option>a<option selected>b</select>c", "<select><option>a<option>b</select>c", "<template><p>a</template>b", "<a href=a><a href=b>c",
    "<frameset><frame></frameset>", "<body a=1><body b=2><html c=3>x", "</div>\n</div>a",
};

static void trees_are_lexbors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        check_same(rt_str_from_c(pages[i]));
}

/* Every page cut short, and with a byte of trouble at each place. */
static void trees_are_lexbors_at_each_cut(void **state)
{
    (void)state;
    static const char trouble[] = { '\0', '\r', '&', '<', '>', '"', '\'', '/', '=', ' ', ';' };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char copy[256];
        size_t len = strlen(pages[i]);
        assert_true(len < sizeof copy);
        for (size_t at = i % RT_TEST_SHARE; at < len; at += RT_TEST_SHARE) {
            check_same((rt_str){ pages[i], at });
            for (size_t k = 0; k < sizeof trouble; k++) {
                memcpy(copy, pages[i], len);
                copy[at] = trouble[k];
                check_same((rt_str){ copy, len });
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_are_lexbors),
        cmocka_unit_test(trees_are_lexbors_at_each_cut),
    };
    if (RT_TEST_SHARE > 1)
        print_message("left out: %d of %d places\n", RT_TEST_SHARE - 1, RT_TEST_SHARE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

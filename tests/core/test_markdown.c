/* What each element of HTML becomes in Markdown, to the byte. */
#include "page_fixture.h"

#include "core/markdown.h"
#include "core/select.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct example {
    const char *what, *html, *markdown;
};

static const struct example headings[] = {
    { "levels", "<h1>A</h1><h3>B</h3><h6>C</h6>", "# A\n\n### B\n\n###### C" },
    { "bold in a heading says nothing new", "<h2><b>A</b> b</h2>", "## A b" },
    { "a heading is one line", "<h2>A<br>b<div>c</div></h2>", "## A b c" },
    { "an empty heading is none", "<h2> <span></span></h2><p>a", "a" },
    { "closing hashes are text", "<h2>C #</h2>", "## C \\#" },
    { "in a link", "<a href=/c><h3>Card</h3><p>text</p></a>",
      "### [Card](https://example.com/c)\n\ntext" },
};

static const struct example emphasis[] = {
    { "strong, em, del", "<p><b>a</b> <em>b</em> <s>c</s>", "**a** *b* ~~c~~" },
    { "spaces go outside", "<p>a<b> b </b>c", "a **b** c" },
    { "round nothing", "<p>a<b></b><i> </i>b", "a b" },
    { "inside a word", "<p>un<i>believ</i>able", "un*believ*able" },
    { "the same twice", "<p><b>a <strong>b</strong> c</b>", "**a b c**" },
    { "one inside the other", "<p><b>a <i>b</i></b> <i><b>c</b> d</i>", "**a *b*** ***c** d*" },
    { "side by side", "<p><b>a</b><b>b</b> <b>c</b><i>d</i>", "**ab** **c**_d_" },
    { "punctuation before text", "<p><b>Note:</b>text", "**Note**:text" },
    { "punctuation after text", "<p>text<b>(a)</b>", "text(**a)**" },
    { "Chinese", "<p><b>中文。</b>中文", "**中文**。中文" },
    { "round blocks", "<b><p>a</p><p>b</p></b>", "**a**\n\n**b**" },
    { "over a line break", "<p><i>a<br>b<br></i>c", "*a\\\nb*\\\nc" },
    { "sub and sup", "<p>H<sub>2</sub>O x<sup>2</sup>", "H<sub>2</sub>O x<sup>2</sup>" },
    { "code", "<p><code>a</code> <kbd>b</kbd>", "`a` `b`" },
    { "code with backticks", "<p><code>a`b</code> <code>`</code>", "``a`b`` `` ` ``" },
    { "code side by side", "<p><code>a</code><code>b</code>", "`ab`" },
    { "emphasis in code is code", "<p><code>a <b>b</b>_c_</code>", "`a b_c_`" },
};

static const struct example links[] = {
    { "relative", "<p><a href='../b?x=1#y'>a</a>", "[a](https://example.com/b?x=1#y)" },
    { "base", "<base href='//cdn.test/d/'><p><a href=e>a</a>", "[a](https://cdn.test/d/e)" },
    { "spaces and parentheses", "<p><a href='/a b_(c)'>a</a> <a href='/x)'>b</a>",
      "[a](https://example.com/a%20b_(c)) [b](https://example.com/x\\))" },
    { "brackets in the text", "<p><a href=/x>[a]</a>", "[\\[a\\]](https://example.com/x)" },
    { "scripts and data are no links",
      "<p><a href='javascript:alert(1)'>a</a> <a href='data:text/html,x'>b</a>", "a b" },
    { "nothing to read", "<p><a href=/x> </a>a", "a" },
    { "spaces go outside", "<p>a<a href=/x> b </a>c", "a [b](https://example.com/x) c" },
    { "after an exclamation mark", "<p>a!<a href=/x>b</a>", "a\\![b](https://example.com/x)" },
    { "bold", "<p><b><a href=/x>a</a></b>", "**[a](https://example.com/x)**" },
    { "footnotes",
      "<p>a<sup id=fnref1><a href=#fn1>1</a></sup>."
      "<ol><li id=fn1><p>b <a href=#fnref1>↩</a></ol>",
      "a[^1].\n\n[^1]: b" },
    { "a note that is not there", "<p>a<a href=#fn1>1</a>",
      "a[1](https://example.com/a/page#fn1)" },
};

static const struct example images[] = {
    { "source and text", "<p><img src=/i.png alt='a [b]'>",
      "![a \\[b\\]](https://example.com/i.png)" },
    { "lazy", "<p><img src='data:image/gif;base64,R0lGOD' data-src=/i.png>",
      "![](https://example.com/i.png)" },
    { "the largest", "<p><img src=s.png srcset='m.png 500w, l.png 900w'>",
      "![](https://example.com/a/l.png)" },
    { "only data", "<p>a<img src='data:image/png;base64,iVBORw0KGgo='>b", "a b" },
    { "in a link", "<p><a href=/x><img src=/i.png alt=a></a>",
      "[![a](https://example.com/i.png)](https://example.com/x)" },
    { "a figure with its caption", "<figure><img src=/i.png><figcaption>c</figcaption></figure>",
      "![](https://example.com/i.png)\n\nc" },
};

static const struct example lists[] = {
    { "items", "<ul><li>a<li>b</ul><p>c", "- a\n- b\n\nc" },
    { "paragraphs in items", "<ul><li><p>a</p></li><li><p>b</p></li></ul>", "- a\n- b" },
    { "several paragraphs", "<ul><li><p>a</p><p>b</p></li><li>c</ul>", "- a\n\n  b\n- c" },
    { "links alone", "<ul><li><a href=/x>a</a></li> <li><a href=/y>b</a></li></ul>",
      "- [a](https://example.com/x)\n- [b](https://example.com/y)" },
    { "nested", "<ul><li>a<ul><li>b<ol><li>c</ol></ul>d<li>e</ul>",
      "- a\n  - b\n    1. c\n\n  d\n- e" },
    { "nested without an item", "<ul><li>a</li><ul><li>b</ul></ul>", "- a\n  - b" },
    { "numbers", "<ol start=9><li>a<li>b</ol>", "9. a\n10. b" },
    { "the item's own number", "<ol><li>a<li value=7>b<li>c</ol>", "1. a\n7. b\n8. c" },
    { "two lists are not one", "<ul><li>a</ul><ul><li>b</ul>", "- a\n\n* b" },
    { "empty items", "<ul><li></li><li>a</li><li> </li></ul>", "- a" },
    { "tasks",
      "<ul><li><input type=checkbox checked> a<li><label><input type=checkbox>b</label></ul>",
      "- [x] a\n- [ ] b" },
    { "blocks in items", "<ol><li><pre>a\nb</pre><li><blockquote>c</blockquote></ol>",
      "1. ```\n   a\n   b\n   ```\n2. > c" },
    { "definitions", "<dl><dt>a<dd>b<dd>c<dt>d<dd>e</dl>", "a\n: b\n: c\n\nd\n: e" },
};

static const struct example code[] = {
    { "white space stays", "<pre>\n  a\n\tb  c\n\n d\n</pre>", "```\n  a\n\tb  c\n\n d\n```" },
    { "fence longer than inside", "<pre>a\n```\nb</pre>", "````\na\n```\nb\n````" },
    { "nothing is escaped", "<pre>*a* &lt;b&gt; [c](d)</pre>", "```\n*a* <b> [c](d)\n```" },
    { "language of the code", "<pre><code class='hljs language-c'>a</code></pre>", "```c\na\n```" },
    { "language by data", "<pre data-lang=c>a</pre>", "```c\na\n```" },
    { "the same in long", "<pre data-language=c>a</pre>", "```c\na\n```" },
    { "lang-", "<pre class='prettyprint lang-py'>a</pre>", "```py\na\n```" },
    { "hljs", "<pre><code class='hljs rust'>a</code></pre>", "```rust\na\n```" },
    { "brush", "<pre class='brush: js; toolbar: false'>a</pre>", "```js\na\n```" },
    { "GitHub", "<div class='highlight highlight-source-shell'><pre>a</pre></div>",
      "```shell\na\n```" },
    { "Sphinx",
      "<div class='highlight-python notranslate'><div class=highlight><pre>a</pre></div></div>",
      "```python\na\n```" },
    { "no language", "<pre><code class=language-none>a</code></pre>", "```\na\n```" },
    { "highlighting goes", "<pre><span class=k>if</span> <span>x</span></pre>", "```\nif x\n```" },
    { "lines as elements", "<pre><div>a</div><div>b\n</div>c<br>d</pre>", "```\na\nb\nc\nd\n```" },
    { "a column of line numbers",
      "<table><tr><td class=gutter><pre>1\n2</pre></td><td class=code><pre>a\nb</pre></td></table>",
      "```\na\nb\n```" },
    { "line numbers in the lines",
      "<pre><span class=lineno>1 </span>a\n<span class=lineno>2 </span>b</pre>",
      "```\na\nb\n```" },
};

static const struct example tables[] = {
    { "header and rows", "<table><tr><th>a<th>b<tr><td>1<td>2</table>",
      "| a | b |\n| --- | --- |\n| 1 | 2 |" },
    { "alignment",
      "<table><tr><th align=right>a<th style='text-align: center'>b<tr><td>1<td>2</table>",
      "| a | b |\n| --: | :-: |\n| 1 | 2 |" },
    { "bars and breaks",
      "<table><tr><td>a|b<td><code>c|d</code><tr><td>e<br>f<td><p>g</p><p>h</p></table>",
      "| a\\|b | `c\\|d` |\n| --- | --- |\n| e<br>f | g<br>h |" },
    { "columns spanned", "<table><tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e</table>",
      "| a |  | b |\n| --- | --- | --- |\n| c | d | e |" },
    { "rows spanned", "<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d<td>e</table>",
      "| a | b |\n| --- | --- |\n|  | c |\n| d | e |" },
    { "empty cells", "<table><tr><td>a<td>b<tr><td><td>c</table>",
      "| a | b |\n| --- | --- |\n|  | c |" },
    { "a caption", "<table><caption>t</caption><tr><td>a<td>b<tr><td>c<td>d</table>",
      "t\n\n| a | b |\n| --- | --- |\n| c | d |" },
    { "one column is layout", "<table><tr><td>a<tr><td>b</table>", "a\n\nb" },
    { "one row is layout", "<table><tr><td>a<td>b</table>", "a\n\nb" },
    { "presentation", "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>",
      "a\n\nb\n\nc\n\nd" },
    { "the outer of two is layout",
      "<table><tr><td>x<td><table><tr><td>a<td>b<tr><td>c<td>d</table><tr><td>y<td>z</table>",
      "x\n\n| a | b |\n| --- | --- |\n| c | d |\n\ny\n\nz" },
    { "a table in code is none",
      "<pre>a<table><tr><td>b</table></pre><table><tr><td>a<td>b<tr><td>c<td>d</table>",
      "```\na\nb\n```\n\n| a | b |\n| --- | --- |\n| c | d |" },
    { "a span past the last column", "<table><tr><td colspan=200>a<tr><td>c<td>d</table>",
      "| a |  |\n| --- | --- |\n| c | d |" },
    { "blocks in cells are layout", "<table><tr><td><h2>a</h2><td>b<tr><td>c<td>d</table>",
      "## a\n\nb\n\nc\n\nd" },
};

static const struct example blocks[] = {
    { "paragraphs", "<div>a<p>b</p>c</div>", "a\n\nb\n\nc" },
    { "lines", "<p>a<br>b<br><br>c<br>", "a\\\nb\n\nc" },
    { "quotes", "<blockquote><p>a</p><blockquote>b</blockquote></blockquote><p>c",
      "> a\n>\n> > b\n\nc" },
    { "rules", "<p>a<hr><p>b", "a\n\n---\n\nb" },
    { "TeX from KaTeX",
      "<p>a <span class=katex><span class=katex-mathml><math><semantics><mi>x</mi><annotation "
      "encoding='application/x-tex'>x_1</annotation></semantics></math></span>"
      "<span class=katex-html aria-hidden=true>x1</span></span>",
      "a $x_1$" },
    { "TeX for MathJax",
      "<p>a <script type='math/tex'>x^2</script><script type='math/tex; mode=display'>y</script>b",
      "a $x^2$\n\n$$y$$\n\nb" },
    { "MathML", "<p><math><mfrac><mi>a</mi><msqrt><mi>b</mi></msqrt></mfrac></math>",
      "$\\frac{a}{\\sqrt{b}}$" },
    { "hidden text", "<p>a<span hidden>b</span><span style='display:none'>c</span>d", "ad" },
    { "invisible characters",
      "<p>a\xE2\x80\x8B" "b\xE2\x80\xAE" "c\xF3\xA0\x81\x81" "d\xEF\xBB\xBF",
      "abcd" },
    { "bytes that are not UTF-8", "<p>a\xFF b", "a\xEF\xBF\xBD b" },
};

static const struct example escapes[] = {
    { "emphasis", "<p>*a* _b_ snake_case 2 * 3", "\\*a\\* \\_b\\_ snake_case 2 * 3" },
    { "tags", "<p>Monte&lt;video&gt; a &lt; b", "Monte\\<video> a < b" },
    { "references", "<p>&amp;amp; &amp;#65; AT&amp;T", "\\&amp; \\&#65; AT&T" },
    { "links", "<p>[a](b) [c]", "[a\\](b) [c]" },
    { "code", "<p>`a`", "\\`a\\`" },
    { "lists", "<p>1. a<p>- b<p>+ c<p>* d<p>1.5 e", "1\\. a\n\n\\- b\n\n\\+ c\n\n\\* d\n\n1.5 e" },
    { "headings and quotes", "<p># a<p>#b<p>&gt; c", "\\# a\n\n#b\n\n\\> c" },
    { "rules and underlines", "<p>a<br>---<br>===", "a\\\n\\---\\\n\\===" },
    { "tables", "<p>a | b<br>|---|", "a | b\\\n\\|---|" },
    { "paths", "<p>C:\\dir\\*", "C:\\dir\\\\\\*" },
    { "strike", "<p>a ~5 ~~b~~", "a ~5 \\~\\~b\\~\\~" },
};

static void check(const struct example *examples, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct page_fixture f;
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(examples[i].html)), RT_OK);
        rt_select_full(&f.page, RT_LIT(""));
        rt_str got = rt_markdown_render(&f.page);
        if (!rt_str_eq(got, rt_str_from_c(examples[i].markdown))) {
            print_error("%s:\n%.*s\nnot:\n%s\n", examples[i].what, (int)got.len, got.at,
                        examples[i].markdown);
            wrong++;
        }
        page_fixture_close(&f);
    }
    assert_int_equal(wrong, 0);
}

#define TEST(name)                                              \
    static void test_##name(void **state)                       \
    {                                                           \
        (void)state;                                            \
        check(name, sizeof name / sizeof *name);                \
    }

TEST(headings)
TEST(emphasis)
TEST(links)
TEST(images)
TEST(lists)
TEST(code)
TEST(tables)
TEST(blocks)
TEST(escapes)

static rt_str render(struct page_fixture *f, const char *html)
{
    assert_int_equal(page_fixture_open(f, rt_str_from_c(html)), RT_OK);
    rt_select_full(&f->page, RT_LIT(""));
    return rt_markdown_render(&f->page);
}

static void test_spans_are_bounded(void **state)
{
    (void)state;
    struct page_fixture f;
    rt_str got = render(&f, "<table><tr><td colspan=999999999 rowspan=999999999>a<td>b"
                            "<tr><td colspan=999999999>c<td rowspan=65535>d</table>");
    assert_in_range(got.len, 1, 4096);
    page_fixture_close(&f);
}

static void test_absent_without_memory(void **state)
{
    (void)state;
    struct page_fixture f;
    rt_str html = RT_LIT("<ul><li>a<table><tr><td>b<td>c<tr><td>d");
    assert_int_equal(page_fixture_open(&f, html), RT_OK);
    rt_select_full(&f.page, RT_LIT(""));
    page_fixture_limit(&f, 0);
    assert_null(rt_markdown_render(&f.page).at);
    page_fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headings), cmocka_unit_test(test_emphasis),
        cmocka_unit_test(test_links),    cmocka_unit_test(test_images),
        cmocka_unit_test(test_lists),    cmocka_unit_test(test_code),
        cmocka_unit_test(test_tables),   cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_escapes),  cmocka_unit_test(test_spans_are_bounded),
        cmocka_unit_test(test_absent_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* JSON-LD as it is found in the wild. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/arena_fixture.h"

#include "base/str.h"
#include "core/jsonld.h"

static struct rt_jsonld read_text(rt_str script)
{
    struct rt_jsonld found;
    rt_jsonld_read(&arena, &script, 1, RT_LIT("https://example.org/a"), &found);
    return found;
}

static rt_str joined(rt_str_list list)
{
    return rt_arena_join(&arena, list.at, list.len, RT_LIT("|"));
}

static void assert_text(const char *what, rt_str got, const char *want)
{
    if (!want ? got.at != NULL : !rt_str_eq(got, rt_str_from_c(want)))
        fail_msg("%s: '%.*s', expected '%s'", what, (int)got.len, got.at ? got.at : "",
                 want ? want : "(absent)");
}

static void broken_forms_are_rescued(void **state)
{
    (void)state;
    static const char *const forms[] = {
        "{\"@type\":\"Article\",\"headline\":\"A b\"}",
        "[{\"@type\":\"Article\",\"headline\":\"A b\"}]",
        "{\"@graph\":[{\"@type\":\"WebSite\",\"name\":\"X\"},"
        "{\"@type\":\"NewsArticle\",\"headline\":\"A b\"}]}",
        "{\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":\"Article\",\"headline\":\"A b\"}}",
        "<!-- {\"@type\":\"Article\",\"headline\":\"A b\"} -->",
        "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"A b\"}\n//]]>",
        "/*<![CDATA[*/{\"@type\":\"Article\",\"headline\":\"A b\"}/*]]>*/",
        "{\"@type\":\"Article\",\"headline\":\"A b\",}",
        "{\"@type\":\"Article\",\"headline\":\"A b\"};",
        "{\"@type\":\"Article\",\"headline\":\"A\nb\"}",
        "{\"@type\":\"Article\",\"headline\":\"A\x01 b\"}",
        "{\"@type\":\"Article\",\"headline\":\"A b\",\"description\":\"the \"so called\" thing\"}",
        "{\"@type\":\"Article\",\"description\":\"it\\'s\",\"headline\":\"A b\"}",
        "{\"@type\":\"Article\",\"headline\":\"A b\"",
        "{\"@type\":\"Article\",\"headline\":\"A b",
        "{\"@graph\":[{\"@type\":\"Article\",\"headline\":\"A b\"}}",
        "{\"@type\":[\"Thing\",\"BlogPosting\"],\"headline\":[\"A b\"]}",
        "{\"@type\":\"Organization\"}{\"@type\":\"Article\",\"headline\":\"A b\"}",
        "{\"@type\":\"Article\",\"headline\":\"A&nbsp;b\"}",
        "{\"@type\":\"Article\",\"headline\":\"A b\\ud83d\"}",
        "{/* note */\"@type\":\"Article\",\"headline\":{\"@value\":\"A b\"}}",
        "{\"@type\":\"http://schema.org/Article\",\"headline\":\"A b\"}",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_text(forms[i], read_text(rt_str_from_c(forms[i])).headline, "A b");
}

static void authors_have_many_forms(void **state)
{
    (void)state;
    static const struct { const char *author, *want; } cases[] = {
        { "\"Ann Lee\"", "Ann Lee" },
        { "{\"@type\":\"Person\",\"name\":\"Ann Lee\"}", "Ann Lee" },
        { "[{\"name\":\"Ann Lee\"},{\"name\":\"Bo Day\"}]", "Ann Lee|Bo Day" },
        { "[\"Ann Lee\",{\"name\":\"Bo Day\"},\"ann lee\"]", "Ann Lee|Bo Day" },
        { "{\"name\":[\"Ann Lee\",\"Bo Day\"]}", "Ann Lee|Bo Day" },
        { "{\"@id\":\"#ann\"}", "Ann Lee" },
        { "{\"name\":{\"first\":\"Ann\"}}", "" },
        { "{\"name\":null}", "" },
        { "[null,1,true,[],{},[[\"x\"]]]", "" },
        { "\"null\"", "" }, { "\"undefined\"", "" }, { "12", "" }, { "[]", "" }, { "{}", "" },
        { "{\"name\":\"O&#39;Neil\"}", "O'Neil" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rt_str parts[] = {
            RT_LIT("[{\"@id\":\"#ann\",\"@type\":\"Person\",\"name\":\"Ann Lee\"},"
                   "{\"@type\":\"Article\",\"author\":"),
            rt_str_from_c(cases[i].author), RT_LIT("}]")
        };
        assert_text(cases[i].author,
                    joined(read_text(rt_arena_join(&arena, parts, 3, RT_LIT(""))).authors),
                    cases[i].want);
    }
}

static void page_of_several_nodes(void **state)
{
    (void)state;
    struct rt_jsonld found = read_text(RT_LIT(
        "[{\"@type\":\"Article\",\"url\":\"https://example.org/b\",\"headline\":\"Other\"},"
        "{\"@type\":\"Article\",\"url\":\"http://www.example.org/a/\",\"headline\":\"Own\","
        "\"datePublished\":\"2024-05-17\",\"dateModified\":\"2024-06-01\","
        "\"publisher\":{\"name\":\"Example\"},\"articleSection\":[\"News\",\"World\"],"
        "\"keywords\":\"a, b,a\"}]"));
    assert_true(found.is_article);
    assert_text("headline", found.headline, "Own");
    assert_text("published", found.published, "2024-05-17");
    assert_text("modified", found.modified, "2024-06-01");
    assert_text("publisher", found.publisher, "Example");
    assert_text("sections", joined(found.sections), "News|World");
    assert_text("keywords", joined(found.keywords), "a|b");
}

static void list_of_articles_is_none_of_them(void **state)
{
    (void)state;
    struct rt_jsonld found = read_text(RT_LIT(
        "[{\"@type\":\"Article\",\"headline\":\"One\"},"
        "{\"@type\":\"Article\",\"headline\":\"Two\"},"
        "{\"@type\":\"Article\",\"headline\":\"Three\"}]"));
    assert_text("headline", found.headline, NULL);
}

static void breadcrumbs_follow_their_positions(void **state)
{
    (void)state;
    static const struct { const char *elements, *want; } cases[] = {
        { "{\"position\":2,\"name\":\"B\"},{\"position\":1,\"name\":\"A\"}", "A|B" },
        { "{\"name\":\"A\"},{\"item\":{\"name\":\"B\"}}", "A|B" },
        { "{\"position\":9999999999,\"name\":\"A\"},{\"position\":\"2\",\"name\":\"B\"}", "A|B" },
        { "{\"position\":1,\"name\":\"A\"},{\"position\":1,\"name\":\"B\"}", "A|B" },
        { "null,1,{}", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const rt_str parts[] = { RT_LIT("{\"@type\":\"BreadcrumbList\",\"itemListElement\":["),
                                 rt_str_from_c(cases[i].elements), RT_LIT("]}") };
        assert_text(cases[i].elements,
                    joined(read_text(rt_arena_join(&arena, parts, 3, RT_LIT(""))).crumbs),
                    cases[i].want);
    }
}

static void nonsense_gives_nothing(void **state)
{
    (void)state;
    static const char *const forms[] = { "", "null", "\"a\"", "{", "[", "}{", "[[[[[[", "<!-- -->",
                                         "var x = 1;", "{\"@type\":", "{]", "{\"@graph\":{}}" };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_text(forms[i], read_text(rt_str_from_c(forms[i])).headline, NULL);
    assert_false(arena.refused);
}

static void deep_and_long_documents_end(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    static const char *const units[] = { "[", "{\"a\":", "{}", "\"", "{\"@graph\":[" };
    char *text = rt_arena_take(&arena, SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t n = strlen(units[i]);
        for (size_t at = 0; at + n <= SIZE; at += n)
            memcpy(text + at, units[i], n);
        assert_text(units[i], read_text((rt_str){ text, SIZE / n * n }).headline, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_forms_are_rescued),
        cmocka_unit_test(authors_have_many_forms),
        cmocka_unit_test(page_of_several_nodes),
        cmocka_unit_test(list_of_articles_is_none_of_them),
        cmocka_unit_test(breadcrumbs_follow_their_positions),
        cmocka_unit_test(nonsense_gives_nothing),
        cmocka_unit_test(deep_and_long_documents_end),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

/* A small page in, one field out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/metadata.h"
#include "page_fixture.h"

enum field { TITLE, BYLINE, DATE, LANGUAGE, CATEGORIES, SITE, DESCRIPTION };

static rt_str field_of(const rt_content *c, enum field field, struct rt_arena *arena)
{
    switch (field) {
    case TITLE: return c->title;
    case BYLINE: return c->byline;
    case DATE: return c->published_iso;
    case LANGUAGE: return c->language;
    case SITE: return c->site_name;
    case DESCRIPTION: return c->description;
    case CATEGORIES: break;
    }
    if (c->categories.len == 0)
        return (rt_str){ NULL, 0 };
    return rt_arena_join(arena, c->categories.at, c->categories.len, RT_LIT("|"));
}

struct a_case {
    enum field field;
    const char *html, *want;
};

static void check(const struct a_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct page_fixture f;
        rt_content content = { 0 };
        assert_int_equal(page_fixture_open(&f, rt_str_from_c(cases[i].html)), RT_OK);
        assert_true(rt_metadata_read(&f.page, &content));
        rt_str got = field_of(&content, cases[i].field, &f.arena);
        const char *want = cases[i].want;
        if (!want ? got.at != NULL : !rt_str_eq(got, rt_str_from_c(want)))
            fail_msg("%s\n  gives '%.*s', expected '%s'", cases[i].html, (int)got.len,
                     got.at ? got.at : "", want ? want : "(absent)");
        page_fixture_close(&f);
    }
}

#define OG(name, value) "<meta property='og:" name "' content='" value "'>"
#define META(name, value) "<meta name='" name "' content='" value "'>"
#define LD(json) "<script type='application/ld+json'>" json "</script>"

static void titles(void **state)
{
    (void)state;
    static const struct a_case cases[] = {
        { TITLE, "<title>A day out | Example News</title>" OG("site_name", "Example News"),
          "A day out" },
        { TITLE, "<title>Example News - A day out</title>" OG("site_name", "Example News"),
          "A day out" },
        { TITLE, "<title>A day out \xe2\x80\x93 Example</title>", "A day out" },
        { TITLE, "<title>A day out - part two</title><h1>A day out - part two</h1>",
          "A day out - part two" },
        { TITLE, OG("title", "A day out | Example") "<h1>A day out</h1>", "A day out" },
        { TITLE, "<title>A day out | Example</title><h1><a href=/>Example</a></h1>"
                 "<h2>A day out</h2>", "A day out" },
        { TITLE, OG("title", "The whole headline of it")
                 "<h1>Kicker The whole headline of it</h1>", "The whole headline of it" },
        { TITLE, LD("{\"@type\":\"Article\",\"headline\":\"From the data\"}"), "From the data" },
        { TITLE, "<title>x</title><h1>json module\xc2\xb6</h1>", "json module" },
        { TITLE, "<title>A day out</title><h1 hidden>Other</h1>", "A day out" },
        { TITLE, "<title>  Spaced \n out </title>", "Spaced out" },
        { TITLE, "<title>undefined</title>", NULL },
        { TITLE, "<svg><title>Icon</title></svg><p>x", NULL },
        { TITLE, "", NULL },
    };
    check(cases, sizeof cases / sizeof *cases);
}

static void bylines(void **state)
{
    (void)state;
    static const struct a_case cases[] = {
        { BYLINE, LD("{\"@type\":\"Article\",\"author\":[{\"name\":\"Ann Lee\"},\"Bo Day\"]}"),
          "Ann Lee, Bo Day" },
        { BYLINE, META("author", "By Ann Lee"), "Ann Lee" },
        { BYLINE, META("citation_author", "Lee, Ann") META("citation_author", "Day, Bo"),
          "Ann Lee, Bo Day" },
        { BYLINE, "<meta property='article:author' content='https://example.org/ann'>", NULL },
        { BYLINE, "<meta property='article:author' content='Ann Lee'>", "Ann Lee" },
        { BYLINE, META("DC.creator", "Ann Lee"), "Ann Lee" },
        { BYLINE, META("twitter:label1", "Written by") META("twitter:data1", "Ann Lee"),
          "Ann Lee" },
        { BYLINE, META("twitter:label1", "Price") META("twitter:data1", "Ann Lee"), NULL },
        { BYLINE, "<h1>T</h1><a rel=author href=/ann>Ann Lee</a>", "Ann Lee" },
        { BYLINE, "<h1>T</h1><p class=byline>By Ann Lee, May 5, 2024</p>", "Ann Lee" },
        { BYLINE, "<h1>T</h1><div class=post-author><a href=/ann>Ann Lee</a><p>Editor</p></div>",
          "Ann Lee" },
        { BYLINE, "<h1>T</h1><div itemprop=author><meta itemprop=name content='Ann Lee'></div>",
          "Ann Lee" },
        { BYLINE, "<h1>T</h1><p>By <a href=/ann>Ann Lee</a></p>", "Ann Lee" },
        { BYLINE, "<h1>T</h1><p>By clicking here you agree</p>", NULL },
        { BYLINE, "<h1>T</h1><div id=comments><p class=comment-author>Troll</p></div>", NULL },
        { BYLINE, "<h1>T</h1><div class=related><span class=author>Other One</span></div>", NULL },
        { BYLINE, OG("site_name", "Example News") META("author", "Example News"), NULL },
        { BYLINE, OG("site_name", "CNN") META("author", "Ann Lee, CNN"), "Ann Lee" },
        { BYLINE, META("author", "admin"), NULL },
        { BYLINE, META("author", "null"), NULL },
        { BYLINE, "<p hidden class=byline>By Ann Lee</p>", NULL },
        { BYLINE, "", NULL },
    };
    check(cases, sizeof cases / sizeof *cases);
}

static void dates(void **state)
{
    (void)state;
    static const struct a_case cases[] = {
        { DATE, LD("{\"@type\":\"Article\",\"datePublished\":\"2024-05-17T10:00:00+02:00\","
                   "\"dateModified\":\"2024-06-01\"}"), "2024-05-17T10:00:00+02:00" },
        { DATE, "<meta property='article:published_time' content='2024-05-17'>"
                "<meta property='article:modified_time' content='2024-06-01'>", "2024-05-17" },
        { DATE, META("date", "2024-05-17"), "2024-05-17" },
        { DATE, "<h1>T</h1><time datetime='2024-05-17T10:00Z'>Friday</time>",
          "2024-05-17T10:00:00Z" },
        { DATE, "<h1>T</h1><p class=updated>2024-06-01</p><p class=posted>May 17, 2024</p>",
          "2024-05-17" },
        { DATE, "<html lang=en-GB><h1>T</h1><p>3/4/2024</p>", "2024-04-03" },
        { DATE, "<html lang=en-US><h1>T</h1><p>3/4/2024</p>", "2024-03-04" },
        { DATE, "<h1>T</h1><p>17. Mai 2024</p>", "2024-05-17" },
        { DATE, "<p>17 May 2024</p><h1>T</h1>", "2024-05-17" },
        { DATE, "<h1>T</h1><p>text<section class=comments><time datetime=2024-05-17>x</time>"
                "<p>17 May 2024</section>", NULL },
        { DATE, "<h1>T</h1><div class=related-posts><span class=date>2024-05-17</span></div>",
          NULL },
        { DATE, "<h1>T</h1><aside><time datetime=2024-05-17>Friday</time></aside>",
          "2024-05-17" },
        { DATE, META("date", "2024-02-30"), NULL },
        { DATE, META("date", "99/99/9999"), NULL },
        { DATE, "<meta property='article:modified_time' content='2024-06-01'>", NULL },
        { DATE, "", NULL },
    };
    check(cases, sizeof cases / sizeof *cases);
}

static void other_fields(void **state)
{
    (void)state;
    static const struct a_case cases[] = {
        { LANGUAGE, "<html lang=' de-AT '>", "de-AT" },
        { LANGUAGE, "<meta http-equiv=content-language content=fr>", "fr" },
        { LANGUAGE, OG("locale", "es_ES"), "es_ES" },
        { LANGUAGE, "<p>x", NULL },
        { SITE, OG("site_name", "Example News"), "Example News" },
        { SITE, LD("{\"@type\":\"Article\",\"publisher\":{\"name\":\"Example\"}}"), "Example" },
        { SITE, META("application-name", "Example App"), "Example App" },
        { SITE, "<title>A day out | Daily Planet</title><h1>A day out</h1>", "Daily Planet" },
        { SITE, "<title>A day out</title>", NULL },
        { DESCRIPTION, META("description", " About\n it ") OG("description", "Other"), "About it" },
        { DESCRIPTION, OG("description", "A &amp;amp; B"), "A & B" },
        { DESCRIPTION, LD("{\"@type\":\"Article\",\"description\":\"From data\"}"), "From data" },
        { DESCRIPTION, META("description", ""), NULL },
        { CATEGORIES, META("keywords", "News, World ,news"), "News|World" },
        { CATEGORIES, META("keywords", "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p"), NULL },
        { CATEGORIES, "<meta property='article:section' content='Sport'>"
                      "<meta property='article:tag' content='Golf'>", "Sport|Golf" },
        { CATEGORIES, "<nav aria-label=Breadcrumb><a>Home</a><a>Tools</a><a>Saws</a></nav>",
          "Tools|Saws" },
        { CATEGORIES, "<title>T one</title><ul class=breadcrumb><li><a>Home</a><li><a>Tools</a>"
                      "<li><a>T one</a></ul><h1>T one</h1>", "Tools" },
        { CATEGORIES, LD("{\"@type\":\"BreadcrumbList\",\"itemListElement\":[{\"name\":\"Start\"},"
                         "{\"name\":\"Garden\"}]}"), "Garden" },
        { CATEGORIES, "<body class=has-breadcrumb><a>Edit</a><p>x", NULL },
        { CATEGORIES, "<div class=breadcrumb-page><a>1</a><a>2</a><a>3</a><a>4</a><a>5</a><a>6</a>"
                      "<a>7</a><a>8</a><a>9</a></div>", NULL },
        { CATEGORIES, "", NULL },
    };
    check(cases, sizeof cases / sizeof *cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles),
        cmocka_unit_test(bylines),
        cmocka_unit_test(dates),
        cmocka_unit_test(other_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

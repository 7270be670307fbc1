/* robots.txt: the RFC's examples, what sites really write, and files that want to cost time. */
#include "net/robots.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static bool allows(const char *file, const char *path)
{
    unsigned delay;
    return rt_robots_allows(rt_str_from_c(file), RT_LIT("riptide"), rt_str_from_c(path), &delay);
}

static const char simple[] = "User-Agent: *\n"
                             "Disallow: *.gif$\n"
                             "Disallow: /example/\n"
                             "Allow: /publications/\n"
                             "\n"
                             "User-Agent: foobot\n"
                             "Disallow:/\n"
                             "Allow:/example/page.html\n"
                             "Allow:/example/allowed.gif\n"
                             "\n"
                             "User-Agent: barbot\n"
                             "User-Agent: bazbot\n"
                             "Disallow: /example/page.html\n"
                             "\n"
                             "User-Agent: quxbot\n";

/* RFC 9309, 5.1. */
static void follows_the_simple_example(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *path;
        bool allowed;
    } cases[] = {
        { "other", "/a.gif", false },
        { "other", "/a.gif?x", true },
        { "other", "/example/x", false },
        { "other", "/publications/x", true },
        { "foobot", "/", false },
        { "foobot", "/example/page.html", true },
        { "FooBot", "/example/allowed.gif", true },
        { "foobot", "/publications/", false },
        { "barbot", "/example/page.html", false },
        { "bazbot", "/example/page.html", false },
        { "bazbot", "/a.gif", true },
        { "quxbot", "/example/", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned delay;
        if (rt_robots_allows(rt_str_from_c(simple), rt_str_from_c(cases[i].agent),
                             rt_str_from_c(cases[i].path), &delay) != cases[i].allowed)
            fail_msg("%s %s", cases[i].agent, cases[i].path);
    }
}

static const struct {
    const char *file, *path;
    bool allowed;
} cases[] = {
    /* RFC 9309, 5.2: the longest match */
    { "user-agent: riptide\nallow: /example/page/\ndisallow: /example/page/disallowed.gif",
      "/example/page/disallowed.gif", false },
    { "user-agent: riptide\nallow: /example/page/\ndisallow: /example/page/disallowed.gif",
      "/example/page/x", true },
    /* of two that are as long, allow */
    { "user-agent: *\ndisallow: /a\nallow: /a", "/a", true },
    { "user-agent: *\nallow: /a\ndisallow: /a", "/a", true },
    /* no rule, no group, no file */
    { "", "/", true },
    { "user-agent: other\ndisallow: /", "/", true },
    { "disallow: /", "/", true },
    { "user-agent: *\ndisallow:", "/", true },
    { "user-agent: *\ndisallow: /\n", "", false },
    /* the agent's own group, not the one for all */
    { "user-agent: *\ndisallow: /\n\nuser-agent: riptide\ndisallow: /x", "/y", true },
    { "user-agent: riptide\ndisallow: /x\n\nuser-agent: *\ndisallow: /", "/y", true },
    { "user-agent: riptide\n\nuser-agent: *\ndisallow: /", "/y", false },
    { "user-agent: riptide\nsitemap: x\nuser-agent: *\ndisallow: /", "/y", false },
    { "user-agent: *\ndisallow: /\nuser-agent: riptide\n", "/y", true },
    { "user-agent: RipTide/1.0 (+https://example.org)\ndisallow: /", "/", false },
    { "user-agent: riptidex\ndisallow: /", "/", true },
    { "user-agent: rip\ndisallow: /", "/", true },
    /* groups of one agent are one */
    { "user-agent: riptide\ndisallow: /a\n\nuser-agent: x\ndisallow: /\n\nuser-agent: "
      "riptide\ndisallow: /b",
      "/b", false },
    { "user-agent: riptide\ndisallow: /a\n\nuser-agent: x\ndisallow: /\n\nuser-agent: "
      "riptide\ndisallow: /b",
      "/a", false },
    /* lines: comments, spaces, line ends, byte order mark, noise */
    { "\xEF\xBB\xBFuser-agent: *\rdisallow: /a\r\n", "/a", false },
    { " \t USER-AGENT \t : * # all\nDisallow : /a#b\n", "/a", false },
    { "user-agent: *\nnonsense\n: x\ncrawl-delay: 1\nfoo: bar\ndisallow: /a", "/a", false },
    { "user-agent: *\nallow\ndisallow /a", "/a", true },
    /* stars and ends */
    { "user-agent: *\ndisallow: /*.php", "/x/index.php?y", false },
    { "user-agent: *\ndisallow: /*.php$", "/index.php?y", true },
    { "user-agent: *\ndisallow: /*.php$", "/a.php/b.php", false },
    { "user-agent: *\ndisallow: /fish*", "/fish/x", false },
    { "user-agent: *\ndisallow: /fish", "/Fish", true },
    { "user-agent: *\ndisallow: /*a*b*c", "/xxaxxbxxcxx", false },
    { "user-agent: *\ndisallow: /*a*b*c", "/xxaxxcxxb", true },
    { "user-agent: *\ndisallow: /*aab", "/aaab", false },
    { "user-agent: *\ndisallow: /**a$", "/a", false },
    { "user-agent: *\ndisallow: *", "/a", false },
    { "user-agent: *\ndisallow: $", "/a", true },
    { "user-agent: *\ndisallow: /$", "/", false },
    { "user-agent: *\ndisallow: /$", "/a", true },
    { "user-agent: *\ndisallow: /*$", "/a", false },
    { "user-agent: *\ndisallow: /a$b", "/a$bc", false },
    { "user-agent: *\ndisallow: /ab*ba$", "/aba", true },
    { "user-agent: *\ndisallow: a", "/a", true },
    /* a path's own star is no star */
    { "user-agent: *\ndisallow: /a%2Ab", "/a*b", false },
    { "user-agent: *\ndisallow: /a%2Ab", "/axb", true },
    { "user-agent: *\ndisallow: /a%24", "/a$", false },
    { "user-agent: *\ndisallow: /a%24", "/a", true },
    /* RFC 9309, 2.2.2: octets */
    { "user-agent: *\ndisallow: /foo/bar?baz=quz", "/foo/bar?baz=quz", false },
    { "user-agent: *\ndisallow: /foo/bar/\xE3\x83\x84", "/foo/bar/%e3%83%84", false },
    { "user-agent: *\ndisallow: /foo/bar/%E3%83%84", "/foo/bar/\xE3\x83\x84", false },
    { "user-agent: *\ndisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false },
    { "user-agent: *\ndisallow: /foo/bar/baz", "/foo/%62ar/ba%7a", false },
    { "user-agent: *\ndisallow: /a%2Fb", "/a/b", true },
    { "user-agent: *\ndisallow: /a%2fb", "/a%2Fb", false },
    { "user-agent: *\ndisallow: /a%zz", "/a%zz", false },
    { "user-agent: *\ndisallow: /100%", "/100%", false },
    /* the file itself */
    { "user-agent: *\ndisallow: /", "/robots.txt", true },
    { "user-agent: *\ndisallow: /", "/robots.txt?", false },
};

static void reads_what_sites_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (allows(cases[i].file, cases[i].path) != cases[i].allowed)
            fail_msg("%s\nfor %s: wanted %d", cases[i].file, cases[i].path, cases[i].allowed);
}

static void tells_the_delay(void **state)
{
    (void)state;
    static const struct {
        const char *file;
        unsigned ms;
    } delays[] = {
        { "user-agent: *\ncrawl-delay: 2", 2000 },
        { "user-agent: *\ncrawl-delay: 0.25", 250 },
        { "user-agent: *\ncrawl-delay: 1.23456", 1234 },
        { "user-agent: *\ncrawl-delay: -1", 0 },
        { "user-agent: *\ncrawl-delay: soon", 0 },
        { "user-agent: *\ncrawl-delay: 99999999999999999999999", 3600000 },
        { "user-agent: *\ncrawl-delay: 9\n\nuser-agent: riptide\nallow: /", 0 },
        { "user-agent: other\ncrawl-delay: 9", 0 },
        { "", 0 },
    };
    for (size_t i = 0; i < sizeof delays / sizeof *delays; i++) {
        unsigned ms = 77;
        assert_true(
            rt_robots_allows(rt_str_from_c(delays[i].file), RT_LIT("riptide"), RT_LIT("/"), &ms));
        assert_int_equal(ms, delays[i].ms);
    }
}

/* The line, again and again, up to the size. */
static rt_str repeat(const char *head, const char *line, size_t size)
{
    char *text = malloc(size);
    assert_non_null(text);
    size_t n = strlen(head), len = strlen(line);
    memcpy(text, head, n);
    for (; n + len <= size; n += len)
        memcpy(text + n, line, len);
    return (rt_str){ text, n };
}

static void ends_what_wants_to_cost_time(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "allow:/*a*a*a*a*a*a*a*a*a*a*a*b\n",
        "disallow:/*aaaaaaaaaaaaaaaaaaaaaaaaaaab\n",
        "allow:/*b\n",
        "user-agent: riptide\n",
        "a*",
    };
    rt_str path = repeat("/", "a", 10000);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        rt_str file = repeat("user-agent: *\nallow: /", lines[i], 600000);
        unsigned delay;
        rt_robots_allows(file, RT_LIT("riptide"), path, &delay);
        free((char *)(uintptr_t)file.at);
    }
    free((char *)(uintptr_t)path.at);
}

static void reads_only_the_beginning(void **state)
{
    (void)state;
    unsigned delay;
    rt_str file = repeat("user-agent: *\n", "disallow: /aaaaa\n", 600000);
    memcpy((char *)(uintptr_t)file.at + 500 * 1024, "\ndisallow: /bbbb\n", 17);
    assert_true(rt_robots_allows(file, RT_LIT("x"), RT_LIT("/bbbb"), &delay));
    assert_false(rt_robots_allows(file, RT_LIT("x"), RT_LIT("/aaaaa"), &delay));
    free((char *)(uintptr_t)file.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_simple_example),
        cmocka_unit_test(reads_what_sites_write),
        cmocka_unit_test(tells_the_delay),
        cmocka_unit_test(ends_what_wants_to_cost_time),
        cmocka_unit_test(reads_only_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

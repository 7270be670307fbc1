/* Addresses and references as browsers read them. */
#include "net/reference.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define BASE "https://a.test:8443/x/y/z?q"

static const struct {
    const char *base, *reference, *wanted;
} good[] = {
    { NULL, "http://a.test", "http://a.test/" },
    { NULL, "HTTPS://a.test?x", "https://a.test/?x" },
    { NULL, "http:a.test/b", "http://a.test/b" },
    { NULL, "http:////a.test//b", "http://a.test//b" },
    { NULL, "http:\\\\a.test\\b?c\\d", "http://a.test/b?c\\d" },
    { NULL, "\x01 http://a.test/\x1F ", "http://a.test/" },
    { NULL, "ht\ntp://a.\ttest/b\r\nc", "http://a.test/bc" },
    { NULL, "http://a.test/b c\"<>^`{}'|", "http://a.test/b%20c%22%3C%3E%5E%60%7B%7D'|" },
    { NULL, "http://a.test/?b c\"<>^`{}'|", "http://a.test/?b%20c%22%3C%3E^`{}%27|" },
    { NULL, "http://a.test/\xC3\xA4?\xFF", "http://a.test/%C3%A4?%FF" },
    { NULL, "http://\xC3\xA4.test/", "http://\xC3\xA4.test/" },
    { NULL, "http://a.test/%zz%41", "http://a.test/%zz%41" },
    { NULL, "http://a.test/b#c?d@e", "http://a.test/b" },
    { NULL, "http://a.test/b@c:d", "http://a.test/b@c:d" },
    { NULL, "http://[::1]:80/", "http://[::1]:80/" },
    { BASE, "", BASE },
    { BASE, "#f", BASE },
    { BASE, "w", "https://a.test:8443/x/y/w" },
    { BASE, "./../w", "https://a.test:8443/x/y/./../w" },
    { BASE, "?w", "https://a.test:8443/x/y/z?w" },
    { BASE, "/w", "https://a.test:8443/w" },
    { BASE, "\\w", "https://a.test:8443/w" },
    { BASE, "//b.test/w", "https://b.test/w" },
    { BASE, "/\\b.test/w", "https://b.test/w" },
    { BASE, "\\\\\\b.test", "https://b.test/" },
    { BASE, "https:w", "https://a.test:8443/x/y/w" },
    { BASE, "https:/w", "https://a.test:8443/w" },
    { BASE, "https://b.test", "https://b.test/" },
    { BASE, "http:w", "http://w/" },
    { BASE, "w:x", NULL },
    { BASE, "./w:x", "https://a.test:8443/x/y/./w:x" },
    { BASE, "w?//b", "https://a.test:8443/x/y/w?//b" },
    { "http://a.test/?x/y", "w", "http://a.test/w" },
};

static const struct {
    const char *base, *reference;
    enum rt_reference wanted;
} bad[] = {
    { NULL, "", RT_REFERENCE_OTHER_SCHEME },
    { NULL, "a.test", RT_REFERENCE_OTHER_SCHEME },
    { NULL, "//a.test", RT_REFERENCE_OTHER_SCHEME },
    { NULL, "ftp://a.test/", RT_REFERENCE_OTHER_SCHEME },
    { NULL, "file:///etc/passwd", RT_REFERENCE_OTHER_SCHEME },
    { BASE, "file:///etc/passwd", RT_REFERENCE_OTHER_SCHEME },
    { BASE, "javascript:alert(1)", RT_REFERENCE_OTHER_SCHEME },
    { BASE, "data:text/html,x", RT_REFERENCE_OTHER_SCHEME },
    { BASE, "gopher://a.test", RT_REFERENCE_OTHER_SCHEME },
    { NULL, "http:", RT_REFERENCE_NO_HOST },
    { NULL, "http://?a", RT_REFERENCE_NO_HOST },
    { NULL, "http://:80/", RT_REFERENCE_NO_HOST },
    { NULL, "http://user@a.test/", RT_REFERENCE_CREDENTIALS },
    { NULL, "http://user:secret@a.test/", RT_REFERENCE_CREDENTIALS },
    { NULL, "http://@a.test/", RT_REFERENCE_CREDENTIALS },
    { BASE, "//b.test@c.test/", RT_REFERENCE_CREDENTIALS },
    { NULL, "http://a b/", RT_REFERENCE_MALFORMED },
    { NULL, "http://a\x7F/", RT_REFERENCE_MALFORMED },
    { NULL, "http://a\xFF/", RT_REFERENCE_MALFORMED },
};

static void joins(void **state)
{
    (void)state;
    char out[RT_REFERENCE_MAX + 1];
    size_t len;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        enum rt_reference why = rt_reference_join(rt_str_from_c(good[i].base),
                                                  rt_str_from_c(good[i].reference), out, &len);
        if (!good[i].wanted) {
            assert_int_equal(why, RT_REFERENCE_OTHER_SCHEME);
            continue;
        }
        if (why != RT_REFERENCE_OK || strcmp(out, good[i].wanted) != 0 || len != strlen(out))
            fail_msg("%s: %s (%s), wanted %s", good[i].reference, out, rt_reference_text(why),
                     good[i].wanted);
    }
}

static void refuses(void **state)
{
    (void)state;
    char out[RT_REFERENCE_MAX + 1];
    size_t len;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        enum rt_reference why = rt_reference_join(rt_str_from_c(bad[i].base),
                                                  rt_str_from_c(bad[i].reference), out, &len);
        if (why != bad[i].wanted)
            fail_msg("%s: %s (%s)", bad[i].reference, out, rt_reference_text(why));
    }
}

static void bounds_the_length(void **state)
{
    (void)state;
    static char text[3 * RT_REFERENCE_MAX];
    char out[RT_REFERENCE_MAX + 1];
    size_t len;
    memset(text, 'a', sizeof text);
    memcpy(text, "http://a/", 9);
    rt_str s = { text, RT_REFERENCE_MAX };
    assert_int_equal(rt_reference_join((rt_str){ NULL, 0 }, s, out, &len), RT_REFERENCE_OK);
    assert_int_equal(len, RT_REFERENCE_MAX);
    s.len++;
    assert_int_equal(rt_reference_join((rt_str){ NULL, 0 }, s, out, &len), RT_REFERENCE_TOO_LONG);
    s.len = sizeof text;
    assert_int_equal(rt_reference_join((rt_str){ NULL, 0 }, s, out, &len), RT_REFERENCE_TOO_LONG);
    memset(text + 9, ' ', 4000); /* each becomes three */
    text[4009] = 'a';
    s.len = 4010;
    assert_int_equal(rt_reference_join((rt_str){ NULL, 0 }, s, out, &len), RT_REFERENCE_TOO_LONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joins),
        cmocka_unit_test(refuses),
        cmocka_unit_test(bounds_the_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

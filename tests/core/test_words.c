/* Counting words. */
#include "base/str.h"
#include "core/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *text;
    uint32_t words;
} cases[] = {
    { "", 0 }, { " \n.,-'", 0 }, { "one", 1 }, { "one two  three", 3 }, { "don't stop", 2 },
    { "don\xE2\x80\x99t", 1 }, { "well-known", 1 }, { "3.14 1,000", 3 }, { "a -- b", 2 },
    { "end. Start", 2 }, { "caf\xC3\xA9 d\xC3\xA9j\xC3\xA0", 2 }, { "e\xCC\x81t\xC3\xA9", 1 },
    { "\xC2\xAB" "a\xC2\xBB \xE2\x80\x94 b", 2 }, { "na\xC2\xADme", 1 },
    { "\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xD0\xBC\xD0\xB8\xD1\x80", 2 },
    { "中文", 1 }, { "中文字", 2 }, { "中文，字", 2 }, { "中文abc", 2 }, { "日本語です。", 3 },
    { "안녕하세요 세계", 2 }, { "😀 👍", 0 }, { "1\xEF\xBC\x8C" "2", 2 },
};

static void counts_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t got = rt_words_count(rt_str_from_c(cases[i].text));
        if (got != cases[i].words)
            fail_msg("'%s': %u, expected %u", cases[i].text, got, cases[i].words);
    }
}

static void takes_at_least_a_minute(void **state)
{
    (void)state;
    assert_int_equal(rt_words_minutes(0), 1);
    assert_int_equal(rt_words_minutes(200), 1);
    assert_int_equal(rt_words_minutes(201), 2);
    assert_int_equal(rt_words_minutes(UINT32_MAX), 21474837);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_words),
        cmocka_unit_test(takes_at_least_a_minute),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

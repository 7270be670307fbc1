/* The head of an answer, line by line. */
#include "net/answer.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct rt_answer answer;

static void read_all(const char *const *lines)
{
    memset(&answer, 0, sizeof answer);
    for (; *lines; lines++)
        rt_answer_line(&answer, rt_str_from_c(*lines));
}

static void reads_what_matters(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "HTTP/1.1 301 Moved\r\n",
        "Location:  /a \r\n",
        "location: /b\r\n",
        "CONTENT-TYPE: a/b\r\n",
        "Content-Type: text/html\n",
        "Content-Length: 12\r\n",
        "ETag: W/\"x\"\r\n",
        "Last-Modified: Mon\r\n",
        "Retry-After: 7\r\n",
        "Cache-Control: a\r\n",
        "no colon\r\n",
        ": nothing\r\n",
        "\r\n",
        "Location: /trailer\r\n",
        "Content-Type: x/y\r\n",
        NULL,
    };
    read_all(lines);
    assert_int_equal(answer.status, 301);
    assert_true(answer.ended && answer.has_location && answer.has_type && answer.has_length);
    assert_string_equal(answer.location, "/a");
    assert_string_equal(answer.type, "text/html");
    assert_int_equal(answer.length, 12);
    assert_string_equal(answer.etag, "W/\"x\"");
    assert_string_equal(answer.modified, "Mon");
    assert_string_equal(answer.retry_after, "7");
    assert_false(answer.no_store);
    assert_true(answer.bytes > 200);
}

static void forgets_interim_answers(void **state)
{
    (void)state;
    static const char *const lines[] = { "HTTP/1.1 103 Hints\r\n", "Content-Type: a/b\r\n", "\r\n",
                                         "HTTP/2 200 \r\n", NULL };
    read_all(lines);
    assert_int_equal(answer.status, 200);
    assert_false(answer.ended || answer.has_type);
    rt_answer_line(&answer, RT_LIT("\r\n"));
    assert_true(answer.ended);
}

static void keeps_only_whole_validators(void **state)
{
    (void)state;
    char line[400];
    memset(line, 'x', sizeof line);
    memcpy(line, "ETag: ", 6);
    memset(&answer, 0, sizeof answer);
    rt_answer_line(&answer, RT_LIT("HTTP/1.1 200"));
    rt_answer_line(&answer, (rt_str){ line, sizeof line });
    assert_string_equal(answer.etag, "");
    rt_answer_line(&answer, RT_LIT("Cache-Control: max-age=0, NO-STORE"));
    rt_answer_line(&answer, RT_LIT("Cache-Control: public"));
    assert_true(answer.no_store);
}

static void takes_odd_lines(void **state)
{
    (void)state;
    static const char *const heads[] = { "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 2", "HTTP/1.1 abc",
                                         "x" };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        memset(&answer, 0, sizeof answer);
        rt_answer_line(&answer, rt_str_from_c(heads[i]));
        assert_int_equal(answer.status, 0);
    }
    static const char *const lines[] = { "HTTP/1.1 2000", "Content-Length: 1, 1", NULL };
    read_all(lines);
    assert_int_equal(answer.status, 200);
    assert_false(answer.has_length);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_matters),
        cmocka_unit_test(forgets_interim_answers),
        cmocka_unit_test(keeps_only_whole_validators),
        cmocka_unit_test(takes_odd_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

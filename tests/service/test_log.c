/* Log lines: every one is an object, whatever is in it. */
#include "service/log.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <yyjson.h>

#include <cmocka.h>

static size_t read_all(int fd, char *out, size_t room)
{
    ssize_t n = read(fd, out, room - 1);
    out[n > 0 ? n : 0] = '\0';
    return strlen(out);
}

static void a_line_is_an_object(void **state)
{
    (void)state;
    static char much[5000];
    int ends[2];
    char line[8192];
    memset(much, 'a', sizeof much - 1);
    const struct rt_log_field fields[] = {
        { .name = "request_id", .text = "a\"b\\c\n\x01\x7F" },
        { .name = "bad", .text = "\xFF\xC3" },
        { .name = "empty", .text = "" },
        { .name = "much", .text = much },
        { .name = "status", .number = 200 },
        { .name = "duration_s", .number = 1234567890, .seconds = true },
    };
    assert_int_equal(pipe(ends), 0);
    struct rt_log *log = rt_log_open(ends[1], RT_LOG_INFO, RT_LOG_AUTO);
    rt_log_write(log, RT_LOG_INFO, "re\"quest", fields, sizeof fields / sizeof *fields);
    rt_log_write(log, RT_LOG_DEBUG, "not told", NULL, 0);
    size_t len = read_all(ends[0], line, sizeof line);
    assert_int_equal(line[len - 1], '\n');
    yyjson_doc *doc = yyjson_read(line, len - 1, 0);
    yyjson_val *root = yyjson_doc_get_root(doc);
    assert_non_null(doc);
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "level")), "info");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "msg")), "re\"quest");
    assert_string_equal(yyjson_get_str(yyjson_obj_get(root, "request_id")), "a\"b\\c\n\x01\x7F");
    assert_null(yyjson_obj_get(root, "empty"));
    assert_int_equal(yyjson_get_int(yyjson_obj_get(root, "status")), 200);
    assert_true(yyjson_get_real(yyjson_obj_get(root, "duration_s")) == 1.234567);
    const char *ts = yyjson_get_str(yyjson_obj_get(root, "ts"));
    assert_int_equal(strlen(ts), 27);
    assert_int_equal(ts[26], 'Z');
    yyjson_doc_free(doc);
    rt_log_close(log);
    close(ends[0]);
    close(ends[1]);
}

/* Whoever is logged cannot write a line of his own, nor move what is read. */
static void a_plain_line_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "http://a.example/", "=http://a.example/\n" },
        { "a\nb", "=\"a\\u000ab\"\n" },
        { "a\x1b[31m", "=\"a\\u001b[31m\"\n" },
        { "a\tb", "=\"a\\u0009b\"\n" },
        { "\xC2\x85", "=\"\\u0085\"\n" },
        { "a\xE2\x80\xAE"
          "b",
          "=\"a\\u202eb\"\n" },
        { "\xC3\xA9", "=\"\xC3\xA9\"\n" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct rt_log_field field = { .name = "url", .text = cases[i].text };
        int ends[2];
        char line[256];
        assert_int_equal(pipe(ends), 0);
        struct rt_log *log = rt_log_open(ends[1], RT_LOG_INFO, RT_LOG_PLAIN);
        rt_log_write(log, RT_LOG_INFO, "request", &field, 1);
        read_all(ends[0], line, sizeof line);
        assert_string_equal(strchr(line, '='), cases[i].want);
        rt_log_close(log);
        close(ends[0]);
        close(ends[1]);
    }
}

static void levels_and_forms_are_read(void **state)
{
    (void)state;
    enum rt_log_level level = RT_LOG_INFO;
    enum rt_log_form form = RT_LOG_AUTO;
    assert_true(rt_log_parse("debug", &level, &form));
    assert_int_equal(level, RT_LOG_DEBUG);
    assert_int_equal(form, RT_LOG_AUTO);
    assert_true(rt_log_parse("plain, warn", &level, &form));
    assert_int_equal(level, RT_LOG_WARN);
    assert_int_equal(form, RT_LOG_PLAIN);
    assert_false(rt_log_parse("error,xml", &level, &form));
    assert_int_equal(level, RT_LOG_WARN);
    assert_false(rt_log_parse("", &level, &form));
    assert_false(rt_log_parse("DEBUG", &level, &form));
}

static void addresses_lose_what_is_private(void **state)
{
    (void)state;
    static const struct {
        const char *url, *want;
    } cases[] = {
        { "https://a.example/b/c", "https://a.example/b/c" },
        { "https://user:secret@a.example/b?token=secret#secret", "https://a.example/b" },
        { "https://us@er:secret@a.example", "https://a.example" },
        { "https://a.example/@b", "https://a.example/@b" },
        { "https://a.example\\@b", "https://a.example\\@b" },
        { "user:secret@a.example", "a.example" },
        { "http:/user:secret@a.example/b", "http:/a.example/b" },
        { "http:///user:secret@a.example/b", "http:///a.example/b" },
        { "http:\\user:secret@a.example", "http:\\a.example" },
        { "http:\t//user:secret@a.example", "http:\t//a.example" },
        { " ht\ntp://user:secret@a.example", " ht\ntp://a.example" },
        { "//user:secret@a.example/b", "a.example/b" },
        { "ftp://user:secret@a.example/b", "a.example/b" },
        { "ftp:/user:secret@a.example/b", "a.example/b" },
        { "view-source:https://user:secret@a.example/b", "a.example/b" },
        { "view-source:https:user:secret@a.example", "a.example" },
        { "https:user:secret@a.example", "https:a.example" },
        { "?secret", "" },
        { "", "" },
        { NULL, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[64];
        rt_log_url(rt_str_from_c(cases[i].url), out, sizeof out);
        assert_string_equal(out, cases[i].want);
    }
    char small[12];
    rt_log_url(RT_LIT("https://a.example/"), small, sizeof small);
    assert_string_equal(small, "https://a.e");
    rt_log_url(RT_LIT("https://\xC3\xA9\xC3\xA9"), small, sizeof small);
    assert_string_equal(small, "https://\xC3\xA9");
    char tiny[4];
    rt_log_url(RT_LIT("https://a.example/"), tiny, sizeof tiny);
    assert_string_equal(tiny, "");
}

/* A pipe that nobody reads: lines are lost, and nobody waits for it. */
static void a_full_pipe_stops_nobody(void **state)
{
    (void)state;
    enum { LINES = 2000 };
    static char all[1 << 20];
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct rt_log *log = rt_log_open(ends[1], RT_LOG_INFO, RT_LOG_JSON);
    uint64_t before = rt_log_lost();
    for (int i = 0; i < LINES; i++)
        rt_log_say(log, RT_LOG_INFO, "%0100d", i);
    uint64_t lost = rt_log_lost() - before;
    assert_in_range(lost, 1, LINES - 1);
    size_t len = 0, lines = 0;
    for (ssize_t n; lines < LINES - lost && (n = read(ends[0], all + len, sizeof all - len)) > 0;)
        for (size_t end = len + (size_t)n; len < end; len++)
            lines += all[len] == '\n';
    rt_log_say(log, RT_LOG_INFO, "there is room again");
    assert_int_equal(rt_log_lost() - before, lost);
    assert_int_equal(lines, LINES - lost);
    rt_log_close(log);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_line_is_an_object),
                                        cmocka_unit_test(a_plain_line_is_one),
                                        cmocka_unit_test(levels_and_forms_are_read),
                                        cmocka_unit_test(addresses_lose_what_is_private),
                                        cmocka_unit_test(a_full_pipe_stops_nobody) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

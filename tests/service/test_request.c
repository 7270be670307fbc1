/* Targets and headers before the service sees them. */
#include "service/request.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_target_may_begin_with_the_host(void **state)
{
    static const char *const rows[][3] = {
        { "/livez", "/livez" },
        { "http://a/livez", "/livez", "a" },
        { "HTTPS://a:1/v1/x", "/v1/x", "a:1" },
        { "http://a", "/", "a" },
        { "http://", "/", "" },
        { "http:///livez", "/livez", "" },
        { "ftp://a/livez", "ftp://a/livez" },
        { "/http://a/b", "/http://a/b" },
        { "*", "*" },
        { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rt_str authority, path = rt_request_path(rt_str_from_c(rows[i][0]), &authority);
        assert_true(rt_str_eq(path, rt_str_from_c(rows[i][1])));
        assert_int_equal(authority.at != NULL, rows[i][2] != NULL);
        assert_true(rt_str_eq(authority, rt_str_from_c(rows[i][2])));
    }
}

static void only_what_is_encoded_is_decoded(void **state)
{
    static const char *const rows[][2] = {
        { "/%6Civez", "/livez" }, { "/a%2fb", "/a/b" }, { "%e9", "\xe9" }, { "%", "%" },
        { "%4", "%4" },           { "%zz", "%zz" },     { "%%41", "%A" },  { "%4%41", "%4A" },
        { "/x%00y", "/x%00y" },   { "", "" },           { "a+b", "a+b" },  { "%2541", "%41" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[16];
        strncpy(text, rows[i][0], sizeof text - 1);
        text[sizeof text - 1] = '\0';
        assert_int_equal(rt_request_decode(text), strlen(rows[i][1]));
        assert_string_equal(text, rows[i][1]);
    }
}

static void a_target_has_no_spaces(void **state)
{
    static const char *const good[] = { "/", "", "*", "/%20?a=+", "/\xc3\xa9", "/a>b\"|\\" };
    static const char *const bad[] = { " ", "/a b", "/a\t", "/\r", "/?a\nb", "/\x01", "/\x7f" };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(rt_request_is_target(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(rt_request_is_target(bad[i]));
}

static bool has_room(size_t path, size_t arguments)
{
    static char text[RT_TARGET_MAX + 1000];
    memset(text, 'a', path);
    memset(text + path, '&', arguments);
    text[path + arguments] = '\0';
    return rt_request_has_room(text);
}

static void a_target_is_not_too_large(void **state)
{
    (void)state;
    assert_true(has_room(0, 0));
    assert_true(has_room(RT_TARGET_MAX - RT_ARGUMENT_SIZE, 0));
    assert_false(has_room(RT_TARGET_MAX - RT_ARGUMENT_SIZE + 1, 0));
    assert_true(has_room(RT_TARGET_MAX - 100 * RT_ARGUMENT_SIZE - 99, 99));
    assert_false(has_room(RT_TARGET_MAX - 100 * RT_ARGUMENT_SIZE - 98, 99));
    assert_true(has_room(1, RT_ARGUMENTS_MAX - 1)); /* one stands before the first of them */
    assert_false(has_room(1, RT_ARGUMENTS_MAX));
    assert_false(has_room(RT_TARGET_MAX, 900));
}

struct headers {
    const char *version, *line[4]; /* name and value, twice */
    bool good;
};

static void where_a_request_ends_is_beyond_doubt(void **state)
{
    static const struct headers rows[] = {
        { "HTTP/1.1", { "Host", "a" }, true },
        { "HTTP/1.0", { NULL }, true },
        { "HTTP/1.1", { NULL }, false },
        { "HTTP/1.1", { "Host", "a", "host", "a" }, false },
        { "HTTP/1.0", { "Host", "a", "host", "b" }, false },
        { "HTTP/1.1", { "Host", "a", "Content-Length", "5" }, true },
        { "HTTP/1.1", { "Host", "a", "Transfer-Encoding", "Chunked" }, true },
        { "HTTP/1.1", { "Host", "a", "Transfer-Encoding", "gzip, chunked" }, false },
        { "HTTP/1.1", { "Host", "a", "Transfer-Encoding", "" }, false },
        { "HTTP/1.0", { "Transfer-Encoding", "chunked" }, false },
        { "HTTP/1.0", { "Content-Length", "5", "content-length", "5" }, false },
        { "HTTP/1.0", { "Content-Length", "5", "transfer-encoding", "chunked" }, false },
        { "HTTP/1.1", { "Host", "a", "Content-Length ", "5" }, false },
        { "HTTP/1.1", { "Host", "a", "X\x80", "5" }, false },
        { "HTTP/1.1", { "Host", "a", "", "5" }, false },
        { "HTTP/1.1", { "Host", "a", "X", "a\tb" }, true },
        { "HTTP/1.1", { "Host", "a", "X", "a\rContent-Length: 5" }, false },
        { "HTTP/1.1", { "Host", "a", "Transfer-Encoding", "chunked\r" }, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rt_request_seen seen = { 0 };
        for (int k = 0; k < 4 && rows[i].line[k]; k += 2)
            rt_request_see(&seen, rt_str_from_c(rows[i].line[k]),
                           rt_str_from_c(rows[i].line[k + 1]));
        if (!rt_request_fault(&seen, rows[i].version) != rows[i].good)
            fail_msg("row %zu", i);
    }
    struct rt_request_seen seen = { 0 };
    rt_request_see(&seen, RT_LIT("X"), RT_LIT("a\0b"));
    assert_non_null(seen.fault);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_may_begin_with_the_host),
        cmocka_unit_test(only_what_is_encoded_is_decoded),
        cmocka_unit_test(a_target_has_no_spaces),
        cmocka_unit_test(a_target_is_not_too_large),
        cmocka_unit_test(where_a_request_ends_is_beyond_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

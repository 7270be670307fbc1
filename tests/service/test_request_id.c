/* Names of requests and traces. */
#include "service/request_id.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_sane_name_is_kept(void **state)
{
    (void)state;
    char longest[129], out[RT_REQUEST_ID_ROOM];
    memset(longest, 'x', 128);
    longest[128] = '\0';
    const char *const sane[] = { "a", "0af7651916cd43dd8448eb211c80319c", "A.b_c-d:e", longest };
    for (size_t i = 0; i < sizeof sane / sizeof *sane; i++) {
        rt_request_id(rt_str_from_c(sane[i]), out);
        assert_string_equal(out, sane[i]);
    }
}

static void any_other_is_replaced(void **state)
{
    (void)state;
    char too_long[130], out[RT_REQUEST_ID_ROOM], before[RT_REQUEST_ID_ROOM] = "";
    memset(too_long, 'x', 129);
    too_long[129] = '\0';
    const char *const others[] = { NULL, "", "a b", "a\"b", "a\n", "<i>", "\xC3\xA9", too_long };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        rt_request_id(rt_str_from_c(others[i]), out);
        assert_int_equal(strlen(out), 32);
        assert_int_equal(strspn(out, "0123456789abcdef"), 32);
        assert_string_not_equal(out, before);
        memcpy(before, out, sizeof before);
    }
}

static void a_trace_is_kept_or_left_out(void **state)
{
    (void)state;
    static const struct {
        const char *given, *want;
    } cases[] = {
        { "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        { " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00 ",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" },
        { "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
          "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
        { "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", "" },
        { "00-00000000000000000000000000000000-b7ad6b7169203331-01", "" },
        { "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "" },
        { "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", "" },
        { "", "" },
        { NULL, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char out[RT_TRACEPARENT_ROOM], id[RT_TRACE_ID_ROOM];
        rt_traceparent(rt_str_from_c(cases[i].given), out, id);
        assert_string_equal(out, cases[i].want);
        assert_string_equal(id, *out ? "0af7651916cd43dd8448eb211c80319c" : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(a_sane_name_is_kept),
                                        cmocka_unit_test(any_other_is_replaced),
                                        cmocka_unit_test(a_trace_is_kept_or_left_out) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

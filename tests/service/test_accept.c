/* What is chosen for each Accept header. */
#include "service/accept.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const offers[] = { "application/json", "text/markdown", "text/plain" };

static const struct {
    const char *header; /* NULL: absent */
    int want;
} cases[] = {
    { NULL, 0 },
    { "", 0 },
    { " \t", 0 },
    { "*/*", 0 },
    { "application/json", 0 },
    { "text/markdown", 1 },
    { "TEXT/Plain", 2 },
    { "text/*", 1 },
    { "text/html, */*;q=0.1", 0 },
    { "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 0 },
    { "text/plain;q=0.5, text/markdown;q=0.7", 1 },
    { "text/plain; q=0.7, text/markdown; q=0.7", 1 },
    { "text/*;q=0.3, text/plain;q=0.9", 2 },
    { "text/*, text/markdown;q=0", 2 },
    { "*/*, application/json;q=0", 1 },
    { "application/json;q=0, text/markdown;q=0, text/plain;q=0", -1 },
    { "image/png", -1 },
    { "text/html", -1 },
    { "*/*;q=0", -1 },
    { "text/markdown;q=0.001", 1 },
    { "text/markdown;q=1.000", 1 },
    { "text/markdown;q=1.001", -1 },
    { "text/markdown;q=2", -1 },
    { "text/markdown;q=x, text/plain", 2 },
    { "text/markdown;q=, text/plain", 2 },
    { "text/markdown;q=0.1234, text/plain", 2 },
    { "text/markdown;q=-1, text/plain", 2 },
    { "text/markdown;variant=GFM;q=0.9, text/plain;q=0.8", 1 },
    { "text/markdown;note=\"a,b;q=0\", text/plain;q=0.5", 1 },
    { "text/markdown;note=\"a\\\"b\", text/plain;q=0.5", 1 },
    { "text", -1 },
    { "/", -1 },
    { "*/json", -1 },
    { ",,,;;,text/plain", 2 },
    { "\"", -1 },
};

static void each_header_has_its_choice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int got = rt_accept_choose(rt_str_from_c(cases[i].header), offers, 3);
        if (got != cases[i].want)
            fail_msg("%s: %d, expected %d", cases[i].header, got, cases[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_header_has_its_choice) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Lists of ports. */
#include "net/ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void reads_one(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        unsigned port;
    } cases[] = {
        { "0", true, 0 },         { "80", true, 80 },       { "00080", true, 80 },
        { "65535", true, 65535 }, { "65536", false, 0 },    { "99999", false, 0 },
        { "", false, 0 },         { "4294967376", false, 0 }, { " 80", false, 0 },
        { "80 ", false, 0 },      { "+80", false, 0 },      { "8o", false, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unsigned port = 0;
        rt_str text = { cases[i].text, strlen(cases[i].text) };
        if (rt_port_read(text, &port) != cases[i].good || port != cases[i].port)
            fail_msg("\"%s\": %u", cases[i].text, port);
    }
}

static void checks_lists(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        bool good;
    } cases[] = {
        { "80", true },     { "80,443", true },      { "1, 65535", true }, { "*", true },
        { "", false },      { ",", false },          { "80,", false },     { "0", false },
        { "65536", false }, { "http", false },       { "80-90", false },   { "-1", false },
        { "80,*", false },  { "4294967376", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        rt_error err;
        if ((rt_ports_check(cases[i].list, &err) == RT_OK) != cases[i].good)
            fail_msg("\"%s\"", cases[i].list);
    }
}

static void finds_ports(void **state)
{
    (void)state;
    assert_true(rt_ports_have("80,443", 443));
    assert_true(rt_ports_have("80, 443", 443));
    assert_false(rt_ports_have("80,443", 44));
    assert_false(rt_ports_have("80,443", 22));
    assert_true(rt_ports_have("*", 22));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_one),
        cmocka_unit_test(checks_lists),
        cmocka_unit_test(finds_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

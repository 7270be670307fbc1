/* Hostile pages through the sandbox with all limits on: each gets content or a typed reason, and the
 * work is linear.  Work is counted in fuel, which is the same on every machine: twice the page may
 * burn at most 2.6 times as much.  Where RT_TEST_SHARE is not 1 the pages are that much smaller. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "hostile/hostile_pages.h"

#include <riptide/riptide.h>
#include <stdlib.h>
#include <string.h>

static rt_engine *engine;

static int open_engine(void **state)
{
    (void)state;
    rt_error err = { RT_OK, "" };
    rt_status s = rt_engine_open(NULL, &engine, &err);
    if (s != RT_OK)
        print_error("%s\n", err.message);
    return s == RT_OK ? 0 : -1;
}

static int close_engine(void **state)
{
    (void)state;
    rt_engine_close(engine);
    return 0;
}

/* The fuel that the page burnt; 0 where it ended in an error. */
static uint64_t run(const struct hostile_page *page, size_t bytes, rt_mode mode)
{
    rt_request request = RT_REQUEST_INIT;
    char *html = hostile_page_make(page, bytes, &request.html.len);
    assert_non_null(html);
    request.html.at = html;
    request.url = (rt_str){ "https://example.org/a", 21 };
    request.mode = mode;
    rt_result *result = NULL;
    rt_error err = { RT_OK, "" };
    uint64_t fuel = 0;
    rt_status s = rt_extract(engine, &request, &result, &err);
    if (s == RT_OK) {
        fuel = rt_result_stats(result)->fuel_used;
        assert_true(fuel > 0);
        rt_result_free(result);
    } else if (s != RT_RESOURCE_LIMIT && s != RT_OUT_OF_FUEL && s != RT_EXTRACTOR_ERROR) {
        fail_msg("%s at %zu bytes: %s: %s", page->name, bytes, rt_status_label(s), err.message);
    } else {
        assert_string_not_equal(err.message, "");
    }
    free(html);
    return fuel;
}

static void is_linear(void **state)
{
    const struct hostile_page *page = *state;
    enum { SMALL = 150000 / RT_TEST_SHARE };
    static const rt_mode modes[] = { RT_MODE_ARTICLE, RT_MODE_FULL };
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        uint64_t once = run(page, SMALL, modes[i]), twice = run(page, 2 * SMALL, modes[i]);
        if (once && twice && twice > once / 10 * 26)
            fail_msg("%s: %zu bytes burn %llu, twice as many %llu", page->name, (size_t)SMALL,
                     (unsigned long long)once, (unsigned long long)twice);
    }
}

static void is_answered_at_full_size(void **state)
{
    const struct hostile_page *page = *state;
    run(page, page->bytes / RT_TEST_SHARE, RT_MODE_ARTICLE);
}

int main(void)
{
    struct CMUnitTest *tests = calloc(2 * hostile_page_count, sizeof *tests);
    for (size_t i = 0; tests && i < hostile_page_count; i++) {
        void *page = (void *)(uintptr_t)&hostile_pages[i];
        tests[2 * i] = (struct CMUnitTest){ hostile_pages[i].name, is_linear, NULL, NULL, page };
        tests[2 * i + 1] =
            (struct CMUnitTest){ hostile_pages[i].name, is_answered_at_full_size, NULL, NULL, page };
    }
    if (RT_TEST_SHARE > 1)
        print_message("left out: pages are 1/%d of their full size\n", RT_TEST_SHARE);
    int failed = tests ? _cmocka_run_group_tests("hostile pages", tests, 2 * hostile_page_count,
                                                 open_engine, close_engine)
                       : 1;
    free(tests);
    return failed;
}

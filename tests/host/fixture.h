#ifndef RT_TESTS_HOST_FIXTURE_H
#define RT_TESTS_HOST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/str.h"

#include <ftw.h>
#include <riptide/riptide.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What tests of the host share: engines with settings, folders that go away, failing memory. */

#define assert_ok(expression, err)                                                                 \
    do {                                                                                           \
        if ((expression) != RT_OK)                                                                 \
            fail_msg("%s: %s", #expression, (err).message);                                        \
    } while (0)

static inline void assert_contains(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

/* Settings from "NAME=value" strings up to NULL.  Compiled code comes from a folder of the build,
 * which saves the tests most of their time, unless they say otherwise. */
static inline rt_settings *settings_of(const char *const *assignments)
{
    rt_settings *settings;
    rt_error err;
    assert_ok(rt_settings_new(&settings, &err), err);
    assert_ok(rt_settings_set(settings, "RIPTIDE_WASM_CACHE_DIR", RT_TEST_CACHE_DIR, &err), err);
    for (; assignments && *assignments; assignments++) {
        char name[128];
        const char *equals = strchr(*assignments, '=');
        snprintf(name, sizeof name, "%.*s", (int)(equals - *assignments), *assignments);
        assert_ok(rt_settings_set(settings, name, equals + 1, &err), err);
    }
    return settings;
}

static inline rt_status try_open(const char *const *assignments, rt_engine **out, rt_error *err)
{
    rt_settings *settings = settings_of(assignments);
    rt_status status = rt_engine_open(settings, out, err);
    rt_settings_free(settings);
    return status;
}

static inline rt_engine *open_engine(const char *const *assignments)
{
    rt_engine *engine = NULL;
    rt_error err;
    assert_ok(try_open(assignments, &engine, &err), err);
    return engine;
}

#define ENGINE(...) open_engine((const char *const[]){ __VA_ARGS__, NULL })

static inline rt_status extract(rt_engine *engine, const char *html, rt_result **out, rt_error *err)
{
    rt_request request = RT_REQUEST_INIT;
    request.html = rt_str_from_c(html);
    request.url = RT_LIT("https://example.org/page");
    return rt_extract(engine, &request, out, err);
}

/* A new empty folder; remove_folder() takes it and its files away. */
static inline void make_folder(char path[64])
{
    snprintf(path, 64, "/tmp/riptide-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static inline void remove_folder(const char *path)
{
    assert_int_equal(nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* A heap that refuses the nth allocation, and knows what is still out. */
struct failing_heap {
    struct rt_alloc alloc;
    long until_failure, live;
};

static inline void *failing_resize(void *ctx, void *p, size_t size)
{
    struct failing_heap *heap = ctx;
    if (size == 0) {
        heap->live -= p != NULL;
        free(p);
        return NULL;
    }
    if (heap->until_failure-- == 0)
        return NULL;
    void *out = realloc(p, size);
    heap->live += p == NULL;
    return out;
}

static inline void failing_heap_init(struct failing_heap *heap, long until_failure)
{
    *heap = (struct failing_heap){ { .resize = failing_resize, .ctx = heap }, until_failure, 0 };
}

#endif

/* API keys: lists, what is refused, and who has one. */
#include "service/auth.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FIRST "0123456789abcdef"
#define SECOND "0123456789abcdeg-and-more"

static const struct {
    const char *what, *authorization, *key;
    int want;
} cases[] = {
    { "nothing", NULL, NULL, RT_AUTH_NOBODY },
    { "the first", "Bearer " FIRST, NULL, 1 },
    { "the second", "Bearer " SECOND, NULL, 2 },
    { "scheme in other letters", "bEARER  " FIRST " ", NULL, 1 },
    { "by the other header", NULL, SECOND, 2 },
    { "both", "Bearer " FIRST, FIRST, 1 },
    { "both, one of them wrong", "Bearer " FIRST, "wrong-wrong-wrong", RT_AUTH_NOBODY },
    { "both, the other wrong", "Bearer wrong-wrong-wrong", FIRST, RT_AUTH_NOBODY },
    { "other scheme", "Basic " FIRST, NULL, RT_AUTH_NOBODY },
    { "scheme alone", "Bearer", NULL, RT_AUTH_NOBODY },
    { "empty", "Bearer ", "", RT_AUTH_NOBODY },
    { "shorter", NULL, "0123456789abcde", RT_AUTH_NOBODY },
    { "longer", NULL, FIRST "0", RT_AUTH_NOBODY },
    { "last letter", NULL, "0123456789abcdeF", RT_AUTH_NOBODY },
};

static void who_has_a_key_is_told_apart(void **state)
{
    (void)state;
    struct rt_auth *auth;
    assert_int_equal(rt_auth_open(&auth, FIRST ", " SECOND, NULL, NULL), RT_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int who =
            rt_auth_check(auth, rt_str_from_c(cases[i].authorization), rt_str_from_c(cases[i].key));
        if (who != cases[i].want)
            fail_msg("%s: %d", cases[i].what, who);
    }
    char long_one[400];
    memset(long_one, 'a', sizeof long_one);
    assert_int_equal(rt_auth_check(auth, (rt_str){ NULL, 0 }, (rt_str){ long_one, 400 }),
                     RT_AUTH_NOBODY);
    assert_int_equal(rt_auth_check(auth, (rt_str){ NULL, 0 }, (rt_str){ FIRST "\0", sizeof FIRST }),
                     RT_AUTH_NOBODY);
    rt_auth_close(auth);
}

static void without_keys_everybody_may(void **state)
{
    (void)state;
    struct rt_auth *auth;
    assert_int_equal(rt_auth_open(&auth, NULL, NULL, NULL), RT_OK);
    assert_int_equal(rt_auth_check(auth, (rt_str){ NULL, 0 }, RT_LIT("anything")), 0);
    rt_auth_close(auth);
}

static void bad_keys_are_refused_and_not_quoted(void **state)
{
    (void)state;
    static const char *const lists[] = { "short-secret", FIRST ",secret", FIRST "\x7F secret",
                                         "secret-\xC3\xA9-secret-secret" };
    struct rt_auth *auth;
    rt_error err;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        assert_int_equal(rt_auth_open(&auth, lists[i], NULL, &err), RT_INVALID_SETTING);
        assert_null(strstr(err.message, "secret"));
    }
    assert_int_equal(rt_auth_open(&auth, NULL, "/nowhere/at/all", &err), RT_IO_ERROR);
}

/* A file with that text; its path is good until the next one. */
static const char *file_of(const char *text)
{
    static char path[] = "/tmp/riptide-keys-XXXXXX";
    memcpy(path + strlen(path) - 6, "XXXXXX", 6);
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return path;
}

static void a_list_without_keys_does_not_mean_everybody(void **state)
{
    (void)state;
    static const char *const empty[] = { "", " ", ",", " , ,\n" };
    static const char *const empty_files[] = { "", "\n", "# " FIRST "\n", " ,\n#\n" };
    struct rt_auth *auth;
    rt_error err;
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        assert_int_equal(rt_auth_open(&auth, empty[i], NULL, &err), RT_INVALID_SETTING);
        assert_string_equal(err.message, "RIPTIDE_API_KEYS: expected at least one API key");
        const char *file = file_of(empty_files[i]);
        assert_int_equal(rt_auth_open(&auth, NULL, file, &err), RT_INVALID_SETTING);
        assert_non_null(strstr(err.message, "expected at least one API key"));
        assert_int_equal(rt_auth_open(&auth, FIRST, file, &err), RT_INVALID_SETTING);
        unlink(file);
    }
}

/* Else two clients would share a number, and so a quota. */
static void a_key_stands_once(void **state)
{
    (void)state;
    const char *file = file_of(SECOND "\n" FIRST " # again\n");
    const char *const twice[][2] = {
        { FIRST "," FIRST, NULL },
        { SECOND "," FIRST "," SECOND, NULL },
        { FIRST, file },
    };
    struct rt_auth *auth;
    rt_error err;
    for (size_t i = 0; i < sizeof twice / sizeof *twice; i++) {
        assert_int_equal(rt_auth_open(&auth, twice[i][0], twice[i][1], &err), RT_INVALID_SETTING);
        assert_non_null(strstr(err.message, "was given before: expected each one once"));
        assert_null(strstr(err.message, "0123456789"));
    }
    assert_int_equal(rt_auth_open(&auth, "another-key-0123", file, &err), RT_OK);
    assert_int_equal(rt_auth_check(auth, (rt_str){ NULL, 0 }, RT_LIT(FIRST)), 3);
    rt_auth_close(auth);
    unlink(file);
}

static void a_reload_never_lets_everybody_in(void **state)
{
    (void)state;
    struct rt_auth *auth;
    rt_error err;
    const rt_str none = { NULL, 0 };
    assert_int_equal(rt_auth_open(&auth, NULL, NULL, &err), RT_OK);
    assert_int_equal(rt_auth_reload(auth, NULL, NULL, &err), RT_OK);
    assert_int_equal(rt_auth_check(auth, none, none), RT_AUTH_ANYBODY);
    assert_int_equal(rt_auth_reload(auth, FIRST, NULL, &err), RT_OK);
    assert_int_equal(rt_auth_check(auth, none, none), RT_AUTH_NOBODY);

    assert_int_equal(rt_auth_reload(auth, NULL, NULL, &err), RT_INVALID_SETTING);
    assert_non_null(strstr(err.message, "expected a key: without one everybody may"));
    assert_int_equal(rt_auth_reload(auth, ",", NULL, &err), RT_INVALID_SETTING);
    assert_int_equal(rt_auth_reload(auth, SECOND "," SECOND, NULL, &err), RT_INVALID_SETTING);
    assert_int_equal(rt_auth_check(auth, none, none), RT_AUTH_NOBODY);
    assert_int_equal(rt_auth_check(auth, none, RT_LIT(FIRST)), 1);

    assert_int_equal(rt_auth_reload(auth, SECOND, NULL, &err), RT_OK);
    assert_int_equal(rt_auth_check(auth, none, RT_LIT(FIRST)), RT_AUTH_NOBODY);
    assert_int_equal(rt_auth_check(auth, none, RT_LIT(SECOND)), 1);
    rt_auth_close(auth);
}

static void many_keys_fit(void **state)
{
    (void)state;
    struct rt_auth *auth;
    char list[100 * 24 + 1] = "";
    for (int i = 0; i < 100; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "key-number-%08d\n", i);
    assert_int_equal(rt_auth_open(&auth, list, NULL, NULL), RT_OK);
    assert_int_equal(rt_auth_check(auth, (rt_str){ NULL, 0 }, RT_LIT("key-number-00000099")), 100);
    rt_auth_close(auth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_has_a_key_is_told_apart),
        cmocka_unit_test(without_keys_everybody_may),
        cmocka_unit_test(bad_keys_are_refused_and_not_quoted),
        cmocka_unit_test(a_list_without_keys_does_not_mean_everybody),
        cmocka_unit_test(a_key_stands_once),
        cmocka_unit_test(a_reload_never_lets_everybody_in),
        cmocka_unit_test(many_keys_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

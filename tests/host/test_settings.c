/* Every row of the table, the sources and their ranks, what holds between settings, and what a user
 * reads when a value is wrong. */
#include "settings_fixture.h"

static void set(rt_settings *settings, const char *name, const char *value)
{
    rt_error err;
    assert_ok(rt_settings_set(settings, name, value, &err), err);
}

/* ---- single values --------------------------------------------------------------------------- */

static const struct {
    const char *name, *value, *message;
} bad[] = {
    { "RIPTIDE_WASM_TIMEOUT_SECS", "5m",
      "RIPTIDE_WASM_TIMEOUT_SECS=\"5m\": expected a whole number from 1 to 600 (s)" },
    { "RIPTIDE_WASM_TIMEOUT_SECS", "",
      "RIPTIDE_WASM_TIMEOUT_SECS=\"\": expected a whole number from 1 to 600 (s)" },
    { "RIPTIDE_WASM_TIMEOUT_SECS", "-1",
      "RIPTIDE_WASM_TIMEOUT_SECS=\"-1\": expected a whole number from 1 to 600 (s)" },
    { "RIPTIDE_WASM_TIMEOUT_SECS", "99999999999999999999999999",
      "RIPTIDE_WASM_TIMEOUT_SECS=\"99999999999999999999999999\": expected a whole number from 1 to "
      "600 (s)" },
    { "RIPTIDE_WASM_ENABLE_SIMD", "yes",
      "RIPTIDE_WASM_ENABLE_SIMD=\"yes\": expected true or false" },
    { "RIPTIDE_WASM_CACHE_DIR", "", "RIPTIDE_WASM_CACHE_DIR=\"\": expected a path" },
    { "RIPTIDE_FALLBACK", "none", "RIPTIDE_FALLBACK=\"none\": expected native|off" },
    { "RIPTIDE_FALLBACK", "native|off", "RIPTIDE_FALLBACK=\"native|off\": expected native|off" },
    { "RIPTIDE_FALLBACK", "", "RIPTIDE_FALLBACK=\"\": expected native|off" },
    { "RIPTIDE_NO_SUCH_THING", "5", "RIPTIDE_NO_SUCH_THING: no such setting" },
    { "", "5", ": no such setting" },
    { "RIPTIDE_WASM_TIMEOUT", "5",
      "RIPTIDE_WASM_TIMEOUT: no such setting; the nearest is RIPTIDE_WASM_TIMEOUT_SECS" },
    { "RIPTIDE_FALLBCAK", "off",
      "RIPTIDE_FALLBCAK: no such setting; the nearest is RIPTIDE_FALLBACK" },
    { "riptide-max-html-size", "5",
      "riptide-max-html-size: no such setting; the nearest is RIPTIDE_MAX_HTML_SIZE" },
};

static void bad_values_name_variable_value_and_range(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    rt_error err;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(rt_settings_set(settings, bad[i].name, bad[i].value, &err),
                         RT_INVALID_SETTING);
        assert_int_equal(err.status, RT_INVALID_SETTING);
        assert_string_equal(err.message, bad[i].message);
    }
    rt_settings_free(settings);
}

static void check_number(rt_settings *settings, const rt_setting *row, unsigned long long low,
                         unsigned long long high)
{
    char text[32];
    rt_error err;
    set(settings, row->name, row->fallback);
    snprintf(text, sizeof text, "%llu", high + 1);
    assert_int_equal(rt_settings_set(settings, row->name, text, &err), RT_INVALID_SETTING);
    if (low > 0) {
        snprintf(text, sizeof text, "%llu", low - 1);
        assert_int_equal(rt_settings_set(settings, row->name, text, &err), RT_INVALID_SETTING);
    }
    snprintf(text, sizeof text, "%llu", low);
    set(settings, row->name, text);
    snprintf(text, sizeof text, "%llu", high);
    set(settings, row->name, text);
    assert_string_equal(row_of(settings, row->name).value, text);
}

/* The first word is the default, each is taken, another one is not. */
static void check_choice(rt_settings *settings, const rt_setting *row)
{
    rt_str rest = rt_str_from_c(row->expected), word;
    rt_error err;
    for (size_t n = 0; rt_str_split(&rest, '|', &word); n++) {
        char text[64];
        assert_true(word.len > 0 && word.len < sizeof text);
        snprintf(text, sizeof text, "%.*s", (int)word.len, word.at);
        assert_true((n == 0) == (strcmp(text, row->fallback) == 0));
        set(settings, row->name, text);
        assert_string_equal(row_of(settings, row->name).value, text);
    }
    assert_int_equal(rt_settings_set(settings, row->name, row->expected, &err), RT_INVALID_SETTING);
    assert_int_equal(rt_settings_set(settings, row->name, "?", &err), RT_INVALID_SETTING);
}

/* For each row: the default is taken by the row itself, the ends of the range are taken, one beyond
 * them is not, and what was set is what is read. */
static void every_row_keeps_its_promises(void **state)
{
    (void)state;
    rt_settings *fresh = new_settings(), *settings = new_settings();
    rt_error err;
    rt_setting row;
    size_t rows = 0;
    for (; rt_settings_at(fresh, rows, &row); rows++) {
        assert_int_equal(strncmp(row.name, "RIPTIDE_", 8), 0);
        assert_string_equal(row.value, row.fallback);
        assert_string_equal(row.source, "default");
        assert_string_equal(row.where, "");
        assert_true(strlen(row.help) > 10);
        assert_true(strlen(row.group) > 3);
        unsigned long long low, high;
        if (sscanf(row.expected, "a whole number from %llu to %llu", &low, &high) == 2) {
            check_number(settings, &row, low, high);
        } else if (strcmp(row.expected, "true or false") == 0) {
            set(settings, row.name, "true");
            set(settings, row.name, "false");
            assert_int_equal(rt_settings_set(settings, row.name, "2", &err), RT_INVALID_SETTING);
        } else if (strchr(row.expected, '|')) {
            check_choice(settings, &row);
        } else {
            assert_string_equal(row.fallback, "");
            set(settings, row.name, "/somewhere");
            assert_int_equal(rt_settings_set(settings, row.name, "", &err), RT_INVALID_SETTING);
        }
        assert_string_equal(row_of(settings, row.name).source, "caller");
    }
    assert_true(rows > 10);
    rt_settings_free(settings);
    rt_settings_free(fresh);
}

static void a_word_becomes_its_number(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    assert_int_equal(rt_settings_config(NULL).fallback, RT_FALLBACK_NATIVE);
    set(settings, "RIPTIDE_FALLBACK", "off");
    assert_int_equal(rt_settings_config(settings).fallback, RT_FALLBACK_OFF);
    set(settings, "RIPTIDE_FALLBACK", "native");
    assert_int_equal(rt_settings_config(settings).fallback, RT_FALLBACK_NATIVE);
    rt_settings_free(settings);
}

/* A group is a run of rows: no title comes back later. */
static void groups_are_sections(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    rt_setting row, before, earlier;
    assert_true(rt_settings_at(settings, 0, &before));
    size_t groups = 1;
    for (size_t i = 1; rt_settings_at(settings, i, &row); before = row, i++) {
        if (strcmp(row.group, before.group) == 0)
            continue;
        groups++;
        for (size_t j = 0; j < i && rt_settings_at(settings, j, &earlier); j++)
            assert_string_not_equal(earlier.group, row.group);
    }
    assert_true(groups > 5);
    assert_string_equal(row_of(settings, "RIPTIDE_WASM_MAX_POOL_SIZE").group, "Pool");
    assert_string_equal(row_of(settings, "RIPTIDE_BREAKER_WINDOW").group, "Circuit breaker");
    rt_settings_free(settings);
}

/* ---- sources --------------------------------------------------------------------------------- */

static const char *fake_environment(const char *name)
{
    return strcmp(name, "RIPTIDE_WASM_MAX_POOL_SIZE") == 0 ? "3" : NULL;
}

static const char *bad_environment(const char *name)
{
    return strcmp(name, "RIPTIDE_WASM_MAX_POOL_SIZE") == 0 ? "lots" : NULL;
}

static void from_file(rt_settings *settings)
{
    rt_error err;
    assert_ok(rt_settings_load_text(settings, "first.toml",
                                    RT_LIT("RIPTIDE_WASM_MAX_POOL_SIZE = 4\n"), &err),
              err);
}

static void from_environment(rt_settings *settings)
{
    rt_error err;
    assert_ok(rt_settings_load(settings, fake_environment, &err), err);
}

static void from_caller(rt_settings *settings) { set(settings, "RIPTIDE_WASM_MAX_POOL_SIZE", "5"); }

/* Whatever is read first, the highest source wins. */
static void the_rank_counts_and_not_the_order(void **state)
{
    (void)state;
    static void (*const sources[])(rt_settings *) = { from_file, from_environment, from_caller };
    static const struct {
        const char *value, *source, *where;
    } wanted[] = {
        { "8", "default", "" },
        { "4", "file", "first.toml:1" },
        { "3", "environment", "" },
        { "5", "caller", "" },
    };
    /* all sequences of three sources, repeats and "nobody" (3) among them */
    for (int n = 0; n < 64; n++) {
        int order[] = { n & 3, n >> 2 & 3, n >> 4 & 3 }, highest = 0;
        rt_settings *settings = new_settings();
        for (int i = 0; i < 3; i++) {
            if (order[i] == 3)
                continue;
            sources[order[i]](settings);
            highest = order[i] + 1 > highest ? order[i] + 1 : highest;
        }
        rt_setting row = row_of(settings, "RIPTIDE_WASM_MAX_POOL_SIZE");
        assert_string_equal(row.value, wanted[highest].value);
        assert_string_equal(row.source, wanted[highest].source);
        assert_string_equal(row.where, wanted[highest].where);
        assert_int_equal(rt_settings_config(settings).pool_size, strtoul(row.value, NULL, 10));
        rt_settings_free(settings);
    }
}

static void what_is_not_in_force_is_checked_too(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    rt_error err;
    from_caller(settings);
    assert_int_equal(rt_settings_load(settings, bad_environment, &err), RT_INVALID_SETTING);
    assert_string_equal(
        err.message,
        "RIPTIDE_WASM_MAX_POOL_SIZE=\"lots\": expected a whole number from 1 to 256 (calls)");
    assert_int_equal(rt_settings_config(settings).pool_size, 5);
    rt_settings_free(settings);
    rt_settings_free(NULL);
}

static void of_two_files_the_later_wins(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    rt_error err;
    from_file(settings);
    assert_ok(rt_settings_load_text(settings, "second.toml",
                                    RT_LIT("\nRIPTIDE_WASM_MAX_POOL_SIZE = 6"), &err),
              err);
    assert_string_equal(row_of(settings, "RIPTIDE_WASM_MAX_POOL_SIZE").value, "6");
    assert_string_equal(row_of(settings, "RIPTIDE_WASM_MAX_POOL_SIZE").where, "second.toml:2");
    rt_settings_free(settings);
}

/* ---- between settings ------------------------------------------------------------------------ */

/* For each rule: one above the least of the larger contradicts it and is refused, by name and value;
 * the default of the smaller gives way to the larger, and comes back when the larger allows it. */
static void settings_do_not_contradict_each_other(void **state)
{
    (void)state;
    struct rt_settings_rule rule;
    size_t i = 0;
    for (; rt_settings_rule_at(i, &rule); i++) {
        rt_settings *settings = new_settings();
        rt_error err;
        rt_setting small = row_of(settings, rule.small), large = row_of(settings, rule.large);
        unsigned long long low, above;
        char text[32], shown[128];
        assert_ok(rt_settings_check(settings, &err), err);

        assert_int_equal(sscanf(large.expected, "a whole number from %llu to %*u", &low), 1);
        snprintf(text, sizeof text, "%llu", low);
        set(settings, rule.large, text);
        assert_ok(rt_settings_check(settings, &err), err);
        snprintf(text, sizeof text, "%llu", (unsigned long long)(low * rule.scale));
        assert_string_equal(row_of(settings, rule.small).value, text);
        assert_string_equal(row_of(settings, rule.small).source, "default");

        above = low * rule.scale + 1;
        snprintf(text, sizeof text, "%llu", above);
        set(settings, rule.small, text);
        assert_int_equal(rt_settings_check(settings, &err), RT_INVALID_SETTING);
        snprintf(shown, sizeof shown, "%s=%llu (%s) and %s=%llu (%s): expected the first to be",
                 rule.small, above, small.unit, rule.large, low, large.unit);
        assert_contains(err.message, shown);
        rt_settings_free(settings);
    }
    assert_true(i >= 8);
}

static void a_default_that_gave_way_comes_back(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    set(settings, "RIPTIDE_BREAKER_WINDOW", "3");
    assert_int_equal(rt_settings_config(settings).breaker_failures, 3);
    assert_string_equal(row_of(settings, "RIPTIDE_BREAKER_FAILURES").value, "3");
    assert_string_equal(row_of(settings, "RIPTIDE_BREAKER_FAILURES").fallback, "5");
    set(settings, "RIPTIDE_BREAKER_WINDOW", "20");
    assert_int_equal(rt_settings_config(settings).breaker_failures, 5);
    assert_string_equal(row_of(settings, "RIPTIDE_BREAKER_FAILURES").value, "5");
    /* Of two that it must not exceed, the lesser. */
    set(settings, "RIPTIDE_WASM_ADAPTIVE_MAX_SIZE", "1");
    assert_int_equal(rt_settings_config(settings).initial_pool_size, 1);
    set(settings, "RIPTIDE_WASM_MAX_POOL_SIZE", "1");
    set(settings, "RIPTIDE_WASM_ADAPTIVE_MAX_SIZE", "16");
    assert_int_equal(rt_settings_config(settings).initial_pool_size, 1);
    set(settings, "RIPTIDE_WASM_MAX_POOL_SIZE", "8");
    assert_string_equal(row_of(settings, "RIPTIDE_WASM_INITIAL_POOL_SIZE").value, "2");
    rt_settings_free(settings);
}

static void an_engine_refuses_a_contradiction(void **state)
{
    (void)state;
    rt_engine *engine = NULL;
    rt_error err;
    static const char *const contradiction[] = { "RIPTIDE_WASM_MAX_POOL_SIZE=2",
                                                 "RIPTIDE_WASM_INITIAL_POOL_SIZE=3", NULL };
    assert_int_equal(try_open(contradiction, &engine, &err), RT_INVALID_SETTING);
    assert_string_equal(err.message, "RIPTIDE_WASM_INITIAL_POOL_SIZE=3 (instances) and "
                                     "RIPTIDE_WASM_MAX_POOL_SIZE=2 (calls): expected the first to "
                                     "be at most the second");
    assert_null(engine);
}

/* ---- typed values ---------------------------------------------------------------------------- */

static void the_lower_memory_limit_is_in_force(void **state)
{
    (void)state;
    struct rt_config config = rt_settings_config(NULL);
    assert_int_equal(rt_config_memory_limit(&config), 64 << 20);
    config.memory_limit_mb = 8;
    assert_int_equal(rt_config_memory_limit(&config), 8 << 20);
    config.max_memory_pages = 32;
    assert_int_equal(rt_config_memory_limit(&config), 2 << 20);
}

static void a_copy_outlives_the_settings(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    set(settings, "RIPTIDE_COMPONENT", "/a/component.wasm");
    set(settings, "RIPTIDE_WASM_CACHE_DIR", "/a/cache");
    set(settings, "RIPTIDE_WASM_MAX_USES", "7");
    struct rt_config config = rt_settings_config(settings), copy;
    assert_true(rt_config_copy(&copy, &config));
    rt_settings_free(settings);
    assert_string_equal(copy.component, "/a/component.wasm");
    assert_string_equal(copy.cache_dir, "/a/cache");
    assert_null(copy.wit_schema);
    assert_int_equal(copy.max_uses, 7);
    rt_config_free(&copy);
    assert_null(copy.component);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_values_name_variable_value_and_range),
        cmocka_unit_test(every_row_keeps_its_promises),
        cmocka_unit_test(a_word_becomes_its_number),
        cmocka_unit_test(groups_are_sections),
        cmocka_unit_test(the_rank_counts_and_not_the_order),
        cmocka_unit_test(what_is_not_in_force_is_checked_too),
        cmocka_unit_test(of_two_files_the_later_wins),
        cmocka_unit_test(settings_do_not_contradict_each_other),
        cmocka_unit_test(a_default_that_gave_way_comes_back),
        cmocka_unit_test(an_engine_refuses_a_contradiction),
        cmocka_unit_test(the_lower_memory_limit_is_in_force),
        cmocka_unit_test(a_copy_outlives_the_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Every row of the table, and what a user reads when a value is wrong. */
#include "fixture.h"

#include "host/settings/settings.h"

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
    { "RIPTIDE_WASM_TIMEOUT", "5", "RIPTIDE_WASM_TIMEOUT: no such setting" },
};

static void bad_values_name_variable_value_and_range(void **state)
{
    (void)state;
    rt_settings *settings;
    rt_error err;
    assert_ok(rt_settings_new(&settings, &err), err);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(rt_settings_set(settings, bad[i].name, bad[i].value, &err),
                         RT_INVALID_SETTING);
        assert_int_equal(err.status, RT_INVALID_SETTING);
        assert_string_equal(err.message, bad[i].message);
    }
    rt_settings_free(settings);
}

/* For each row: the default is taken by the row itself, the ends of the range are taken, one beyond
 * them is not, and what was set is what is read. */
static void every_row_keeps_its_promises(void **state)
{
    (void)state;
    rt_settings *settings;
    rt_error err;
    rt_setting row;
    assert_ok(rt_settings_new(&settings, &err), err);
    size_t rows = 0;
    for (; rt_settings_at(settings, rows, &row); rows++) {
        assert_int_equal(strncmp(row.name, "RIPTIDE_", 8), 0);
        assert_string_equal(row.value, row.fallback);
        assert_string_equal(row.source, "default");
        assert_true(strlen(row.help) > 10);
        unsigned long long low, high;
        if (sscanf(row.expected, "a whole number from %llu to %llu", &low, &high) == 2) {
            char text[32];
            assert_ok(rt_settings_set(settings, row.name, row.fallback, &err), err);
            snprintf(text, sizeof text, "%llu", high + 1);
            assert_int_equal(rt_settings_set(settings, row.name, text, &err), RT_INVALID_SETTING);
            snprintf(text, sizeof text, "%llu", low);
            assert_ok(rt_settings_set(settings, row.name, text, &err), err);
            snprintf(text, sizeof text, "%llu", high);
            assert_ok(rt_settings_set(settings, row.name, text, &err), err);
            assert_true(rt_settings_at(settings, rows, &row));
            assert_string_equal(row.value, text);
        } else if (strcmp(row.expected, "true or false") == 0) {
            assert_ok(rt_settings_set(settings, row.name, "true", &err), err);
            assert_ok(rt_settings_set(settings, row.name, "false", &err), err);
            assert_int_equal(rt_settings_set(settings, row.name, "2", &err), RT_INVALID_SETTING);
        } else {
            assert_string_equal(row.expected, "a path");
            assert_ok(rt_settings_set(settings, row.name, "/somewhere", &err), err);
        }
        assert_true(rt_settings_at(settings, rows, &row));
        assert_string_equal(row.source, "caller");
    }
    assert_true(rows > 10);
    rt_settings_free(settings);
}

static const char *fake_environment(const char *name)
{
    return strcmp(name, "RIPTIDE_WASM_MAX_POOL_SIZE") == 0 ? "3" : NULL;
}

static const char *bad_environment(const char *name)
{
    return strcmp(name, "RIPTIDE_WASM_MAX_POOL_SIZE") == 0 ? "lots" : NULL;
}

static void environment_goes_over_defaults(void **state)
{
    (void)state;
    rt_settings *settings;
    rt_error err;
    assert_ok(rt_settings_new(&settings, &err), err);
    assert_ok(rt_settings_load(settings, fake_environment, &err), err);
    assert_int_equal(rt_settings_config(settings).pool_size, 3);
    assert_int_equal(rt_settings_config(settings).timeout_secs, 30);
    assert_ok(rt_settings_set(settings, "RIPTIDE_WASM_MAX_POOL_SIZE", "5", &err), err);
    assert_int_equal(rt_settings_config(settings).pool_size, 5);
    assert_int_equal(rt_settings_load(settings, bad_environment, &err), RT_INVALID_SETTING);
    assert_contains(err.message, "RIPTIDE_WASM_MAX_POOL_SIZE=\"lots\"");
    assert_int_equal(rt_settings_config(settings).pool_size, 5);
    rt_settings_free(settings);
    rt_settings_free(NULL);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_values_name_variable_value_and_range),
        cmocka_unit_test(every_row_keeps_its_promises),
        cmocka_unit_test(environment_goes_over_defaults),
        cmocka_unit_test(the_lower_memory_limit_is_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

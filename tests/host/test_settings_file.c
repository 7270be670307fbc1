/* Settings from TOML files: what is taken, what is refused and with which words. */
#include "settings_fixture.h"

#include "host/settings/toml.h"

static rt_status load(rt_settings *settings, const char *text, rt_error *err)
{
    return rt_settings_load_text(settings, "r.toml", rt_str_from_c(text), err);
}

/* ---- what is taken --------------------------------------------------------------------------- */

static const struct {
    const char *text, *name, *value;
    unsigned line;
} good[] = {
    { "RIPTIDE_WASM_TIMEOUT_SECS = 31\n", "RIPTIDE_WASM_TIMEOUT_SECS", "31", 1 },
    { "RIPTIDE_WASM_TIMEOUT_SECS=31", "RIPTIDE_WASM_TIMEOUT_SECS", "31", 1 },
    { "# a comment\r\n\r\n\t RIPTIDE_WASM_TIMEOUT_SECS\t=\t31 # another\r\n",
      "RIPTIDE_WASM_TIMEOUT_SECS", "31", 3 },
    { "\"RIPTIDE_WASM_TIMEOUT_SECS\" = +31\n#", "RIPTIDE_WASM_TIMEOUT_SECS", "31", 1 },
    { "'RIPTIDE_WASM_TIMEOUT_SECS' = 0x1F", "RIPTIDE_WASM_TIMEOUT_SECS", "31", 1 },
    { "\"RIPTIDE_WASM\\u005FTIMEOUT_SECS\" = 0b1_1111", "RIPTIDE_WASM_TIMEOUT_SECS", "31", 1 },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 0o37", "RIPTIDE_WASM_TIMEOUT_SECS", "31", 1 },
    { "RIPTIDE_MAX_HTML_SIZE = 1_000_000", "RIPTIDE_MAX_HTML_SIZE", "1000000", 1 },
    { "RIPTIDE_WASM_FUEL_PER_KB = -0", "RIPTIDE_WASM_FUEL_PER_KB", "0", 1 },
    { "RIPTIDE_WASM_ENABLE_SIMD = false", "RIPTIDE_WASM_ENABLE_SIMD", "false", 1 },
    { "RIPTIDE_WASM_ALLOW_WASI = true#x", "RIPTIDE_WASM_ALLOW_WASI", "true", 1 },
    { "RIPTIDE_FALLBACK = \"off\"", "RIPTIDE_FALLBACK", "off", 1 },
    { "RIPTIDE_FALLBACK = 'off'", "RIPTIDE_FALLBACK", "off", 1 },
    { "RIPTIDE_COMPONENT = 'C:\\temp\\\"x\"'", "RIPTIDE_COMPONENT", "C:\\temp\\\"x\"", 1 },
    { "RIPTIDE_COMPONENT = \"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F30A # no comment\"",
      "RIPTIDE_COMPONENT", "\b\t\n\f\r\"\\\xC3\xA9\xF0\x9F\x8C\x8A # no comment", 1 },
    { "RIPTIDE_COMPONENT = \"\xC3\xA9\"", "RIPTIDE_COMPONENT", "\xC3\xA9", 1 },
};

static void files_say_what_toml_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        rt_settings *settings = new_settings();
        rt_error err;
        char where[32];
        assert_ok(load(settings, good[i].text, &err), err);
        rt_setting row = row_of(settings, good[i].name);
        assert_string_equal(row.value, good[i].value);
        assert_string_equal(row.source, "file");
        snprintf(where, sizeof where, "r.toml:%u", good[i].line);
        assert_string_equal(row.where, where);
        rt_settings_free(settings);
    }
}

static void nothing_is_a_file(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "\n", " ", "#", "# x", "\t# x\r\n\r\n  \n" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        rt_settings *settings = new_settings();
        rt_error err;
        assert_ok(load(settings, texts[i], &err), err);
        rt_settings_free(settings);
    }
}

/* ---- what is refused ------------------------------------------------------------------------- */

#define A_VALUE "expected a string in quotes, a whole number, true or false"
static const struct {
    const char *text, *message;
} bad[] = {
    /* names and values */
    { "RIPTIDE_WASM_TIMEOUT_SECS = 0",
      "r.toml:1: RIPTIDE_WASM_TIMEOUT_SECS=0: expected a whole number from 1 to 600 (s)" },
    { "\n\nRIPTIDE_WASM_TIMEOUT_SECS = 0xFFFF # hours",
      "r.toml:3: RIPTIDE_WASM_TIMEOUT_SECS=0xFFFF: expected a whole number from 1 to 600 (s)" },
    { "RIPTIDE_WASM_TIMEOUT_SECS = -1",
      "r.toml:1: RIPTIDE_WASM_TIMEOUT_SECS=-1: expected a whole number from 1 to 600 (s)" },
    { "RIPTIDE_WASM_TIMEOUT_SECS = \"30\"",
      "r.toml:1: RIPTIDE_WASM_TIMEOUT_SECS=\"30\": expected a whole number from 1 to 600 (s), "
      "without quotes" },
    { "RIPTIDE_WASM_TIMEOUT_SECS = true",
      "r.toml:1: RIPTIDE_WASM_TIMEOUT_SECS=true: expected a whole number from 1 to 600 (s)" },
    { "RIPTIDE_WASM_ENABLE_SIMD = 1",
      "r.toml:1: RIPTIDE_WASM_ENABLE_SIMD=1: expected true or false" },
    { "RIPTIDE_WASM_ENABLE_SIMD = 'true'",
      "r.toml:1: RIPTIDE_WASM_ENABLE_SIMD='true': expected true or false, without quotes" },
    { "RIPTIDE_FALLBACK = \"none\"", "r.toml:1: RIPTIDE_FALLBACK=\"none\": expected native|off" },
    { "RIPTIDE_FALLBACK = false",
      "r.toml:1: RIPTIDE_FALLBACK=false: expected native|off, in quotes" },
    { "RIPTIDE_COMPONENT = 5", "r.toml:1: RIPTIDE_COMPONENT=5: expected a path, in quotes" },
    { "RIPTIDE_COMPONENT = \"\"", "r.toml:1: RIPTIDE_COMPONENT=\"\": expected a path" },
    { "RIPTIDE_WASM_TIMEOUT_SEC = 30",
      "r.toml:1: RIPTIDE_WASM_TIMEOUT_SEC: no such setting; the nearest is "
      "RIPTIDE_WASM_TIMEOUT_SECS" },
    { "timeout = 30", "r.toml:1: timeout: no such setting" },
    { "\"\" = 30", "r.toml:1: : no such setting" },
    { "RIPTIDE_COMPONENT = 'a'\n\"RIPTIDE_COMPONENT\" = 'a'",
      "r.toml:2: RIPTIDE_COMPONENT: expected once, but line 1 has it, too" },
    /* TOML that is none */
    { "RIPTIDE_WASM_TIMEOUT_SECS 30",
      "r.toml:1: RIPTIDE_WASM_TIMEOUT_SECS 30: expected NAME = VALUE" },
    { "RIPTIDE_WASM_TIMEOUT_SECS", "r.toml:1: RIPTIDE_WASM_TIMEOUT_SECS: expected NAME = VALUE" },
    { "= 30", "r.toml:1: = 30: expected NAME = VALUE" },
    { "\xEF\xBB\xBFRIPTIDE_COMPONENT = 'a'",
      "r.toml:1: \xEF\xBB\xBFRIPTIDE_COMPONENT = 'a': expected NAME = VALUE" },
    { "RIPTIDE_WASM_TIMEOUT_SECS =\n30", "r.toml:1: nothing: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 30s", "r.toml:1: 30s: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 030", "r.toml:1: 030: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 3__0", "r.toml:1: 3__0: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 30_", "r.toml:1: 30_: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = _30", "r.toml:1: _30: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = +0x1F", "r.toml:1: +0x1F: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 0x", "r.toml:1: 0x: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 0b12", "r.toml:1: 0b12: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 9223372036854775808",
      "r.toml:1: 9223372036854775808: " A_VALUE },
    { "RIPTIDE_FALLBACK = off", "r.toml:1: off: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 30 40", "r.toml:1: 40: expected the end of the line" },
    { "RIPTIDE_COMPONENT = 'a' 'b'", "r.toml:1: 'b': expected the end of the line" },
    { "RIPTIDE_COMPONENT = \"a\n\"",
      "r.toml:1: \"a: expected a string on one line, with a quote at its end" },
    { "RIPTIDE_COMPONENT = 'a",
      "r.toml:1: 'a: expected a string on one line, with a quote at its end" },
    { "RIPTIDE_COMPONENT = 'a\x01'",
      "r.toml:1: 'a ': expected a string on one line, with a quote at its end" },
    { "RIPTIDE_COMPONENT = \"a\\e\"",
      "r.toml:1: \\e\": expected one of \\b \\t \\n \\f \\r \\\" \\\\ \\uXXXX \\UXXXXXXXX" },
    { "RIPTIDE_COMPONENT = \"\\u12\"",
      "r.toml:1: \\u12\": expected 4 hexadecimal digits after \\u, 8 after \\U" },
    { "RIPTIDE_COMPONENT = \"\\uD800\"",
      "r.toml:1: \\uD800\": expected the number of a character other than U+0000" },
    { "RIPTIDE_COMPONENT = \"\\U00110000\"",
      "r.toml:1: \\U00110000\": expected the number of a character other than U+0000" },
    { "RIPTIDE_COMPONENT = \"a\\u0000b\"",
      "r.toml:1: \\u0000b\": expected the number of a character other than U+0000" },
    { "RIPTIDE_COMPONENT = 'a' # \x02",
      "r.toml:1: #  : expected a comment without control characters" },
    { "#\rRIPTIDE_COMPONENT = 'a'", "r.toml:1: # RIPTIDE_COMPONENT = 'a': expected a comment "
                                    "without control characters" },
    { "\n\nRIPTIDE_COMPONENT = '\xFF'", "r.toml:3: byte 0xFF: expected UTF-8" },
    /* TOML that settings do not need */
    { "\n[pool]\n", "r.toml:2: [pool]: expected NAME = VALUE; there are no tables here" },
    { "[[pool]]", "r.toml:1: [[pool]]: expected NAME = VALUE; there are no tables here" },
    { "pool.size = 5", "r.toml:1: pool.size = 5: expected one name, without dots" },
    { "pool . size = 5", "r.toml:1: pool . size = 5: expected one name, without dots" },
    { "RIPTIDE_COMPONENT = \"\"\"a\"\"\"",
      "r.toml:1: \"\"\"a\"\"\": expected a string on one line, in single quotes or in double "
      "ones" },
    { "RIPTIDE_COMPONENT = '''a'''",
      "r.toml:1: '''a''': expected a string on one line, in single quotes or in double ones" },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 3.0", "r.toml:1: 3.0: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 3e1", "r.toml:1: 3e1: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = inf", "r.toml:1: inf: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = 1979-05-27", "r.toml:1: 1979-05-27: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = [30]", "r.toml:1: [30]: " A_VALUE },
    { "RIPTIDE_WASM_TIMEOUT_SECS = { a = 30 }", "r.toml:1: { a = 30 }: " A_VALUE },
};

static void wrong_files_are_refused_with_the_line_and_the_reason(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rt_error err;
        assert_int_equal(load(settings, bad[i].text, &err), RT_INVALID_SETTING);
        assert_int_equal(err.status, RT_INVALID_SETTING);
        assert_string_equal(err.message, bad[i].message);
    }
    rt_settings_free(settings);
}

static void a_file_with_a_fault_changes_nothing(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    rt_error err;
    assert_int_equal(load(settings, "RIPTIDE_WASM_MAX_POOL_SIZE = 3\nRIPTIDE_FALLBACK = 1", &err),
                     RT_INVALID_SETTING);
    assert_string_equal(row_of(settings, "RIPTIDE_WASM_MAX_POOL_SIZE").source, "default");
    assert_int_equal(rt_settings_config(settings).pool_size, 8);
    rt_settings_free(settings);
}

/* A zero byte is no end: what stands behind it is read, and refused. */
static void a_zero_byte_is_refused(void **state)
{
    (void)state;
    rt_settings *settings = new_settings();
    rt_error err;
    static const char *const at_fault[] = { "RIPTIDE_COMPONENT = 'a\0b'", "\0", "# \0" };
    static const size_t lengths[] = { 24, 1, 3 };
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            rt_settings_load_text(settings, "r.toml", (rt_str){ at_fault[i], lengths[i] }, &err),
            RT_INVALID_SETTING);
    rt_settings_free(settings);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void files_are_read_by_name(void **state)
{
    (void)state;
    char folder[64], path[96], where[112];
    make_folder(folder);
    snprintf(path, sizeof path, "%s/riptide.toml", folder);
    rt_settings *settings = new_settings();
    rt_error err;
    assert_int_equal(rt_settings_load_file(settings, path, &err), RT_IO_ERROR);
    assert_contains(err.message, path);
    assert_int_equal(rt_settings_load_file(settings, folder, &err), RT_IO_ERROR);
    assert_contains(err.message, folder);
    write_file(path, "# mine\nRIPTIDE_WASM_MAX_USES = 12\n");
    assert_ok(rt_settings_load_file(settings, path, &err), err);
    snprintf(where, sizeof where, "%s:2", path);
    assert_string_equal(row_of(settings, "RIPTIDE_WASM_MAX_USES").where, where);
    assert_int_equal(rt_settings_config(settings).max_uses, 12);
    assert_int_equal(rt_settings_load_file(NULL, path, &err), RT_INVALID_ARGUMENT);
    assert_int_equal(rt_settings_load_file(settings, NULL, &err), RT_INVALID_ARGUMENT);
    rt_settings_free(settings);
    remove_folder(folder);
}

/* With the comment marks taken away, the example gives each setting that has a default just that.
 */
static void the_example_shows_the_defaults(void **state)
{
    (void)state;
    FILE *file = fopen("../examples/riptide.toml", "rb");
    assert_non_null(file);
    static char text[1 << 16], line[1024];
    size_t len = 0;
    while (fgets(line, sizeof line, file)) {
        const char *from = strncmp(line, "#RIPTIDE_", 9) == 0 ? line + 1 : line;
        len += (size_t)snprintf(text + len, sizeof text - len, "%s", from);
        assert_true(len < sizeof text);
    }
    fclose(file);
    rt_settings *settings = new_settings();
    rt_error err;
    assert_ok(rt_settings_load_text(settings, "example", (rt_str){ text, len }, &err), err);
    rt_setting row;
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++) {
        assert_string_equal(row.source, "file");
        if (*row.fallback)
            assert_string_equal(row.value, row.fallback);
    }
    rt_settings_free(settings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_say_what_toml_says),
        cmocka_unit_test(nothing_is_a_file),
        cmocka_unit_test(wrong_files_are_refused_with_the_line_and_the_reason),
        cmocka_unit_test(a_file_with_a_fault_changes_nothing),
        cmocka_unit_test(a_zero_byte_is_refused),
        cmocka_unit_test(files_are_read_by_name),
        cmocka_unit_test(the_example_shows_the_defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

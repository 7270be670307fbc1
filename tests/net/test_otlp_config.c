/* OpenTelemetry's variables, trace contexts, samplers, lists of pairs: what each text means. */
#include "environment.h"

#include "net/otlp_config.h"
#include "net/pairs.h"
#include "net/trace_context.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"

#define AT "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"

static void an_endpoint_turns_it_on(void **state)
{
    (void)state;
    static struct {
        const char *what;
        struct environment environment;
        const char *url; /* NULL: off */
        unsigned warnings;
    } cases[] = {
        { "nothing", ENVIRONMENT(NULL), NULL, 0 },
        { "empty", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", ""), NULL, 0 },
        { "base", ENVIRONMENT(AT), "http://c:4318/v1/traces", 0 },
        { "base with a slash", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c/"),
          "https://c/v1/traces", 0 },
        { "base with a path", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c/otlp"),
          "http://c/otlp/v1/traces", 0 },
        { "own", ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:1/x"),
          "http://t:1/x", 0 },
        { "no scheme", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4318"), NULL, 1 },
        { "another scheme", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", "file:///etc"), NULL, 1 },
        { "no host", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", "http:///x"), NULL, 1 },
        { "a space", ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c d"), NULL, 1 },
        { "disabled", ENVIRONMENT(AT, "OTEL_SDK_DISABLED", "True"), NULL, 0 },
        { "not disabled", ENVIRONMENT(AT, "OTEL_SDK_DISABLED", "no"), "http://c:4318/v1/traces",
          0 },
        { "no exporter", ENVIRONMENT(AT, "OTEL_TRACES_EXPORTER", "none"), NULL, 0 },
        { "this exporter", ENVIRONMENT(AT, "OTEL_TRACES_EXPORTER", "otlp"),
          "http://c:4318/v1/traces", 0 },
        { "our protocol", ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
          "http://c:4318/v1/traces", 0 },
        { "another protocol", ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
          "http://c:4318/v1/traces", 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_net_caller caller = caller_of(&cases[i].environment);
        struct rt_otlp_config config;
        rt_otlp_config_read(&config, &caller);
        print_message("%s\n", cases[i].what);
        assert_int_equal(config.on, cases[i].url != NULL);
        if (cases[i].url)
            assert_string_equal(config.url, cases[i].url);
        assert_int_equal(cases[i].environment.warnings, cases[i].warnings);
    }
}

static void an_endpoint_may_be_too_long(void **state)
{
    (void)state;
    char text[3000] = "http://";
    memset(text + 7, 'a', sizeof text - 8);
    struct environment environment = ENVIRONMENT("OTEL_EXPORTER_OTLP_ENDPOINT", text);
    struct rt_net_caller caller = caller_of(&environment);
    struct rt_otlp_config config;
    rt_otlp_config_read(&config, &caller);
    assert_false(config.on);
    assert_int_equal(environment.warnings, 1);
}

static void numbers_have_their_ranges(void **state)
{
    (void)state;
    static struct {
        struct environment environment;
        uint64_t timeout_ms, delay_ms, queue, batch;
        unsigned warnings;
    } cases[] = {
        { ENVIRONMENT(AT), 10000, 5000, 2048, 512, 0 },
        { ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_TIMEOUT", "250"), 250, 5000, 2048, 512, 0 },
        { ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_TIMEOUT", "250", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
                      "7"),
          7, 5000, 2048, 512, 0 },
        { ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_TIMEOUT", "10s"), 10000, 5000, 2048, 512, 1 },
        { ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_TIMEOUT", "0"), 10000, 5000, 2048, 512, 1 },
        { ENVIRONMENT(AT, "OTEL_EXPORTER_OTLP_TIMEOUT", "99999999999999999999999"), 10000, 5000,
          2048, 512, 1 },
        { ENVIRONMENT(AT, "OTEL_BSP_SCHEDULE_DELAY", "1", "OTEL_BSP_MAX_QUEUE_SIZE", "100",
                      "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "30"),
          10000, 1, 100, 30, 0 },
        { ENVIRONMENT(AT, "OTEL_BSP_MAX_QUEUE_SIZE", "100"), 10000, 5000, 100, 100, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_net_caller caller = caller_of(&cases[i].environment);
        struct rt_otlp_config config;
        rt_otlp_config_read(&config, &caller);
        assert_int_equal(config.timeout_ms, cases[i].timeout_ms);
        assert_int_equal(config.delay_ms, cases[i].delay_ms);
        assert_int_equal(config.queue, cases[i].queue);
        assert_int_equal(config.batch, cases[i].batch);
        assert_int_equal(cases[i].environment.warnings, cases[i].warnings);
    }
}

static void samplers_have_names(void **state)
{
    (void)state;
    static struct {
        struct environment environment;
        struct rt_sampler wanted;
        unsigned warnings;
    } cases[] = {
        { ENVIRONMENT(AT), { RT_SAMPLER_ON, true, 1 }, 0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "always_on"), { RT_SAMPLER_ON, false, 1 }, 0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "always_off"), { RT_SAMPLER_OFF, false, 1 }, 0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "traceidratio"),
          { RT_SAMPLER_RATIO, false, 1 },
          0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "0.25"),
          { RT_SAMPLER_RATIO, false, 0.25 },
          0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "parentbased_always_on"),
          { RT_SAMPLER_ON, true, 1 },
          0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "parentbased_always_off"),
          { RT_SAMPLER_OFF, true, 1 },
          0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
                      "OTEL_TRACES_SAMPLER_ARG", "0"),
          { RT_SAMPLER_RATIO, true, 0 },
          0 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "1.5"),
          { RT_SAMPLER_RATIO, false, 1 },
          1 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", "nan"),
          { RT_SAMPLER_RATIO, false, 1 },
          1 },
        { ENVIRONMENT(AT, "OTEL_TRACES_SAMPLER", "sometimes"), { RT_SAMPLER_ON, true, 1 }, 1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_net_caller caller = caller_of(&cases[i].environment);
        struct rt_otlp_config config;
        rt_otlp_config_read(&config, &caller);
        assert_int_equal(config.sampler.kind, cases[i].wanted.kind);
        assert_int_equal(config.sampler.parent_based, cases[i].wanted.parent_based);
        assert_true(config.sampler.ratio == cases[i].wanted.ratio);
        assert_int_equal(cases[i].environment.warnings, cases[i].warnings);
    }
}

static void trace_contexts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good, sampled;
    } cases[] = {
        { "00-" TRACE "-" PARENT "-01", true, true },
        { "00-" TRACE "-" PARENT "-00", true, false },
        { "00-" TRACE "-" PARENT "-ff", true, true },
        { "01-" TRACE "-" PARENT "-01", true, true },
        { "01-" TRACE "-" PARENT "-01-later", true, true },
        { "01-" TRACE "-" PARENT "-01later", false, false },
        { "00-" TRACE "-" PARENT "-01-later", false, false },
        { "ff-" TRACE "-" PARENT "-01", false, false },
        { "00-00000000000000000000000000000000-" PARENT "-01", false, false },
        { "00-" TRACE "-0000000000000000-01", false, false },
        { "00-0AF7651916cd43dd8448eb211c80319c-" PARENT "-01", false, false },
        { "00-" TRACE "-" PARENT "-0", false, false },
        { "00-" TRACE "_" PARENT "-01", false, false },
        { "00-" TRACE "-b7ad6b716920333g-01", false, false },
        { "", false, false },
        { "00", false, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_trace_context context = { .parent_id = "before" };
        print_message("%s\n", cases[i].text);
        assert_int_equal(rt_trace_context_parse(&context, cases[i].text), cases[i].good);
        if (!cases[i].good) {
            assert_string_equal((const char *)context.parent_id, "before");
            continue;
        }
        assert_true(context.has_parent);
        assert_int_equal(context.parent_is_sampled, cases[i].sampled);
        assert_int_equal(context.trace_id[0], 0x0a);
        assert_int_equal(context.trace_id[15], 0x9c);
        assert_int_equal(context.parent_id[7], 0x31);
    }
}

static void samplers_ask_the_parent_or_the_id(void **state)
{
    (void)state;
    static const struct rt_trace_context first = { .has_parent = false },
                                         told = { .has_parent = true, .parent_is_sampled = true },
                                         quiet = { .has_parent = true };
    static const struct {
        struct rt_sampler sampler;
        bool first, told, quiet;
    } cases[] = {
        { { RT_SAMPLER_ON, true, 1 }, true, true, false },
        { { RT_SAMPLER_OFF, true, 1 }, false, true, false },
        { { RT_SAMPLER_RATIO, true, 0 }, false, true, false },
        { { RT_SAMPLER_ON, false, 1 }, true, true, true },
        { { RT_SAMPLER_OFF, false, 1 }, false, false, false },
        { { RT_SAMPLER_RATIO, false, 1 }, true, true, true },
        { { RT_SAMPLER_RATIO, false, 0 }, false, false, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(rt_sampler_takes(&cases[i].sampler, &first), cases[i].first);
        assert_int_equal(rt_sampler_takes(&cases[i].sampler, &told), cases[i].told);
        assert_int_equal(rt_sampler_takes(&cases[i].sampler, &quiet), cases[i].quiet);
    }
    /* The upper half of the ids is random, too, but does not count. */
    static const struct rt_sampler quarter = { RT_SAMPLER_RATIO, false, 0.25 };
    struct rt_trace_context context = { .trace_id = { 0xFF, [8] = 0x3F, [9] = 0xFF } };
    assert_true(rt_sampler_takes(&quarter, &context));
    context.trace_id[8] = 0x40;
    assert_false(rt_sampler_takes(&quarter, &context));
}

static void pairs_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int last; /* what ends the list */
        const char *pairs[6];
    } cases[] = {
        { "", 0, { NULL } },
        { "a=b", 0, { "a", "b" } },
        { " a = b c ,, d=e=f, ", 0, { "a", "b c", "d", "e=f" } },
        { "a=%2C%3d%C3%A9", 0, { "a", ",=\xC3\xA9" } },
        { "a=", 0, { "a", "" } },
        { "a=b,c", -1, { "a", "b" } },
        { "=b", -1, { NULL } },
        { "a=%2", -1, { NULL } },
        { "a=%zz", -1, { NULL } },
        { "a=%0d%0aX: y", -1, { NULL } },
        { "a=%FF", -1, { NULL } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[100], *rest = text, *key, *value;
        snprintf(text, sizeof text, "%s", cases[i].text);
        print_message("%s\n", text);
        for (size_t k = 0; cases[i].pairs[k]; k += 2) {
            assert_int_equal(rt_pairs_next(&rest, &key, &value), 1);
            assert_string_equal(key, cases[i].pairs[k]);
            assert_string_equal(value, cases[i].pairs[k + 1]);
        }
        assert_int_equal(rt_pairs_next(&rest, &key, &value), cases[i].last);
        snprintf(text, sizeof text, "%s", cases[i].text);
        assert_int_equal(rt_pairs_are_good(text), cases[i].last == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_endpoint_turns_it_on),
        cmocka_unit_test(an_endpoint_may_be_too_long),
        cmocka_unit_test(numbers_have_their_ranges),
        cmocka_unit_test(samplers_have_names),
        cmocka_unit_test(trace_contexts_are_read),
        cmocka_unit_test(samplers_ask_the_parent_or_the_id),
        cmocka_unit_test(pairs_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

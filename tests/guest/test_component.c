/* What the shipped components are, read from their bytes: nothing is imported, by the component or
 * by a module inside it, and nothing is exported but the interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "guest/embedded.h"

enum { COMPONENT_VERSION = 0x0001000d, MODULE_VERSION = 0x00000001 };

/* Section numbers of the component format and of the module format. */
enum { CORE_MODULE = 1, COMPONENT_IMPORT = 10, COMPONENT_EXPORT = 11 };
enum { MODULE_IMPORT = 2, MODULE_MEMORY = 5, MODULE_EXPORT = 7, MODULE_START = 8 };

struct facts {
    unsigned modules, imports, module_imports, starts;
    unsigned exports;
    rt_str export_name;     /* of the last one */
    unsigned module_exports, foreign_exports;
    uint32_t memory_pages;
};

static uint32_t number(rt_str *rest)
{
    uint32_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
        assert_true(rest->len > 0);
        uint8_t byte = (uint8_t)rest->at[0];
        *rest = rt_str_from(*rest, 1);
        value |= (uint32_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            return value;
    }
    fail_msg("a number is too long");
    return 0;
}

static rt_str take(rt_str *rest, size_t len)
{
    assert_true(len <= rest->len);
    rt_str taken = rt_str_first(*rest, len);
    *rest = rt_str_from(*rest, len);
    return taken;
}

static uint32_t version(rt_str *rest)
{
    rt_str head = take(rest, 8);
    assert_memory_equal(head.at, "\0asm", 4);
    uint32_t value;
    memcpy(&value, head.at + 4, sizeof value);
    return value;
}

/* One section off *rest; false at the end. */
static bool section(rt_str *rest, uint8_t *id, rt_str *body)
{
    if (rest->len == 0)
        return false;
    *id = (uint8_t)take(rest, 1).at[0];
    *body = take(rest, number(rest));
    return true;
}

/* A module's exports are the memory, cabi_realloc, and the interface's functions. */
static void read_module_exports(rt_str body, struct facts *facts)
{
    static const char prefix[] = "riptide:extractor/extractor@0.2.0#";
    static const char post[] = "cabi_post_riptide:extractor/extractor@0.2.0#";
    for (uint32_t n = number(&body); n > 0; n--) {
        rt_str name = take(&body, number(&body));
        take(&body, 1);
        number(&body);
        facts->module_exports++;
        bool known = rt_str_eq(name, RT_LIT("memory")) || rt_str_eq(name, RT_LIT("cabi_realloc")) ||
                     rt_str_starts(name, (rt_str){ prefix, sizeof prefix - 1 }) ||
                     rt_str_starts(name, (rt_str){ post, sizeof post - 1 });
        facts->foreign_exports += !known;
    }
}

static void read_module(rt_str rest, struct facts *facts)
{
    uint8_t id;
    rt_str body;
    assert_int_equal(version(&rest), MODULE_VERSION);
    facts->modules++;
    while (section(&rest, &id, &body)) {
        if (id == MODULE_IMPORT)
            facts->module_imports += number(&body);
        else if (id == MODULE_START)
            facts->starts++;
        else if (id == MODULE_EXPORT)
            read_module_exports(body, facts);
        else if (id == MODULE_MEMORY && number(&body) == 1) {
            number(&body);
            facts->memory_pages = number(&body);
        }
    }
}

static void read_exports(rt_str body, struct facts *facts)
{
    facts->exports += number(&body);
    take(&body, 1);     /* how the name is written */
    facts->export_name = take(&body, number(&body));
}

/* The component alone: the ones nested in it only give the exports their types. */
static struct facts read_component(rt_str rest)
{
    struct facts facts = { 0 };
    uint8_t id;
    rt_str body;
    assert_int_equal(version(&rest), COMPONENT_VERSION);
    while (section(&rest, &id, &body)) {
        if (id == CORE_MODULE)
            read_module(body, &facts);
        else if (id == COMPONENT_IMPORT)
            facts.imports += number(&body);
        else if (id == COMPONENT_EXPORT)
            read_exports(body, &facts);
    }
    return facts;
}

static const rt_str *components(void)
{
    static rt_str list[2];
    list[0] = rt_embedded_component();
    list[1] = rt_embedded_component_nosimd();
    return list;
}

static void imports_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct facts facts = read_component(components()[i]);
        assert_int_equal(facts.imports, 0);
        assert_int_equal(facts.module_imports, 0);
        assert_int_equal(facts.starts, 0);
        assert_int_equal(facts.modules, 1);
    }
}

static void exports_the_interface(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct facts facts = read_component(components()[i]);
        assert_int_equal(facts.exports, 1);
        assert_true(rt_str_eq(facts.export_name, RT_LIT("riptide:extractor/extractor@0.2.0")));
        assert_int_equal(facts.foreign_exports, 0);
        assert_in_range(facts.module_exports, 2 + 7, 2 + 7 + 7);
    }
}

/* An instance has to fit the smallest memory limit that can be set. */
static void fits_the_smallest_limit(void **state)
{
    (void)state;
    enum { SMALLEST = 128 };
    for (int i = 0; i < 2; i++)
        assert_in_range(read_component(components()[i]).memory_pages, 1, SMALLEST);
}

static void variants_differ(void **state)
{
    (void)state;
    assert_false(rt_str_eq(components()[0], components()[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imports_nothing),
        cmocka_unit_test(exports_the_interface),
        cmocka_unit_test(fits_the_smallest_limit),
        cmocka_unit_test(variants_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#ifndef RT_TEST_NET_SPANS_H
#define RT_TEST_NET_SPANS_H

#include "collector.h"
#include "environment.h"

#include "net/otlp.h"
#include "net/otlp_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include <yyjson.h>

/* What the tests of spans share: a call, an exporter, and reading what a collector got. */

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"

static const uint64_t END = UINT64_C(1700000000000000000);

/* A call that did everything. */
static inline rt_event full_call(void)
{
    return (rt_event){
        .kind = RT_EVENT_CALL,
        .time_ns = END,
        .value = 10000,
        .mode = RT_MODE_FULL,
        .stats = { .wait_ns = 1000,
                   .take_ns = 500,
                   .instantiate_ns = 400,
                   .lower_ns = 30,
                   .call_ns = 7000,
                   .lift_ns = 20,
                   .drop_ns = 600,
                   .fuel_used = 123456789012345,
                   .memory_peak = 9 << 20,
                   .tier = 1 },
        .html_bytes = 4321,
    };
}

static inline struct rt_otlp *open_at(struct environment *environment)
{
    struct rt_net_caller caller = caller_of(environment);
    struct rt_otlp *otlp = NULL;
    rt_error err;
    assert_int_equal(rt_otlp_open(&caller, &rt_alloc_heap, &otlp, &err), RT_OK);
    return otlp;
}

static inline void tell(struct rt_otlp *otlp, const rt_event *event, unsigned times)
{
    rt_observer observer = rt_otlp_observer(otlp);
    assert_true(observer.kinds == UINT64_C(1) << RT_EVENT_CALL);
    for (unsigned i = 0; i < times; i++)
        observer.tell(observer.ctx, event);
}

/* ---- reading what came -------------------------------------------------------------------------
 */

static inline yyjson_doc *read_json(const char *text)
{
    yyjson_doc *doc = yyjson_read(text, strlen(text), 0);
    assert_non_null(doc);
    return doc;
}

static inline yyjson_val *at(yyjson_doc *doc, const char *pointer)
{
    yyjson_val *val = yyjson_doc_ptr_get(doc, pointer);
    if (!val)
        fail_msg("nothing at %s", pointer);
    return val;
}

static inline yyjson_val *spans_of(yyjson_doc *doc)
{
    assert_int_equal(yyjson_arr_size(at(doc, "/resourceSpans")), 1);
    assert_int_equal(yyjson_arr_size(at(doc, "/resourceSpans/0/scopeSpans")), 1);
    return at(doc, "/resourceSpans/0/scopeSpans/0/spans");
}

static inline const char *text_of(yyjson_val *object, const char *key)
{
    const char *text = yyjson_get_str(yyjson_obj_get(object, key));
    return text ? text : "";
}

static inline uint64_t number_of(yyjson_val *object, const char *key)
{
    return strtoull(text_of(object, key), NULL, 10);
}

/* "kind:value" of the attribute, or "". */
static inline const char *attribute(yyjson_val *list, const char *key)
{
    static char found[200];
    yyjson_val *pair;
    size_t i, n;
    *found = '\0';
    yyjson_arr_foreach(list, i, n, pair)
    {
        yyjson_val *value = yyjson_obj_get(pair, "value");
        if (strcmp(text_of(pair, "key"), key) != 0)
            continue;
        assert_int_equal(yyjson_obj_size(value), 1);
        assert_string_equal(found, ""); /* once */
        bool text = yyjson_obj_get(value, "stringValue") != NULL;
        snprintf(found, sizeof found, "%s:%s", text ? "text" : "int",
                 text_of(value, text ? "stringValue" : "intValue"));
    }
    return found;
}

static inline void assert_id(const char *id, size_t len)
{
    assert_int_equal(strlen(id), len);
    assert_int_equal(strspn(id, "0123456789abcdef"), len);
    assert_true(strspn(id, "0") < len);
}

#endif

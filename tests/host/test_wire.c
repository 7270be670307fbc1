/* What goes over the socket to a helper and back: both ways whole, and every way that bytes can
 * lie. */
#include "../core/arena_fixture.h"
#include "fixture.h"

#include "host/fallback/wire.h"

static const rt_str two[] = { { "https://a.example/", 18 }, { "https://b.example/\xC3\xA9", 20 } };

static const rt_content contents[] = {
    {
        .url = { "https://example.org/", 20 },
        .title = { "A title", 7 },
        .byline = { "Ann, Bob", 8 },
        .published_iso = { "2024-02-29", 10 },
        .markdown = { "# h", 3 },
        .text = { "h\0h", 3 },
        .links = { two, 2 },
        .media = { two, 1 },
        .language = { "en", 2 },
        .reading_time = { true, UINT32_MAX },
        .quality_score = { true, 100 },
        .word_count = { true, 0 },
        .categories = { two, 2 },
        .site_name = { "", 0 },
        .description = { "d", 1 },
    },
    { .url = { "u", 1 }, .markdown = { "", 0 }, .text = { "", 0 } },
};

/* A body in a piece of memory of exactly its size. */
struct body {
    char *at;
    size_t len;
};

static bool collect(void *ctx, const char *at, size_t len)
{
    struct body *body = ctx;
    body->at = realloc(body->at, body->len + len);
    assert_non_null(body->at);
    memcpy(body->at + body->len, at, len);
    body->len += len;
    return true;
}

static struct body body_of(const rt_content *content)
{
    struct body body = { NULL, 0 };
    struct rt_wire_sink sink = { .write = collect, .ctx = &body };
    rt_wire_put_content(&sink, content);
    assert_true(rt_wire_flush(&sink));
    assert_int_equal(sink.total, body.len);
    return body;
}

static rt_status read_body(const struct body *body, size_t len, rt_content *out, rt_error *err)
{
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    if (len)
        memcpy(copy, body->at, len);
    rt_str bytes = rt_arena_copy(&arena, (rt_str){ copy, len });
    free(copy);
    return rt_wire_read_content(bytes, &arena, out, err);
}

static void same_STR(const char *field, rt_str a, rt_str b)
{
    if (!a.at != !b.at || !rt_str_eq(a, b))
        fail_msg("%s differs", field);
}
#define same_OPT_STR same_STR
static void same_OPT_U32(const char *field, rt_opt_u32 a, rt_opt_u32 b)
{
    if (a.set != b.set || a.value != b.value)
        fail_msg("%s differs", field);
}
static void same_OPT_U8(const char *field, rt_opt_u8 a, rt_opt_u8 b)
{
    if (a.set != b.set || a.value != b.value)
        fail_msg("%s differs", field);
}
static void same_STR_LIST(const char *field, rt_str_list a, rt_str_list b)
{
    if (a.len != b.len)
        fail_msg("%s differs", field);
    for (size_t i = 0; i < a.len; i++)
        same_STR(field, a.at[i], b.at[i]);
}

static void content_arrives_as_it_was(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
        struct body body = body_of(&contents[i]);
        rt_content out;
        rt_error err;
        assert_ok(read_body(&body, body.len, &out, &err), err);
#define RT_FIELD(kind, field, wit) same_##kind(#field, contents[i].field, out.field);
#include "tables/content.def"
#undef RT_FIELD
        free(body.at);
    }
}

static void content_that_is_cut_is_refused(void **state)
{
    (void)state;
    struct body body = body_of(&contents[0]);
    for (size_t len = 0; len < body.len; len++) {
        rt_content out;
        rt_error err = { RT_OK, "" };
        assert_int_equal(read_body(&body, len, &out, &err), RT_FALLBACK_FAILED);
        assert_contains(err.message, "the helper's answer, field ");
    }
    free(body.at);
}

/* Any byte may be any other: an answer then is refused or is content that keeps all promises, and
 * never reads past its end. */
static void content_that_is_bent_does_no_harm(void **state)
{
    (void)state;
    static const unsigned char values[] = { 0x00, 0x01, 0x65, 0x7F, 0x80, 0xC3, 0xFF };
    struct body body = body_of(&contents[0]);
    for (size_t at = 0; at < body.len; at++) {
        char before = body.at[at];
        for (size_t v = 0; v < sizeof values; v++) {
            rt_content out;
            rt_error err;
            body.at[at] = (char)values[v];
            rt_status status = read_body(&body, body.len, &out, &err);
            if (status == RT_OK)
                assert_true(!out.quality_score.set || out.quality_score.value <= 100);
            else
                assert_int_equal(status, RT_FALLBACK_FAILED);
        }
        body.at[at] = before;
        rt_arena_free(&arena);
    }
    free(body.at);
}

/* Lies that the two above do not happen upon, with what is said of them.  Offsets in the body of
 * the second content: url 0..4, title 5, byline 9, published 13, markdown 17, text 21, links 25,
 * media 29, language 33, reading time 37, score 45, words 53, categories 61, site 65,
 * description 69. */
static const struct {
    const char *what;
    size_t at;
    uint32_t value;
    const char *message;
} lies[] = {
    { "score", 45 + 4, 0, "field quality-score: it is neither set nor absent" },
    { "score set", 45, 2, "field quality-score: it is neither set nor absent" },
    { "absent time with a value", 37 + 4, 7, "field reading-time: it is neither set nor absent" },
    { "absent url", 0, UINT32_MAX, "field url: it is longer than the answer" },
    { "length of 4 GiB", 17, UINT32_MAX - 1, "field markdown: it is longer than the answer" },
    { "many links", 25, 1 << 20, "field links: it has more entries than can be" },
    { "too many links", 25, UINT32_MAX, "field links: it has more entries than can be" },
    { "links of nothing", 25, 11, "field links: " },
};

static void lies_are_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct body body = body_of(&contents[1]);
        rt_content out;
        rt_error err = { RT_OK, "" };
        uint32_t value = lies[i].value ? lies[i].value : 5;
        assert_int_equal(body.len, 73);
        memcpy(body.at + lies[i].at, &value, sizeof value);
        if (read_body(&body, body.len, &out, &err) != RT_FALLBACK_FAILED)
            fail_msg("%s: taken", lies[i].what);
        assert_contains(err.message, lies[i].message);
        free(body.at);
    }
}

static void more_lies_are_named(void **state)
{
    (void)state;
    rt_content content = contents[1], out;
    rt_error err;
    content.quality_score = (rt_opt_u8){ true, 101 };
    struct body body = body_of(&content);
    assert_int_equal(read_body(&body, body.len, &out, &err), RT_FALLBACK_FAILED);
    assert_contains(err.message, "field quality-score: expected 0 to 100, found 101");
    uint32_t beyond = 256;
    memcpy(body.at + 49, &beyond, sizeof beyond);
    assert_int_equal(read_body(&body, body.len, &out, &err), RT_FALLBACK_FAILED);
    assert_contains(err.message, "field quality-score: it is out of range");
    free(body.at);

    content = contents[1];
    content.text = RT_LIT("\xC3");
    body = body_of(&content);
    assert_int_equal(read_body(&body, body.len, &out, &err), RT_FALLBACK_FAILED);
    assert_contains(err.message, "field text: it is not UTF-8");
    free(body.at);

    body = body_of(&contents[1]);
    collect(&body, "x", 1);
    assert_int_equal(read_body(&body, body.len, &out, &err), RT_FALLBACK_FAILED);
    assert_contains(err.message, "1 bytes too many");
    free(body.at);
}

static const struct {
    const char *what;
    struct rt_wire_answer answer;
    bool good;
} heads[] = {
    { "content", { .number = 7, .status = RT_OK, .body_len = 1000, .memory_peak = 1000 }, true },
    { "refusal", { .number = 7, .status = RT_RESOURCE_LIMIT, .body_len = 495 }, true },
    { "bad selector", { .number = 7, .status = RT_INVALID_ARGUMENT }, true },
    { "another page", { .number = 6, .status = RT_OK }, false },
    { "larger than the helper", { .number = 7, .status = RT_OK, .body_len = 1001 }, false },
    { "huge", { .number = 7, .status = RT_OK, .body_len = UINT64_MAX }, false },
    { "used more than it has", { .number = 7, .memory_peak = 1001 }, false },
    { "long message", { .number = 7, .status = RT_RESOURCE_LIMIT, .body_len = 496 }, false },
    { "status of the host", { .number = 7, .status = RT_NO_MEMORY }, false },
    { "status of the breaker", { .number = 7, .status = RT_BREAKER_IS_OPEN }, false },
    { "no status", { .number = 7, .status = UINT32_MAX }, false },
};

static void heads_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        rt_error err = { RT_OK, "" };
        rt_status status = rt_wire_check_answer(&heads[i].answer, 7, 1000, &err);
        if (status != (heads[i].good ? RT_OK : RT_FALLBACK_FAILED))
            fail_msg("%s: %s", heads[i].what, rt_status_label(status));
    }
}

static void failures_keep_their_words(void **state)
{
    (void)state;
    const struct rt_wire_answer head = { .status = RT_EXTRACTOR_ERROR };
    rt_error err;
    assert_int_equal(rt_wire_read_failure(&head, RT_LIT("No \xC3\xA9\ncontent %s"), &err),
                     RT_EXTRACTOR_ERROR);
    assert_string_equal(err.message, "No \xC3\xA9 content %s");
    assert_int_equal(rt_wire_read_failure(&head, RT_LIT("\xFF"), &err), RT_FALLBACK_FAILED);
}

static void requests_arrive_as_they_were(void **state)
{
    (void)state;
    rt_request request = RT_REQUEST_INIT, out;
    request.html = RT_LIT("<p>\xC3\xA9");
    request.url = RT_LIT("https://example.org/");
    request.mode = RT_MODE_CUSTOM;
    request.selectors = (rt_str_list){ two, 2 };
    struct body body = { NULL, 0 };
    struct rt_wire_sink sink = { .write = collect, .ctx = &body };
    rt_wire_put_request(&sink, &request);
    assert_true(rt_wire_flush(&sink));
    struct rt_wire_ask ask = { .mode = RT_MODE_CUSTOM, .selectors = 2, .body_len = body.len };
    rt_str bytes = { body.at, body.len };
    assert_true(rt_wire_read_request(&ask, bytes, &arena, &out));
    assert_int_equal(out.mode, RT_MODE_CUSTOM);
    same_STR("html", request.html, out.html);
    same_STR("url", request.url, out.url);
    same_STR_LIST("selectors", request.selectors, out.selectors);
    for (size_t len = 0; len < body.len; len++)
        assert_false(rt_wire_read_request(&ask, rt_str_first(bytes, len), &arena, &out));
    ask.selectors = 3;
    assert_false(rt_wire_read_request(&ask, bytes, &arena, &out));
    ask.selectors = UINT32_MAX;
    assert_false(rt_wire_read_request(&ask, bytes, &arena, &out));
    ask = (struct rt_wire_ask){ .mode = RT_MODE_CUSTOM + 1, .selectors = 2 };
    assert_false(rt_wire_read_request(&ask, bytes, &arena, &out));
    free(body.at);
}

static bool refuse(void *ctx, const char *at, size_t len)
{
    (void)at, (void)len;
    ++*(int *)ctx;
    return false;
}

static void a_failed_write_is_the_last(void **state)
{
    (void)state;
    static char much[3 * 4096];
    int writes = 0;
    struct rt_wire_sink sink = { .write = refuse, .ctx = &writes };
    for (int i = 0; i < 3; i++)
        rt_wire_put(&sink, much, sizeof much);
    assert_false(rt_wire_flush(&sink));
    assert_int_equal(writes, 1);
}

static void what_cannot_be_sent_is_not_sent(void **state)
{
    (void)state;
    struct rt_wire_sink sink = { .write = NULL };
    rt_content content = contents[1];
    rt_str *many = calloc((size_t)RT_WIRE_MAX_LIST + 1, sizeof *many);
    assert_non_null(many);
    content.links = (rt_str_list){ many, (size_t)RT_WIRE_MAX_LIST + 1 };
    rt_wire_put_content(&sink, &content);
    assert_true(sink.failed);
    free(many);
}

static void failing_memory_is_an_answer(void **state)
{
    (void)state;
    struct body body = body_of(&contents[0]);
    bool done = false;
    for (long n = 0; !done; n++) {
        struct failing_heap heap;
        struct rt_arena small;
        rt_content out;
        rt_error err;
        failing_heap_init(&heap, n);
        rt_arena_init(&small, &heap.alloc, SIZE_MAX / 2);
        rt_str bytes = { body.at, body.len };
        done = rt_wire_read_content(bytes, &small, &out, &err) == RT_OK;
        if (!done)
            assert_int_equal(err.status, RT_NO_MEMORY);
        rt_arena_free(&small);
        assert_int_equal(heap.live, 0);
    }
    free(body.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(content_arrives_as_it_was, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(content_that_is_cut_is_refused, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(content_that_is_bent_does_no_harm, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(lies_are_named, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(more_lies_are_named, open_arena, close_arena),
        cmocka_unit_test(heads_are_checked),
        cmocka_unit_test(failures_keep_their_words),
        cmocka_unit_test_setup_teardown(requests_arrive_as_they_were, open_arena, close_arena),
        cmocka_unit_test(a_failed_write_is_the_last),
        cmocka_unit_test(what_cannot_be_sent_is_not_sent),
        cmocka_unit_test(failing_memory_is_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

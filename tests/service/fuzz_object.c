/* Families of JSON in bodies. */
#include "fuzz_case.h"

#include <stdio.h>
#include <string.h>

#define JSON_TYPE "application/json"

static const char *version_of(struct fuzz_case *c) { return fuzz_chance(c, 30) ? "/v1" : ""; }

static const char *target(struct fuzz_case *c, const char *path)
{
    static _Thread_local char text[32];
    snprintf(text, sizeof text, "%s%s", version_of(c), path);
    return text;
}

static void post(struct fuzz_case *c, size_t from, const char *path, const char *type)
{
    char text[32];
    snprintf(text, sizeof text, "%s%s", version_of(c), path);
    fuzz_post(c, from, text, type, "");
}

/* ---- JSON of /extract ---------------------------------------------------------------------------
 */

static const char page_member[] =
    "\"html\":\"<title>Tides</title><article><h1>Tides</h1><p>The tide comes in twice a day, "
    "and goes out twice a day, since the earth turns.</p></article>\"";

static void json_good(struct fuzz_case *c)
{
    static const char *const more[] = { "",
                                        ",\"mode\":\"full\"",
                                        ",\"mode\":\"custom\",\"selectors\":[\"p\"]",
                                        ",\"selectors\":[\"p\",\"h1\"]",
                                        ",\"timeout_ms\":30000",
                                        ",\"stats\":true",
                                        ",\"url\":\"https://a.example/x\"",
                                        ",\"selectors\":[]",
                                        ",\"mode\":\"metadata\"",
                                        ",\"m\\u006fde\":\"fu\\u006cl\"",
                                        ",\"stats\":true,\"stats\":false",
                                        " \t\r\n, \"mode\"\n:\t\"article\" ",
                                        ",\"selectors\":[\"q\"],\"selectors\":[\"p\"]",
                                        ",\"url\":\"http://\xc3\xa9.example/\"" };
    size_t from = c->len;
    fuzz_say(c, "%s{%s%s}%s", fuzz_chance(c, 20) ? "\r\n " : "", page_member, FUZZ_ONE_OF(c, more),
             fuzz_chance(c, 20) ? "\n\n" : "");
    post(c, from, "/extract", JSON_TYPE);
}

static void put_deep(struct fuzz_case *c, char open, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        fuzz_say(c, open == '[' ? "[" : "{\"a\":");
    fuzz_say(c, "1");
    fuzz_fill(c, open == '[' ? ']' : '}', depth);
}

static void json_member_bad(struct fuzz_case *c)
{
    static const char *const members[] = { "\"mode\":\"x\"",
                                           "\"mode\":1",
                                           "\"mode\":null",
                                           "\"mode\":\"full\\u0000\"",
                                           "\"mode\":[\"full\"]",
                                           "\"mode\":\"custom\"",
                                           "\"selectors\":{}",
                                           "\"selectors\":\"p\"",
                                           "\"selectors\":[1]",
                                           "\"selectors\":[[\"p\"]]",
                                           "\"selectors\":[null]",
                                           "\"selectors\":[\"p[\"]",
                                           "\"selectors\":[\"p\"],\"mode\":\"full\"",
                                           "\"timeout_ms\":0",
                                           "\"timeout_ms\":-1",
                                           "\"timeout_ms\":1.5",
                                           "\"timeout_ms\":1e3",
                                           "\"timeout_ms\":600001",
                                           "\"timeout_ms\":18446744073709551615",
                                           "\"timeout_ms\":18446744073709551616",
                                           "\"timeout_ms\":\"5\"",
                                           "\"timeout_ms\":true",
                                           "\"timeout_ms\":{}",
                                           "\"stats\":\"true\"",
                                           "\"stats\":1",
                                           "\"stats\":null",
                                           "\"html\":1",
                                           "\"html\":null",
                                           "\"html\":[]",
                                           "\"url\":1",
                                           "\"url\":{\"a\":1}",
                                           "\"\":1",
                                           "\"HTML\":\"x\"",
                                           "\"html\\u0000\":\"x\"",
                                           "\"urls\":[]",
                                           "\"options\":{}",
                                           "\"\\ud83d\\ude00\":1",
                                           "\"x\":1e308",
                                           "\"__proto__\":{}",
                                           "\"selectors\":[\"\"]" };
    size_t from = c->len;
    fuzz_say(c, "{");
    if (fuzz_chance(c, 50))
        fuzz_say(c, "%s,", page_member);
    const char *bad = FUZZ_ONE_OF(c, members);
    fuzz_say(c, "%s", bad);
    if (fuzz_chance(c, 50))
        fuzz_say(c, ",%s", page_member);
    else
        fuzz_say(c, ",\"url\":\"http://127.0.0.1/\"");
    fuzz_say(c, "}");
    post(c, from, "/extract", JSON_TYPE);
    /* Selectors are looked at with the page, which may have to be fetched first. */
    c->allowed = strstr(bad, "custom") || strstr(bad, "selectors") ? "400 422" : "400";
}

static void json_shape_bad(struct fuzz_case *c)
{
    static const char *const bodies[] = { "",
                                          " ",
                                          "null",
                                          "true",
                                          "1",
                                          "\"x\"",
                                          "[]",
                                          "[{}]",
                                          "{}",
                                          "{",
                                          "}",
                                          "[",
                                          "{]",
                                          "{\"html\"}",
                                          "{\"html\":}",
                                          "{\"html\":\"a\",}",
                                          "{,}",
                                          "{\"html\" \"a\"}",
                                          "{'html':'a'}",
                                          "{html:\"a\"}",
                                          "{\"html\":\"a\"}}",
                                          "{\"html\":\"a\"}{}",
                                          "{\"html\":\"a\"}x",
                                          "{\"html\":\"a\"} 1",
                                          "/**/{\"html\":\"a\"}",
                                          "{\"html\":\"a\" //\n}",
                                          "\xef\xbb\xbf{\"html\":\"a\"}",
                                          "{\"html\":\"\n\"}",
                                          "{\"html\":\"\x01\"}",
                                          "{\"html\":\"\\x41\"}",
                                          "{\"html\":\"\\u12\"}",
                                          "{\"html\":\"\\ud800\"}",
                                          "{\"html\":\"\\udc00\"}",
                                          "{\"html\":\"\\ud800\\ud800\"}",
                                          "{\"html\":\"\\ud800x\"}",
                                          "{\"html\":\"\xff\"}",
                                          "{\"html\":\"\xc0\x80\"}",
                                          "{\"html\":\"\xed\xa0\x80\"}",
                                          "{\"html\":\"\xf4\x90\x80\x80\"}",
                                          "{\"html\":\"\xe2\x82\"}",
                                          "{\"html\":1e999}",
                                          "{\"html\":-1e999}",
                                          "{\"html\":01}",
                                          "{\"html\":+1}",
                                          "{\"html\":1.}",
                                          "{\"html\":.5}",
                                          "{\"html\":-}",
                                          "{\"html\":0x1}",
                                          "{\"html\":NaN}",
                                          "{\"html\":Infinity}",
                                          "{\"html\":tru}",
                                          "{\"html\":\"a\"",
                                          "{\"html\":\"a",
                                          "{\"mode\":\"full\"}",
                                          "{\"url\":null}",
                                          "\\",
                                          "\"",
                                          "-" };
    size_t from = c->len;
    fuzz_say(c, "%s", FUZZ_ONE_OF(c, bodies));
    post(c, from, fuzz_chance(c, 70) ? "/extract" : "/crawl", JSON_TYPE);
    c->allowed = "400";
}

static void json_refused(struct fuzz_case *c)
{
    static const char *const bodies[] = { "{\"html\":\"\"}",
                                          "{\"html\":\" \\t\\n\"}",
                                          "{\"html\":\"<p>a\",\"url\":\"foo\"}",
                                          "{\"url\":\"foo\"}",
                                          "{\"url\":\"\"}",
                                          "{\"url\":\"http://127.0.0.1/\"}",
                                          "{\"url\":\"http://[::1]/\"}",
                                          "{\"url\":\"http://0x7f.1/\"}",
                                          "{\"url\":\"ftp://a/\"}",
                                          "{\"url\":\"http://[/\"}",
                                          "{\"url\":\"http://127.0.0.1\\u0000/\"}",
                                          "{\"html\":\"<p>a\",\"url\":\"\"}",
                                          "{\"url\":\"http://10.0.0.1:22/\"}" };
    size_t from = c->len;
    fuzz_say(c, "%s", FUZZ_ONE_OF(c, bodies));
    post(c, from, "/extract", JSON_TYPE);
    c->allowed = "422";
}

static void json_deep(struct fuzz_case *c)
{
    static const size_t depths[] = { 1, 10, 100, 513, 1000, 5000 };
    size_t from = c->len;
    char open = fuzz_chance(c, 50) ? '[' : '{';
    fuzz_say(c, "{%s,\"x\":", page_member);
    put_deep(c, open, FUZZ_ONE_OF(c, depths) + fuzz_pick(c, 100));
    if (fuzz_chance(c, 70))
        fuzz_say(c, "}");
    post(c, from, fuzz_chance(c, 50) ? "/extract" : "/crawl", JSON_TYPE);
    c->allowed = "400";
}

/* Parses or not: the second opinion knows.  What the pieces mean then is another question. */
static void json_bytes(struct fuzz_case *c)
{
    size_t from = c->len;
    if (fuzz_chance(c, 60))
        fuzz_say(c,
                 "{%s,\"url\":\"http://127.0.0.1/"
                 "a\",\"mode\":\"full\",\"selectors\":[],\"timeout_ms\":30000,\"stats\":false}",
                 page_member);
    else
        fuzz_say(c, "{\"html\":\"<p>\\u00e9\\ud83d\\ude00\\n\xc3\xa9\xf0\x9f\x98\x80\",\"stats\":"
                    "true,\"timeout_ms\":12345}");
    fuzz_mutate(c, from);
    bool is_json = fuzz_is_json(c->at + from, c->len - from);
    post(c, from, "/extract", JSON_TYPE);
    c->allowed = is_json ? "200 400 422 502 504" : "400";
}

static void json_cut(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(c, "{%s,\"mode\":\"full\",\"selectors\":[\"p\"]}", page_member);
    c->len = from + fuzz_pick(c, c->len - from);
    post(c, from, "/extract", JSON_TYPE);
    c->allowed = "400";
}

static void json_wide(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(c, "{%s,\"selectors\":[\"p\"", page_member);
    for (size_t n = 101 + fuzz_pick(c, 900); n > 0; n--)
        fuzz_say(c, ",\"p\"");
    fuzz_say(c, "]}");
    post(c, from, "/extract", JSON_TYPE);
    c->allowed = "400";
}

/* ---- JSON of /crawl -----------------------------------------------------------------------------
 */

static void crawl_good(struct fuzz_case *c)
{
    static const char *const urls[] = { "http://127.0.0.1/",
                                        "x",
                                        "",
                                        "http://[::1]:80/a",
                                        "http://0/",
                                        "file:///etc/passwd",
                                        "http://10.1.2.3/",
                                        "http://localhost:1/",
                                        "http://169.254.169.254/latest",
                                        "http://\\u0000/",
                                        "http://127.0.0.1:99999/",
                                        "\\ud83d\\ude00",
                                        "http://u:p@127.1/",
                                        "HTTP://0X7F.1",
                                        "http:127.0.0.1" };
    static const char *const options[] = {
        "",
        ",\"options\":{}",
        ",\"options\":{\"mode\":\"metadata\"}",
        ",\"options\":{\"ordered\":true,\"stats\":true}",
        ",\"options\":{\"selectors\":[\"p\"],\"mode\":\"custom\"}",
        ",\"options\":{\"timeout_ms\":5000}"
    };
    bool lines = fuzz_chance(c, 40);
    size_t from = c->len;
    c->urls = (unsigned)(1 + fuzz_pick(c, fuzz_chance(c, 3) ? 100 : 4));
    fuzz_say(c, "{\"urls\":[");
    for (unsigned i = 0; i < c->urls; i++)
        fuzz_say(c, "%s\"%s\"", i ? "," : "", FUZZ_ONE_OF(c, urls));
    fuzz_say(c, "]%s}", FUZZ_ONE_OF(c, options));
    fuzz_post(c, from, target(c, "/crawl"), JSON_TYPE,
              lines ? "Accept: application/x-ndjson\r\n" : "");
}

static void crawl_bad(struct fuzz_case *c)
{
    static const char *const bodies[] = {
        "{}",
        "{\"urls\":[]}",
        "{\"urls\":{}}",
        "{\"urls\":\"x\"}",
        "{\"urls\":null}",
        "{\"urls\":[1]}",
        "{\"urls\":[[\"x\"]]}",
        "{\"urls\":[\"x\",null]}",
        "{\"url\":[\"x\"]}",
        "{\"urls\":[\"x\"],\"options\":null}",
        "{\"urls\":[\"x\"],\"options\":[]}",
        "{\"urls\":[\"x\"],\"options\":{\"ordered\":1}}",
        "{\"urls\":[\"x\"],\"options\":{\"mode\":\"x\"}}",
        "{\"urls\":[\"x\"],\"options\":{\"x\":1}}",
        "{\"urls\":[\"x\"],\"options\":{\"timeout_ms\":0}}",
        "{\"urls\":[\"x\"],\"x\":{}}",
        "{\"options\":{}}",
        "{\"urls\":[\"x\"],\"options\":{\"selectors\":1}}",
        "{\"urls\":[\"x\"],\"urls\":[]}",
        "{\"urls\":[\"x\"],\"options\":{\"stats\":\"\"}}",
        "{\"urls\":[\"x\"],\"html\":\"\"}",
        "{\"urls\":[\"x\"],\"\\u0000\":1}",
        "{\"urls\":[\"x\"],\"\xc3\xa9\":1}",
        "{\"urls\":[\"x\"],\"options\":{\"selectors\":[\"p\"],\"mode\":\"full\"}}"
    };
    fuzz_post_text(c, target(c, "/crawl"), JSON_TYPE,
                   fuzz_chance(c, 40) ? "Accept: application/x-ndjson\r\n" : "",
                   FUZZ_ONE_OF(c, bodies));
    c->allowed = "400";
}

static void crawl_many(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(c, "{\"urls\":[\"x\"");
    for (size_t n = 100 + fuzz_pick(c, 1000); n > 0; n--)
        fuzz_say(c, ",\"x\"");
    fuzz_say(c, "]}");
    post(c, from, "/crawl", JSON_TYPE);
    c->allowed = "400";
}

static void crawl_bytes(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(
        c,
        "{\"urls\":[\"http://127.0.0.1/"
        "a\",\"x\\n\"],\"options\":{\"mode\":\"metadata\",\"ordered\":true,\"timeout_ms\":3000}}");
    fuzz_mutate(c, from);
    bool is_json = fuzz_is_json(c->at + from, c->len - from);
    fuzz_post(c, from, target(c, "/crawl"), JSON_TYPE,
              fuzz_chance(c, 40) ? "Accept: application/x-ndjson\r\n" : "");
    c->allowed = is_json ? "200 400" : "400";
}

const struct fuzz_row fuzz_object_rows[] = {
    { "JSON", 15, json_good },
    { "JSON member bad", 40, json_member_bad },
    { "JSON bad", 40, json_shape_bad },
    { "JSON refused", 15, json_refused },
    { "JSON deep", 6, json_deep },
    { "JSON mutated", 80, json_bytes },
    { "JSON cut", 20, json_cut },
    { "JSON wide", 3, json_wide },
    { "crawl", 20, crawl_good },
    { "crawl bad", 25, crawl_bad },
    { "crawl of too many", 3, crawl_many },
    { "crawl mutated", 50, crawl_bytes },
    { NULL, 0, NULL },
};

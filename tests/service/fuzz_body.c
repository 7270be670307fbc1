/* Families of queries, forms and pages. */
#include "fuzz_case.h"

#include <stdio.h>
#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"
/* Pages that hold nothing are an answer, too. */
#define ANY_PAGE "200 422"

static const char *version_of(struct fuzz_case *c) { return fuzz_chance(c, 30) ? "/v1" : ""; }

static void post(struct fuzz_case *c, size_t from, const char *path, const char *type)
{
    char text[32];
    snprintf(text, sizeof text, "%s%s", version_of(c), path);
    fuzz_post(c, from, text, type, "");
}

/* ---- queries ------------------------------------------------------------------------------------
 */

static void query_good(struct fuzz_case *c)
{
    static const char *const queries[] = { "",
                                           "?",
                                           "?mode=article",
                                           "?mode=full",
                                           "?mode=metadata",
                                           "?mode=custom&selector=p",
                                           "?selector=p&selector=h1",
                                           "?timeout_ms=30000",
                                           "?stats=true",
                                           "?stats=0",
                                           "?url=https://a.example/x",
                                           "?url=http%3A%2F%2Fa.example%2F&mode=full",
                                           "?m%6fde=f%75ll",
                                           "?stats=1&stats=0",
                                           "?selector=article+p",
                                           "?selector=%70" };
    char text[100];
    snprintf(text, sizeof text, "/extract%s", FUZZ_ONE_OF(c, queries));
    fuzz_post_text(c, text, "text/html", "", FUZZ_PAGE);
}

static void query_bad(struct fuzz_case *c)
{
    static const char *const queries[] = { "mode=x",
                                           "mode=",
                                           "mode",
                                           "mode=FULL",
                                           "mode=full%00",
                                           "mode=custom",
                                           "selector=p[",
                                           "selector=",
                                           "mode=full&selector=p",
                                           "timeout_ms=0",
                                           "timeout_ms=-1",
                                           "timeout_ms=",
                                           "timeout_ms=600001",
                                           "timeout_ms=99999999999999999999999",
                                           "timeout_ms=+5",
                                           "timeout_ms=5%20",
                                           "timeout_ms=1e3",
                                           "stats=x",
                                           "stats",
                                           "stats=",
                                           "foo=1",
                                           "=x",
                                           "%ff=1",
                                           "mode=%ff",
                                           "url=%ff",
                                           "selector=%c3%28",
                                           "&&",
                                           "Mode=full",
                                           "mode=full&x",
                                           "%00=1",
                                           "mode%00=full",
                                           "selector=%ED%A0%80" };
    char text[100];
    snprintf(text, sizeof text, "/extract?%s", FUZZ_ONE_OF(c, queries));
    fuzz_post_text(c, text, "text/html", "", FUZZ_PAGE);
    c->allowed = "400";
}

static void query_address(struct fuzz_case *c)
{
    static const char *const urls[] = { "foo", "ftp://a/", "javascript:1", "//a",
                                        "file:///etc/passwd" };
    char text[100];
    snprintf(text, sizeof text, "/extract?url=%s", FUZZ_ONE_OF(c, urls));
    fuzz_post_text(c, text, "text/html", "", FUZZ_PAGE);
    c->allowed = "422";
}

static void query_noise(struct fuzz_case *c)
{
    size_t from = c->len;
    char text[200];
    fuzz_say(c, "mode=full&stats=true&selector=p&timeout_ms=30000&url=https://a.example/");
    fuzz_mutate(c, from);
    for (size_t i = from; i < c->len; i++)
        if (memchr(" \t\r\n\0\v\f", c->at[i], 7))
            c->at[i] = '&';
    snprintf(text, sizeof text, "/extract?%.*s", (int)(c->len - from), c->at + from);
    c->len = from;
    fuzz_post_text(c, text, "text/html", "", FUZZ_PAGE);
    c->allowed = "200 400 422 504";
}

/* ---- forms --------------------------------------------------------------------------------------
 */

#define FORM_PAGE                                                                                  \
    "html=%3Carticle%3E%3Ch1%3ETides%3C%2Fh1%3E%3Cp%3EThe+tide+comes+in+twice+a+day%2C+and+goes+"  \
    "out+twice.%3C%2Fp%3E"

static void form_good(struct fuzz_case *c)
{
    static const char *const bodies[] = { FORM_PAGE,
                                          FORM_PAGE "&mode=full",
                                          "source=html&" FORM_PAGE "&url=",
                                          "&&" FORM_PAGE "&&mode=",
                                          FORM_PAGE "&url=https%3A%2F%2Fa.example%2F",
                                          FORM_PAGE "&mode=custom&selectors=p%0D%0Ah1",
                                          "%68tml="
                                          "%3Cp%3EThe+tide+comes+in+twice+a+day&mode=full",
                                          FORM_PAGE "&selectors=p[" };
    fuzz_post_text(c, "/extract", FORM_TYPE, fuzz_chance(c, 30) ? "Origin: http://a\r\n" : "",
                   FUZZ_ONE_OF(c, bodies));
}

static void form_bad(struct fuzz_case *c)
{
    static const char *const bodies[] = { "",
                                          "&",
                                          "=",
                                          "html=",
                                          "html",
                                          "url=",
                                          "a=b",
                                          "html=x&html=y",
                                          "html=x&source=z",
                                          "html=x&mode=z",
                                          "url=%ff",
                                          "html=x&mode=%ff",
                                          "html=x&mode=custom",
                                          "html=x&mode=custom&selectors=p[",
                                          "source=html&url=x",
                                          "html=x&source=url",
                                          "html=x&mode=full&mode=full",
                                          "%ff=1",
                                          "html=x&%00=1",
                                          "html=x&source=%ff",
                                          "HTML=x",
                                          "html=x&\xff\xfe",
                                          "html=x&=y" };
    fuzz_post_text(c, "/extract", FORM_TYPE, "", FUZZ_ONE_OF(c, bodies));
    c->allowed = "400";
}

static void form_of_another_site(struct fuzz_case *c)
{
    static const char *const lines[] = { "Origin: http://evil.example\r\n",
                                         "Origin: null\r\n",
                                         "Origin: \r\n",
                                         "Sec-Fetch-Site: cross-site\r\n",
                                         "Sec-Fetch-Site: same-site\r\n",
                                         "Sec-Fetch-Site: x\r\nOrigin: http://a\r\n",
                                         "Origin: http://a.evil\r\n",
                                         "Origin: http://a:80\r\n",
                                         "Origin: ftp://a\r\n",
                                         "Sec-Fetch-Site: \r\n" };
    fuzz_post_text(c, "/extract", FORM_TYPE, FUZZ_ONE_OF(c, lines), FORM_PAGE);
    c->allowed = "400";
}

static void form_bytes(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(c, "%s&mode=full&url=http%%3A%%2F%%2F127.0.0.1%%2F&source=html&selectors=p",
             FORM_PAGE);
    fuzz_mutate(c, from);
    post(c, from, "/extract", FORM_TYPE);
    c->allowed = "200 400 422 502";
}

static void multipart(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(c,
             "--b\r\nContent-Disposition: form-data; name=\"html\"\r\n\r\n<p>Tides\r\n--b--\r\n");
    fuzz_mutate(c, from);
    post(c, from, fuzz_chance(c, 70) ? "/extract" : "/crawl", "multipart/form-data; boundary=b");
    c->allowed = "415";
}

/* ---- pages --------------------------------------------------------------------------------------
 */

static void page_charset(struct fuzz_case *c)
{
    static const char *const names[] = { "utf-8",
                                         "utf-16",
                                         "utf-16le",
                                         "utf-16be",
                                         "utf-32",
                                         "utf-7",
                                         "shift_jis",
                                         "gb18030",
                                         "big5",
                                         "euc-kr",
                                         "iso-2022-jp",
                                         "hz-gb-2312",
                                         "replacement",
                                         "x-user-defined",
                                         "koi8-r",
                                         "windows-1252",
                                         "\"utf-8",
                                         "'utf-8'",
                                         "utf-8;utf-16",
                                         "x",
                                         "",
                                         "\xff",
                                         "utf-8\\" };
    char type[64];
    size_t from = c->len;
    snprintf(type, sizeof type, "text/html; charset=%s", FUZZ_ONE_OF(c, names));
    if (fuzz_chance(c, 30))
        fuzz_say(c, "%s", fuzz_chance(c, 50) ? "\xff\xfe" : "\xef\xbb\xbf");
    if (fuzz_chance(c, 50))
        fuzz_say(c, FUZZ_PAGE);
    fuzz_noise(c, 1 + fuzz_pick(c, 200));
    post(c, from, "/extract", type);
    c->allowed = ANY_PAGE;
}

static void page_bytes(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_say(c, "<!doctype html><html lang=en><head><meta charset=utf-8><script "
                "type=application/ld+json>{\"headline\":\"T\"}</script>" FUZZ_PAGE
                "<table><tr><td>1</table><ul><li><a href=/x>y</a></ul><svg><p></svg><template><b>");
    fuzz_mutate(c, from);
    fuzz_mutate(c, from);
    char text[40];
    static const char *const modes[] = { "", "?mode=full", "?mode=metadata", "?selector=p" };
    snprintf(text, sizeof text, "/extract%s", FUZZ_ONE_OF(c, modes));
    static const char *const lines[] = { "", "", "Accept: text/markdown\r\n",
                                         "Accept: text/plain\r\n" };
    fuzz_post(c, from, text, "text/html", FUZZ_ONE_OF(c, lines));
    c->allowed = ANY_PAGE;
}

static void page_noise(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_noise(c, fuzz_pick(c, fuzz_chance(c, 3) ? 30000 : 300));
    post(c, from, "/extract", "text/html");
    c->allowed = ANY_PAGE;
}

static void page_empty(struct fuzz_case *c)
{
    size_t from = c->len;
    fuzz_fill(c, ' ', fuzz_pick(c, 20));
    post(c, from, "/extract", "text/html");
    c->allowed = "422";
}

const struct fuzz_row fuzz_body_rows[] = {
    { "query", 15, query_good },
    { "query bad", 35, query_bad },
    { "query with an address that is none", 8, query_address },
    { "query mutated", 20, query_noise },
    { "form", 10, form_good },
    { "form bad", 20, form_bad },
    { "form of another site", 8, form_of_another_site },
    { "form mutated", 20, form_bytes },
    { "form of several parts", 8, multipart },
    { "page in odd charsets", 15, page_charset },
    { "page mutated", 20, page_bytes },
    { "page of any bytes", 12, page_noise },
    { "page empty", 6, page_empty },
    { NULL, 0, NULL },
};

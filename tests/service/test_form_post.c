/* The page's form without a script, over real connections: what a browser sends, and what people
 * are shown. */
#include "running.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
/* As browsers ask for the answer to a form. */
#define BROWSER "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
/* client_ask() says Host: localhost. */
#define OURS "Origin: http://localhost\r\nSec-Fetch-Site: same-origin\r\n"
#define TEXT                                                                                       \
    "%3Ctitle%3ETides%3C%2Ftitle%3E%3Carticle%3E%3Ch1%3ETides%3C%2Fh1%3E%3Cp%3EThe+tide+comes+in"  \
    "+twice+a+day%2C+and+goes+out+twice+a+day%2C+since+the+earth+turns+under+the+bulges+that+the"  \
    "+%3Cb%3Emoon%3C%2Fb%3E+raises.%3C%2Fp%3E"

static struct running shared;

static int start(void **state)
{
    (void)state;
    running_start(&shared, NULL);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    running_stop(&shared);
    return 0;
}

static const struct {
    const char *what, *path, *more, *body;
    int status;
    const char *has, *lacks; /* or NULL */
} cases[] = {
    { "a page that was pasted", "/extract", BROWSER OURS,
      "source=html&url=&html=" TEXT "&mode=article&selectors=", 200, "# Tides\n\nThe tide", NULL },
    { "its Markdown, not its markup", "/extract", BROWSER OURS, "html=" TEXT, 200,
      "<pre class=\"raw\">", "<b>moon" },
    { "below a version", "/v1/extract", BROWSER OURS, "html=" TEXT, 200, "<h2>Tides</h2>", NULL },
    { "a browser that says neither origin nor site", "/extract", BROWSER, "html=" TEXT, 200,
      "<h2>Tides</h2>", NULL },
    { "one that takes web pages only", "/extract", "Accept: text/html\r\n" OURS, "html=" TEXT, 200,
      "<h2>Tides</h2>", NULL },
    { "an address", "/extract", BROWSER OURS,
      "source=url&url=https%3A%2F%2Fa.example%2Fpage%2F7&html=&mode=article&selectors=", 200,
      "<h2>Page 7</h2>", NULL },
    { "an address beside a page that was pasted before", "/extract", BROWSER OURS,
      "source=url&url=https%3A%2F%2Fa.example%2Fpage%2F7&html=" TEXT, 200, "<h2>Page 7</h2>",
      "Tides</h2>" },
    { "where the page went", "/extract", BROWSER OURS, "url=https%3A%2F%2Fa.example%2Fmoved", 200,
      "https://tides.example/there", NULL },
    { "selectors, one a line", "/extract", BROWSER OURS,
      "html=" TEXT "&mode=custom&selectors=b%0D%0A", 200, "moon", "The tide comes" },
    { "characters beyond ASCII", "/extract", BROWSER OURS,
      "html=%3Cp%3Ecaf%C3%A9+%E2%82%AC&mode=full", 200, "caf\xC3\xA9 \xE2\x82\xAC", NULL },
    { "text that looks like markup", "/extract", BROWSER OURS,
      "html=%3Ctitle%3E%26lt%3Bscript%3Ealert(1)%3C%2Ftitle%3E%3Cp%3Ex&mode=full", 200,
      "&lt;script&gt;alert(1)", "<script" },
    { "an empty form", "/extract", BROWSER OURS,
      "source=url&url=&html=&mode=article&selectors=", 400, "a page or its address", NULL },
    { "nothing at all", "/extract", BROWSER OURS, "", 400, "a page or its address", NULL },
    { "a form of another origin", "/extract", BROWSER "Origin: http://b.example\r\n", "html=" TEXT,
      400, "another site", "Tides" },
    { "a form of nowhere", "/extract", BROWSER "Origin: null\r\n", "html=" TEXT, 400,
      "another site", NULL },
    { "a form of another site", "/extract", BROWSER "Sec-Fetch-Site: cross-site\r\n", "html=" TEXT,
      400, "another site", NULL },
    { "a form of a neighbour", "/extract",
      BROWSER "Origin: http://localhost\r\nSec-Fetch-Site: same-site\r\n", "html=" TEXT, 400,
      "another site", NULL },
    { "a field that it has not", "/extract", BROWSER OURS, "html=x&stats=true", 400,
      "expected source", NULL },
    { "a field twice", "/extract", BROWSER OURS, "html=x&html=y", 400, "html twice", NULL },
    { "an unknown mode", "/extract", BROWSER OURS, "html=x&mode=all", 400, "unsupported_mode",
      NULL },
    { "an address of another scheme", "/extract", BROWSER OURS, "html=x&url=ftp%3A%2F%2Fa.example",
      422, "Invalid URL scheme", NULL },
    { "a page that cannot be had", "/extract", BROWSER OURS,
      "url=https%3A%2F%2Fa.example%2Ffail%2Fdns_error", 502, "dns_error", NULL },
    { "an address that is not for us", "/extract", BROWSER OURS,
      "url=https%3A%2F%2Fa.example%2Ffail%2Fforbidden_address", 422, "forbidden_address", NULL },
};

static void check_page(const struct reply *reply, const char *what)
{
    const char *type = reply_header(reply, "Content-Type");
    if (!type || strcmp(type, "text/html; charset=utf-8") != 0)
        fail_msg("%s: %s %s", what, type ? type : "no type", reply->body);
    assert_non_null(strstr(reply->body, "<!doctype html>"));
    assert_non_null(strstr(reply->body, "</html>"));
    assert_null(strstr(reply->body, "<script"));
    assert_non_null(strstr(reply_header(reply, "Content-Security-Policy"), "default-src 'none'"));
    assert_null(strstr(reply_header(reply, "Content-Security-Policy"), "unsafe"));
    assert_string_equal(reply_header(reply, "X-Content-Type-Options"), "nosniff");
}

static void people_are_shown_a_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char more[512];
        snprintf(more, sizeof more, FORM "%s", cases[i].more);
        struct reply reply = client_ask(shared.address, "POST", cases[i].path, more, cases[i].body);
        if (reply.status != cases[i].status || !reply.whole)
            fail_msg("%s: %d %s", cases[i].what, reply.status, reply.body);
        check_page(&reply, cases[i].what);
        if (!strstr(reply.body, cases[i].has) ||
            (cases[i].lacks && strstr(reply.body, cases[i].lacks)))
            fail_msg("%s: %s", cases[i].what, reply.body);
        reply_free(&reply);
    }
}

/* The page says where its form goes: there, and as it says. */
static void the_page_sends_its_form_there(void **state)
{
    (void)state;
    struct reply reply = client_ask(shared.address, "GET", "/", "", NULL);
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "method=\"post\" action=\"extract\" "
                                       "enctype=\"application/x-www-form-urlencoded\""));
    assert_non_null(strstr(reply_header(&reply, "Content-Security-Policy"), "form-action 'self'"));
    reply_free(&reply);
    reply = client_ask(shared.address, "POST", "/", FORM BROWSER OURS, "html=" TEXT);
    assert_int_equal(reply.status, 405);
    reply_free(&reply);
    reply = client_ask(shared.address, "POST", "/crawl", FORM BROWSER OURS, "html=" TEXT);
    assert_int_equal(reply.status, 415);
    reply_free(&reply);
}

/* A browser has no key to show. */
static void with_keys_a_form_needs_one(void **state)
{
    (void)state;
    struct running r;
    running_start(&r, &(struct rt_service_rules){ .api_keys = "0123456789abcdef" });
    struct reply reply = client_ask(r.address, "POST", "/extract", FORM BROWSER OURS, "html=x");
    assert_int_equal(reply.status, 401);
    reply_free(&reply);
    reply = client_ask(r.address, "POST", "/extract",
                       FORM BROWSER OURS "X-API-Key: 0123456789abcdef\r\n", "html=" TEXT);
    assert_int_equal(reply.status, 200);
    check_page(&reply, "with a key");
    reply_free(&reply);
    running_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_shown_a_page),
        cmocka_unit_test(the_page_sends_its_form_there),
        cmocka_unit_test(with_keys_a_form_needs_one),
    };
    return cmocka_run_group_tests(tests, start, stop);
}

/* Families of what says where a request ends: lengths, chunks, and clients that leave. */
#include "fuzz_case.h"

#include <stdio.h>
#include <string.h>

#define PAGE_TYPE "Content-Type: text/html\r\n"
/* Behind a request whose end is in doubt: it must not be answered. */
#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
_Static_assert(sizeof SMUGGLED - 1 == 35, "lengths below say so");

static void refuse(struct fuzz_case *c)
{
    c->allowed = "400 413 -";
    c->by_library = c->is_last = c->must_close = true;
}

static void length_bad(struct fuzz_case *c)
{
    static const char *const lengths[] = { "abc",
                                           "-1",
                                           "+5",
                                           "5 5",
                                           "0x10",
                                           "5,5",
                                           "",
                                           "1e3",
                                           "5;",
                                           "5\t5",
                                           "\xff",
                                           "99999999999999999999",
                                           "18446744073709551616",
                                           "-0",
                                           "0b1",
                                           "1.0",
                                           "'5'" };
    fuzz_begin(c, "POST", "/extract");
    fuzz_say(c, PAGE_TYPE "Content-Length: %s\r\n\r\n" SMUGGLED, FUZZ_ONE_OF(c, lengths));
    refuse(c);
}

static void length_good(struct fuzz_case *c)
{
    fuzz_begin(c, "POST", "/extract");
    fuzz_say(c, PAGE_TYPE "Content-Length: %0*zu\r\n\r\n" FUZZ_PAGE, (int)fuzz_pick(c, 12),
             sizeof FUZZ_PAGE - 1);
}

static void two_framings(struct fuzz_case *c)
{
    static const char *const pairs[] = {
        "Content-Length: 5\r\nContent-Length: 24\r\n",
        "Content-Length: 0\r\nContent-Length: 24\r\n",
        "Content-Length: 24\r\nContent-Length: 0\r\n",
        "Content-Length: 24\r\ncontent-length: 24\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Content-Length : 24\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 0\r\nTransfer-Encoding : chunked\r\n",
        "Content-Length: 5\r\nContent-Length : 24\r\n",
        "\"Content-Length\": 24\r\n"
    };
    static const char *const targets[] = { "POST /extract", "POST /crawl", "GET /livez",
                                           "POST /nothing", "PUT /health" };
    fuzz_say(c,
             "%s HTTP/1.1\r\nHost: a\r\nX-API-Key: " FUZZ_KEY "\r\n" PAGE_TYPE
             "%s\r\n0\r\n\r\n" SMUGGLED,
             FUZZ_ONE_OF(c, targets), FUZZ_ONE_OF(c, pairs));
    refuse(c);
}

static void coding_bad(struct fuzz_case *c)
{
    static const char *const codings[] = { "gzip",
                                           "gzip, chunked",
                                           "chunked, gzip",
                                           "identity",
                                           "xchunked",
                                           "chunkedx",
                                           "\vchunked",
                                           "",
                                           "\"chunked\"",
                                           "chunked;a=b",
                                           "chunked, chunked",
                                           ",chunked",
                                           "chunked,",
                                           "chun ked",
                                           "\x80" };
    fuzz_begin(c, "POST", "/extract");
    fuzz_say(c, PAGE_TYPE "Transfer-Encoding: %s\r\n\r\n0\r\n\r\n" SMUGGLED,
             FUZZ_ONE_OF(c, codings));
    refuse(c);
}

static void coding_in_old_version(struct fuzz_case *c)
{
    fuzz_say(c, "POST /extract HTTP/1.0\r\nHost: a\r\nX-API-Key: " FUZZ_KEY "\r\n" PAGE_TYPE
                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SMUGGLED);
    refuse(c);
}

/* A carriage return ends a line for some, and what follows would be a header to them. */
static void framing_behind_return(struct fuzz_case *c)
{
    static const char *const lines[] = { "X: a\rContent-Length: 35",
                                         "X: \rContent-Length: 35",
                                         "X: a\rTransfer-Encoding: chunked",
                                         "X: a\r\rGET /smuggled HTTP/1.1",
                                         "X: a\rb",
                                         "Content-Length: 0\rContent-Length: 35",
                                         "Content-Length: 35\rX: a",
                                         "Transfer-Encoding: chunked\rX: a",
                                         "Transfer-Encoding: x\rchunked" };
    static const char *const targets[] = { "POST /extract", "GET /livez", "POST /nothing" };
    fuzz_say(c, "%s HTTP/1.1\r\nHost: a\r\nX-API-Key: " FUZZ_KEY "\r\n%s\r\n\r\n" SMUGGLED,
             FUZZ_ONE_OF(c, targets), FUZZ_ONE_OF(c, lines));
    refuse(c);
    c->allowed = "400";
}

/* A line feed does so for all: what follows is a header, and the connection goes on behind it. */
static void framing_behind_feed(struct fuzz_case *c)
{
    static const char *const lines[] = { "X: a\nContent-Length: 35\r\n\r\n" SMUGGLED,
                                         "X: a\nContent-Length: 35\n\n" SMUGGLED,
                                         "Content-Length: 35\nX: a\r\n\n" SMUGGLED,
                                         "X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                         "X: a\nTransfer-Encoding: chunked\n\n23\r\n" SMUGGLED
                                         "\r\n0\r\n\r\n",
                                         "X: a\nContent-Length: 0\r\n\r\n",
                                         "X: a\n\n" };
    fuzz_begin(c, "GET", "/livez");
    fuzz_say(c, "%s", FUZZ_ONE_OF(c, lines));
}

/* ---- chunks -------------------------------------------------------------------------------------
 */

static void begin_chunks(struct fuzz_case *c)
{
    fuzz_begin(c, "POST", "/extract");
    fuzz_say(c, PAGE_TYPE "Transfer-Encoding: %s\r\n\r\n",
             fuzz_chance(c, 50) ? "chunked" : "Chunked");
}

static void put_chunks(struct fuzz_case *c, const char *text, size_t len)
{
    static const char *const extensions[] = {
        "", "", "", ";a", ";a=b", ";a=\"b;c\"", ";;;", ";\xff"
    };
    while (len > 0) {
        size_t some = 1 + fuzz_pick(c, len);
        char size[32];
        int zeros = (int)fuzz_pick(c, 6);
        if (fuzz_chance(c, 50))
            snprintf(size, sizeof size, "%0*zx", zeros, some);
        else
            snprintf(size, sizeof size, "%0*zX", zeros, some);
        fuzz_say(c, "%s%s\r\n", size, FUZZ_ONE_OF(c, extensions));
        fuzz_put(c, text, some);
        fuzz_say(c, "\r\n");
        text += some;
        len -= some;
    }
}

static void chunks_good(struct fuzz_case *c)
{
    static const char *const trailers[] = { "", "", "X: y\r\n", "Content-Length: 5\r\n",
                                            "Host: b\r\nX-API-Key: no\r\n" };
    begin_chunks(c);
    put_chunks(c, FUZZ_PAGE, sizeof FUZZ_PAGE - 1);
    fuzz_say(c, "%s\r\n%s\r\n", fuzz_chance(c, 50) ? "0" : "000", FUZZ_ONE_OF(c, trailers));
}

static void chunks_bad(struct fuzz_case *c)
{
    static const char *const rests[] = { "+5\r\nabcde\r\n",
                                         "-5\r\nabcde\r\n",
                                         "0x5\r\nabcde\r\n",
                                         "zz\r\nabcde\r\n",
                                         "\r\nabcde\r\n",
                                         " 5\r\nabcde\r\n",
                                         "5 5\r\nabcde\r\n",
                                         "4\r\nabcde\r\n",
                                         "10000000000000005\r\nabcde\r\n",
                                         "5,\r\nabcde\r\n",
                                         "\xff\r\n",
                                         "5\r\nabcdefgh\r\n",
                                         "g\r\n",
                                         ";a=b\r\nabcde\r\n" };
    begin_chunks(c);
    if (fuzz_chance(c, 50))
        put_chunks(c, "<p>Tides", 8);
    fuzz_say(c, "%s0\r\n\r\n" SMUGGLED, FUZZ_ONE_OF(c, rests));
    refuse(c);
}

/* The library's own limits: of a line in a body, and of the trailers. */
static void chunks_large(struct fuzz_case *c)
{
    begin_chunks(c);
    if (fuzz_chance(c, 50)) {
        fuzz_say(c, "5;");
        fuzz_fill(c, 'a', 32000 + fuzz_pick(c, 20000));
    } else {
        fuzz_say(c, "5\r\nabcde\r\n0\r\n");
        for (int i = 0; i < 4000; i++)
            fuzz_say(c, "X-Y: abcdef\r\n");
    }
    fuzz_say(c, "\r\n\r\n");
    c->allowed = "400 413 431 500 -";
    c->by_library = c->is_last = true;
    c->end = FUZZ_ENDS;
}

static void chunks_mutated(struct fuzz_case *c)
{
    begin_chunks(c);
    size_t from = c->len;
    put_chunks(c, FUZZ_PAGE, sizeof FUZZ_PAGE - 1);
    fuzz_say(c, "0\r\n\r\n");
    fuzz_mutate(c, from);
    c->allowed = "200 400 413 422 404 405 505 -";
    c->by_library = c->is_last = true;
    c->end = FUZZ_ENDS;
}

/* ---- too much -----------------------------------------------------------------------------------
 */

static void length_too_large(struct fuzz_case *c)
{
    static const char *const lengths[] = { "65537", "10000000", "18446744073709551615",
                                           "9223372036854775808" };
    fuzz_begin(c, "POST", fuzz_chance(c, 50) ? "/extract" : "/crawl");
    fuzz_say(c, "Content-Type: application/json\r\nContent-Length: %s\r\n\r\n",
             FUZZ_ONE_OF(c, lengths));
    if (fuzz_chance(c, 50))
        fuzz_fill(c, '[', 1 + fuzz_pick(c, 100000));
    c->allowed = "413";
    c->is_last = c->must_close = true;
}

static void chunks_too_large(struct fuzz_case *c)
{
    begin_chunks(c);
    for (int i = 0; i < 5; i++) {
        fuzz_say(c, "4000\r\n");
        fuzz_fill(c, 'a', 0x4000);
        fuzz_say(c, "\r\n");
    }
    fuzz_say(c, "0\r\n\r\n");
    c->allowed = "413";
}

/* ---- bodies that nobody asked for, and those that do not come
 * ------------------------------------
 */

static void body_not_asked_for(struct fuzz_case *c)
{
    static const char *const lines[] = { "GET /livez", "GET /readyz", "HEAD /livez",
                                         "GET /health" };
    const char *line = FUZZ_ONE_OF(c, lines);
    size_t len = fuzz_pick(c, fuzz_chance(c, 5) ? 60000 : 500);
    c->is_head = *line == 'H';
    fuzz_say(c, "%s HTTP/1.1\r\nHost: a\r\nX-API-Key: " FUZZ_KEY "\r\nContent-Length: %zu\r\n\r\n",
             line, len);
    fuzz_noise(c, len);
}

static void body_of_a_refusal(struct fuzz_case *c)
{
    static const char *const lines[] = { "POST /nothing", "PUT /livez", "POST /livez",
                                         "DELETE /crawl" };
    size_t len = fuzz_pick(c, 500);
    fuzz_say(c, "%s HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", FUZZ_ONE_OF(c, lines),
             len);
    fuzz_noise(c, len);
    c->allowed = "404 405";
    c->is_last = true;
}

static void expects(struct fuzz_case *c)
{
    fuzz_begin(c, "POST", "/extract");
    fuzz_say(c, PAGE_TYPE "Expect: 100-continue\r\nContent-Length: %zu\r\n\r\n" FUZZ_PAGE,
             sizeof FUZZ_PAGE - 1);
}

static void whole(struct fuzz_case *c)
{
    if (fuzz_chance(c, 30)) {
        begin_chunks(c);
        put_chunks(c, FUZZ_PAGE, sizeof FUZZ_PAGE - 1);
        fuzz_say(c, "0\r\n\r\n");
    } else if (fuzz_chance(c, 50)) {
        fuzz_post_text(c, "/crawl", "application/json", "",
                       "{\"urls\":[\"http://127.0.0.1/\",\"x\"]}");
    } else {
        fuzz_post_text(c, "/extract?mode=full", "text/html", "", FUZZ_PAGE);
    }
}

static void cut(struct fuzz_case *c)
{
    whole(c);
    c->len = 1 + fuzz_pick(c, c->len - 4);
    c->allowed = "400 -";
    c->by_library = c->is_last = true;
    c->end = FUZZ_ENDS;
    /* Within the head the library waits for as long as a connection may be idle: so do few of
     * these. */
    bool has_head = false;
    for (size_t i = 3; i < c->len && !has_head; i++)
        has_head = memcmp(c->at + i - 3, "\r\n\r\n", 4) == 0;
    if (!has_head && fuzz_chance(c, 95))
        c->end = FUZZ_GOES_AWAY;
}

static void goes_away(struct fuzz_case *c)
{
    whole(c);
    if (fuzz_chance(c, 60))
        c->len = 1 + fuzz_pick(c, c->len - 1);
    c->end = FUZZ_GOES_AWAY;
}

const struct fuzz_row fuzz_frame_rows[] = {
    { "Content-Length bad", 20, length_bad },
    { "Content-Length good", 10, length_good },
    { "two framings", 25, two_framings },
    { "Transfer-Encoding bad", 15, coding_bad },
    { "Transfer-Encoding in HTTP/1.0", 4, coding_in_old_version },
    { "framing behind a carriage return", 15, framing_behind_return },
    { "framing behind a line feed", 10, framing_behind_feed },
    { "chunks", 20, chunks_good },
    { "chunks bad", 20, chunks_bad },
    { "chunk line or trailers large", 2, chunks_large },
    { "chunks mutated", 12, chunks_mutated },
    { "Content-Length too large", 6, length_too_large },
    { "chunks too large", 2, chunks_too_large },
    { "body of a GET", 12, body_not_asked_for },
    { "body of a refused request", 10, body_of_a_refusal },
    { "Expect", 8, expects },
    { "cut", 4, cut },
    { "client goes away", 25, goes_away },
    { NULL, 0, NULL },
};

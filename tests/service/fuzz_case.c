/* Cases: the random numbers, the bytes, and the choice of the family. */
#include "fuzz_case.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- chance -------------------------------------------------------------------------------------
 */

static uint64_t next(struct fuzz_case *c)
{
    uint64_t z = c->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

size_t fuzz_pick(struct fuzz_case *c, size_t n) { return (size_t)(next(c) % n); }
bool fuzz_chance(struct fuzz_case *c, unsigned percent) { return fuzz_pick(c, 100) < percent; }

/* ---- bytes --------------------------------------------------------------------------------------
 */

static void make_room(struct fuzz_case *c, size_t more)
{
    if (c->len + more <= c->room)
        return;
    c->room = 2 * (c->len + more);
    c->at = realloc(c->at, c->room);
    if (!c->at)
        abort();
}

void fuzz_put(struct fuzz_case *c, const void *bytes, size_t len)
{
    make_room(c, len + 1);
    memcpy(c->at + c->len, bytes, len);
    c->len += len;
}

void fuzz_say(struct fuzz_case *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    make_room(c, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(c->at + c->len, (size_t)n + 1, fmt, ap);
    va_end(ap);
    c->len += (size_t)n;
}

void fuzz_fill(struct fuzz_case *c, char byte, size_t count)
{
    make_room(c, count + 1);
    memset(c->at + c->len, byte, count);
    c->len += count;
}

void fuzz_noise(struct fuzz_case *c, size_t count)
{
    make_room(c, count + 1);
    for (size_t i = 0; i < count; i++)
        c->at[c->len++] = (char)next(c);
}

void fuzz_letters(struct fuzz_case *c, size_t count)
{
    make_room(c, count + 1);
    for (size_t i = 0; i < count; i++)
        c->at[c->len++] = (char)('a' + fuzz_pick(c, 26));
}

static void replace(struct fuzz_case *c, size_t at, size_t drop, const char *with, size_t len)
{
    make_room(c, len + 1);
    memmove(c->at + at + len, c->at + at + drop, c->len - at - drop);
    memcpy(c->at + at, with, len);
    c->len = c->len - drop + len;
}

void fuzz_mutate(struct fuzz_case *c, size_t from)
{
    static const char signs[] = "\0\x01\t\n\r \"\\{}[]:,0-.eE+%&=;<>\x7f\x80\xc0\xed\xf4\xff";
    for (size_t rounds = 1 + fuzz_pick(c, 4); rounds > 0 && c->len > from; rounds--) {
        size_t at = from + fuzz_pick(c, c->len - from), left = c->len - at;
        char sign = signs[fuzz_pick(c, sizeof signs - 1)], piece[16];
        size_t some = 1 + fuzz_pick(c, left < sizeof piece ? left : sizeof piece);
        memcpy(piece, c->at + at, some);
        switch (fuzz_pick(c, 5)) {
        case 0: c->at[at] = (char)(c->at[at] ^ (1 << fuzz_pick(c, 8))); break;
        case 1: c->at[at] = sign; break;
        case 2: replace(c, at, 0, &sign, 1); break;
        case 3: replace(c, at, some, "", 0); break;
        default: replace(c, at, 0, piece, some);
        }
    }
}

/* ---- requests -----------------------------------------------------------------------------------
 */

void fuzz_begin(struct fuzz_case *c, const char *method, const char *target)
{
    c->is_head = strcmp(method, "HEAD") == 0;
    fuzz_say(c, "%s %s HTTP/1.1\r\nHost: a\r\nX-API-Key: " FUZZ_KEY "\r\n", method, target);
}

void fuzz_post(struct fuzz_case *c, size_t from, const char *target, const char *type,
               const char *headers)
{
    char head[1024];
    int n = snprintf(head, sizeof head,
                     "POST %s HTTP/1.1\r\nHost: a\r\nX-API-Key: " FUZZ_KEY
                     "\r\nContent-Type: %s\r\n%sContent-Length: %zu\r\n\r\n",
                     target, type, headers, c->len - from);
    replace(c, from, 0, head, (size_t)n);
}

void fuzz_post_text(struct fuzz_case *c, const char *target, const char *type, const char *headers,
                    const char *body)
{
    size_t from = c->len;
    fuzz_say(c, "%s", body);
    fuzz_post(c, from, target, type, headers);
}

/* ---- choice -------------------------------------------------------------------------------------
 */

static const struct fuzz_row *const tables[] = { fuzz_head_rows, fuzz_field_rows, fuzz_frame_rows,
                                                 fuzz_body_rows, fuzz_object_rows };
enum { TABLES = sizeof tables / sizeof *tables };

static const struct fuzz_row *choose(struct fuzz_case *c)
{
    size_t sum = 0;
    for (size_t t = 0; t < TABLES; t++)
        for (const struct fuzz_row *row = tables[t]; row->make; row++)
            sum += row->weight;
    size_t at = fuzz_pick(c, sum);
    for (size_t t = 0; t < TABLES; t++)
        for (const struct fuzz_row *row = tables[t]; row->make; row++) {
            if (at < row->weight)
                return row;
            at -= row->weight;
        }
    abort();
}

void fuzz_case_make(struct fuzz_case *c, uint64_t seed, uint64_t number)
{
    char *at = c->at;
    size_t room = c->room;
    *c = (struct fuzz_case){ .number = number, .at = at, .room = room, .allowed = "200" };
    c->random = seed * UINT64_C(0xD1342543DE82EF95) + number;
    c->random = next(c);
    const struct fuzz_row *row = choose(c);
    c->family = row->name;
    row->make(c);
}

void fuzz_case_free(struct fuzz_case *c) { free(c->at); }

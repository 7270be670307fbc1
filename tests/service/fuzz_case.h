#ifndef SERVICE_FUZZ_CASE_H
#define SERVICE_FUZZ_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One fuzzed request.  All of it follows from the seed and the number, so that it can be made
 * again. */
enum fuzz_end {
    FUZZ_READS,    /* the client waits for the answer */
    FUZZ_ENDS,     /* it says first that nothing more comes */
    FUZZ_GOES_AWAY /* it closes the connection and hears nothing */
};

struct fuzz_case {
    uint64_t number, random;
    const char *family;
    char *at;
    size_t len, room;

    const char
        *allowed; /* the statuses, parted by spaces; "-" is silence and the end of the connection */
    bool is_head;
    bool
        by_library; /* the request is no HTTP: the library may answer, without a problem document */
    bool is_last;   /* where the next request would begin is in doubt: the connection is not used
                       again */
    bool must_close; /* and the server has to see that, too */
    enum fuzz_end end;
    char id[136];  /* the answer has to bear this request id; "": any */
    unsigned urls; /* of a crawl that is answered 200 */
};

/* The key that the server was given. */
#define FUZZ_KEY "fuzz-key-0123456789"
#define FUZZ_MAX_BODY 65536
#define FUZZ_PAGE                                                                                  \
    "<title>Tides</title><article><h1>Tides</h1><p>The tide comes in twice a day, and goes out "   \
    "twice a day, since the earth turns under the bulges that the moon raises.</p></article>"

/* c->at is kept from one to the next; fuzz_case_free() frees it. */
void fuzz_case_make(struct fuzz_case *c, uint64_t seed, uint64_t number);
void fuzz_case_free(struct fuzz_case *c);

/* ---- for the families ---------------------------------------------------------------------------
 */

typedef void (*fuzz_family)(struct fuzz_case *c);
struct fuzz_row {
    const char *name;
    unsigned weight;
    fuzz_family make;
};
extern const struct fuzz_row fuzz_head_rows[], fuzz_field_rows[], fuzz_frame_rows[],
    fuzz_body_rows[], fuzz_object_rows[]; /* up to a NULL */

/* Below n. */
size_t fuzz_pick(struct fuzz_case *c, size_t n);
bool fuzz_chance(struct fuzz_case *c, unsigned percent);
#define FUZZ_ONE_OF(c, list) ((list)[fuzz_pick(c, sizeof(list) / sizeof *(list))])

void fuzz_put(struct fuzz_case *c, const void *bytes, size_t len);
void fuzz_say(struct fuzz_case *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void fuzz_fill(struct fuzz_case *c, char byte, size_t count);
void fuzz_noise(struct fuzz_case *c, size_t count); /* any bytes */
void fuzz_letters(struct fuzz_case *c, size_t count);
/* Changes some of the bytes from `from` on: flips, inserts, drops, repeats. */
void fuzz_mutate(struct fuzz_case *c, size_t from);

/* Request line, Host and the key; the header's end is the caller's. */
void fuzz_begin(struct fuzz_case *c, const char *method, const char *target);
/* A whole POST; body from `from` on is in c already and moves behind the head. */
void fuzz_post(struct fuzz_case *c, size_t from, const char *target, const char *type,
               const char *headers);
/* The same for a text. */
void fuzz_post_text(struct fuzz_case *c, const char *target, const char *type, const char *headers,
                    const char *body);

/* RFC 8259, UTF-8 without lone surrogates, numbers that are finite. */
bool fuzz_is_json(const char *at, size_t len);

#endif

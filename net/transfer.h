#ifndef RT_NET_TRANSFER_H
#define RT_NET_TRANSFER_H

#include "net/answer.h"
#include "net/fetch_hooks.h"
#include "net/pace.h"
#include "net/shares.h"
#include "net/web_url.h"

/* What all transfers of a fetcher share; (borrowed) by each. */
struct rt_transfer_setup {
    const struct rt_curl *curl;
    const struct rt_alloc *alloc;
    const struct rt_fetch_rules *rules;
    const struct rt_fetch_hooks *hooks;
    char encodings[32]; /* that this libcurl can undo: "gzip, br, zstd" */
};

enum rt_transfer_kind { RT_TRANSFER_PAGE, RT_TRANSFER_ROBOTS };
enum { RT_ROBOTS_MAX = 500 * 1024, RT_FIRST_SHARE = 1 << 20 };

/* One request and its answer: one hop of a page's way.  Does not move while it is under way. */
struct rt_transfer {
    const struct rt_transfer_setup *setup;
    const struct rt_web_url *url;
    void *owner; /* free for who opened it */
    enum rt_transfer_kind kind;
    CURL *easy;
    struct curl_slist *headers, *addresses;
    struct rt_answer answer;
    struct rt_outcome outcome; /* of what was found while it ran */
    char *body;                /* NUL-terminated once there is one */
    size_t len, room;
    struct rt_holder *holder;  /* (borrowed) whose share the body takes */
    uint64_t held;             /* of it: what it began with, or more, given back when it is closed */
    bool lacks_room;
    uint64_t wire, unwanted;   /* bytes: as they came, and of a body that nobody reads */
    uint64_t unwanted_since_ns;
    bool wants_body, is_cut;   /* robots.txt is read only so far */
    unsigned opened, refused;  /* connections */
    bool looks_up;             /* a thread of libcurl's asks the system for the name's addresses */
    bool is_left;              /* nobody waits for it: it connects to nothing any more */
    struct rt_pace pace;
    char why[CURL_ERROR_SIZE];
};

/* etag, modified: of what is kept of the page, or "".  The transfer must be added to a multi handle
 * and removed from it before it is closed.  False without memory: nothing is open. */
bool rt_transfer_open(struct rt_transfer *transfer, const struct rt_transfer_setup *setup,
                      const struct rt_web_url *url, enum rt_transfer_kind kind, const char *etag,
                      const char *modified);
/* A zeroed one is allowed. */
void rt_transfer_close(struct rt_transfer *transfer);

/* Whether a request may go to the address, by the rules. */
bool rt_transfer_may_ask(const struct rt_fetch_rules *rules, const struct sockaddr *address);

/* Asks for addresses still: removed now, it would leave the thread that does behind. */
bool rt_transfer_looks_up(const struct rt_transfer *transfer);
/* Of one that does: it ends when they are there.  Gives back its room. */
void rt_transfer_leave(struct rt_transfer *transfer);

/* So many bytes of room for its body; false where its caller's share is used up. */
bool rt_transfer_take_share(struct rt_transfer *transfer, size_t room);

/* Whether it goes on; if not, it is as if libcurl had ended it. */
bool rt_transfer_look(struct rt_transfer *transfer, uint64_t now_ns);

/* How it ended.  RT_FETCH_NONE: with a whole answer of 2xx, or one of 304 or of a redirect. */
void rt_transfer_judge(struct rt_transfer *transfer, CURLcode code, struct rt_outcome *outcome);
bool rt_transfer_is_redirect(const struct rt_transfer *transfer);

#endif

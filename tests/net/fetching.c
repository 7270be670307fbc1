/* The world of the fetcher's tests. */
#include "fetching.h"

#include "host/component/watch.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *host, *address;
} names[] = {
    { "private.test", "10.1.2.3" },
    { "loopback.test", "127.0.0.1" },
    { "localhost", "127.0.0.1" },
    { "metadata.test", "169.254.169.254" },
    { "mapped.test", "::ffff:10.0.0.1" },
    { "nat64.test", "64:ff9b::7f00:1" },
    { "both.test", "10.0.0.1,93.184.216.34" },
};

static const char *resolve(void *ctx, const char *host)
{
    struct fetching *f = ctx;
    f->resolved++;
    if (strcmp(host, "rebind.test") == 0) /* the name's second answer is another */
        return f->resolved == 1 ? "93.184.216.34" : "127.0.0.1";
    if (strcmp(host, "nowhere.test") == 0)
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(host, names[i].host) == 0)
            return names[i].address;
    return "93.184.216.34";
}

static void connect_to_site(void *ctx, struct sockaddr *address)
{
    struct fetching *f = ctx;
    struct sockaddr_in in = { .sin_family = AF_INET };
    f->connects++;
    assert_int_equal(address->sa_family, AF_INET);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    in.sin_port = htons((uint16_t)f->site.port);
    memcpy(address, &in, sizeof in);
}

void fetching_start(struct fetching *f, site_answer *answer)
{
    memset(f, 0, sizeof *f);
    site_start(&f->site, answer, f);
    f->hooks = (struct rt_fetch_hooks){ .resolve = resolve, .connect = connect_to_site, .ctx = f };
    f->rules = (struct rt_fetch_rules){ .timeout_ms = 60000, .backoff_ms = 1 };
}

void fetching_open(struct fetching *f)
{
    rt_error err;
    if (rt_fetcher_open_with(&f->fetcher, &f->rules, &f->hooks, &err) != RT_OK)
        fail_msg("%s", err.message);
}

enum rt_fetch_failure fetching_get(struct fetching *f, const char *url)
{
    rt_error err;
    if (!f->fetcher)
        fetching_open(f);
    rt_fetched_free(&f->got);
    rt_str given = { url, strlen(url) };
    if (rt_fetcher_get(f->fetcher, given, 0, NULL, &f->got, &err) != RT_OK)
        fail_msg("%s", err.message);
    return f->got.failure;
}

void fetching_ends(struct fetching *f, const char *url, enum rt_fetch_failure wanted)
{
    enum rt_fetch_failure failure = fetching_get(f, url);
    if (failure != wanted)
        fail_msg("%s: %s (%s), wanted %s", url, rt_fetch_failure_label(failure), f->got.message,
                 rt_fetch_failure_label(wanted));
    assert_true((failure == RT_FETCH_NONE) == (f->got.message[0] == '\0'));
    assert_true(failure == RT_FETCH_NONE || f->got.body.len == 0);
}

void fetching_close(struct fetching *f)
{
    rt_fetcher_close(f->fetcher);
    f->fetcher = NULL;
}

void fetching_stop(struct fetching *f)
{
    fetching_close(f);
    rt_fetched_free(&f->got);
    site_stop(&f->site);
}

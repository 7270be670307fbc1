/* Keys in cells of one size, compared whole. */
#include "service/auth.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 1024, FILE_MAX = KEYS_MAX * (RT_AUTH_LONGEST + 2) };

struct cell {
    char at[RT_AUTH_LONGEST]; /* zero behind the key */
    size_t len;
};

struct keys {
    size_t count, room;
    struct cell *at;
};

struct rt_auth {
    pthread_rwlock_t lock;
    struct keys keys;
};

/* ---- reading ------------------------------------------------------------------------------------
 */

static void forget(struct keys *keys)
{
    if (keys->at) {
        volatile char *wipe = (volatile char *)keys->at;
        for (size_t i = 0; i < keys->room * sizeof *keys->at; i++)
            wipe[i] = 0;
    }
    rt_alloc_resize(&rt_alloc_heap, keys->at, 0);
    *keys = (struct keys){ 0 };
}

static bool is_printable(rt_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] > '~')
            return false;
    return true;
}

static bool has(const struct keys *keys, rt_str key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->at[i].len == key.len && memcmp(keys->at[i].at, key.at, key.len) == 0)
            return true;
    return false;
}

static rt_status make_room(struct keys *keys, rt_error *err)
{
    if (keys->count < keys->room)
        return RT_OK;
    /* By hand: the old cells are wiped, too. */
    struct keys more = { keys->count, keys->room ? keys->room * 2 : 8, NULL };
    more.at = rt_alloc_resize(&rt_alloc_heap, NULL, more.room * sizeof *more.at);
    if (!more.at)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the API keys");
    if (keys->at)
        memcpy(more.at, keys->at, keys->count * sizeof *more.at);
    forget(keys);
    *keys = more;
    return RT_OK;
}

/* A key stands once: find() knows one number for each, and quotas go by that. */
static rt_status add_key(struct keys *keys, rt_str key, const char *where, unsigned number,
                         rt_error *err)
{
    if (key.len < RT_AUTH_SHORTEST || key.len > RT_AUTH_LONGEST || !is_printable(key))
        return rt_fail(err, RT_INVALID_SETTING,
                       "%.200s: API key %u has %zu characters: expected %d to %d printable ones",
                       where, number, key.len, (int)RT_AUTH_SHORTEST, (int)RT_AUTH_LONGEST);
    if (keys->count == KEYS_MAX)
        return rt_fail(err, RT_INVALID_SETTING, "%.200s: expected at most %d API keys", where,
                       (int)KEYS_MAX);
    if (has(keys, key))
        return rt_fail(err, RT_INVALID_SETTING,
                       "%.200s: API key %u was given before: expected each one once", where,
                       number);
    rt_status s = make_room(keys, err);
    if (s != RT_OK)
        return s;
    struct cell *cell = &keys->at[keys->count++];
    memset(cell, 0, sizeof *cell);
    memcpy(cell->at, key.at, key.len);
    cell->len = key.len;
    return RT_OK;
}

/* Keys parted by commas, white space and line ends, at least one, since without keys everybody may;
 * # begins a comment in a file. */
static rt_status add_keys(struct keys *keys, rt_str text, bool comments, const char *where,
                          rt_error *err)
{
    rt_str line, part, word;
    unsigned number = 0;
    rt_status s = RT_OK;
    while (s == RT_OK && rt_str_split(&text, '\n', &line)) {
        size_t hash = comments ? rt_str_find_byte(line, '#') : RT_NPOS;
        if (hash != RT_NPOS)
            line = rt_str_first(line, hash);
        while (s == RT_OK && rt_str_split(&line, ',', &part))
            while (s == RT_OK && rt_str_word(&part, &word))
                s = add_key(keys, word, where, ++number, err);
    }
    if (s == RT_OK && number == 0)
        s = rt_fail(err, RT_INVALID_SETTING, "%.200s: expected at least one API key", where);
    return s;
}

static rt_status add_file(struct keys *keys, const char *path, rt_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (!file)
        return rt_fail(err, RT_IO_ERROR, "API keys in %.200s: %s", path, strerror(errno));
    char *text = rt_alloc_resize(&rt_alloc_heap, NULL, FILE_MAX + 1);
    rt_status s = text ? RT_OK : rt_fail(err, RT_NO_MEMORY, "no memory for the API keys");
    size_t len = text ? fread(text, 1, FILE_MAX + 1, file) : 0;
    if (s == RT_OK && ferror(file))
        s = rt_fail(err, RT_IO_ERROR, "API keys in %.200s: it cannot be read", path);
    if (s == RT_OK && len > FILE_MAX)
        s = rt_fail(err, RT_INVALID_SETTING, "API keys in %.200s: expected at most %d bytes", path,
                    (int)FILE_MAX);
    if (s == RT_OK)
        s = add_keys(keys, (rt_str){ text, len }, true, path, err);
    fclose(file);
    if (text)
        memset(text, 0, FILE_MAX + 1);
    rt_alloc_resize(&rt_alloc_heap, text, 0);
    return s;
}

static rt_status read_keys(struct keys *keys, const char *list, const char *file, rt_error *err)
{
    rt_status s = RT_OK;
    if (list)
        s = add_keys(keys, rt_str_from_c(list), false, "RIPTIDE_API_KEYS", err);
    if (s == RT_OK && file)
        s = add_file(keys, file, err);
    return s;
}

bool rt_auth_has_keys(struct rt_auth *auth)
{
    pthread_rwlock_rdlock(&auth->lock);
    bool some = auth->keys.count > 0;
    pthread_rwlock_unlock(&auth->lock);
    return some;
}

rt_status rt_auth_reload(struct rt_auth *auth, const char *list, const char *file, rt_error *err)
{
    struct keys keys = { 0 };
    rt_status s = read_keys(&keys, list, file, err);
    if (s == RT_OK && keys.count == 0 && rt_auth_has_keys(auth))
        s = rt_fail(err, RT_INVALID_SETTING,
                    "no API keys are given any more: expected a key: without one everybody may; "
                    "restart for that");
    if (s == RT_OK) {
        pthread_rwlock_wrlock(&auth->lock);
        struct keys old = auth->keys;
        auth->keys = keys;
        pthread_rwlock_unlock(&auth->lock);
        keys = old;
    }
    forget(&keys);
    return s;
}

rt_status rt_auth_open(struct rt_auth **out, const char *list, const char *file, rt_error *err)
{
    struct rt_auth *auth = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *auth);
    if (!auth)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the API keys");
    memset(auth, 0, sizeof *auth);
    pthread_rwlock_init(&auth->lock, NULL);
    rt_status s = rt_auth_reload(auth, list, file, err);
    if (s != RT_OK) {
        rt_auth_close(auth);
        return s;
    }
    *out = auth;
    return RT_OK;
}

void rt_auth_close(struct rt_auth *auth)
{
    if (!auth)
        return;
    forget(&auth->keys);
    pthread_rwlock_destroy(&auth->lock);
    rt_alloc_resize(&rt_alloc_heap, auth, 0);
}

/* ---- comparing ----------------------------------------------------------------------------------
 */

/* 1 if they are the same, else 0, without a branch on what they are. */
static unsigned is_same(const struct cell *a, const struct cell *b)
{
    size_t differs = a->len ^ b->len;
    for (size_t i = 0; i < sizeof a->at; i++)
        differs |= (size_t)(unsigned char)(a->at[i] ^ b->at[i]);
    return (unsigned)((differs | (0 - differs)) >> (sizeof differs * 8 - 1)) ^ 1u;
}

/* Looks at all of them, whichever it is. */
static int find(const struct keys *keys, rt_str given)
{
    struct cell wanted;
    unsigned found = 0;
    memset(&wanted, 0, sizeof wanted);
    wanted.len = given.len <= RT_AUTH_LONGEST ? given.len : 0;
    if (wanted.len)
        memcpy(wanted.at, given.at, wanted.len);
    for (size_t i = 0; i < keys->count; i++)
        found |= (0u - is_same(&keys->at[i], &wanted)) & (unsigned)(i + 1);
    return found ? (int)found : RT_AUTH_NOBODY;
}

static rt_str bearer_of(rt_str authorization)
{
    static const rt_str scheme = { "Bearer ", 7 };
    if (!rt_str_starts_nocase(authorization, scheme))
        return (rt_str){ "", 0 };
    return rt_str_trim(rt_str_from(authorization, scheme.len));
}

int rt_auth_check(struct rt_auth *auth, rt_str authorization, rt_str key)
{
    int who = RT_AUTH_ANYBODY;
    pthread_rwlock_rdlock(&auth->lock);
    if (auth->keys.count > 0) {
        int by_bearer = authorization.at ? find(&auth->keys, bearer_of(authorization)) : 0;
        int by_key = key.at ? find(&auth->keys, key) : 0;
        who = by_bearer ? by_bearer : by_key;
        if (by_bearer == RT_AUTH_NOBODY || by_key == RT_AUTH_NOBODY || who == 0)
            who = RT_AUTH_NOBODY;
    }
    pthread_rwlock_unlock(&auth->lock);
    return who;
}

/* A small table of results.  Its lock is only ever tried: a table in use is as good as an empty
 * one, and in the child of a fork() the lock may be held by a thread that is not there. */
#include "host/checks/schema_kept.h"

#include <pthread.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { KEPT = 16 };

static struct {
    pthread_mutex_t lock;
    struct {
        struct rt_schema_key key;
        struct rt_schema_verdict verdict;
    } at[KEPT];
    size_t count, next;
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

struct rt_schema_key rt_schema_key_of(rt_str wasm, rt_str wit, bool allow_wasi)
{
    const XXH128_hash_t parts[] = {
        XXH3_128bits(wasm.at, wasm.len),
        XXH3_128bits(wit.at, wit.len),
        { allow_wasi, 0 },
    };
    XXH128_canonical_t all;
    XXH128_canonicalFromHash(&all, XXH3_128bits(parts, sizeof parts));
    struct rt_schema_key key;
    memcpy(key.bytes, all.digest, sizeof key.bytes);
    return key;
}

/* The place of the key, or `count`. */
static size_t place_of(const struct rt_schema_key *key)
{
    size_t i = 0;
    while (i < table.count && memcmp(table.at[i].key.bytes, key->bytes, sizeof key->bytes) != 0)
        i++;
    return i;
}

bool rt_schema_recall(const struct rt_schema_key *key, struct rt_schema_verdict *out)
{
    if (pthread_mutex_trylock(&table.lock) != 0)
        return false;
    size_t i = place_of(key);
    bool found = i < table.count;
    if (found) {
        *out = table.at[i].verdict;
        out->summary.kept = true;
    }
    pthread_mutex_unlock(&table.lock);
    return found;
}

void rt_schema_remember(const struct rt_schema_key *key, const struct rt_schema_verdict *verdict)
{
    if (pthread_mutex_trylock(&table.lock) != 0)
        return;
    if (place_of(key) == table.count) {
        table.at[table.next].key = *key;
        table.at[table.next].verdict = *verdict;
        table.next = (table.next + 1) % KEPT;
        if (table.count < KEPT)
            table.count++;
    }
    pthread_mutex_unlock(&table.lock);
}

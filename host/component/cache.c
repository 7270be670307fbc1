/* The cache of compiled components: files named by their key, private to the user.
 *
 * The hash is XXH3 with 128 bits (libxxhash, header only): 10 GB/s where SHA-256 without hardware
 * help takes 10 ms for our 3 MB, two thirds of the time that a start may take.  It finds every
 * accidental change.  Against malice stands the folder: who can write to it runs code as this user
 * anyway. */
#include "host/component/cache.h"

#include "host/component/cache_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <time.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/* At the start of each file, in the machine's byte order: files never leave the machine. */
struct header {
    char magic[8];
    uint32_t version, size;
    unsigned char key[16];
    uint64_t payload_len;
    XXH128_canonical_t payload_hash;
};
static const char MAGIC[8] = "RTaot\r\n";
/* An entry's time is that of its last use, give or take: not every start has to write. */
enum { VERSION = 1, MAX_PAYLOAD = 1 << 30, USED_PRECISION_S = 3600 };

const char *rt_cache_label(enum rt_cache_result result)
{
    static const char *const labels[RT_CACHE_RESULTS] = {
        [RT_CACHE_HIT] = "hit", [RT_CACHE_MISS] = "miss",         [RT_CACHE_INVALID] = "invalid",
        [RT_CACHE_OFF] = "off", [RT_CACHE_UNUSABLE] = "unusable",
    };
    return (unsigned)result < RT_CACHE_RESULTS ? labels[result] : "unknown";
}

static XXH128_canonical_t hash_of(const void *at, size_t len)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(at, len));
    return canonical;
}

struct rt_cache_key rt_cache_key_of(rt_str wasm, const char *engine, const char *processor)
{
    struct {
        XXH128_canonical_t wasm, engine, processor;
        uint32_t version;
    } parts;
    memset(&parts, 0, sizeof parts);
    parts.wasm = hash_of(wasm.at, wasm.len);
    parts.engine = hash_of(engine, strlen(engine));
    parts.processor = hash_of(processor, strlen(processor));
    parts.version = VERSION;
    XXH128_canonical_t all = hash_of(&parts, sizeof parts);
    struct rt_cache_key key;
    memcpy(key.bytes, all.digest, sizeof key.bytes);
    return key;
}

/* ---- files that may not grow ----------------------------------------------------------------- */

/* Past RLIMIT_FSIZE a write raises SIGXFSZ, which ends a process that only wanted to start faster:
 * it is held back from this thread, and what was raised is taken away. */
struct size_signal {
    sigset_t mask;
    bool was_pending;
};

static sigset_t size_signal_set(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    return set;
}

static struct size_signal hold_size_signal(void)
{
    struct size_signal held;
    sigset_t set = size_signal_set(), pending;
    pthread_sigmask(SIG_BLOCK, &set, &held.mask);
    held.was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 1;
    return held;
}

static void release_size_signal(const struct size_signal *held)
{
    sigset_t set = size_signal_set();
    const struct timespec at_once = { 0, 0 };
    while (!held->was_pending && sigtimedwait(&set, NULL, &at_once) < 0 && errno == EINTR)
        continue;
    pthread_sigmask(SIG_SETMASK, &held->mask, NULL);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_all(int fd, void *out, size_t len)
{
    char *at = out;
    while (len > 0) {
        ssize_t n = read(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* What is wrong with the header, or NULL. */
static const char *find_fault(const struct header *h, const struct rt_cache_key *key,
                              off_t file_size)
{
    if (memcmp(h->magic, MAGIC, sizeof MAGIC) != 0 || h->size != sizeof *h)
        return "it is no cache file";
    if (h->version != VERSION)
        return "it is of another version";
    if (memcmp(h->key, key->bytes, sizeof h->key) != 0)
        return "it belongs to another component";
    if (h->payload_len == 0 || h->payload_len > MAX_PAYLOAD ||
        (off_t)(h->payload_len + sizeof *h) != file_size)
        return "it has the wrong length";
    return NULL;
}

/* Copies the rest of the file to where it can never change again; -1 where that does not go. */
static int seal_copy(int from, size_t len)
{
    int fd = memfd_create("riptide-code", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    while (fd >= 0 && len > 0) {
        ssize_t n = sendfile(fd, from, NULL, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        len -= (size_t)n;
    }
    if (fd >= 0 && len == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* The rest of the file as memory of this process alone. */
static bool copy(int from, size_t len, struct rt_cached *out)
{
    struct rt_cached cached = { .fd = seal_copy(from, len) };
    void *at;
    if (cached.fd >= 0) {
        at = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, cached.fd, 0);
        snprintf(cached.path, sizeof cached.path, "/proc/self/fd/%d", cached.fd);
    } else {
        at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    cached.bytes = (rt_str){ at, len };
    if (at != MAP_FAILED && (cached.fd >= 0 || (lseek(from, sizeof(struct header), SEEK_SET) > 0 &&
                                                read_all(from, at, len)))) {
        *out = cached;
        return true;
    }
    if (at != MAP_FAILED)
        munmap(at, len);
    if (cached.fd >= 0)
        close(cached.fd);
    return false;
}

/* Reads the open file; NULL, or what is wrong with it. */
static const char *read_file(int fd, const struct rt_cache_key *key, struct rt_cached *out)
{
    struct stat st;
    struct header h;
    if (!rt_cache_is_private(fd, &st) || !S_ISREG(st.st_mode))
        return "others can write to it or own it";
    if (!read_all(fd, &h, sizeof h))
        return "it is too short";
    const char *fault = find_fault(&h, key, st.st_size);
    if (fault)
        return fault;
    struct rt_cached cached;
    if (!copy(fd, (size_t)h.payload_len, &cached))
        return "it cannot be read into memory";
    XXH128_canonical_t found = hash_of(cached.bytes.at, cached.bytes.len);
    if (memcmp(&found, &h.payload_hash, sizeof found) != 0) {
        rt_cached_close(&cached);
        return "its content is damaged";
    }
    if (time(NULL) - st.st_mtime > USED_PRECISION_S)
        futimens(fd, NULL);
    *out = cached;
    return NULL;
}

void rt_cached_close(struct rt_cached *cached)
{
    void *at;
    memcpy(&at, &cached->bytes.at, sizeof at);
    munmap(at, cached->bytes.len);
    if (cached->fd >= 0)
        close(cached->fd);
}

static enum rt_cache_result read_entry(const struct rt_cache *cache, int folder, const char *name,
                                       const struct rt_cache_key *key, struct rt_cached *out,
                                       struct rt_warning *warning)
{
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return RT_CACHE_MISS;
    if (fd < 0) {
        rt_warn(warning, "the cached %s/%s cannot be opened: %s", cache->dir, name,
                strerror(errno));
        return RT_CACHE_INVALID;
    }
    struct size_signal held = hold_size_signal();
    const char *fault = read_file(fd, key, out);
    release_size_signal(&held);
    close(fd);
    if (!fault)
        return RT_CACHE_HIT;
    rt_warn(warning, "the cached %s/%s is not used: %s", cache->dir, name, fault);
    return RT_CACHE_INVALID;
}

enum rt_cache_result rt_cache_read(const struct rt_cache *cache, const struct rt_cache_key *key,
                                   struct rt_cached *out, struct rt_warning *warning)
{
    if (!*cache->dir)
        return RT_CACHE_UNUSABLE;
    int folder = rt_cache_folder_open(cache, false, warning);
    if (folder < 0)
        return errno == ENOENT ? RT_CACHE_MISS : RT_CACHE_UNUSABLE;
    char name[RT_CACHE_NAME_ROOM];
    rt_cache_name(key, name);
    enum rt_cache_result result = read_entry(cache, folder, name, key, out, warning);
    close(folder);
    return result;
}

/* ---- writing --------------------------------------------------------------------------------- */

static bool write_all(int fd, const void *from, size_t len)
{
    const char *at = from;
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static bool write_file(int fd, const struct rt_cache_key *key, rt_str payload)
{
    struct header h;
    memset(&h, 0, sizeof h);
    memcpy(h.magic, MAGIC, sizeof MAGIC);
    h.version = VERSION;
    h.size = sizeof h;
    memcpy(h.key, key->bytes, sizeof h.key);
    h.payload_len = payload.len;
    h.payload_hash = hash_of(payload.at, payload.len);
    return write_all(fd, &h, sizeof h) && write_all(fd, payload.at, payload.len) && fsync(fd) == 0;
}

/* Any number of processes and threads may do this at once: each writes a file of its own name. */
static bool store(int folder, const char *name, const struct rt_cache_key *key, rt_str payload)
{
    char aside[RT_CACHE_NAME_ROOM + 40];
    int fd = rt_cache_folder_aside(folder, name, aside, sizeof aside);
    if (fd < 0)
        return false;
    bool good = write_file(fd, key, payload) && renameat(folder, aside, folder, name) == 0;
    int why = errno;
    if (good)
        fsync(folder);
    else
        unlinkat(folder, aside, 0);
    close(fd);
    errno = why;
    return good;
}

bool rt_cache_write(const struct rt_cache *cache, const struct rt_cache_key *key, rt_str payload,
                    struct rt_warning *warning)
{
    int folder = *cache->dir ? rt_cache_folder_open(cache, true, warning) : -1;
    if (folder < 0)
        return false;
    char name[RT_CACHE_NAME_ROOM];
    rt_cache_name(key, name);
    struct size_signal held = hold_size_signal();
    bool stored = store(folder, name, key, payload);
    int why = errno;
    release_size_signal(&held);
    if (!stored)
        rt_warn(warning, "the cache folder %s cannot be written to: %s", cache->dir, strerror(why));
    rt_cache_folder_tidy(folder, name);
    close(folder);
    return stored;
}

void rt_cache_drop(const struct rt_cache *cache, const struct rt_cache_key *key)
{
    struct rt_warning ignored = { "" };
    int folder = *cache->dir ? rt_cache_folder_open(cache, false, &ignored) : -1;
    if (folder < 0)
        return;
    char name[RT_CACHE_NAME_ROOM];
    rt_cache_name(key, name);
    unlinkat(folder, name, 0);
    close(folder);
}

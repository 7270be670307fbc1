/* The cache of compiled components: files named by their key, private to the user.
 *
 * The hash is XXH3 with 128 bits (libxxhash, header only): 10 GB/s where SHA-256 without hardware
 * help takes 10 ms for our 3 MB, two thirds of the time that a start may take.  It finds every
 * accidental change.  Against malice stands the folder: who can write to it runs code as this user
 * anyway. */
#include "host/component/cache.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
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
enum { VERSION = 1, NAME_ROOM = 48, MAX_PAYLOAD = 1 << 30 };

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

static void name_of(const struct rt_cache_key *key, char out[NAME_ROOM])
{
    for (size_t i = 0; i < sizeof key->bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", key->bytes[i]);
    memcpy(out + 2 * sizeof key->bytes, ".cwasm", 7);
}

/* ---- the folder ------------------------------------------------------------------------------ */

static bool default_dir(char *out, size_t room)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (base && base[0] == '/')
        n = snprintf(out, room, "%s/riptide", base);
    else if (home && home[0] == '/')
        n = snprintf(out, room, "%s/.cache/riptide", home);
    return n > 0 && (size_t)n < room;
}

/* mkdir -p, each new folder for this user only. */
static bool make_dirs(const char *dir)
{
    char path[sizeof((struct rt_cache *)0)->dir];
    size_t len = strlen(dir);
    memcpy(path, dir, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        char kept = path[i];
        path[i] = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            return false;
        path[i] = kept;
    }
    return true;
}

void rt_cache_init(struct rt_cache *cache, const char *setting, struct rt_warning *warning)
{
    cache->dir[0] = '\0';
    if (!setting) {
        if (!default_dir(cache->dir, sizeof cache->dir)) {
            cache->dir[0] = '\0';
            rt_warn(warning, "compiled code is not kept: no home folder to keep it in");
        }
        return;
    }
    size_t len = strlen(setting);
    if (len < sizeof cache->dir)
        memcpy(cache->dir, setting, len + 1);
    else
        rt_warn(warning, "compiled code is not kept: the name of the cache folder is too long");
}

static bool is_private(int fd, struct stat *st)
{
    return fstat(fd, st) == 0 && st->st_uid == geteuid() && (st->st_mode & 022) == 0;
}

/* The folder, open and checked; -1: no cache, and said why unless it is simply not there. */
static int open_dir(const struct rt_cache *cache, struct rt_warning *warning)
{
    struct stat st;
    int fd = open(cache->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT)
            rt_warn(warning, "the cache folder %s cannot be opened: %s", cache->dir,
                    strerror(errno));
        return -1;
    }
    if (is_private(fd, &st))
        return fd;
    rt_warn(warning,
            "the cache folder %s is not used: others can write to it or own it "
            "(owner %u, mode %04o; expected owner %u, mode 0700)",
            cache->dir, (unsigned)st.st_uid, (unsigned)st.st_mode & 07777u, (unsigned)geteuid());
    close(fd);
    return -1;
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

/* Copies the rest of the file into memory that can never change again; -1 without memory. */
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

/* Reads the open file; NULL, or what is wrong with it. */
static const char *read_file(int fd, const struct rt_cache_key *key, struct rt_cached *out)
{
    struct stat st;
    struct header h;
    if (!is_private(fd, &st) || !S_ISREG(st.st_mode))
        return "others can write to it or own it";
    if (!read_all(fd, &h, sizeof h))
        return "it is too short";
    const char *fault = find_fault(&h, key, st.st_size);
    if (fault)
        return fault;
    size_t len = (size_t)h.payload_len;
    struct rt_cached cached = { .fd = seal_copy(fd, len) };
    if (cached.fd < 0)
        return "it cannot be read into memory";
    void *at = mmap(NULL, len, PROT_READ, MAP_PRIVATE | MAP_POPULATE, cached.fd, 0);
    if (at == MAP_FAILED) {
        close(cached.fd);
        return "it cannot be mapped";
    }
    cached.bytes = (rt_str){ at, len };
    snprintf(cached.path, sizeof cached.path, "/proc/self/fd/%d", cached.fd);
    XXH128_canonical_t found = hash_of(at, len);
    if (memcmp(&found, &h.payload_hash, sizeof found) != 0) {
        rt_cached_close(&cached);
        return "its content is damaged";
    }
    *out = cached;
    return NULL;
}

void rt_cached_close(struct rt_cached *cached)
{
    void *at;
    memcpy(&at, &cached->bytes.at, sizeof at);
    munmap(at, cached->bytes.len);
    close(cached->fd);
}

bool rt_cache_read(const struct rt_cache *cache, const struct rt_cache_key *key,
                   struct rt_cached *out, struct rt_warning *warning)
{
    char name[NAME_ROOM];
    int dir = *cache->dir ? open_dir(cache, warning) : -1;
    if (dir < 0)
        return false;
    name_of(key, name);
    bool hit = false;
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) {
        const char *fault = read_file(fd, key, out);
        if (fault)
            rt_warn(warning, "the cached %s/%s is not used: %s", cache->dir, name, fault);
        hit = !fault;
        close(fd);
    } else if (errno != ENOENT) {
        rt_warn(warning, "the cached %s/%s cannot be opened: %s", cache->dir, name,
                strerror(errno));
    }
    close(dir);
    return hit;
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
static bool store(int dir, const struct rt_cache_key *key, rt_str payload)
{
    static atomic_uint serial;
    char name[NAME_ROOM], aside[NAME_ROOM + 32];
    name_of(key, name);
    snprintf(aside, sizeof aside, ".%s.%ld.%u", name, (long)getpid(), atomic_fetch_add(&serial, 1));
    int fd = openat(dir, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    bool good = write_file(fd, key, payload);
    good = close(fd) == 0 && good;
    good = good && renameat(dir, aside, dir, name) == 0;
    int why = errno;
    if (!good)
        unlinkat(dir, aside, 0);
    else
        fsync(dir);
    errno = why;
    return good;
}

void rt_cache_write(const struct rt_cache *cache, const struct rt_cache_key *key, rt_str payload,
                    struct rt_warning *warning)
{
    if (!*cache->dir)
        return;
    if (!make_dirs(cache->dir)) {
        rt_warn(warning, "the cache folder %s cannot be made: %s", cache->dir, strerror(errno));
        return;
    }
    int dir = open_dir(cache, warning);
    if (dir < 0)
        return;
    if (!store(dir, key, payload))
        rt_warn(warning, "the cache folder %s cannot be written to: %s", cache->dir,
                strerror(errno));
    close(dir);
}

void rt_cache_drop(const struct rt_cache *cache, const struct rt_cache_key *key)
{
    char name[NAME_ROOM];
    struct rt_warning ignored = { "" };
    int dir = *cache->dir ? open_dir(cache, &ignored) : -1;
    if (dir < 0)
        return;
    name_of(key, name);
    unlinkat(dir, name, 0);
    close(dir);
}

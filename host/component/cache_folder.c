/* The folder of compiled components: private, small, and without what dead processes left. */
#include "host/component/cache_folder.h"

#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Between making a file aside and locking it, it looks as if nobody wrote it. */
enum { ASIDE_GRACE_S = 60, HEX = 2 * sizeof(((struct rt_cache_key *)0)->bytes) };
static const char SUFFIX[] = ".cwasm";

void rt_cache_name(const struct rt_cache_key *key, char out[RT_CACHE_NAME_ROOM])
{
    for (size_t i = 0; i < sizeof key->bytes; i++)
        snprintf(out + 2 * i, 3, "%02x", key->bytes[i]);
    memcpy(out + HEX, SUFFIX, sizeof SUFFIX);
}

/* ---- where it is ----------------------------------------------------------------------------- */

static bool default_dir(char *out, size_t room)
{
    const char *base = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");
    int n = -1;
    if (base && base[0] == '/')
        n = snprintf(out, room, "%s/riptide", base);
    else if (home && home[0] == '/')
        n = snprintf(out, room, "%s/.cache/riptide", home);
    return n > 0 && (size_t)n < room;
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

bool rt_cache_is_private(int fd, struct stat *st)
{
    return fstat(fd, st) == 0 && st->st_uid == geteuid() && (st->st_mode & 022) == 0;
}

int rt_cache_folder_open(const struct rt_cache *cache, bool make, struct rt_warning *warning)
{
    if (make && !make_dirs(cache->dir)) {
        rt_warn(warning, "the cache folder %s cannot be made: %s", cache->dir, strerror(errno));
        return -1;
    }
    struct stat st;
    int fd = open(cache->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT || make) {
            int why = errno;
            rt_warn(warning, "the cache folder %s cannot be opened: %s", cache->dir, strerror(why));
            errno = why;
        }
        return -1;
    }
    if (rt_cache_is_private(fd, &st))
        return fd;
    rt_warn(warning,
            "the cache folder %s is not used: others can write to it or own it "
            "(owner %u, mode %04o; expected owner %u, mode 0700)",
            cache->dir, (unsigned)st.st_uid, (unsigned)st.st_mode & 07777u, (unsigned)geteuid());
    close(fd);
    errno = EPERM;
    return -1;
}

/* ---- files aside ----------------------------------------------------------------------------- */

int rt_cache_folder_aside(int folder, const char *name, char *aside, size_t room)
{
    static atomic_uint serial;
    int fd = -1;
    /* A name may be there of a dead process, or of one in another container. */
    for (int tries = 0; fd < 0 && tries < 100; tries++) {
        snprintf(aside, room, ".%s.%ld.%u", name, (long)getpid(), atomic_fetch_add(&serial, 1));
        fd = openat(folder, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST)
            return -1;
    }
    if (fd >= 0)
        flock(fd, LOCK_EX | LOCK_NB);
    return fd;
}

/* Nobody holds the lock that its writer has, and it had the time to take it. */
static bool is_abandoned(int folder, const char *aside)
{
    struct stat st;
    int fd = openat(folder, aside, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool abandoned = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                     time(NULL) - st.st_mtime > ASIDE_GRACE_S && flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return abandoned;
}

/* ---- keeping it small ------------------------------------------------------------------------ */

static bool is_entry(const char *name)
{
    return strspn(name, "0123456789abcdef") == HEX && strcmp(name + HEX, SUFFIX) == 0;
}

static bool is_aside(const char *name)
{
    return name[0] == '.' && strspn(name + 1, "0123456789abcdef") == HEX &&
           rt_str_starts(rt_str_from_c(name + 1 + HEX), RT_LIT(".cwasm."));
}

struct entry {
    char name[RT_CACHE_NAME_ROOM];
    struct timespec used;
    uint64_t bytes;
};

static bool is_older(struct timespec a, struct timespec b)
{
    return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

/* Of the entries besides the one that stays: as many as may be kept, the last used ones. */
struct newest {
    struct entry at[RT_CACHE_ENTRIES - 1];
    size_t count;
    uint64_t bytes;
};

static struct entry *oldest_of(struct newest *newest)
{
    struct entry *oldest = newest->at;
    for (size_t i = 1; i < newest->count; i++)
        if (is_older(newest->at[i].used, oldest->used))
            oldest = &newest->at[i];
    return oldest;
}

static void remove_oldest(int folder, struct newest *newest)
{
    struct entry *oldest = oldest_of(newest);
    unlinkat(folder, oldest->name, 0);
    newest->bytes -= oldest->bytes;
    *oldest = newest->at[--newest->count];
}

/* Takes the entry in; one that there is no room for any more is removed. */
static void take_in(int folder, struct newest *newest, const struct entry *entry)
{
    if (newest->count == sizeof newest->at / sizeof *newest->at) {
        if (is_older(entry->used, oldest_of(newest)->used)) {
            unlinkat(folder, entry->name, 0);
            return;
        }
        remove_oldest(folder, newest);
    }
    newest->at[newest->count++] = *entry;
    newest->bytes += entry->bytes;
}

static void look_at(int folder, struct newest *newest, const char *name, const char *keep)
{
    struct stat st;
    if (is_aside(name)) {
        if (is_abandoned(folder, name))
            unlinkat(folder, name, 0);
    } else if (is_entry(name) && strcmp(name, keep) != 0 &&
               fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
        struct entry entry = { .used = st.st_mtim, .bytes = (uint64_t)st.st_size };
        memcpy(entry.name, name, strlen(name) + 1);
        take_in(folder, newest, &entry);
    }
}

void rt_cache_folder_tidy(int folder, const char *keep)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *listing = fd >= 0 ? fdopendir(fd) : NULL;
    if (!listing) {
        if (fd >= 0)
            close(fd);
        return;
    }
    struct stat st;
    struct newest newest = { .count = 0 };
    if (fstatat(folder, keep, &st, AT_SYMLINK_NOFOLLOW) == 0)
        newest.bytes = (uint64_t)st.st_size;
    for (const struct dirent *d; (d = readdir(listing)) != NULL;)
        look_at(folder, &newest, d->d_name, keep);
    closedir(listing);
    while (newest.count > 0 && newest.bytes > RT_CACHE_BYTES)
        remove_oldest(folder, &newest);
}

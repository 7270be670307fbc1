#ifndef RT_TESTS_HOST_CACHE_PLACE_H
#define RT_TESTS_HOST_CACHE_PLACE_H

#include "fixture.h"

#include "host/component/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

/* A cache folder with one entry in it. */
static const char payload_text[] = "compiled code, or so we say";
static const rt_str payload = { payload_text, sizeof payload_text - 1 };

struct place {
    char folder[64];
    struct rt_cache cache;
    struct rt_cache_key key;
    struct rt_warning warning;
};

static inline void open_place(struct place *p)
{
    memset(p, 0, sizeof *p);
    make_folder(p->folder);
    char inner[96];
    snprintf(inner, sizeof inner, "%s/deep/er", p->folder);
    rt_cache_init(&p->cache, inner, &p->warning);
    p->key = rt_cache_key_of(RT_LIT("component"), "engine", "processor");
    rt_cache_write(&p->cache, &p->key, payload, &p->warning);
    assert_string_equal(p->warning.text, "");
}

static inline void name_of(const struct place *p, char *out, size_t room)
{
    size_t n = (size_t)snprintf(out, room, "%s/", p->cache.dir);
    for (size_t i = 0; i < sizeof p->key.bytes; i++)
        n += (size_t)snprintf(out + n, room - n, "%02x", p->key.bytes[i]);
    snprintf(out + n, room - n, ".cwasm");
}

static inline enum rt_cache_result look(struct place *p)
{
    p->warning.text[0] = '\0';
    struct rt_cached got;
    enum rt_cache_result result = rt_cache_read(&p->cache, &p->key, &got, &p->warning);
    if (result == RT_CACHE_HIT) {
        assert_true(rt_str_eq(got.bytes, payload));
        assert_int_equal(pwrite(got.fd, "x", 1, 0), -1);
        rt_cached_close(&got);
    }
    return result;
}

static inline bool hits(struct place *p) { return look(p) == RT_CACHE_HIT; }

static inline bool store(struct place *p)
{
    p->warning.text[0] = '\0';
    return rt_cache_write(&p->cache, &p->key, payload, &p->warning);
}

/* How many files there are whose names begin and end so. */
static inline size_t count_files(const struct place *p, const char *start, const char *end)
{
    size_t n = 0;
    DIR *folder = opendir(p->cache.dir);
    assert_non_null(folder);
    for (const struct dirent *d; (d = readdir(folder)) != NULL;) {
        rt_str name = rt_str_from_c(d->d_name);
        n += rt_str_starts(name, rt_str_from_c(start)) && rt_str_ends(name, rt_str_from_c(end)) &&
             strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
    }
    closedir(folder);
    return n;
}

/* Seconds since its last use. */
static inline void age_file(const char *path, time_t age)
{
    struct timespec times[2] = { { time(NULL) - age, 0 }, { time(NULL) - age, 0 } };
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static inline void make_file(const char *path, time_t age)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    close(fd);
    age_file(path, age);
}

#endif

/* The folder of the cache: whose it may be, and what stays in it. */
#include "cache_place.h"

#include <sys/file.h>

static void a_folder_of_somebody_else_is_not_used(void **state)
{
    (void)state;
    struct place p;
    open_place(&p);
    assert_int_equal(chmod(p.cache.dir, 0777), 0);
    assert_int_equal(look(&p), RT_CACHE_UNUSABLE);
    assert_contains(p.warning.text, "others can write to it");
    assert_false(store(&p));
    assert_int_equal(chmod(p.cache.dir, 0755), 0);
    assert_true(hits(&p));
    /* root has a folder for it; anybody else has those of root */
    const char *foreign = "/usr";
    if (geteuid() == 0) {
        assert_int_equal(chown(p.cache.dir, 65534, (gid_t)-1), 0);
        foreign = p.cache.dir;
    }
    struct place q = p;
    rt_cache_init(&q.cache, foreign, &q.warning);
    assert_int_equal(look(&q), RT_CACHE_UNUSABLE);
    assert_contains(q.warning.text, "or own it (owner ");
    assert_false(store(&q));
    assert_contains(q.warning.text, "or own it (owner ");
    rt_cache_drop(&q.cache, &q.key);
    if (geteuid() == 0)
        assert_int_equal(chown(p.cache.dir, 0, (gid_t)-1), 0);
    assert_true(hits(&p));
    remove_folder(p.folder);
}

static void a_folder_that_cannot_be_written_only_warns(void **state)
{
    (void)state;
    struct place p = { .key = rt_cache_key_of(RT_LIT("c"), "e", "p") };
    rt_cache_init(&p.cache, "/proc/riptide-test", &p.warning);
    assert_int_equal(look(&p), RT_CACHE_MISS);
    assert_false(store(&p));
    assert_contains(p.warning.text, "the cache folder /proc/riptide-test cannot be made: ");
    rt_cache_init(&p.cache, "/dev/null/x", &p.warning);
    assert_int_equal(look(&p), RT_CACHE_UNUSABLE);
    assert_false(store(&p));
    assert_contains(p.warning.text, "cannot be made");
    p.cache.dir[0] = '\0';
    assert_int_equal(look(&p), RT_CACHE_UNUSABLE);
    assert_false(store(&p));
    static char endless[5000];
    memset(endless, 'x', sizeof endless - 1);
    rt_cache_init(&p.cache, endless, &p.warning);
    assert_string_equal(p.cache.dir, "");
    assert_contains(p.warning.text, "too long");
}

static void without_a_home_there_is_no_cache(void **state)
{
    (void)state;
    struct place p = { .folder = "" };
    const char *names[] = { "XDG_CACHE_HOME", "HOME" };
    char *kept[2];
    for (size_t i = 0; i < 2; i++) {
        const char *value = getenv(names[i]);
        kept[i] = value ? strdup(value) : NULL;
        unsetenv(names[i]);
    }
    rt_cache_init(&p.cache, NULL, &p.warning);
    assert_string_equal(p.cache.dir, "");
    assert_contains(p.warning.text, "no home folder");
    setenv("HOME", "/home/somebody", 1);
    rt_cache_init(&p.cache, NULL, &p.warning);
    assert_string_equal(p.cache.dir, "/home/somebody/.cache/riptide");
    setenv("XDG_CACHE_HOME", "/var/cache", 1);
    rt_cache_init(&p.cache, NULL, &p.warning);
    assert_string_equal(p.cache.dir, "/var/cache/riptide");
    setenv("XDG_CACHE_HOME", "relative", 1);
    rt_cache_init(&p.cache, NULL, &p.warning);
    assert_string_equal(p.cache.dir, "/home/somebody/.cache/riptide");
    for (size_t i = 0; i < 2; i++) {
        unsetenv(names[i]);
        if (kept[i])
            setenv(names[i], kept[i], 1);
        free(kept[i]);
    }
}

static void only_the_last_used_entries_stay(void **state)
{
    (void)state;
    enum { MADE = 40 };
    struct place p;
    char name[256], oldest[256], untouched[4200];
    open_place(&p);
    name_of(&p, oldest, sizeof oldest);
    age_file(oldest, 1000000);
    assert_true(hits(&p)); /* used again just now */
    struct place q = p;
    for (int i = 0; i < MADE; i++) {
        char part[16];
        snprintf(part, sizeof part, "%d", i);
        q.key = rt_cache_key_of(RT_LIT("component"), part, "processor");
        assert_true(store(&q));
        name_of(&q, name, sizeof name);
        age_file(name, 10000 - i * 100);
    }
    assert_int_equal(count_files(&p, "", ".cwasm"), RT_CACHE_ENTRIES);
    assert_true(hits(&p));
    for (int i = 0; i < MADE; i++) {
        char part[16];
        snprintf(part, sizeof part, "%d", i);
        q.key = rt_cache_key_of(RT_LIT("component"), part, "processor");
        assert_int_equal(look(&q), i > MADE - RT_CACHE_ENTRIES ? RT_CACHE_HIT : RT_CACHE_MISS);
    }
    /* the one that is stored stays, even if all others are of the future; so does what is not ours
     */
    snprintf(untouched, sizeof untouched, "%s/notes.cwasm", p.cache.dir);
    make_file(untouched, 5000000);
    for (int i = 0; i < MADE; i++) {
        char part[16];
        snprintf(part, sizeof part, "%d", i);
        q.key = rt_cache_key_of(RT_LIT("future"), part, "processor");
        assert_true(store(&q));
        assert_true(hits(&q));
        name_of(&q, name, sizeof name);
        age_file(name, -1000);
    }
    assert_int_equal(access(untouched, F_OK), 0);
    assert_int_equal(count_files(&p, "", ""), RT_CACHE_ENTRIES + 1);
    remove_folder(p.folder);
}

static void entries_together_stay_below_a_size(void **state)
{
    (void)state;
    enum { MADE = 5, SIZE = 20 << 20 };
    struct place p;
    char path[MADE][4200];
    open_place(&p);
    for (int i = 0; i < MADE; i++) {
        snprintf(path[i], sizeof path[i], "%s/%032x.cwasm", p.cache.dir, (unsigned)i);
        make_file(path[i], 0);
        assert_int_equal(truncate(path[i], SIZE), 0);
        age_file(path[i], 1000 + i);
    }
    assert_true(store(&p));
    for (int i = 0; i < MADE; i++)
        assert_int_equal(access(path[i], F_OK), (i + 1) * SIZE < RT_CACHE_BYTES ? 0 : -1);
    assert_true(hits(&p));
    remove_folder(p.folder);
}

static void files_of_dead_writers_are_removed(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        time_t age;
        bool stays;
    } rows[] = {
        { ".0123456789abcdef0123456789abcdef.cwasm.999999.0", 100, false },
        { ".0123456789abcdef0123456789abcdef.cwasm.1.17", 1000000, false },
        { ".0123456789abcdef0123456789abcdef.cwasm.1.18", 1, true }, /* just being made */
        { ".0123456789abcdef0123456789abcdef.cwasm", 1000000, true },
        { ".0123456789abcdef0123456789abcde.cwasm.1.1", 1000000, true },
        { ".nfs0001", 1000000, true },
        { "notes.txt", 1000000, true },
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    struct place p;
    char path[4200];
    open_place(&p);
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(path, sizeof path, "%s/%s", p.cache.dir, rows[i].name);
        make_file(path, rows[i].age);
    }
    /* old, but its writer lives */
    snprintf(path, sizeof path, "%s/.0123456789abcdef0123456789abcdef.cwasm.1.19", p.cache.dir);
    make_file(path, 1000000);
    int writer = open(path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(flock(writer, LOCK_EX), 0);
    assert_true(store(&p));
    assert_int_equal(access(path, F_OK), 0);
    close(writer);
    assert_true(store(&p));
    assert_int_equal(access(path, F_OK), -1);
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(path, sizeof path, "%s/%s", p.cache.dir, rows[i].name);
        if ((access(path, F_OK) == 0) != rows[i].stays)
            fail_msg("%s", rows[i].name);
    }
    remove_folder(p.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_of_somebody_else_is_not_used),
        cmocka_unit_test(a_folder_that_cannot_be_written_only_warns),
        cmocka_unit_test(without_a_home_there_is_no_cache),
        cmocka_unit_test(only_the_last_used_entries_stay),
        cmocka_unit_test(entries_together_stay_below_a_size),
        cmocka_unit_test(files_of_dead_writers_are_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

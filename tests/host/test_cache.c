/* The cache of compiled code: what is stored comes back, and anything wrong is a miss with a
 * warning, never a failure. */
#include "cache_place.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void what_is_stored_comes_back(void **state)
{
    (void)state;
    struct place p;
    char name[256];
    struct stat st;
    open_place(&p);
    assert_true(hits(&p));
    assert_string_equal(p.warning.text, "");
    assert_int_equal(stat(p.cache.dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    name_of(&p, name, sizeof name);
    assert_int_equal(stat(name, &st), 0);
    assert_int_equal(st.st_mode & 0077, 0);
    rt_cache_drop(&p.cache, &p.key);
    assert_int_equal(look(&p), RT_CACHE_MISS);
    assert_string_equal(p.warning.text, "");
    remove_folder(p.folder);
}

static void the_key_differs_with_each_part(void **state)
{
    (void)state;
    struct rt_cache_key a = rt_cache_key_of(RT_LIT("component"), "engine", "processor");
    struct rt_cache_key others[] = {
        rt_cache_key_of(RT_LIT("Component"), "engine", "processor"),
        rt_cache_key_of(RT_LIT("component"), "Engine", "processor"),
        rt_cache_key_of(RT_LIT("component"), "engine", "Processor"),
        rt_cache_key_of(RT_LIT("component"), "enginep", "rocessor"),
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_memory_not_equal(&a, &others[i], sizeof a);
}

/* Every single byte of the file counts. */
static void each_changed_byte_is_a_miss(void **state)
{
    (void)state;
    struct place p;
    char name[256];
    unsigned char byte;
    open_place(&p);
    name_of(&p, name, sizeof name);
    int fd = open(name, O_RDWR);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t i = 0; i < st.st_size; i++) {
        assert_int_equal(pread(fd, &byte, 1, i), 1);
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, i), 1);
        assert_int_equal(look(&p), RT_CACHE_INVALID);
        assert_contains(p.warning.text, "is not used: ");
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, i), 1);
    }
    assert_true(hits(&p));
    close(fd);
    remove_folder(p.folder);
}

static void each_length_but_the_right_one_is_a_miss(void **state)
{
    (void)state;
    struct place p;
    char name[256];
    struct stat st;
    open_place(&p);
    name_of(&p, name, sizeof name);
    assert_int_equal(stat(name, &st), 0);
    assert_int_equal(truncate(name, st.st_size + 1), 0);
    assert_false(hits(&p));
    for (off_t i = st.st_size - 1; i >= 0; i--) {
        assert_int_equal(truncate(name, i), 0);
        assert_int_equal(look(&p), RT_CACHE_INVALID);
        assert_contains(p.warning.text, "is not used: ");
    }
    rt_cache_write(&p.cache, &p.key, payload, &p.warning);
    assert_true(hits(&p));
    remove_folder(p.folder);
}

static void foreign_files_are_not_believed(void **state)
{
    (void)state;
    struct place p;
    char name[256], other[300];
    open_place(&p);
    name_of(&p, name, sizeof name);
    /* another component's good file under this name */
    struct place q = p;
    q.key = rt_cache_key_of(RT_LIT("other"), "engine", "processor");
    assert_true(store(&q));
    name_of(&q, other, sizeof other);
    assert_int_equal(rename(other, name), 0);
    assert_int_equal(look(&p), RT_CACHE_INVALID);
    assert_contains(p.warning.text, "belongs to another component");
    /* a file that others can write to */
    assert_true(store(&p));
    assert_int_equal(chmod(name, 0620), 0);
    assert_int_equal(look(&p), RT_CACHE_INVALID);
    assert_contains(p.warning.text, "others can write to it");
    /* what is no file */
    assert_int_equal(unlink(name), 0);
    assert_int_equal(mkfifo(name, 0600), 0);
    assert_int_equal(look(&p), RT_CACHE_INVALID);
    assert_true(store(&p));
    assert_true(hits(&p));
    assert_int_equal(unlink(name), 0);
    assert_int_equal(mkdir(name, 0700), 0);
    assert_int_equal(look(&p), RT_CACHE_INVALID);
    assert_false(store(&p));
    assert_contains(p.warning.text, "cannot be written to: ");
    assert_int_equal(count_files(&p, ".", ""), 0);
    remove_folder(p.folder);
}

static void links_are_not_followed(void **state)
{
    (void)state;
    struct place p;
    char name[256], target[256];
    open_place(&p);
    name_of(&p, name, sizeof name);
    snprintf(target, sizeof target, "%s/elsewhere", p.folder);
    assert_int_equal(rename(name, target), 0);
    assert_int_equal(symlink(target, name), 0);
    assert_int_equal(look(&p), RT_CACHE_INVALID);
    assert_contains(p.warning.text, "cannot be opened");
    /* storing puts a file in its place, and leaves alone what it led to */
    assert_int_equal(truncate(target, 0), 0);
    assert_true(store(&p));
    assert_true(hits(&p));
    struct stat st;
    assert_int_equal(stat(target, &st), 0);
    assert_int_equal(st.st_size, 0);
    /* one that leads nowhere */
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink("/nowhere/at/all", name), 0);
    assert_int_equal(look(&p), RT_CACHE_INVALID);
    remove_folder(p.folder);
}

static void what_was_read_cannot_change_any_more(void **state)
{
    (void)state;
    struct place p;
    char name[256], bytes[64];
    open_place(&p);
    name_of(&p, name, sizeof name);
    struct rt_cached got;
    assert_int_equal(rt_cache_read(&p.cache, &p.key, &got, &p.warning), RT_CACHE_HIT);
    int fd = open(name, O_RDWR);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    for (off_t i = 0; i < st.st_size; i++)
        assert_int_equal(pwrite(fd, "!", 1, i), 1);
    close(fd);
    assert_int_equal(unlink(name), 0);
    assert_true(rt_str_eq(got.bytes, payload));
    fd = open(got.path, O_RDONLY);
    assert_int_equal(read(fd, bytes, sizeof bytes), payload.len);
    assert_memory_equal(bytes, payload.at, payload.len);
    close(fd);
    fd = open(got.path, O_RDWR);
    assert_int_equal(pwrite(fd, "!", 1, 0), -1);
    assert_int_equal(ftruncate(fd, 0), -1);
    close(fd);
    rt_cached_close(&got);
    remove_folder(p.folder);
}

/* ---- full disks ------------------------------------------------------------------------------ */

/* In a process of its own, where files may have `limit` bytes: what storing and looking answer. */
static int with_file_limit(struct place *p, rlim_t limit)
{
    pid_t child = fork();
    if (child == 0) {
        const struct rlimit most = { limit, limit };
        sigset_t pending;
        setrlimit(RLIMIT_FSIZE, &most);
        bool stored = store(p);
        bool told = strstr(p->warning.text, "cannot be written to: ") != NULL;
        bool hit = hits(p); /* without room for a sealed copy, either */
        sigpending(&pending);
        bool quiet = sigismember(&pending, SIGXFSZ) == 0;
        _exit((stored ? 1 : 0) | (told ? 2 : 0) | (hit ? 4 : 0) | (quiet ? 8 : 0));
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_full_disk_only_warns(void **state)
{
    (void)state;
    struct place p;
    open_place(&p);
    for (rlim_t limit = 0; limit < 80; limit += 7) {
        assert_int_equal(with_file_limit(&p, limit), 2 | 4 | 8);
        assert_int_equal(count_files(&p, "", ""), 1);
    }
    assert_int_equal(with_file_limit(&p, 1000), 1 | 4 | 8);
    rt_cache_drop(&p.cache, &p.key);
    assert_int_equal(with_file_limit(&p, 20), 2 | 8);
    assert_int_equal(count_files(&p, "", ""), 0);
    remove_folder(p.folder);
}

/* A process that is killed while it stores leaves a file aside, and nothing that is ever read. */
static void a_killed_writer_leaves_nothing_that_counts(void **state)
{
    (void)state;
    struct place p;
    open_place(&p);
    rt_cache_drop(&p.cache, &p.key);
    for (int i = 0; i < 20; i++) {
        int done[2];
        char byte;
        assert_int_equal(pipe(done), 0);
        pid_t child = fork();
        if (child == 0)
            while (write(done[1], "", 1) == 1)
                store(&p);
        for (int k = 0; k < i; k++)
            assert_int_equal(read(done[0], &byte, 1), 1);
        kill(child, SIGKILL);
        close(done[0]);
        close(done[1]);
        assert_int_equal(waitpid(child, NULL, 0), child);
        enum rt_cache_result result = look(&p);
        assert_true(result == RT_CACHE_HIT || result == RT_CACHE_MISS);
    }
    assert_true(store(&p));
    assert_true(hits(&p));
    remove_folder(p.folder);
}

/* 20 processes at once, each writing and reading: nobody ever sees a part of a file. */
static void many_processes_may_race(void **state)
{
    (void)state;
    enum { PROCESSES = 20, ROUNDS = 50 };
    struct place p;
    open_place(&p);
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            bool good = true;
            for (int k = 0; k < ROUNDS && good; k++) {
                good = store(&p) && *p.warning.text == '\0' && hits(&p);
            }
            _exit(good ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(count_files(&p, "", ""), 1);
    remove_folder(p.folder);
}

static void each_result_has_its_label(void **state)
{
    (void)state;
    static const char *const labels[] = { "hit", "miss", "invalid", "off", "unusable", "unknown" };
    for (unsigned i = 0; i <= RT_CACHE_RESULTS; i++)
        assert_string_equal(rt_cache_label((enum rt_cache_result)i), labels[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_comes_back),
        cmocka_unit_test(the_key_differs_with_each_part),
        cmocka_unit_test(each_changed_byte_is_a_miss),
        cmocka_unit_test(each_length_but_the_right_one_is_a_miss),
        cmocka_unit_test(foreign_files_are_not_believed),
        cmocka_unit_test(links_are_not_followed),
        cmocka_unit_test(what_was_read_cannot_change_any_more),
        cmocka_unit_test(a_full_disk_only_warns),
        cmocka_unit_test(a_killed_writer_leaves_nothing_that_counts),
        cmocka_unit_test(many_processes_may_race),
        cmocka_unit_test(each_result_has_its_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The cache of compiled code: what is stored comes back, and anything wrong is a miss with a
 * warning, never a failure. */
#include "fixture.h"

#include "host/component/cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const char payload_text[] = "compiled code, or so we say";
static const rt_str payload = { payload_text, sizeof payload_text - 1 };

struct place {
    char folder[64];
    struct rt_cache cache;
    struct rt_cache_key key;
    struct rt_warning warning;
};

static void open_place(struct place *p)
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

static void name_of(const struct place *p, char *out, size_t room)
{
    size_t n = (size_t)snprintf(out, room, "%s/", p->cache.dir);
    for (size_t i = 0; i < sizeof p->key.bytes; i++)
        n += (size_t)snprintf(out + n, room - n, "%02x", p->key.bytes[i]);
    snprintf(out + n, room - n, ".cwasm");
}

static bool hits(struct place *p)
{
    p->warning.text[0] = '\0';
    struct rt_cached got;
    bool hit = rt_cache_read(&p->cache, &p->key, &got, &p->warning);
    if (hit) {
        assert_true(rt_str_eq(got.bytes, payload));
        assert_int_equal(pwrite(got.fd, "x", 1, 0), -1);
        rt_cached_close(&got);
    }
    return hit;
}

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
    assert_false(hits(&p));
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
        assert_false(hits(&p));
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
        assert_false(hits(&p));
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
    struct rt_cache_key key = rt_cache_key_of(RT_LIT("other"), "engine", "processor");
    struct place q = p;
    q.key = key;
    rt_cache_write(&q.cache, &q.key, payload, &q.warning);
    name_of(&q, other, sizeof other);
    assert_int_equal(rename(other, name), 0);
    assert_false(hits(&p));
    assert_contains(p.warning.text, "belongs to another component");
    /* a link to somewhere else */
    assert_int_equal(unlink(name), 0);
    assert_int_equal(symlink("/etc/passwd", name), 0);
    assert_false(hits(&p));
    assert_contains(p.warning.text, "cannot be opened");
    /* a folder that anybody can write to */
    assert_int_equal(unlink(name), 0);
    rt_cache_write(&p.cache, &p.key, payload, &p.warning);
    assert_int_equal(chmod(p.cache.dir, 0777), 0);
    assert_false(hits(&p));
    assert_contains(p.warning.text, "others can write to it");
    assert_int_equal(chmod(p.cache.dir, 0755), 0);
    assert_true(hits(&p));
    remove_folder(p.folder);
}

static void a_folder_that_cannot_be_written_only_warns(void **state)
{
    (void)state;
    struct rt_warning warning = { "" };
    struct rt_cache cache;
    struct rt_cache_key key = rt_cache_key_of(RT_LIT("c"), "e", "p");
    rt_cache_init(&cache, "/proc/riptide-test", &warning);
    rt_cache_write(&cache, &key, payload, &warning);
    assert_contains(warning.text, "the cache folder /proc/riptide-test cannot be made: ");
    warning.text[0] = '\0';
    rt_cache_init(&cache, "/dev/null/x", &warning);
    rt_cache_write(&cache, &key, payload, &warning);
    assert_contains(warning.text, "cannot be made");
    struct rt_cached got;
    assert_false(rt_cache_read(&cache, &key, &got, &warning));
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
                rt_cache_write(&p.cache, &p.key, payload, &p.warning);
                good = *p.warning.text == '\0' && hits(&p);
            }
            _exit(good ? 0 : 1);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    remove_folder(p.folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_stored_comes_back),
        cmocka_unit_test(the_key_differs_with_each_part),
        cmocka_unit_test(each_changed_byte_is_a_miss),
        cmocka_unit_test(each_length_but_the_right_one_is_a_miss),
        cmocka_unit_test(foreign_files_are_not_believed),
        cmocka_unit_test(a_folder_that_cannot_be_written_only_warns),
        cmocka_unit_test(many_processes_may_race),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the system says of the process: against what the test itself does, and control groups as
 * trees of files. */
#include "fixture.h"

#include "host/system/memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

enum { MIB = 1 << 20 };

static void touched_memory_is_resident(void **state)
{
    (void)state;
    size_t size = 64 * MIB;
    char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(at != MAP_FAILED);
    struct rt_process before, after;
    rt_process_read(&before);
    for (size_t i = 0; i < size; i += 4096)
        ((volatile char *)at)[i] = 1;
    assert_true(rt_process_resident() >= size);
    rt_process_read(&after);
    assert_true(after.resident >= before.resident + size / 2);
    assert_true(after.address_space >= after.resident);
    munmap(at, size);
}

static void open_files_are_counted(void **state)
{
    (void)state;
    struct rt_process before, after;
    struct rlimit limit;
    int fds[3];
    rt_process_read(&before);
    for (int i = 0; i < 3; i++)
        assert_true((fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0);
    rt_process_read(&after);
    assert_int_equal(after.open_fds, before.open_fds + 3);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(after.max_fds, limit.rlim_cur);
    for (int i = 0; i < 3; i++)
        close(fds[i]);
}

static void times_go_forward(void **state)
{
    (void)state;
    struct rt_process before, after;
    rt_process_read(&before);
    for (volatile unsigned i = 0; i < 1000000; i++)
        continue;
    rt_process_read(&after);
    assert_true(before.cpu_ns > 0 && after.cpu_ns > before.cpu_ns);
    /* The start is told in whole seconds after the machine's own. */
    uint64_t now = (uint64_t)time(NULL) * 1000000000;
    assert_int_equal(after.start_ns, before.start_ns);
    assert_true(after.start_ns > now - UINT64_C(86400) * 1000000000);
    assert_true(after.start_ns < now + UINT64_C(2000000000));
}

/* ---- control groups -------------------------------------------------------------------------- */

#define V2 "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1 "31 23 0:27 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n"
#define OTHERS                                                                                     \
    "22 28 0:21 / /proc rw shared:5 - proc proc rw\n"                                              \
    "32 23 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct,memoryless\n"               \
    "33 23 0:29 / /sys/fs/cgroup/pids rw - tmpfs memory rw,size=4k\n"

static const struct {
    const char *what, *mountinfo, *cgroup;
    struct {
        const char *path, *text;
    } files[4];
    uint64_t want;
} cases[] = {
    { "nothing is there", NULL, NULL, { { NULL, NULL } }, UINT64_MAX },
    { "no control groups", OTHERS, "1:cpu:/a\n", { { NULL, NULL } }, UINT64_MAX },
    { "version 2 in a container",
      OTHERS V2,
      "0::/\n",
      { { "/sys/fs/cgroup/memory.max", "268435456\n" } },
      268435456 },
    { "version 2 without a limit",
      V2,
      "0::/user.slice\n",
      { { "/sys/fs/cgroup/user.slice/memory.max", "max\n" } },
      UINT64_MAX },
    { "version 2, the group above is tighter",
      V2,
      "0::/a.slice/b.service\n",
      { { "/sys/fs/cgroup/a.slice/memory.max", "1000000\n" },
        { "/sys/fs/cgroup/a.slice/b.service/memory.max", "2000000\n" } },
      1000000 },
    { "version 2, the group itself is tighter",
      V2,
      "0::/a.slice/b.service\n",
      { { "/sys/fs/cgroup/a.slice/memory.max", "3000000\n" },
        { "/sys/fs/cgroup/a.slice/b.service/memory.max", "2000000\n" } },
      2000000 },
    { "version 2, other groups do not count",
      V2,
      "0::/a.slice\n",
      { { "/sys/fs/cgroup/b.slice/memory.max", "5\n" } },
      UINT64_MAX },
    { "version 1 on the host",
      OTHERS V1,
      "5:cpu,cpuacct:/x\n4:memory:/docker/7\n0::/x\n",
      { { "/sys/fs/cgroup/memory/docker/7/memory.limit_in_bytes", "67108864\n" },
        { "/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n" } },
      67108864 },
    { "version 1 without a limit",
      V1,
      "4:memory:/\n",
      { { "/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n" } },
      UINT64_MAX },
    { "version 1 without a limit, pages of 64 KiB",
      V1,
      "4:memory:/\n",
      { { "/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854710272\n" } },
      UINT64_MAX },
    { "version 1 in a container without a namespace",
      "31 23 0:27 /docker/7 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
      "4:cpu,memory:/docker/7\n",
      { { "/sys/fs/cgroup/memory/memory.limit_in_bytes", "33554432\n" } },
      33554432 },
    { "version 1, the group is not below what is mounted",
      "31 23 0:27 /docker/7 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
      "4:memory:/docker/77\n",
      { { "/sys/fs/cgroup/memory/memory.limit_in_bytes", "33554432\n" } },
      33554432 },
    { "both versions",
      V1 V2,
      "4:memory:/a\n0::/b\n",
      { { "/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "2000\n" },
        { "/sys/fs/cgroup/b/memory.max", "1000\n" } },
      1000 },
    { "nonsense",
      "\n - \n1 2 3 - cgroup2\n" V2,
      ":\n::\n0:\n0::/\n",
      { { "/sys/fs/cgroup/memory.max", "-\n" } },
      UINT64_MAX },
};

static void write_file(const char *root, const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void groups_limit_what_is_below_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char root[64];
        make_folder(root);
        if (cases[i].mountinfo)
            write_file(root, "/proc/self/mountinfo", cases[i].mountinfo);
        if (cases[i].cgroup)
            write_file(root, "/proc/self/cgroup", cases[i].cgroup);
        for (size_t f = 0; f < 4 && cases[i].files[f].path; f++)
            write_file(root, cases[i].files[f].path, cases[i].files[f].text);
        uint64_t got = rt_process_memory_allowed_in(root);
        if (got != cases[i].want)
            fail_msg("%s: %llu instead of %llu", cases[i].what, (unsigned long long)got,
                     (unsigned long long)cases[i].want);
        remove_folder(root);
    }
}

static void a_long_line_hides_no_other(void **state)
{
    (void)state;
    char root[64], *mountinfo = malloc(20000);
    make_folder(root);
    memset(mountinfo, 'x', 20000);
    snprintf(mountinfo + 10000, 10000, "\n%s", V2);
    write_file(root, "/proc/self/mountinfo", mountinfo);
    write_file(root, "/proc/self/cgroup", "0::/\n");
    write_file(root, "/sys/fs/cgroup/memory.max", "4096");
    assert_int_equal(rt_process_memory_allowed_in(root), 4096);
    remove_folder(root);
    free(mountinfo);
}

static void this_process_has_what_it_uses(void **state)
{
    (void)state;
    assert_true(rt_process_memory_allowed() >= rt_process_resident());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(touched_memory_is_resident),
        cmocka_unit_test(open_files_are_counted),
        cmocka_unit_test(times_go_forward),
        cmocka_unit_test(groups_limit_what_is_below_them),
        cmocka_unit_test(a_long_line_hides_no_other),
        cmocka_unit_test(this_process_has_what_it_uses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

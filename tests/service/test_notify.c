/* What the manager is told, read from the socket that it would hold. */
#include "service/notify.h"

#include "net/clock.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

struct manager {
    int fd;
    char folder[32];
    struct sockaddr_un address;
};

static void listen_at(struct manager *manager, const char *name)
{
    memset(&manager->address, 0, sizeof manager->address);
    manager->address.sun_family = AF_UNIX;
    size_t len = strlen(name);
    assert_true(len < sizeof manager->address.sun_path);
    memcpy(manager->address.sun_path, name, len);
    size_t used = len + 1;
    if (name[0] == '@') {
        manager->address.sun_path[0] = '\0';
        used = len;
    }
    manager->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_true(manager->fd >= 0);
    assert_int_equal(bind(manager->fd, (struct sockaddr *)&manager->address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + used)),
                     0);
    setenv("NOTIFY_SOCKET", name, 1);
}

static void listen_in_folder(struct manager *manager)
{
    char path[64];
    snprintf(path, sizeof path, "%s/notify", manager->folder);
    listen_at(manager, path);
}

static int set_up(void **state)
{
    static struct manager manager;
    manager = (struct manager){ .fd = -1, .folder = "/tmp/notify-XXXXXX" };
    assert_non_null(mkdtemp(manager.folder));
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    *state = &manager;
    return 0;
}

static int tear_down(void **state)
{
    struct manager *manager = *state;
    if (manager->fd >= 0)
        close(manager->fd);
    if (manager->address.sun_path[0] == '/')
        unlink(manager->address.sun_path);
    rmdir(manager->folder);
    return 0;
}

static void expect(const struct manager *manager, const char *message)
{
    char got[512] = "";
    ssize_t n = recv(manager->fd, got, sizeof got - 1, 0);
    assert_true(n >= 0);
    assert_string_equal(got, message);
}

static void expect_nothing(const struct manager *manager)
{
    char got[8];
    assert_int_equal(recv(manager->fd, got, sizeof got, 0), -1);
}

static void tell_all(const struct manager *manager)
{
    struct rt_notify notify;
    rt_error err;
    assert_int_equal(rt_notify_open(&notify, &err), RT_OK);
    assert_true(rt_notify_ready(&notify, "listening on 127.0.0.1:8080"));
    expect(manager, "READY=1\nSTATUS=listening on 127.0.0.1:8080");
    assert_true(rt_notify_alive(&notify));
    expect(manager, "WATCHDOG=1");
    assert_true(rt_notify_ready(&notify, NULL));
    expect(manager, "READY=1");
    assert_true(rt_notify_stopping(&notify, "draining\nREADY=1"));
    expect(manager, "STOPPING=1\nSTATUS=draining");
    expect_nothing(manager);
    rt_notify_close(&notify);
    assert_true(rt_notify_alive(&notify));
    expect_nothing(manager);
}

static void socket_with_a_file(void **state)
{
    struct manager *manager = *state;
    listen_in_folder(manager);
    tell_all(manager);
}

static void socket_without_a_file(void **state)
{
    struct manager *manager = *state;
    char name[64];
    snprintf(name, sizeof name, "@riptide-test-%ld", (long)getpid());
    listen_at(manager, name);
    tell_all(manager);
}

static void reload_says_when(void **state)
{
    struct manager *manager = *state;
    char got[128] = "";
    listen_in_folder(manager);
    struct rt_notify notify;
    rt_error err;
    assert_int_equal(rt_notify_open(&notify, &err), RT_OK);
    uint64_t before = rt_net_now() / 1000, said = 0;
    assert_true(rt_notify_reloading(&notify));
    uint64_t after = rt_net_now() / 1000;
    assert_true(recv(manager->fd, got, sizeof got - 1, 0) > 0);
    assert_int_equal(sscanf(got, "RELOADING=1\nMONOTONIC_USEC=%" SCNu64, &said), 1);
    assert_true(before <= said && said <= after);
    rt_notify_close(&notify);
}

static void nobody_listens(void **state)
{
    (void)state;
    struct rt_notify notify;
    rt_error err;
    setenv("WATCHDOG_USEC", "30000000", 1);
    assert_int_equal(rt_notify_open(&notify, &err), RT_OK);
    assert_true(rt_notify_ready(&notify, "ready"));
    assert_true(rt_notify_reloading(&notify));
    assert_true(rt_notify_alive(&notify));
    assert_int_equal(rt_notify_interval_ns(&notify), 0);
    rt_notify_close(&notify);
    assert_true(rt_notify_ready(NULL, "ready"));
    assert_int_equal(rt_notify_interval_ns(NULL), 0);
}

static void signs_of_life(void **state)
{
    struct manager *manager = *state;
    char own[24], other[24];
    listen_in_folder(manager);
    snprintf(own, sizeof own, "%ld", (long)getpid());
    snprintf(other, sizeof other, "%ld", (long)getppid());
    const struct {
        const char *usec, *pid;
        rt_status status;
        uint64_t interval_ns;
    } cases[] = {
        { "", "", RT_OK, 0 },
        { "30000000", "", RT_OK, 15000000000u },
        { "30000000", own, RT_OK, 15000000000u },
        { "30000000", other, RT_OK, 0 },
        { "", own, RT_OK, 0 },
        { "0", own, RT_INVALID_SETTING, 0 },
        { "-1", own, RT_INVALID_SETTING, 0 },
        { "30s", own, RT_INVALID_SETTING, 0 },
        { "18446744073709551615", own, RT_INVALID_SETTING, 0 },
        { "99999999999999999999", own, RT_INVALID_SETTING, 0 },
        { "30000000", "me", RT_INVALID_SETTING, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_notify notify;
        rt_error err;
        setenv("WATCHDOG_USEC", cases[i].usec, 1);
        setenv("WATCHDOG_PID", cases[i].pid, 1);
        assert_int_equal(rt_notify_open(&notify, &err), cases[i].status);
        assert_int_equal(rt_notify_interval_ns(&notify), cases[i].interval_ns);
        assert_true(rt_notify_ready(&notify, NULL));
        expect(manager, "READY=1");
        rt_notify_close(&notify);
    }
}

static void wrong_addresses(void **state)
{
    struct manager *manager = *state;
    char missing[64], longest[200];
    snprintf(missing, sizeof missing, "%s/nobody", manager->folder);
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = '/';
    longest[sizeof longest - 1] = '\0';
    const struct {
        const char *where;
        rt_status status;
    } cases[] = {
        { "notify", RT_INVALID_SETTING },   { "@", RT_INVALID_SETTING },
        { "/", RT_INVALID_SETTING },        { "vsock:2:1234", RT_INVALID_SETTING },
        { longest, RT_INVALID_SETTING },    { missing, RT_IO_ERROR },
        { "@riptide-nobody", RT_IO_ERROR },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rt_notify notify;
        rt_error err;
        setenv("NOTIFY_SOCKET", cases[i].where, 1);
        assert_int_equal(rt_notify_open(&notify, &err), cases[i].status);
        assert_non_null(strstr(err.message, "NOTIFY_SOCKET"));
        assert_true(rt_notify_ready(&notify, NULL)); /* it goes on without */
        rt_notify_close(&notify);
    }
}

/* The name of an abstract socket may fill the whole field, that of a file needs its zero. */
static void longest_names(void **state)
{
    struct manager *manager = *state;
    char name[sizeof manager->address.sun_path + 1];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    name[0] = '/';
    struct rt_notify notify;
    rt_error err;
    setenv("NOTIFY_SOCKET", name, 1);
    assert_int_equal(rt_notify_open(&notify, &err), RT_INVALID_SETTING);
    name[0] = '@';
    setenv("NOTIFY_SOCKET", name, 1);
    assert_int_equal(rt_notify_open(&notify, &err), RT_IO_ERROR);
    rt_notify_close(&notify);
}

static void without_descriptors(void **state)
{
    struct manager *manager = *state;
    listen_in_folder(manager);
    struct rt_notify notify;
    rt_error err;
    assert_int_equal(rt_notify_open(&notify, &err), RT_OK);
    struct rlimit old, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
    none = old;
    none.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    bool told = rt_notify_alive(&notify);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_true(told);
    expect(manager, "WATCHDOG=1");
    rt_notify_close(&notify);
}

static void manager_goes_away(void **state)
{
    struct manager *manager = *state;
    listen_in_folder(manager);
    struct rt_notify notify;
    rt_error err;
    assert_int_equal(rt_notify_open(&notify, &err), RT_OK);
    close(manager->fd);
    manager->fd = -1;
    assert_false(rt_notify_alive(&notify));
    rt_notify_close(&notify);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(socket_with_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(socket_without_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reload_says_when, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signs_of_life, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(longest_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(without_descriptors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(manager_goes_away, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

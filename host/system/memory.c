/* What the system says of this process and its memory. */
#include "host/system/memory.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

static const uint64_t second = 1000000000;

/* ---- this process ---------------------------------------------------------------------------- */

/* A line of a file; what does not fit is skipped. */
static bool read_line(FILE *file, char *room, int size)
{
    if (!fgets(room, size, file))
        return false;
    if (!strchr(room, '\n'))
        for (int c = fgetc(file); c != EOF && c != '\n';)
            c = fgetc(file);
    room[strcspn(room, "\n")] = '\0';
    return true;
}

static bool read_first_line(const char *path, char *room, int size)
{
    FILE *file = fopen(path, "re");
    bool good = file && read_line(file, room, size);
    if (file)
        fclose(file);
    return good;
}

static bool read_statm(uint64_t *address_space, uint64_t *resident)
{
    char line[256];
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    if (!read_first_line("/proc/self/statm", line, sizeof line) ||
        sscanf(line, "%" SCNu64 " %" SCNu64, address_space, resident) != 2)
        return false;
    *address_space *= page;
    *resident *= page;
    return true;
}

uint64_t rt_process_resident(void)
{
    uint64_t address_space, resident;
    return read_statm(&address_space, &resident) ? resident : 0;
}

static uint64_t cpu_time(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0)
        return 0;
    return (uint64_t)t.tv_sec * second + (uint64_t)t.tv_nsec;
}

/* When the machine started, in seconds since 1970.  From the kernel and not from the clocks: it
 * must not move when those are set. */
static uint64_t boot_time(void)
{
    char line[256];
    uint64_t seconds = 0;
    FILE *file = fopen("/proc/stat", "re");
    while (file && read_line(file, line, sizeof line))
        if (sscanf(line, "btime %" SCNu64, &seconds) == 1)
            break;
    if (file)
        fclose(file);
    return seconds;
}

static uint64_t start_time(void)
{
    /* Field 22, counted from after the name, which may hold blanks and parentheses. */
    char line[1024];
    uint64_t ticks = 0, boot = boot_time();
    uint64_t ticks_a_second = (uint64_t)sysconf(_SC_CLK_TCK);
    if (boot == 0 || !read_first_line("/proc/self/stat", line, sizeof line))
        return 0;
    const char *at = strrchr(line, ')');
    if (!at || sscanf(at + 1,
                      " %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
                      "%*s %" SCNu64,
                      &ticks) != 1)
        return 0;
    return boot * second + ticks / ticks_a_second * second +
           ticks % ticks_a_second * second / ticks_a_second;
}

static uint64_t count_fds(void)
{
    uint64_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (!dir)
        return 0;
    for (const struct dirent *entry; (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count - 1; /* the one that read the folder */
}

static uint64_t fd_limit(void)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

void rt_process_read(struct rt_process *out)
{
    *out = (struct rt_process){
        .cpu_ns = cpu_time(),
        .open_fds = count_fds(),
        .max_fds = fd_limit(),
        .start_ns = start_time(),
    };
    read_statm(&out->address_space, &out->resident);
}

/* ---- control groups -------------------------------------------------------------------------- */

enum { PATH_ROOM = 1024 };

/* Where a hierarchy that limits memory is mounted. */
struct mount {
    int version;          /* 1 or 2 */
    char root[PATH_ROOM]; /* the group that stands at the mount point */
    char point[PATH_ROOM];
};

static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += len)
        if ((at == list || at[-1] == ',') && (at[len] == '\0' || at[len] == ','))
            return true;
    return false;
}

/* A line of mountinfo: "36 35 0:30 /root /point options [more...] - type source options". */
static bool read_mount(const char *line, struct mount *out)
{
    char type[16], options[256];
    const char *second_half = strstr(line, " - ");
    if (!second_half || sscanf(second_half, " - %15s %*s %255s", type, options) != 2)
        return false;
    out->version = strcmp(type, "cgroup2") == 0                                 ? 2
                   : strcmp(type, "cgroup") == 0 && has_word(options, "memory") ? 1
                                                                                : 0;
    return out->version > 0 &&
           sscanf(line, "%*s %*s %*s %1023s %1023s", out->root, out->point) == 2;
}

/* The group of this process in the hierarchy: "0::/group" in version 2, "4:cpu,memory:/group" in 1.
 */
static bool find_group(const char *proc, int version, char group[PATH_ROOM])
{
    char line[PATH_ROOM + 256];
    bool found = false;
    FILE *file = fopen(proc, "re");
    while (file && !found && read_line(file, line, sizeof line)) {
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path || strlen(path + 1) >= PATH_ROOM)
            continue;
        *path++ = '\0';
        controllers++;
        found = version == 2 ? strncmp(line, "0:", 2) == 0 && *controllers == '\0'
                             : has_word(controllers, "memory");
        if (found)
            memcpy(group, path, strlen(path) + 1);
    }
    if (file)
        fclose(file);
    return found;
}

/* The limit that stands in a folder of the hierarchy; "max" and what is no number are none. */
static uint64_t read_limit(const char *folder, int version)
{
    char path[4 * PATH_ROOM], line[64];
    uint64_t limit;
    int n = snprintf(path, sizeof path, "%s/%s", folder,
                     version == 2 ? "memory.max" : "memory.limit_in_bytes");
    if (n < 0 || (size_t)n >= sizeof path || !read_first_line(path, line, sizeof line) ||
        sscanf(line, "%" SCNu64, &limit) != 1)
        return UINT64_MAX;
    /* Version 1 says "none" by the largest number of whole pages; these have 64 KiB at most. */
    return limit >= (uint64_t)INT64_MAX >> 16 << 16 ? UINT64_MAX : limit;
}

/* The least of the group's limit and those of the groups above it. */
static uint64_t least_limit(const char *root, const struct mount *mount, const char *group)
{
    char folder[3 * PATH_ROOM];
    size_t above = strcmp(mount->root, "/") == 0 ? 0 : strlen(mount->root);
    bool below_mount =
        strncmp(group, mount->root, above) == 0 && (group[above] == '/' || group[above] == '\0');
    int n = snprintf(folder, sizeof folder, "%s%s%s", root, mount->point,
                     below_mount ? group + above : "");
    size_t top = strlen(root) + strlen(mount->point);
    uint64_t least = UINT64_MAX;
    if (n < 0 || (size_t)n >= sizeof folder)
        return least;
    for (;;) {
        uint64_t limit = read_limit(folder, mount->version);
        least = limit < least ? limit : least;
        char *end = strrchr(folder, '/');
        if (!end || (size_t)(end - folder) < top)
            return least;
        *end = '\0';
    }
}

uint64_t rt_process_memory_allowed_in(const char *root)
{
    char path[PATH_ROOM], line[4 * PATH_ROOM], group[PATH_ROOM];
    struct mount mount;
    uint64_t least = UINT64_MAX;
    snprintf(path, sizeof path, "%s/proc/self/mountinfo", root);
    FILE *file = fopen(path, "re");
    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    while (file && read_line(file, line, sizeof line)) {
        if (!read_mount(line, &mount) || !find_group(path, mount.version, group))
            continue;
        uint64_t limit = least_limit(root, &mount, group);
        least = limit < least ? limit : least;
    }
    if (file)
        fclose(file);
    return least;
}

uint64_t rt_process_memory_allowed(void) { return rt_process_memory_allowed_in(""); }

/* ---- the heap -------------------------------------------------------------------------------- */

void rt_process_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

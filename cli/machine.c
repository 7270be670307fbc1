/* Facts about the machine, as far as it tells them. */
#include "machine.h"

#include "base/cores.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>

static void read_cpu(char *out, size_t room)
{
    snprintf(out, room, "unknown");
    FILE *file = fopen("/proc/cpuinfo", "re");
    if (!file)
        return;
    char line[256];
    while (fgets(line, sizeof line, file)) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) != 0 || !colon)
            continue;
        snprintf(out, room, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        break;
    }
    fclose(file);
}

void rt_machine_read(struct rt_machine *machine)
{
    memset(machine, 0, sizeof *machine);
    read_cpu(machine->cpu, sizeof machine->cpu);
    struct utsname name;
    if (uname(&name) == 0)
        snprintf(machine->kernel, sizeof machine->kernel, "%.60s %.100s %.60s", name.sysname,
                 name.release, name.machine);
    machine->cores = rt_cores();
    struct rlimit limit;
    snprintf(machine->address_space, sizeof machine->address_space, "unlimited");
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        snprintf(machine->address_space, sizeof machine->address_space, "%llu bytes",
                 (unsigned long long)limit.rlim_cur);
#if defined(__clang__)
    machine->compiler = __VERSION__;
#else
    machine->compiler = "gcc " __VERSION__;
#endif
}

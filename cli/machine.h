#ifndef RT_CLI_MACHINE_H
#define RT_CLI_MACHINE_H

/* Where this runs and how it was built, for reports. */
struct rt_machine {
    char cpu[128], kernel[256];
    unsigned cores;
    char address_space[32]; /* "unlimited", or bytes */
    const char *compiler;
};

void rt_machine_read(struct rt_machine *machine);

#endif

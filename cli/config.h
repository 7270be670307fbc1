/* Which configuration files a command reads, see docs/configuration.md. */
#ifndef RT_CLI_CONFIG_H
#define RT_CLI_CONFIG_H

#include "opt.h"

enum { RT_CONFIG_FILES_MAX = 2 };

struct rt_config_file {
    const char *path;
    const char *named_by; /* "--config" or "RIPTIDE_CONFIG": must be there; NULL: may be missing */
    bool is_there;
    char made[4096 + 64]; /* for a path that is put together */
};

/* The files in the order they are read; returns how many.  They stay where they are: a path may
 * point into its own struct. */
size_t rt_cli_config_files(const struct rt_options *options,
                           struct rt_config_file files[RT_CONFIG_FILES_MAX]);

#endif

/* The configuration files: the one that is named, else the system's and then the user's. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* What is there but cannot be read is not missing: reading it will say so. */
static bool is_there(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/* One that is named must be there: reading it will say if it is not. */
static size_t take_named(struct rt_config_file *file, const char *path, const char *named_by)
{
    file->path = path;
    file->named_by = named_by;
    file->is_there = true;
    return 1;
}

/* A path longer than all paths is the path of nothing. */
static size_t take_default(struct rt_config_file *file, const char *folder, const char *rest)
{
    int len = snprintf(file->made, sizeof file->made, "%s%s", folder, rest);
    file->path = file->made;
    file->named_by = NULL;
    file->is_there = len > 0 && (size_t)len < sizeof file->made && is_there(file->made);
    return 1;
}

/* A folder that is not absolute is to be ignored, says the XDG base directory specification. */
static size_t take_user_file(struct rt_config_file *file)
{
    const char *folder = variable("XDG_CONFIG_HOME"), *home = variable("HOME");
    if (folder && folder[0] == '/')
        return take_default(file, folder, "/riptide/riptide.toml");
    return home ? take_default(file, home, "/.config/riptide/riptide.toml") : 0;
}

size_t rt_cli_config_files(const struct rt_options *options,
                           struct rt_config_file files[RT_CONFIG_FILES_MAX])
{
    if (options->config)
        return take_named(&files[0], options->config, "--config");
    const char *named = variable("RIPTIDE_CONFIG");
    if (named)
        return take_named(&files[0], named, "RIPTIDE_CONFIG");
    size_t count = take_default(&files[0], "/etc/riptide", "/riptide.toml");
    return count + take_user_file(&files[count]);
}

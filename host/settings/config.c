/* The typed values by themselves: copies that outlive the settings, and what follows from them. */
#include "host/settings/table.h"

#include "base/alloc.h"

#include <string.h>

static bool keep_path(const char **path)
{
    if (!*path)
        return true;
    size_t size = strlen(*path) + 1;
    char *copy = rt_alloc_resize(&rt_alloc_heap, NULL, size);
    *path = copy ? memcpy(copy, *path, size) : NULL;
    return copy != NULL;
}

bool rt_config_copy(struct rt_config *out, const struct rt_config *from)
{
    *out = *from;
    bool good = true;
#define RT_SETTING_PATH(name, field, ...) good = keep_path(&out->field) && good;
#include "tables/settings.def"
    if (!good)
        rt_config_free(out);
    return good;
}

void rt_config_free(struct rt_config *config)
{
    char *path;
#define RT_SETTING_PATH(name, field, ...)                                                          \
    memcpy(&path, &config->field, sizeof path);                                                    \
    rt_alloc_resize(&rt_alloc_heap, path, 0);                                                      \
    config->field = NULL;
#include "tables/settings.def"
}

uint64_t rt_config_memory_limit(const struct rt_config *config)
{
    uint64_t by_pages = config->max_memory_pages << 16;
    uint64_t by_size = config->memory_limit_mb << 20;
    return by_pages < by_size ? by_pages : by_size;
}

uint32_t rt_config_slots(const struct rt_config *config)
{
    if (!config->reuse || config->aggressive_gc)
        return 0;
    uint64_t low = config->adaptive_min, high = config->adaptive_max;
    return (uint32_t)(low > high ? low : high);
}

uint32_t rt_config_instances(const struct rt_config *config)
{
    uint32_t calls = (uint32_t)config->pool_size, slots = rt_config_slots(config);
    return slots > 0 ? calls + slots + (slots + RT_POOL_BACKLOG) + RT_POOL_IN_HAND : calls;
}

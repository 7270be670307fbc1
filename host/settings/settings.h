#ifndef RT_HOST_SETTINGS_H
#define RT_HOST_SETTINGS_H

#include <riptide/riptide.h>

/* The settings' values, typed: one member a row of tables/settings.def.  A path is NULL where none
 * is given. */
struct rt_config {
#define RT_SETTING_NUMBER(name, field, ...) uint64_t field;
#define RT_SETTING_BOOL(name, field, ...) bool field;
#define RT_SETTING_PATH(name, field, ...) const char *field;
#include "tables/settings.def"
#undef RT_SETTING_NUMBER
#undef RT_SETTING_BOOL
#undef RT_SETTING_PATH
};

/* The values in force; settings == NULL: the defaults.  Paths are (borrowed) from the settings. */
struct rt_config rt_settings_config(const rt_settings *settings);

/* The same as rt_settings_load_env() for any place that answers names; NULL: not set. */
rt_status rt_settings_load(rt_settings *settings, const char *(*lookup)(const char *name),
                           rt_error *err);

/* What follows from several settings at once: bytes of linear memory that an instance may have. */
uint64_t rt_config_memory_limit(const struct rt_config *config);

#endif

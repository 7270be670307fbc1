#ifndef RT_HOST_SETTINGS_H
#define RT_HOST_SETTINGS_H

#include <riptide/riptide.h>

/* The words of RIPTIDE_FALLBACK, by number. */
enum rt_fallback_choice { RT_FALLBACK_NATIVE, RT_FALLBACK_OFF };

/* The settings' values, typed: one member a row of tables/settings.def.  A path is NULL where none
 * is given. */
struct rt_config {
#define RT_SETTING_NUMBER(name, field, ...) uint64_t field;
#define RT_SETTING_BOOL(name, field, ...) bool field;
#define RT_SETTING_PATH(name, field, ...) const char *field;
#define RT_SETTING_CHOICE(name, field, ...) unsigned field;
#include "tables/settings.def"
};

/* The values in force; settings == NULL: the defaults.  Paths are (borrowed) from the settings. */
struct rt_config rt_settings_config(const rt_settings *settings);

/* The same as rt_settings_load_env() for any place that answers names; NULL: not set. */
rt_status rt_settings_load(rt_settings *settings, const char *(*lookup)(const char *name),
                           rt_error *err);

/* The same as rt_settings_load_file() for a text; path is for messages and rt_setting.where. */
rt_status rt_settings_load_text(rt_settings *settings, const char *path, rt_str text,
                                rt_error *err);

/* Rule i of rt_settings_check(), for the documentation: small <= large * scale; false past the last
 * one. */
struct rt_settings_rule {
    const char *small, *large; /* names */
    uint64_t scale;
};
bool rt_settings_rule_at(size_t i, struct rt_settings_rule *out);

/* A copy that outlives the settings: its paths are its own.  False without memory, *out is then not
 * to be freed.  (owned) rt_config_free(). */
bool rt_config_copy(struct rt_config *out, const struct rt_config *from);
/* Only of a copy. */
void rt_config_free(struct rt_config *config);

/* What follows from several settings at once: bytes of linear memory that an instance may have. */
uint64_t rt_config_memory_limit(const struct rt_config *config);
/* The pool's thread has up to so many used instances to drop beside those of the hot tier's size,
 * and holds so many. */
enum { RT_POOL_BACKLOG = 2, RT_POOL_IN_HAND = 2 };
/* Slots that the pool keeps at most; 0: it keeps nothing between calls. */
uint32_t rt_config_slots(const struct rt_config *config);
/* Instances that live at once at most: those that run, those made ahead, and those that were used
 * and wait to be dropped. */
uint32_t rt_config_instances(const struct rt_config *config);

#endif
